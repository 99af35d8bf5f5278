#include "http/server.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <filesystem>
#include <latch>

#include "http/testing/raw_peer.h"

namespace ecm::http {
namespace {

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

/// Says what it was asked.
Response Echo(const Request& request) {
  return {200, {{"X-Echo", "yes"}}, request.method + " " + request.target + " " + request.body};
}

std::string Post(std::string_view target, std::string_view body) {
  return "POST " + std::string(target) +
         " HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

TEST(ServerTest, AnswersSeveralRequestsOfOneConnection) {
  RunningServer server(Echo);
  RawPeer peer(server.port());
  for (const char* body : {"first", "", "third"}) {
    peer.Send(Post("/x", body));
    const std::string response = peer.ReadResponse();
    EXPECT_TRUE(response.starts_with("HTTP/1.1 200 OK\r\nX-Echo: yes\r\n")) << response;
    EXPECT_TRUE(response.ends_with("\r\n\r\nPOST /x " + std::string(body))) << response;
  }
  EXPECT_FALSE(peer.closed());
}

TEST(ServerTest, AnswersPipelinedRequestsInTheirOrder) {
  RunningServer server(Echo);
  RawPeer peer(server.port());
  std::string all;
  for (int i = 0; i < 500; ++i) all += Post("/" + std::to_string(i), "b");
  peer.Send(all);
  for (int i = 0; i < 500; ++i) {
    ASSERT_TRUE(peer.ReadResponse().ends_with("POST /" + std::to_string(i) + " b"));
  }
}

TEST(ServerTest, CarriesLargeBodiesBothWays) {
  RunningServer server([](const Request& request) { return Response{200, {}, request.body}; });
  RawPeer peer(server.port());
  std::string body(9'000'000, 'x');
  for (std::size_t i = 0; i < body.size(); i += 1000)
    body[i] = static_cast<char>('a' + i / 1000 % 26);
  std::jthread sender([&] { peer.Send(Post("/", body) + Post("/", "after")); });
  EXPECT_TRUE(peer.ReadResponse().ends_with("\r\n\r\n" + body));
  EXPECT_TRUE(peer.ReadResponse().ends_with("\r\n\r\nafter"));
}

TEST(ServerTest, ReadsABodyInChunks) {
  RunningServer server(Echo);
  RawPeer peer(server.port());
  peer.Send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  peer.Send("2\r\nde\r\n0\r\n\r\n");
  EXPECT_TRUE(peer.ReadResponse().ends_with("POST / abcde"));
}

TEST(ServerTest, AsksForABodyThatThePeerHoldsBack) {
  RunningServer server(Echo);
  RawPeer peer(server.port());
  peer.Send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  EXPECT_EQ(peer.ReadTo("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  peer.Send("body");
  EXPECT_TRUE(peer.ReadResponse().ends_with("POST / body"));
}

TEST(ServerTest, HeadGetsTheHeadOfGet) {
  RunningServer server(Echo);
  RawPeer peer(server.port());
  peer.Send("HEAD /page HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(peer.ReadResponse(false).contains("Content-Length: 10\r\n"));
  peer.Send(Post("/next", ""));
  EXPECT_TRUE(peer.ReadResponse().starts_with("HTTP/1.1 200"));
}

TEST(ServerTest, ClosesWhereThePeerWishesIt) {
  RunningServer server(Echo);
  RawPeer modern(server.port());
  modern.Send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(modern.ReadToEnd().contains("\r\nConnection: close\r\n"));
  EXPECT_TRUE(modern.closed());

  RawPeer old(server.port());
  old.Send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(old.ReadToEnd().ends_with("GET / "));
  EXPECT_TRUE(old.closed());

  RawPeer old_and_patient(server.port());
  old_and_patient.Send("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
  EXPECT_TRUE(old_and_patient.ReadResponse().contains("\r\nConnection: keep-alive\r\n"));
  old_and_patient.Send("GET /2 HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(old_and_patient.ReadToEnd().ends_with("GET /2 "));
}

TEST(ServerTest, RefusesWhatIsNotHttpAndCloses) {
  RunningServer server(Echo);
  RawPeer peer(server.port());
  peer.Send("SSH-2.0-OpenSSH_9.2\r\n" + std::string(kGet));
  const std::string response = peer.ReadToEnd();
  EXPECT_TRUE(response.starts_with("HTTP/1.1 400 Bad Request\r\n")) << response;
  EXPECT_TRUE(response.contains("\r\nConnection: close\r\n"));
  EXPECT_TRUE(peer.closed());
}

TEST(ServerTest, ASmuggledRequestIsNotAnswered) {
  int asked = 0;
  RunningServer server([&asked](const Request& request) {
    ++asked;
    return Echo(request);
  });
  RawPeer peer(server.port());
  peer.Send(
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
      "0\r\n\r\n" +
      std::string(kGet));
  EXPECT_TRUE(peer.ReadToEnd().starts_with("HTTP/1.1 400"));
  server.OnItsThread([&] { EXPECT_EQ(asked, 0); });
}

TEST(ServerTest, AnAnswerThatWouldSplitIsNotSent) {
  RunningServer server(
      [](const Request&) { return Response{302, {{"Location", "/\r\nSet-Cookie: a=b"}}, ""}; });
  RawPeer peer(server.port());
  peer.Send(kGet);
  const std::string response = peer.ReadResponse();
  EXPECT_TRUE(response.starts_with("HTTP/1.1 500")) << response;
  EXPECT_FALSE(response.contains("Set-Cookie"));
}

TEST(ServerTest, APeerThatEndedSendingGetsItsAnswers) {
  RunningServer server(Echo);
  RawPeer peer(server.port());
  peer.Send(Post("/1", "a") + Post("/2", "b"));
  peer.EndSending();
  EXPECT_TRUE(peer.ReadResponse().ends_with("POST /1 a"));
  EXPECT_TRUE(peer.ReadResponse().ends_with("POST /2 b"));
  EXPECT_EQ(peer.ReadToEnd(), "");
  EXPECT_TRUE(peer.closed());
}

TEST(ServerTest, APeerThatEndsWithinARequestIsToldSo) {
  RunningServer server(Echo);
  RawPeer peer(server.port());
  peer.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab");
  peer.EndSending();
  EXPECT_TRUE(peer.ReadToEnd().starts_with("HTTP/1.1 400"));
}

TEST(ServerTest, PeersThatVanishAreNoHarm) {
  RunningServer server(
      [](const Request&) { return Response{200, {}, std::string(1'000'000, 'x')}; });
  for (int i = 0; i < 50; ++i) {
    RawPeer peer(server.port());
    peer.Send(std::string(kGet) + std::string(kGet) + "GET /");
  }
  RawPeer peer(server.port());
  peer.Send(kGet);
  EXPECT_TRUE(peer.ReadResponse().starts_with("HTTP/1.1 200"));
}

std::size_t OpenDescriptors() {
  const std::filesystem::directory_iterator open("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(open), end(open)));
}

TEST(ServerTest, TwoThousandConnectionsLeaveNoDescriptorBehind) {
  RunningServer server(Echo);
  {
    RawPeer peer(server.port());
    peer.Send("GET / HTTP/1.0\r\n\r\n");
    peer.ReadToEnd();
  }
  server.OnItsThread([] {});
  const std::size_t before = OpenDescriptors();
  for (int i = 0; i < 2000; ++i) {
    RawPeer peer(server.port());
    ASSERT_TRUE(peer.connected()) << i;
    if (i % 3 == 0) continue;
    if (i % 3 == 1) peer.Send("GET / HTTP/1.0\r\n\r\n");
    if (i % 3 == 2) peer.Send("nonsense\r\n\r\n");
    ASSERT_TRUE(peer.ReadToEnd().starts_with("HTTP/1.1 ")) << i;
  }
  RawPeer last(server.port());  // accepted after all others, whose ends are then in the queue
  last.Send("GET / HTTP/1.0\r\n\r\n");
  last.ReadToEnd();
  for (int i = 0; i < 100 && OpenDescriptors() > before + 1; ++i) server.OnItsThread([] {});
  EXPECT_LE(OpenDescriptors(), before + 2);  // `last`, from both sides
}

TEST(ServerTest, GoesOnAfterItRanOutOfDescriptors) {
  RunningServer server(Echo, Limits{.idle_timeout = std::chrono::milliseconds(100)});
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  RawPeer first(server.port());
  RawPeer second(server.port());
  first.Send(kGet);
  EXPECT_TRUE(first.ReadResponse().starts_with("HTTP/1.1 200"));
  second.Send(kGet);
  EXPECT_TRUE(second.ReadResponse().starts_with("HTTP/1.1 200"));
  // The third peer's own descriptor is the last: the server has none to accept it with.
  const int lowest_free = dup(0);
  close(lowest_free);
  rlimit tight = before;
  tight.rlim_cur = static_cast<rlim_t>(lowest_free) + 1;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &tight), 0);
  {
    RawPeer third(server.port());
    EXPECT_TRUE(third.connected());
    third.Send(kGet);
    // The first two are idle for too long, which makes room.
    EXPECT_TRUE(third.ReadResponse().starts_with("HTTP/1.1 200"));
  }
  setrlimit(RLIMIT_NOFILE, &before);
}

TEST(ServerTest, StopLetsTheAnswerUnderWayFinishAndClosesTheRest) {
  std::latch asked(1);
  std::latch go(1);
  RunningServer server([&](const Request& request) {
    if (request.target == "/slow") {
      asked.count_down();
      go.wait();
    }
    return Response{200, {}, std::string(5'000'000, 'x')};
  });
  RawPeer idle(server.port());
  idle.Send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
  idle.ReadResponse(false);
  RawPeer half_asked(server.port());
  half_asked.Send("GET / HT");
  RawPeer busy(server.port());
  busy.Send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
  asked.wait();
  std::jthread stopper([&] { server.Stop(); });
  go.count_down();
  EXPECT_TRUE(busy.ReadResponse().ends_with(std::string(5'000'000, 'x')));
  EXPECT_EQ(busy.ReadToEnd(), "");
  EXPECT_EQ(idle.ReadToEnd(), "");
  EXPECT_EQ(half_asked.ReadToEnd(), "");
  EXPECT_TRUE(busy.closed() && idle.closed() && half_asked.closed());
  stopper.join();
  EXPECT_FALSE(RawPeer(server.port()).connected());
}

TEST(ServerTest, AHandlerMayStopItsServer) {
  std::function<void()> stop;
  boost::asio::io_context io{1};
  const auto server = Server::Listen(io, "127.0.0.1", 0, {}, [&stop](const Request&) {
                        stop();
                        return Response{200, {}, "bye"};
                      }).value();
  stop = [&] { server->Stop(); };
  std::jthread runner([&io] { io.run(); });
  RawPeer peer(server->port());
  peer.Send(std::string(kGet) + std::string(kGet));
  const std::string all = peer.ReadToEnd();
  EXPECT_TRUE(all.contains("\r\nConnection: close\r\n"));
  EXPECT_TRUE(all.ends_with("\r\n\r\nbye"));
  EXPECT_EQ(all.find("bye"), all.rfind("bye"));
}

TEST(ServerTest, DestructionClosesEverythingAtOnce) {
  RunningServer server(
      [](const Request&) { return Response{200, {}, std::string(9'000'000, 'x')}; });
  RawPeer idle(server.port());
  RawPeer reading(server.port());
  reading.Send("GET /");
  RawPeer writing(server.port());
  writing.Send(kGet);
  writing.ReadTo("\r\n\r\n");
  server.Destroy();
  EXPECT_EQ(idle.ReadToEnd(), "");
  EXPECT_EQ(reading.ReadToEnd(), "");
  EXPECT_LT(writing.ReadToEnd().size(), 9'000'000U);
  EXPECT_TRUE(idle.closed() && reading.closed() && writing.closed());
}

TEST(ServerTest, ItsContextMayEndWithConnectionsInIt) {
  boost::asio::io_context io{1};
  auto server = Server::Listen(io, "127.0.0.1", 0, {}, Echo).value();
  RawPeer peer(server->port());
  peer.Send("GET /");
  for (int i = 0; i < 3; ++i) io.run_one();
  server.reset();
}

TEST(ServerTest, SaysWhatToDoAboutAnAddress) {
  boost::asio::io_context io{1};
  const auto first = Server::Listen(io, "127.0.0.1", 0, {}, Echo).value();
  const std::string port = std::to_string(first->port());
  const auto listen = [&io](const char* address, std::uint16_t number) {
    return Server::Listen(io, address, number, {}, Echo).error();
  };
  EXPECT_EQ(listen("127.0.0.1", first->port()).kind, ErrorKind::kConflict);
  EXPECT_EQ(listen("127.0.0.1", first->port()).message,
            "port " + port + " is taken by another program: choose another with --port");
  EXPECT_EQ(listen("localhost", 0).kind, ErrorKind::kInvalidJob);
  EXPECT_EQ(listen("localhost", 0).message,
            "\"localhost\" is not an IP address: give one, like 127.0.0.1");
  EXPECT_EQ(listen("192.0.2.1", 0).kind, ErrorKind::kInvalidJob);
  EXPECT_EQ(listen("192.0.2.1", 0).message,
            "this machine has no address 192.0.2.1: choose one of its own, or 127.0.0.1");
}

TEST(ServerTest, APortIsFreeAgainWhenItsServerIsGone) {
  boost::asio::io_context io{1};
  auto first = Server::Listen(io, "127.0.0.1", 0, {}, Echo).value();
  const std::uint16_t port = first->port();
  std::jthread runner([&io] { io.run(); });
  RawPeer peer(port);
  peer.Send("GET / HTTP/1.0\r\n\r\n");  // the server closes first: its side lingers in the kernel
  peer.ReadToEnd();
  boost::asio::post(io, [&first] { first.reset(); });
  runner.join();
  EXPECT_TRUE(Server::Listen(io, "127.0.0.1", port, {}, Echo).has_value());
}

}  // namespace
}  // namespace ecm::http
