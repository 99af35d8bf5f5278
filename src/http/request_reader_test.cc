#include "http/request_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace ecm::http {
namespace {

using std::string_view_literals::operator""sv;

using State = RequestReader::State;

void Give(RequestReader& reader, std::string_view bytes) {
  while (!bytes.empty()) {
    const std::span<char> room = reader.Room();
    const std::size_t count = std::min(room.size(), bytes.size());
    std::ranges::copy(bytes.substr(0, count), room.begin());
    reader.Commit(count);
    bytes.remove_prefix(count);
  }
}

/// The status with which a request that begins with `bytes` is refused, 0 where it is not.
unsigned Refused(std::string_view bytes, const Limits& limits = {}) {
  RequestReader reader(limits);
  Give(reader, bytes);
  return reader.Read() == State::kRefused ? reader.refusal().status : 0;
}

/// A request with this header line.
std::string With(std::string_view header, std::string_view rest = "") {
  return "POST / HTTP/1.1\r\nHost: h\r\n" + std::string(header) + "\r\n\r\n" + std::string(rest);
}

constexpr std::string_view kWhole =
    "POST /clusters?a=b HTTP/1.1\r\nHost: localhost:8998\r\nX-Amz-Target:  ElasticMapReduce.X  \r\n"
    "Content-Length: 4\r\n\r\nbody";

TEST(RequestReaderTest, ReadsARequest) {
  RequestReader reader{Limits{}};
  EXPECT_EQ(reader.Read(), State::kIdle);
  Give(reader, kWhole);
  ASSERT_EQ(reader.Read(), State::kComplete);
  EXPECT_EQ(reader.request().method, "POST");
  EXPECT_EQ(reader.request().target, "/clusters?a=b");
  EXPECT_EQ(reader.request().Header("x-amz-target"), "ElasticMapReduce.X");
  EXPECT_EQ(reader.request().Header("X-Amz-Target"), "");
  EXPECT_EQ(reader.request().body, "body");
  EXPECT_TRUE(reader.keep_alive());
}

TEST(RequestReaderTest, ReadsTheSameWhereverTheBytesAreCut) {
  for (std::size_t cut = 1; cut < kWhole.size(); ++cut) {
    RequestReader reader{Limits{}};
    Give(reader, kWhole.substr(0, cut));
    ASSERT_EQ(reader.Read(), State::kBegun) << cut;
    Give(reader, kWhole.substr(cut));
    ASSERT_EQ(reader.Read(), State::kComplete) << cut;
    EXPECT_EQ(reader.request().headers.size(), 3U);
    EXPECT_EQ(reader.request().body, "body");
  }
}

TEST(RequestReaderTest, KeepsWhatFollowsForTheNextRequest) {
  RequestReader reader{Limits{}};
  Give(reader, std::string(kWhole) + "\r\n" + "GET /2 HTTP/1.1\r\nHost: h\r\n\r\nGET /3");
  ASSERT_EQ(reader.Read(), State::kComplete);
  EXPECT_EQ(reader.Read(), State::kComplete);  // until it is told to go on
  reader.Next();
  ASSERT_EQ(reader.Read(), State::kComplete);
  EXPECT_EQ(reader.request().target, "/2");
  EXPECT_EQ(reader.request().body, "");
  EXPECT_EQ(reader.request().headers.size(), 1U);
  reader.Next();
  EXPECT_EQ(reader.Read(), State::kBegun);
}

TEST(RequestReaderTest, EmptyLinesBeforeARequestAreNotItsBeginning) {
  RequestReader reader{Limits{}};
  Give(reader, "\r\n\r\n\r");
  EXPECT_EQ(reader.Read(), State::kIdle);
  Give(reader, "\nGET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(reader.Read(), State::kComplete);
}

TEST(RequestReaderTest, ReadsChunksAndDropsTheirTrailers) {
  RequestReader reader{Limits{}};
  Give(reader, With("Transfer-Encoding: Chunked",
                    "3;name=value\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-Amz-Target: other\r\n\r\nG"));
  ASSERT_EQ(reader.Read(), State::kComplete);
  EXPECT_EQ(reader.request().body, "abc0123456789");
  EXPECT_EQ(reader.request().Header("x-amz-target"), "");
  reader.Next();
  EXPECT_EQ(reader.Read(), State::kBegun);
}

TEST(RequestReaderTest, ReadsAnEmptyChunkedBodyWhereverTheBytesAreCut) {
  const std::string bytes = With("Transfer-Encoding: chunked", "0\r\n\r\n");
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    RequestReader reader{Limits{}};
    Give(reader, std::string_view(bytes).substr(0, cut));
    ASSERT_EQ(reader.Read(), State::kBegun) << cut;
    for (const char c : bytes.substr(cut, bytes.size() - cut - 1)) {
      Give(reader, {&c, 1});
      ASSERT_EQ(reader.Read(), State::kBegun) << cut;
    }
    Give(reader, "\n");
    ASSERT_EQ(reader.Read(), State::kComplete) << cut;
    EXPECT_EQ(reader.request().body, "");
  }
}

TEST(RequestReaderTest, HeadIsGetWithoutTheBody) {
  RequestReader reader{Limits{}};
  Give(reader, "HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_EQ(reader.Read(), State::kComplete);
  EXPECT_EQ(reader.request().method, "GET");
  EXPECT_TRUE(reader.is_head());
}

TEST(RequestReaderTest, TheAuthorityOfAnAbsoluteUrlIsTheHost) {
  const auto target_and_host = [](std::string_view line, std::string_view host) {
    RequestReader reader{Limits{}};
    Give(reader, std::string(line) + "\r\n" + std::string(host) + "\r\n");
    EXPECT_EQ(reader.Read(), State::kComplete) << line;
    return reader.request().target + " " + std::string(reader.request().Header("host"));
  };
  EXPECT_EQ(target_and_host("GET http://a:1/x?y HTTP/1.1", "Host: b\r\n"), "/x?y a:1");
  EXPECT_EQ(target_and_host("GET HTTP://a HTTP/1.1", "Host: b\r\n"), "/ a");
  EXPECT_EQ(target_and_host("GET http://a?y HTTP/1.0", ""), "/?y a");
  EXPECT_EQ(target_and_host("OPTIONS * HTTP/1.1", "Host: b\r\n"), "* b");
}

TEST(RequestReaderTest, OtherTargetsAreRefused) {
  for (const char* target :
       {"a", "*", "http://", "http:///x", "http://u@a/", "https://a/", "a:443"}) {
    EXPECT_EQ(Refused("GET " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n\r\n"), 400)
        << target;
  }
  EXPECT_EQ(Refused("CONNECT a:443 HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
}

TEST(RequestReaderTest, TheConnectionStaysAsVersionAndHeaderSay) {
  const auto keeps = [](std::string_view text) {
    RequestReader reader{Limits{}};
    Give(reader, text);
    EXPECT_EQ(reader.Read(), State::kComplete);
    return reader.keep_alive();
  };
  EXPECT_TRUE(keeps(With("X: y")));
  EXPECT_FALSE(keeps(With("Connection: Close")));
  EXPECT_FALSE(keeps("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_TRUE(keeps("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
}

TEST(RequestReaderTest, AsksForTheBodyOnceAndOnlyWhereThePeerWaits) {
  const std::string head = With("Expect: 100-Continue\r\nContent-Length: 2");
  RequestReader reader{Limits{}};
  Give(reader, head);
  EXPECT_EQ(reader.Read(), State::kContinue);
  EXPECT_EQ(reader.Read(), State::kBegun);
  Give(reader, "ab");
  EXPECT_EQ(reader.Read(), State::kComplete);

  RequestReader in_a_hurry{Limits{}};
  Give(in_a_hurry, head + "a");
  EXPECT_EQ(in_a_hurry.Read(), State::kBegun);

  RequestReader old{Limits{}};
  Give(old, "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(old.Read(), State::kBegun);

  EXPECT_EQ(Refused(With("Expect: a-miracle\r\nContent-Length: 2")), 417);
}

TEST(RequestReaderTest, WhatIsNotHttpIsRefused) {
  for (const char* text :
       {"\x16\x03\x01\x02", " GET / HTTP/1.1\r\n", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: h\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/1.1\nHost: h\n\n",
        "GET / HTTP/1.1\r\nHost : h\r\n\r\n", "GET / HTTP/1.1\r\n Host: h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX: a\x01\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n",
        "G\xc3\xa9T / HTTP/1.1\r\nHost: h\r\n\r\n"}) {
    const unsigned status = Refused(text);
    EXPECT_TRUE(status == 400 || status == 505) << text << status;
  }
  EXPECT_EQ(Refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505);
  EXPECT_EQ(Refused("GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n"sv), 400);
}

TEST(RequestReaderTest, ARequestNamesOneHost) {
  EXPECT_EQ(Refused("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(Refused(With("host: other")), 400);
  EXPECT_EQ(Refused("GET / HTTP/1.0\r\n\r\n"), 0);
}

TEST(RequestReaderTest, ABodyHasOneLength) {
  EXPECT_EQ(Refused(With("Content-Length: 2\r\nContent-Length: 2", "ab")), 400);
  EXPECT_EQ(Refused(With("Content-Length: 2\r\nContent-Length: 3", "ab")), 400);
  EXPECT_EQ(Refused(With("Content-Length: 2, 2", "ab")), 400);
  EXPECT_EQ(Refused(With("Content-Length: 2\r\nTransfer-Encoding: chunked", "0\r\n\r\n")), 400);
  EXPECT_EQ(Refused(With("Transfer-Encoding: chunked\r\nContent-Length: 2", "0\r\n\r\n")), 400);
  EXPECT_EQ(Refused(With("Transfer-Encoding: gzip, chunked", "0\r\n\r\n")), 501);
  EXPECT_EQ(Refused(With("Transfer-Encoding: identity", "0\r\n\r\n")), 501);
  EXPECT_EQ(Refused(With("Transfer-Encoding: xchunked", "0\r\n\r\n")), 501);
  EXPECT_NE(Refused(With("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n")),
            0);
  EXPECT_NE(Refused(With("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked", "0\r\n\r\n")), 0);
  EXPECT_EQ(Refused("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400);
  for (const char* length : {"-1", "+1", "1x", "0x2", "", "99999999999999999999999", "1 1"}) {
    EXPECT_EQ(Refused(With("Content-Length: " + std::string(length), "ab")), 400) << length;
  }
}

TEST(RequestReaderTest, AChunkSaysItsSizeInHexadecimalAndEndsThere) {
  const std::string header = "Transfer-Encoding: chunked";
  for (const char* body : {"x\r\n", "-1\r\n", "ffffffffffffffffff\r\n", "2\r\nabc\r\n0\r\n\r\n",
                           "2 \x01\r\nab\r\n", "0\r\nContent-Length: 4\r\n\r\n"}) {
    EXPECT_NE(Refused(With(header, body)), 0) << body;
  }
}

TEST(RequestReaderTest, TheHeaderMayNotBeLargerThanItsLimit) {
  const Limits limits{.header_bytes = 1000};
  const auto header_of = [](std::size_t bytes) { return With("X: " + std::string(bytes, 'x')); };
  EXPECT_EQ(Refused(header_of(900), limits), 0);
  EXPECT_EQ(Refused(header_of(1000), limits), 431);
  EXPECT_EQ(Refused("GET /" + std::string(1000, 'x'), limits), 431);
  std::string many = "GET / HTTP/1.1\r\nHost: h\r\n";
  for (int i = 0; i < 200; ++i) many += "A: b\r\n";
  EXPECT_EQ(Refused(many + "\r\n", limits), 431);
}

TEST(RequestReaderTest, ManyShortHeadersOneByOneAreNoWayAroundTheLimit) {
  RequestReader reader{Limits{.header_bytes = 1000}};
  Give(reader, "GET / HTTP/1.1\r\nHost: h\r\n");
  int lines = 0;
  while (reader.Read() == State::kBegun && lines < 1000) {
    Give(reader, "A: b\r\n");
    ++lines;
  }
  EXPECT_EQ(reader.refusal().status, 431);
  EXPECT_LT(lines, 200);
}

TEST(RequestReaderTest, TheBodyMayNotBeLargerThanItsLimit) {
  const Limits limits{.body_bytes = 5};
  EXPECT_EQ(Refused(With("Content-Length: 5", "12345"), limits), 0);
  EXPECT_EQ(Refused(With("Content-Length: 6"), limits), 413);
  EXPECT_EQ(Refused(With("Expect: 100-continue\r\nContent-Length: 6"), limits), 413);
  EXPECT_EQ(Refused(With("Transfer-Encoding: chunked", "3\r\nabc\r\n3\r\n"), limits), 413);
  EXPECT_EQ(Refused(With("Transfer-Encoding: chunked", "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"), limits),
            0);
}

TEST(RequestReaderTest, ChunkLinesAndTrailersAreLimitedAsHeadersAre) {
  const Limits limits{.header_bytes = 1000};
  const std::string coding = "Transfer-Encoding: chunked";
  EXPECT_EQ(Refused(With(coding, "3;" + std::string(3000, 'x')), limits), 431);
  EXPECT_EQ(Refused(With(coding, "0\r\nX: " + std::string(3000, 'x')), limits), 431);
  std::string trailers = "0\r\n";
  for (int i = 0; i < 200; ++i) trailers += "A: b\r\n";
  EXPECT_EQ(Refused(With(coding, trailers + "\r\n"), limits), 431);
}

TEST(RequestReaderTest, RefusalsSayWhatWasWrong) {
  RequestReader reader{Limits{.body_bytes = 5}};
  Give(reader, With("Content-Length: 6"));
  ASSERT_EQ(reader.Read(), State::kRefused);
  EXPECT_EQ(reader.refusal().body, "the body is larger than 5 bytes\n");
}

/// Whatever comes, in whatever pieces: no crash (the sanitizers watch), no endless loop, and a
/// request only where one piece makes the same one. (What is none may be refused later in pieces.)
TEST(RequestReaderTest, MutatedRequestsReadTheSameWhereverTheyAreCut) {
  const std::string seeds[] = {
      std::string(kWhole), With("Expect: 100-continue\r\nContent-Length: 2", "ab"),
      With("Transfer-Encoding: chunked", "3;a=b\r\nabc\r\n0\r\nX: y\r\n\r\n"),
      "GET http://a:1/x HTTP/1.0\r\nX: a\r\n b\r\n\r\n"};
  const Limits limits{.header_bytes = 200, .body_bytes = 20};
  std::mt19937_64 random(20261123);  // the seed is fixed: every run is the same
  for (int round = 0; round < 20'000; ++round) {
    std::string text = seeds[random() % std::size(seeds)];
    for (std::size_t edits = random() % 4; edits > 0; --edits) {
      const std::size_t at = random() % text.size();
      if (random() % 2 == 0)
        text[at] = static_cast<char>(random());
      else
        text.insert(at, text.substr(random() % text.size(), random() % 8));
    }
    const auto end = [&](std::size_t piece) {
      RequestReader reader(limits);
      for (std::size_t at = 0; at < text.size(); at += piece) {
        Give(reader, std::string_view(text).substr(at, piece));
        const State state = reader.Read();
        if (state == State::kRefused) break;
        if (state == State::kComplete)
          return reader.request().target + "\n" + reader.request().body;
      }
      return std::string("none");
    };
    ASSERT_EQ(end(text.size()), end(1 + random() % 9)) << "round " << round << ": " << text;
  }
}

}  // namespace
}  // namespace ecm::http
