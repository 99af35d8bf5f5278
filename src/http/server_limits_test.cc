#include <gtest/gtest.h>

#include <atomic>
#include <chrono>

#include "http/server.h"
#include "http/testing/raw_peer.h"

namespace ecm::http {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kShort{60};
constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

Response Fine(const Request&) { return {200, {}, "fine"}; }

/// Sends a byte at a time, five milliseconds apart, until the server has enough of it or the bytes
/// are at an end. Each wait is a read that finds nothing: no clock, no sleep.
bool DripUntilAnswered(RawPeer& peer, std::string_view bytes) {
  for (const char c : bytes) {
    if (!peer.Send({&c, 1}) || peer.AnswerCameWithin(milliseconds(5))) return true;
  }
  return false;
}

TEST(ServerLimitsTest, ASlowRequestIsToldSoAndClosed) {
  RunningServer server(Fine, Limits{.read_timeout = kShort});
  for (const char* begin : {"G", "GET / HTTP/1.1\r\nHost: h\r\n",
                            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nab"}) {
    RawPeer peer(server.port());
    peer.Send(begin);
    EXPECT_TRUE(peer.ReadToEnd().starts_with("HTTP/1.1 408 Request Timeout\r\n")) << begin;
    EXPECT_TRUE(peer.closed());
  }
}

TEST(ServerLimitsTest, BytesThatKeepDrippingGainNoTime) {
  RunningServer server(Fine, Limits{.read_timeout = kShort});
  RawPeer in_header(server.port());
  EXPECT_TRUE(DripUntilAnswered(in_header, "GET / HTTP/1.1\r\nX: " + std::string(1000, 'x')));
  EXPECT_TRUE(in_header.ReadToEnd().starts_with("HTTP/1.1 408"));

  RawPeer in_body(server.port());
  in_body.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n");
  EXPECT_TRUE(DripUntilAnswered(in_body, std::string(1000, 'x')));
  EXPECT_TRUE(in_body.ReadToEnd().starts_with("HTTP/1.1 408"));
}

TEST(ServerLimitsTest, APeerThatIsAskedForItsBodyHasNoMoreTimeForIt) {
  RunningServer server(Fine, Limits{.read_timeout = kShort});
  RawPeer peer(server.port());
  peer.Send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  EXPECT_EQ(peer.ReadTo("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_TRUE(peer.ReadToEnd().starts_with("HTTP/1.1 408"));
}

TEST(ServerLimitsTest, AnIdleConnectionIsClosedWithoutAWord) {
  RunningServer server(Fine, Limits{.idle_timeout = kShort});
  RawPeer silent(server.port());
  RawPeer sated(server.port());
  sated.Send(kGet);
  EXPECT_TRUE(sated.ReadResponse().ends_with("fine"));
  RawPeer blank(server.port());
  EXPECT_TRUE(DripUntilAnswered(blank, [] {
    std::string lines;
    for (int i = 0; i < 500; ++i) lines += "\r\n";
    return lines;
  }()));
  for (RawPeer* peer : {&silent, &sated, &blank}) {
    EXPECT_EQ(peer->ReadToEnd(), "");
    EXPECT_TRUE(peer->closed());
  }
}

TEST(ServerLimitsTest, EveryRequestBeginsItsOwnTime) {
  RunningServer server(Fine, Limits{.read_timeout = milliseconds(200)});
  RawPeer peer(server.port());
  for (int i = 0; i < 6; ++i) {  // 6 x 60 ms: longer than one request may take
    peer.Send(kGet.substr(0, 10));
    EXPECT_FALSE(peer.AnswerCameWithin(kShort));
    peer.Send(kGet.substr(10));
    ASSERT_TRUE(peer.ReadResponse().ends_with("fine")) << i;
  }
}

TEST(ServerLimitsTest, APeerThatDoesNotReadIsCutOff) {
  std::atomic<int> asked = 0;
  RunningServer server(
      [&asked](const Request&) {
        ++asked;
        return Response{200, {}, std::string(20'000'000, 'x')};
      },
      Limits{.write_timeout = kShort});
  RawPeer peer(server.port(), 4096);
  peer.Send(std::string(kGet) + std::string(kGet));
  EXPECT_TRUE(peer.HungUpWithin(std::chrono::seconds(10)));
  EXPECT_EQ(asked, 1);
}

TEST(ServerLimitsTest, APeerThatDoesNotLeaveAfterTheLastAnswerIsCutOff) {
  RunningServer server(Fine, Limits{.write_timeout = kShort});
  RawPeer peer(server.port());
  peer.Send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(peer.ReadToEnd().ends_with("fine"));
  // What it still sends is read over; once it is cut off, sending fails.
  int sent = 0;
  while (sent < 1000 && peer.Send("x") && !peer.HungUpWithin(milliseconds(5))) ++sent;
  EXPECT_GT(sent, 1);
  EXPECT_LT(sent, 1000);
}

TEST(ServerLimitsTest, LargeBodiesTogetherAreTooLargeAndKeepNobodyElseOut) {
  RunningServer server(
      [](const Request& r) { return Response{200, {}, std::to_string(r.body.size())}; },
      Limits{.bodies_bytes = 300'000});
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 250000\r\n\r\n";
  RawPeer peers[2]{RawPeer(server.port()), RawPeer(server.port())};
  for (RawPeer& peer : peers) peer.Send(head + std::string(200'000, 'x'));
  std::size_t refused = 0;
  for (int look = 0; look < 2000 && !peers[refused].AnswerCameWithin(milliseconds(5)); ++look) {
    refused = 1 - refused;
  }
  EXPECT_TRUE(peers[refused].ReadToEnd().starts_with("HTTP/1.1 503 Service Unavailable\r\n"));

  RawPeer small(server.port());
  small.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nsmall");
  EXPECT_TRUE(small.ReadResponse().ends_with("\r\n5"));
  RawPeer& other = peers[1 - refused];
  other.Send(std::string(50'000, 'x'));
  EXPECT_TRUE(other.ReadResponse().ends_with("\r\n250000"));
  other.Send(head + std::string(250'000, 'x'));  // what was answered is no longer held
  EXPECT_TRUE(other.ReadResponse().ends_with("\r\n250000"));
}

TEST(ServerLimitsTest, ATooLargeBodyGetsItsAnswerEvenIfItIsAllSent) {
  RunningServer server(Fine, Limits{.body_bytes = 1000});
  RawPeer peer(server.port());
  peer.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3000000\r\n\r\n");
  EXPECT_TRUE(peer.Send(std::string(3'000'000, 'x')));
  peer.EndSending();
  EXPECT_TRUE(peer.ReadToEnd().starts_with("HTTP/1.1 413 Content Too Large\r\n"));
}

TEST(ServerLimitsTest, ATooLargeBodyIsRefusedBeforeItIsSent) {
  RunningServer server(Fine, Limits{.body_bytes = 10});
  RawPeer peer(server.port());
  peer.Send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n");
  EXPECT_TRUE(peer.ReadResponse().starts_with("HTTP/1.1 413"));
  RawPeer chunked(server.port());
  chunked.Send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n");
  EXPECT_TRUE(chunked.ReadResponse().starts_with("HTTP/1.1 413"));
}

TEST(ServerLimitsTest, ATooLargeHeaderIsRefused) {
  RunningServer server(Fine, Limits{.header_bytes = 1000});
  RawPeer peer(server.port());
  peer.Send("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(100'000, 'x'));
  EXPECT_TRUE(peer.ReadResponse().starts_with("HTTP/1.1 431 "));
}

TEST(ServerLimitsTest, ConnectionsBeyondTheirNumberAreClosedAtOnce) {
  RunningServer server(Fine, Limits{.connections = 2});
  auto first = std::make_unique<RawPeer>(server.port());
  RawPeer second(server.port());
  for (RawPeer* peer : {first.get(), &second}) {
    peer->Send(kGet);
    EXPECT_TRUE(peer->ReadResponse().ends_with("fine"));
  }
  RawPeer third(server.port());
  EXPECT_EQ(third.ReadToEnd(), "");
  EXPECT_TRUE(third.closed());
  first.reset();
  std::string response;
  for (int i = 0; i < 1000 && response.empty(); ++i) {  // until the server saw the first one leave
    RawPeer fourth(server.port());
    fourth.Send(kGet);
    response = fourth.ReadResponse();
  }
  EXPECT_TRUE(response.ends_with("fine"));
}

TEST(ServerLimitsTest, StopWaitsNoLongerThanAnAnswerMayTake) {
  RunningServer server(
      [](const Request&) { return Response{200, {}, std::string(20'000'000, 'x')}; },
      Limits{.write_timeout = kShort});
  RawPeer peer(server.port(), 4096);
  peer.Send(kGet);
  peer.ReadTo("\r\n\r\n");
  server.Stop();
  EXPECT_TRUE(peer.HungUpWithin(std::chrono::seconds(10)));
}

}  // namespace
}  // namespace ecm::http
