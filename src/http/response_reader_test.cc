#include "http/response_reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace ecm::http {
namespace {

using testing::HasSubstr;
using State = ResponseReader::State;

/// What became of `bytes`, given to the reader `step` at a time.
struct Read {
  State state = State::kWaiting;
  HttpResponse response;
  std::string problem;
  bool has_more = false;
  bool keep_alive = false;
};

Read ReadAll(std::string_view bytes, std::size_t step, const AnswerLimits& limits = {},
             bool without_body = false, bool ends = false) {
  ResponseReader reader(limits, without_body);
  Read read;
  while (!bytes.empty() && read.state == State::kWaiting) {
    const std::span<char> room = reader.Room();
    const std::size_t size = std::min({step, bytes.size(), room.size()});
    std::memcpy(room.data(), bytes.data(), size);
    bytes.remove_prefix(size);
    read.state = reader.Commit(size);
  }
  if (ends && read.state == State::kWaiting) read.state = reader.End();
  read.keep_alive = read.state == State::kComplete && reader.keep_alive() && bytes.empty();
  read.has_more = reader.has_more();
  read.problem = reader.problem();
  read.response = reader.Take();
  return read;
}

TEST(ResponseReaderTest, ReadsAnAnswerHoweverItIsCut) {
  const std::string bytes =
      "HTTP/1.1 404 Not Found\r\nX-Amzn-RequestId: a-b \r\nContent-Length: 5\r\n\r\nhello";
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    const Read read = ReadAll(bytes, step);
    ASSERT_EQ(read.state, State::kComplete) << step << read.problem;
    EXPECT_EQ(read.response.status, 404U);
    EXPECT_EQ(read.response.Header("x-amzn-requestid"), "a-b");
    EXPECT_EQ(read.response.body, "hello");
    EXPECT_TRUE(read.keep_alive);
  }
}

TEST(ResponseReaderTest, ReadsChunksHoweverTheyAreCut) {
  const std::string bytes =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"
      "5;name=value\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\nTrailer: x\r\n\r\n";
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    const Read read = ReadAll(bytes, step);
    ASSERT_EQ(read.state, State::kComplete) << step << read.problem;
    EXPECT_EQ(read.response.body, "hello world");
    EXPECT_EQ(read.response.Header("trailer"), "");
    EXPECT_TRUE(read.keep_alive);
  }
}

TEST(ResponseReaderTest, ReadsAnEmptyChunkedBodyHoweverItIsCut) {
  for (const std::string_view rest : {"0\r\n\r\n", "0;a=b\r\nTrailer: x\r\n\r\n"}) {
    const std::string bytes =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(rest);
    for (std::size_t step = 1; step <= bytes.size(); ++step) {
      const Read read = ReadAll(bytes, step);
      ASSERT_EQ(read.state, State::kComplete) << step << read.problem;
      EXPECT_EQ(read.response.body, "");
      EXPECT_TRUE(read.keep_alive);
    }
  }
}

TEST(ResponseReaderTest, PassesOverInterimAnswers) {
  const std::string bytes =
      "HTTP/1.1 100 Continue\r\nX: interim\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n"
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  for (const std::size_t step : {std::size_t{1}, bytes.size()}) {
    const Read read = ReadAll(bytes, step);
    ASSERT_EQ(read.state, State::kComplete) << read.problem;
    EXPECT_EQ(read.response.status, 200U);
    EXPECT_EQ(read.response.Header("x"), "");
    EXPECT_EQ(read.response.body, "ok");
  }
}

TEST(ResponseReaderTest, KnowsAnswersWithoutBody) {
  for (const std::string status : {"204 No Content", "304 Not Modified"}) {
    const Read read = ReadAll("HTTP/1.1 " + status + "\r\nContent-Length: 7\r\n\r\n", 1000);
    EXPECT_EQ(read.state, State::kComplete) << status;
    EXPECT_TRUE(read.keep_alive);
  }
  const Read head = ReadAll("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n", 1000, {}, true);
  EXPECT_EQ(head.state, State::kComplete);
  EXPECT_EQ(head.response.Header("content-length"), "7");
  EXPECT_TRUE(head.keep_alive);
}

TEST(ResponseReaderTest, WithoutALengthTheEndOfTheStreamEndsTheBody) {
  const std::string_view bytes = "HTTP/1.1 200 OK\r\n\r\nhello";
  EXPECT_EQ(ReadAll(bytes, 1000).state, State::kWaiting);
  const Read read = ReadAll(bytes, 1000, {}, false, true);
  EXPECT_EQ(read.state, State::kComplete);
  EXPECT_EQ(read.response.body, "hello");
  EXPECT_FALSE(read.keep_alive);
}

TEST(ResponseReaderTest, KeepsNoConnectionThatIsToClose) {
  for (const std::string_view head :
       {"HTTP/1.1 200 OK\r\nConnection: close\r\n", "HTTP/1.0 200 OK\r\n"}) {
    const Read read = ReadAll(std::string(head) + "Content-Length: 0\r\n\r\n", 1000);
    EXPECT_EQ(read.state, State::kComplete);
    EXPECT_FALSE(read.keep_alive) << head;
  }
}

TEST(ResponseReaderTest, KeepsNoConnectionWithBytesBehindTheAnswer) {
  const Read read = ReadAll("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 200", 1000);
  EXPECT_TRUE(read.has_more);
  EXPECT_EQ(read.state, State::kComplete);
  EXPECT_EQ(read.response.body, "x");
  EXPECT_FALSE(read.keep_alive);
}

TEST(ResponseReaderTest, AnAnswerThatEndsTooEarlyIsNone) {
  for (const std::string_view bytes :
       {"HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n"}) {
    const Read read = ReadAll(bytes, 1000, {}, false, true);
    EXPECT_EQ(read.state, State::kBroken) << bytes;
    EXPECT_EQ(read.problem, "it ends too early") << bytes;
  }
}

TEST(ResponseReaderTest, RefusesWhatIsNotHttpOrMeansTwoThings) {
  for (const std::string_view bytes :
       {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "\x15\x03\x01\x02\x02\r\n\r\n", "HTTP/2 200 OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 099 Low\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nBad Name: x\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n"}) {
    const Read read = ReadAll(bytes, 1000);
    EXPECT_EQ(read.state, State::kBroken) << bytes;
    EXPECT_NE(read.problem, "") << bytes;
  }
}

TEST(ResponseReaderTest, HoldsNoMoreThanItsLimits) {
  const AnswerLimits limits{.header_bytes = 1000, .body_bytes = 100};
  const std::string start = "HTTP/1.1 200 OK\r\n";
  const std::string chunked = start + "Transfer-Encoding: chunked\r\n\r\n";
  const std::string long_value(2000, 'x');
  const std::string half(51, 'x');
  std::string many;
  for (int i = 0; i < 300; ++i) many += "a: b\r\n";
  std::string interim;
  for (int i = 0; i < 300; ++i) interim += "HTTP/1.1 100 Continue\r\n\r\n";
  for (const std::string& bytes :
       {fmt::format("{}A: {}", start, long_value), fmt::format("{}{}\r\n", start, many),
        start + many, interim + start, start + "Content-Length: 101\r\n\r\n",
        fmt::format("{}\r\n{}{}", start, half, half),
        fmt::format("{}65\r\n{}{}", chunked, half, half),
        fmt::format("{}33\r\n{}\r\n33\r\n{}", chunked, half, half),
        fmt::format("{}1;{}", chunked, long_value),
        fmt::format("{}0\r\nA: {}", chunked, long_value)}) {
    for (const std::size_t step : {std::size_t{1}, std::size_t{10'000}}) {
      EXPECT_EQ(ReadAll(bytes, step, limits).state, State::kBroken)
          << bytes.substr(0, 80) << " by " << step;
    }
  }
  EXPECT_EQ(ReadAll(start + "Content-Length: 100\r\n\r\n" + std::string(100, 'x'), 7, limits).state,
            State::kComplete);
  EXPECT_THAT(ReadAll(start + "Content-Length: 101\r\n\r\n", 1000, limits).problem,
              HasSubstr("larger than 100 bytes"));
  EXPECT_THAT(ReadAll(start + many + many, 1000, limits).problem, HasSubstr("headers are larger"));
}

TEST(ResponseReaderTest, ALengthThatIsOnlyClaimedTakesNoMemory) {
  ResponseReader reader({.body_bytes = std::size_t{1} << 40}, false);
  const std::string_view bytes = "HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\nx";
  std::memcpy(reader.Room().data(), bytes.data(), bytes.size());
  EXPECT_EQ(reader.Commit(bytes.size()), State::kWaiting);
  EXPECT_LT(reader.Take().body.capacity(), 100'000U);
}

}  // namespace
}  // namespace ecm::http
