#include "http/client.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <latch>
#include <semaphore>
#include <thread>

#include "env/real/real_env.h"
#include "http/testing/raw_peer.h"
#include "http/testing/scripted_server.h"

namespace ecm::http {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class HttpTransportTest : public testing::Test {
 protected:
  static HttpRequest To(std::uint16_t port, std::string body = "") {
    return {.origin = {.tls = false, .host = "127.0.0.1", .port = port},
            .target = "/a?b",
            .body = std::move(body),
            .timeout = 20s};
  }
  /// The error of the request, which surely has one.
  Error ErrorOf(const HttpRequest& request) {
    const auto response = http_->Send(request);
    EXPECT_FALSE(response.has_value()) << response->status << response->body;
    return response.has_value() ? Error{} : response.error();
  }
  Error ErrorOf(std::uint16_t port) { return ErrorOf(To(port)); }

  SystemClock clock_;
  std::unique_ptr<HttpTransport> http_ = MakeHttpTransport({}, clock_);
};

TEST_F(HttpTransportTest, SendsTheRequestAndGivesTheWholeAnswer) {
  std::string seen;
  ScriptedServer server([&seen](ServerSide& peer, int) {
    seen = peer.ReadRequest();
    peer.Send("HTTP/1.1 400 Bad\r\nX-Amzn-ErrorType: Oops\r\nContent-Length: 4\r\n\r\nbody");
  });
  HttpRequest request = To(server.port(), "{}");
  request.headers = {{"X-Amz-Target", "ElasticMapReduce.ListClusters"}};
  const auto response = http_->Send(request);
  ASSERT_TRUE(response.has_value()) << response.error().message;
  EXPECT_EQ(response->status, 400U);
  EXPECT_EQ(response->Header("x-amzn-errortype"), "Oops");
  EXPECT_EQ(response->body, "body");
  EXPECT_EQ(seen, "POST /a?b HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                      "\r\nX-Amz-Target: ElasticMapReduce.ListClusters\r\n"
                      "Content-Length: 2\r\n\r\n{}");
}

TEST_F(HttpTransportTest, WritesNothingForARequestThatCannotBeWritten) {
  ScriptedServer server([](ServerSide&, int) {});
  HttpRequest request = To(server.port());
  request.headers = {{"a", "b\r\nc"}};
  EXPECT_EQ(ErrorOf(request).kind, ErrorKind::kInvalidJob);
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(HttpTransportTest, UsesOneConnectionForManyRequests) {
  ScriptedServer server([](ServerSide& peer, int) {
    while (!peer.ReadRequest().empty()) peer.Answer("x");
  });
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(http_->Send(To(server.port())).has_value());
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(HttpTransportTest, ReachesLocalhostWithoutDns) {
  RunningServer server([](const Request&) { return Response{200, {}, "here"}; });
  HttpRequest request = To(server.port());
  request.origin.host = "localhost";
  EXPECT_EQ(http_->Send(request)->body, "here");
}

TEST_F(HttpTransportTest, GoesBetweenOurServerAndItsLimits) {
  RunningServer server([](const Request& request) { return Response{200, {}, request.body}; });
  const std::string large(6'000'000, 'x');
  EXPECT_EQ(http_->Send(To(server.port(), large))->body, large);
  HttpRequest head = To(server.port(), "");
  head.method = "HEAD";
  EXPECT_EQ(http_->Send(head)->body, "");
  EXPECT_EQ(http_->Send(To(server.port(), "small"))->body, "small");
}

TEST_F(HttpTransportTest, TakesAnAnswerThatComesBeforeTheRequestIsThrough) {
  ScriptedServer server([](ServerSide& peer, int) {
    peer.ReadTo("\r\n\r\n");
    peer.Send("HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    peer.ReadToEnd();
  });
  EXPECT_EQ(http_->Send(To(server.port(), std::string(3'000'000, 'x')))->status, 413U);
}

TEST_F(HttpTransportTest, OpensANewConnectionWhereTheServerClosedAfterItsAnswer) {
  std::counting_semaphore<5> ended(0);
  ScriptedServer server([&ended](ServerSide& peer, int) {
    peer.ReadRequest();
    peer.Answer("x");
    peer.End();
    ended.release();
    peer.ReadToEnd();
  });
  for (int i = 0; i < 5; ++i) {
    const auto response = http_->Send(To(server.port()));
    ASSERT_TRUE(response.has_value()) << response.error().message;
    ended.acquire();
  }
}

/// Answers one request and ends when the second is there.
void EndAtTheSecond(ServerSide& peer, bool reset) {
  peer.ReadRequest();
  peer.Answer("first");
  peer.ReadRequest();
  if (reset) peer.Reset();
}

TEST_F(HttpTransportTest, SendsARepeatableRequestAgainWhenAKeptConnectionIsDead) {
  for (const bool reset : {false, true}) {
    ScriptedServer server([reset](ServerSide& peer, int number) {
      if (number == 0) return EndAtTheSecond(peer, reset);
      peer.ReadRequest();
      peer.Answer("again");
    });
    HttpRequest request = To(server.port());
    EXPECT_EQ(http_->Send(request)->body, "first");
    request.repeatable = true;
    const auto response = http_->Send(request);
    ASSERT_TRUE(response.has_value()) << response.error().message;
    EXPECT_EQ(response->body, "again");
    EXPECT_EQ(server.connections(), 2);
  }
}

TEST_F(HttpTransportTest, LeavesTheOutcomeOfOthersOpen) {
  for (const bool reset : {false, true}) {
    ScriptedServer server([reset](ServerSide& peer, int) { EndAtTheSecond(peer, reset); });
    EXPECT_EQ(http_->Send(To(server.port()))->body, "first");
    const Error error = ErrorOf(server.port());
    EXPECT_EQ(error.kind, ErrorKind::kUnknownOutcome);
    EXPECT_THAT(error.message, AllOf(HasSubstr("ended the connection without an answer"),
                                     EndsWith("may have been done")));
    EXPECT_EQ(server.connections(), 1);
  }
}

TEST_F(HttpTransportTest, RepeatsNothingOnANewConnectionOrAfterTheFirstByte) {
  ScriptedServer fresh([](ServerSide& peer, int) { peer.ReadRequest(); });
  HttpRequest request = To(fresh.port());
  request.repeatable = true;
  EXPECT_EQ(ErrorOf(request).kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(fresh.connections(), 1);

  ScriptedServer begun([](ServerSide& peer, int) {
    peer.ReadRequest();
    peer.Answer("x");
    peer.ReadRequest();
    peer.Send("H");
  });
  request.origin.port = begun.port();
  EXPECT_TRUE(http_->Send(request).has_value());
  const Error error = ErrorOf(request);
  EXPECT_EQ(error.kind, ErrorKind::kUnknownOutcome);
  EXPECT_THAT(error.message, HasSubstr("it ends too early"));
  EXPECT_EQ(begun.connections(), 1);
}

TEST_F(HttpTransportTest, RepeatsNothingAfterATimeout) {
  ScriptedServer server([](ServerSide& peer, int) {
    peer.ReadRequest();
    peer.Answer("x");
    peer.ReadToEnd();
  });
  HttpRequest request = To(server.port());
  request.repeatable = true;
  EXPECT_TRUE(http_->Send(request).has_value());
  request.timeout = 50ms;
  EXPECT_EQ(ErrorOf(request).kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(HttpTransportTest, DropsAKeptConnectionOnWhichSomethingCame) {
  std::latch sent(1);
  ScriptedServer server([&sent](ServerSide& peer, int number) {
    peer.ReadRequest();
    peer.Answer(std::to_string(number));
    if (number > 0) return;
    peer.Send("HTTP/1.1 408 Too Late\r\nContent-Length: 0\r\n\r\n");
    sent.count_down();
    peer.ReadToEnd();
  });
  EXPECT_EQ(http_->Send(To(server.port()))->body, "0");
  sent.wait();
  EXPECT_EQ(http_->Send(To(server.port()))->body, "1");
}

TEST_F(HttpTransportTest, KeepsConnectionsForATimeThatDependsOnTheRequest) {
  http_ = MakeHttpTransport({.idle_timeout = 10s, .idle_timeout_unrepeatable = 1ms}, clock_);
  ScriptedServer server([](ServerSide& peer, int) {
    while (!peer.ReadRequest().empty()) peer.Answer("x");
  });
  HttpRequest request = To(server.port());
  request.repeatable = true;
  EXPECT_TRUE(http_->Send(request).has_value());
  clock_.SleepFor(5ms);
  EXPECT_TRUE(http_->Send(request).has_value());
  EXPECT_EQ(server.connections(), 1);
  clock_.SleepFor(5ms);
  request.repeatable = false;
  EXPECT_TRUE(http_->Send(request).has_value());
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(HttpTransportTest, ClosesWhatRestedForTooLong) {
  http_ = MakeHttpTransport({.idle_timeout = 1ms}, clock_);
  std::latch closed(1);
  ScriptedServer first([&closed](ServerSide& peer, int) {
    while (!peer.ReadRequest().empty()) peer.Answer("x");
    closed.count_down();
  });
  EXPECT_TRUE(http_->Send(To(first.port())).has_value());
  clock_.SleepFor(5ms);
  ScriptedServer other([](ServerSide& peer, int) {
    peer.ReadRequest();
    peer.Answer("x");
  });
  EXPECT_TRUE(http_->Send(To(other.port())).has_value());
  closed.wait();
}

TEST_F(HttpTransportTest, KeepsNoMoreConnectionsThanItMay) {
  const auto open = [] {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return std::distance(begin(all), end(all));
  };
  http_ = MakeHttpTransport({.kept_connections = 2}, clock_);
  std::vector<std::unique_ptr<ScriptedServer>> servers;
  for (int i = 0; i < 6; ++i) {
    servers.push_back(std::make_unique<ScriptedServer>([](ServerSide& peer, int) {
      while (!peer.ReadRequest().empty()) peer.Answer("x");
    }));
  }
  const auto before = open();
  for (const auto& server : servers) EXPECT_TRUE(http_->Send(To(server->port())).has_value());
  // Two that are kept, from both sides. The others' servers see the end a little later.
  for (int i = 0; i < 2000 && open() > before + 4; ++i) clock_.SleepFor(5ms);
  EXPECT_EQ(open(), before + 4);
}

TEST_F(HttpTransportTest, SaysThatNobodyListens) {
  std::uint16_t port = 0;
  {
    port = ScriptedServer([](ServerSide&, int) {}).port();
  }
  const Error error = ErrorOf(port);
  EXPECT_EQ(error.kind, ErrorKind::kUnavailable);
  EXPECT_EQ(error.message,
            "cannot reach 127.0.0.1:" + std::to_string(port) +
                ": Connection refused; check the address (region, endpoint URL) and this "
                "machine's network");
}

TEST_F(HttpTransportTest, SaysThatANameIsNotKnown) {
  HttpRequest request = To(80);
  request.origin.host = "no-such-host.invalid";
  const Error error = ErrorOf(request);
  EXPECT_EQ(error.kind, ErrorKind::kUnavailable);
  EXPECT_THAT(error.message, StartsWith("cannot reach no-such-host.invalid: "));
}

/// Listens and has no room left for the connections of others.
class FullServer {
 public:
  FullServer() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(listener_, any, size), 0);
    EXPECT_EQ(listen(listener_, 0), 0);
    getsockname(listener_, any, &size);
    port_ = ntohs(address.sin_port);
    for (int i = 0; i < 4; ++i) {
      const int filler = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
      static_cast<void>(connect(filler, any, size));  // under way for as long as nobody accepts
      fillers_.push_back(filler);
    }
  }
  ~FullServer() {
    for (const int each : fillers_) close(each);
    close(listener_);
  }
  FullServer(const FullServer&) = delete;
  FullServer& operator=(const FullServer&) = delete;
  std::uint16_t port() const { return port_; }

 private:
  int listener_;
  std::uint16_t port_ = 0;
  std::vector<int> fillers_;
};

TEST_F(HttpTransportTest, WaitsForAConnectionOnlySoLong) {
  const FullServer full;
  http_ = MakeHttpTransport({.connect_timeout = 100ms}, clock_);
  const MonoTime begin = clock_.Mono();
  HttpRequest request = To(full.port());
  request.timeout = Duration::zero();
  const Error error = ErrorOf(request);
  EXPECT_EQ(error.kind, ErrorKind::kUnavailable);
  EXPECT_THAT(error.message, HasSubstr(": no answer in time; check"));
  EXPECT_GE(clock_.Mono() - begin, 100ms);
  EXPECT_LT(clock_.Mono() - begin, 5s);
}

TEST_F(HttpTransportTest, TheRequestsOwnLimitHoldsForConnectingToo) {
  const FullServer full;
  const MonoTime begin = clock_.Mono();
  HttpRequest request = To(full.port());
  request.timeout = 100ms;
  EXPECT_EQ(ErrorOf(request).kind, ErrorKind::kUnavailable);
  EXPECT_LT(clock_.Mono() - begin, 5s);
}

TEST_F(HttpTransportTest, WaitsForAnAnswerOnlySoLong) {
  ScriptedServer silent([](ServerSide& peer, int) { peer.ReadToEnd(); });
  HttpRequest request = To(silent.port());
  request.timeout = 100ms;
  EXPECT_EQ(ErrorOf(request).message,
            "127.0.0.1:" + std::to_string(silent.port()) +
                " did not answer in time; what it was asked for may have been done");
}

TEST_F(HttpTransportTest, WaitsOnlySoLongForAPeerThatDoesNotRead) {
  std::latch over(1);
  ScriptedServer deaf([&over](ServerSide&, int) { over.wait(); });
  HttpRequest request = To(deaf.port(), std::string(30'000'000, 'x'));
  request.timeout = 100ms;
  const Error error = ErrorOf(request);
  over.count_down();
  EXPECT_EQ(error.kind, ErrorKind::kUnknownOutcome);
  EXPECT_THAT(error.message, HasSubstr("did not take the whole request in time"));
}

TEST_F(HttpTransportTest, BytesThatDripGainNoTime) {
  std::atomic<bool> over = false;
  ScriptedServer drips([&over](ServerSide& peer, int) {
    peer.ReadRequest();
    peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
    while (!over && peer.Send("x")) std::this_thread::yield();
  });
  HttpRequest request = To(drips.port());
  request.timeout = 100ms;
  EXPECT_EQ(ErrorOf(request).kind, ErrorKind::kUnknownOutcome);
  over = true;
}

TEST_F(HttpTransportTest, WaitsAsLongAsThePeerWantsWithoutALimit) {
  std::latch go(1);
  ScriptedServer server([&go](ServerSide& peer, int) {
    peer.ReadRequest();
    go.wait();
    peer.Answer("late");
  });
  http_ = MakeHttpTransport({.connect_timeout = 50ms}, clock_);
  HttpRequest request = To(server.port());
  request.timeout = Duration::zero();
  std::jthread opener([&] {
    clock_.SleepFor(200ms);
    go.count_down();
  });
  const auto response = http_->Send(request);
  ASSERT_TRUE(response.has_value()) << response.error().message;
  EXPECT_EQ(response->body, "late");
}

TEST_F(HttpTransportTest, ReadsChunksInterimAnswersAndBodiesToTheEnd) {
  ScriptedServer server([](ServerSide& peer, int) {
    peer.ReadRequest();
    peer.Send("HTTP/1.1 100 Continue\r\n\r\n");
    peer.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
    peer.Send("2\r\nde\r\n0\r\n\r\n");
    peer.ReadRequest();
    peer.Send("HTTP/1.1 200 OK\r\n\r\nuntil the end");
  });
  EXPECT_EQ(http_->Send(To(server.port()))->body, "abcde");
  EXPECT_EQ(http_->Send(To(server.port()))->body, "until the end");
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(HttpTransportTest, TheAnswerOfHeadHasNoBodyWhateverItsLength) {
  ScriptedServer server([](ServerSide& peer, int) {
    EXPECT_THAT(peer.ReadRequest(), AllOf(StartsWith("HEAD "), Not(HasSubstr("Length"))));
    peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    peer.ReadRequest();
    peer.Send("HTTP/1.1 204 No Content\r\n\r\n");
    peer.ReadRequest();
    peer.Answer("third");
  });
  HttpRequest request = To(server.port());
  request.method = "HEAD";
  EXPECT_EQ(http_->Send(request)->Header("content-length"), "1000");
  EXPECT_EQ(http_->Send(To(server.port()))->status, 204U);
  EXPECT_EQ(http_->Send(To(server.port()))->body, "third");
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(HttpTransportTest, AnAnswerThatIsNoneLeavesTheOutcomeOpen) {
  http_ = MakeHttpTransport({.limits = {.header_bytes = 500, .body_bytes = 1000}}, clock_);
  const std::string head = "HTTP/1.1 200 OK\r\n";
  const std::vector<std::pair<std::string, std::string>> answers = {
      {"SSH-2.0-OpenSSH_9.2\r\n", "it is not HTTP"},
      {head + "Content-Length: 1001\r\n\r\n", "it is larger than 1000 bytes"},
      {head + "\r\n" + std::string(1001, 'x'), "it is larger than 1000 bytes"},
      {head + "A: " + std::string(600, 'x'), "its headers are larger than 500 bytes"},
      {head + "Transfer-Encoding: gzip\r\n\r\n", "is not chunked"},
      {head + "Content-Length: 5\r\n\r\nabc", "it ends too early"},
      {head, "it ends too early"}};
  for (const auto& [bytes, why] : answers) {
    ScriptedServer server([&bytes](ServerSide& peer, int) {
      peer.ReadRequest();
      peer.Send(bytes);
    });
    const Error error = ErrorOf(server.port());
    EXPECT_EQ(error.kind, ErrorKind::kUnknownOutcome) << bytes;
    EXPECT_THAT(error.message,
                AllOf(StartsWith("127.0.0.1:"), HasSubstr(" sent an unusable answer: "),
                      HasSubstr(why), EndsWith("may have been done")));
  }
}

TEST_F(HttpTransportTest, AResetWithinTheAnswerLeavesTheOutcomeOpen) {
  ScriptedServer server([](ServerSide& peer, int) {
    peer.ReadTo("\r\n");  // the rest stays unread, so that closing resets
    peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
    peer.Reset();
  });
  EXPECT_EQ(ErrorOf(server.port()).kind, ErrorKind::kUnknownOutcome);
}

TEST_F(HttpTransportTest, ServesEightThreadsAtOnce) {
  ScriptedServer server([](ServerSide& peer, int) {
    int asked = 0;
    while (true) {
      const std::string request = peer.ReadRequest();
      if (request.empty()) return;
      peer.Answer(request.substr(request.find("\r\n\r\n") + 4));
      if (++asked % 7 == 0) return;  // some connections end between two requests
    }
  });
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 50; ++i) {
        const std::string body = std::to_string(thread) + "-" + std::to_string(i);
        HttpRequest request = To(server.port(), body);
        request.repeatable = true;
        const auto response = http_->Send(request);
        ASSERT_TRUE(response.has_value()) << response.error().message;
        EXPECT_EQ(response->body, body);
      }
    });
  }
  threads.clear();
  EXPECT_LT(server.connections(), 200);
}

}  // namespace
}  // namespace ecm::http
