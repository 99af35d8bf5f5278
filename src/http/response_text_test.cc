#include "http/response_text.h"

#include <gtest/gtest.h>

namespace ecm::http {
namespace {

std::string Head(const Response& response, const ResponseContext& context = {}) {
  std::string out = "left over";
  WriteHead(response, context, out);
  return out;
}

TEST(ResponseTextTest, WritesStatusHeadersAndLength) {
  EXPECT_EQ(Head({200, {{"Content-Type", "text/plain"}, {"X-A", ""}}, "four"}),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-A: \r\nContent-Length: 4\r\n\r\n");
}

TEST(ResponseTextTest, AStatusWithoutAKnownReasonKeepsItsSpace) {
  EXPECT_EQ(Head({418, {}, ""}), "HTTP/1.1 418 \r\nContent-Length: 0\r\n\r\n");
}

TEST(ResponseTextTest, LengthAndConnectionAreNotForTheHandlerToSay) {
  EXPECT_EQ(
      Head({200,
            {{"content-length", "7"}, {"CONNECTION", "close"}, {"Transfer-Encoding", "chunked"}},
            "x"}),
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n");
}

TEST(ResponseTextTest, AnswersWithoutABodyHaveNoLength) {
  EXPECT_EQ(Head({204, {}, "ignored"}), "HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_EQ(Head({304, {}, ""}), "HTTP/1.1 304 Not Modified\r\n\r\n");
  EXPECT_FALSE(MayHaveBody(204));
  EXPECT_TRUE(MayHaveBody(404));
}

TEST(ResponseTextTest, TellsThePeerWhatBecomesOfTheConnection) {
  EXPECT_TRUE(Head({200, {}, ""}, {.keep_alive = false}).contains("\r\nConnection: close\r\n"));
  EXPECT_TRUE(Head({200, {}, ""}, {.is_http10 = true}).contains("\r\nConnection: keep-alive\r\n"));
  EXPECT_FALSE(Head({200, {}, ""}).contains("Connection"));
}

TEST(ResponseTextTest, NothingInAHeaderCanEndIt) {
  EXPECT_TRUE(IsWellFormed({200, {{"Location", "/a b\tc?d=\xc3\xa9"}}, ""}));
  EXPECT_FALSE(IsWellFormed({200, {{"Location", "/\r\nSet-Cookie: a=b"}}, ""}));
  EXPECT_FALSE(IsWellFormed({200, {{"Location", "/\n"}}, ""}));
  EXPECT_FALSE(IsWellFormed({200, {{"Location", std::string("/\0", 2)}}, ""}));
  EXPECT_FALSE(IsWellFormed({200, {{"Bad name", "x"}}, ""}));
  EXPECT_FALSE(IsWellFormed({200, {{"", "x"}}, ""}));
  EXPECT_FALSE(IsWellFormed({100, {}, ""}));
  EXPECT_FALSE(IsWellFormed({1000, {}, ""}));
}

}  // namespace
}  // namespace ecm::http
