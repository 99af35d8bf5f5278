#include "http/request_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ecm::http {
namespace {

using testing::HasSubstr;
using testing::Not;

HttpRequest Plain() {
  return {.origin = {.tls = false, .host = "host", .port = 8080}, .method = "GET", .target = "/a"};
}

TEST(WriteRequestHeadTest, WritesWhatTheTransportOwns) {
  EXPECT_EQ(WriteRequestHead(Plain(), "/a", ""), "GET /a HTTP/1.1\r\nHost: host:8080\r\n\r\n");
  HttpRequest request = Plain();
  request.method = "POST";
  request.headers = {{"X-A", "b"}, {"content-LENGTH", "99"}, {"Connection", "close"}};
  EXPECT_EQ(WriteRequestHead(request, "/a", ""),
            "POST /a HTTP/1.1\r\nHost: host:8080\r\nX-A: b\r\nContent-Length: 0\r\n\r\n");
  request.body = "body";
  EXPECT_THAT(WriteRequestHead(request, "/a", ""), HasSubstr("\r\nContent-Length: 4\r\n"));
}

TEST(WriteRequestHeadTest, LeavesAHostOfTheRequestAlone) {
  HttpRequest request = Plain();
  request.headers = {{"HOST", "other"}};
  EXPECT_EQ(WriteRequestHead(request, "/a", ""), "GET /a HTTP/1.1\r\nHOST: other\r\n\r\n");
}

TEST(WriteRequestHeadTest, SpeaksToAProxy) {
  EXPECT_EQ(WriteRequestHead(Plain(), "http://host:8080/a", "Basic dTpw"),
            "GET http://host:8080/a HTTP/1.1\r\nHost: host:8080\r\n"
            "Proxy-Authorization: Basic dTpw\r\n\r\n");
}

TEST(CheckWritableTest, RefusesWhatWouldBeSomethingElseOnTheWire) {
  EXPECT_TRUE(CheckWritable(Plain()).has_value());
  const auto refused = [](auto&& change) {
    HttpRequest request = Plain();
    change(request);
    const Result<void> result = CheckWritable(request);
    return !result.has_value() && result.error().kind == ErrorKind::kInvalidJob;
  };
  EXPECT_TRUE(refused([](HttpRequest& r) { r.method = ""; }));
  EXPECT_TRUE(refused([](HttpRequest& r) { r.method = "GET /x"; }));
  EXPECT_TRUE(refused([](HttpRequest& r) { r.target = ""; }));
  EXPECT_TRUE(refused([](HttpRequest& r) { r.target = "a"; }));
  EXPECT_TRUE(refused([](HttpRequest& r) { r.target = "/a b"; }));
  EXPECT_TRUE(refused([](HttpRequest& r) { r.target = "/a\r\nX: y"; }));
  EXPECT_TRUE(refused([](HttpRequest& r) { r.target = "/\xc3\xa4"; }));
  EXPECT_TRUE(refused([](HttpRequest& r) { r.headers = {{"", "b"}}; }));
  EXPECT_TRUE(refused([](HttpRequest& r) { r.headers = {{"a b", "b"}}; }));
  EXPECT_TRUE(refused([](HttpRequest& r) { r.headers = {{"a", "b\r\nc: d"}}; }));
  EXPECT_TRUE(refused([](HttpRequest& r) { r.headers = {{"a", "b\nc"}}; }));
  EXPECT_TRUE(refused([](HttpRequest& r) { r.headers = {{"a", std::string(1, '\0')}}; }));
  EXPECT_TRUE(refused([](HttpRequest& r) { r.headers = {{"Transfer-Encoding", "chunked"}}; }));
  EXPECT_TRUE(refused([](HttpRequest& r) { r.timeout = Duration{-1}; }));
  EXPECT_FALSE(refused([](HttpRequest& r) { r.headers = {{"a", "\xc3\xa4\tb"}}; }));
}

TEST(CheckWritableTest, SaysWhichHeaderAndNotItsValue) {
  HttpRequest request = Plain();
  request.headers = {{"X-Amz-Security-Token", "secret\n"}};
  const std::string message = CheckWritable(request).error().message;
  EXPECT_THAT(message, HasSubstr("X-Amz-Security-Token"));
  EXPECT_THAT(message, Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace ecm::http
