#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "env/real/real_env.h"
#include "http/client.h"
#include "http/testing/scripted_server.h"
#include "http/testing/test_certificates.h"

namespace ecm::http {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kSecret = "Basic dXNlcjpzZWNyZXQ=";

/// A client whose only way out is a proxy on this machine; names under .example exist for it alone.
class HttpTransportProxyTest : public testing::Test {
 protected:
  void Use(std::uint16_t port, bool tls = false) {
    const Proxy proxy{.origin = {.tls = tls, .host = "localhost", .port = port},
                      .authorization = kSecret,
                      .variable = "HTTPS_PROXY"};
    HttpClientOptions options{.roots = {.embedded_pem = authority_.pem()}};
    options.proxies.http = proxy;
    options.proxies.https = proxy;
    http_ = MakeHttpTransport(std::move(options), clock_);
  }
  static HttpRequest To(bool tls, std::uint16_t port = 8443) {
    return {.origin = {.tls = tls, .host = "aws.example", .port = port},
            .target = "/a?b",
            .body = "body",
            .timeout = 20s};
  }
  Error ErrorOf(const HttpRequest& request) {
    const auto response = http_->Send(request);
    EXPECT_FALSE(response.has_value()) << response->status;
    return response.has_value() ? Error{} : response.error();
  }

  SystemClock clock_;
  TestAuthority authority_{"the authority of a test"};
  std::shared_ptr<SSL_CTX> aws_ = authority_.Issue({.names = {"DNS:aws.example"}});
  std::unique_ptr<HttpTransport> http_;
};

TEST_F(HttpTransportProxyTest, GivesTheWholeUrlForPlainHttp) {
  std::string seen;
  ScriptedServer proxy([&seen](ServerSide& peer, int) {
    while (true) {
      const std::string request = peer.ReadRequest();
      if (request.empty()) return;
      seen = request;
      peer.Answer("by proxy");
    }
  });
  Use(proxy.port());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(http_->Send(To(false))->body, "by proxy");
  EXPECT_EQ(seen,
            "POST http://aws.example:8443/a?b HTTP/1.1\r\nHost: aws.example:8443\r\n"
            "Proxy-Authorization: Basic dXNlcjpzZWNyZXQ=\r\nContent-Length: 4\r\n\r\nbody");
  EXPECT_EQ(proxy.connections(), 1);
}

TEST_F(HttpTransportProxyTest, TunnelsTlsAndKeepsThePasswordForTheProxy) {
  std::string connect;
  std::string request;
  ScriptedServer aws([&](ServerSide& peer, int) {
    if (!peer.StartTls(aws_.get())) return;
    while (true) {
      const std::string next = peer.ReadRequest();
      if (next.empty()) return;
      request = next;
      peer.Answer(peer.ServerName());
    }
  });
  ScriptedServer proxy([&](ServerSide& peer, int) {
    connect = peer.ReadRequest();
    peer.Send("HTTP/1.1 200 Connection established\r\nContent-Length: 7\r\n\r\n");
    peer.RelayTo(aws.port());
  });
  Use(proxy.port());
  for (int i = 0; i < 3; ++i) {
    const auto response = http_->Send(To(true));
    ASSERT_TRUE(response.has_value()) << response.error().message;
    EXPECT_EQ(response->body, "aws.example");
  }
  EXPECT_EQ(connect,
            "CONNECT aws.example:8443 HTTP/1.1\r\nHost: aws.example:8443\r\n"
            "Proxy-Authorization: Basic dXNlcjpzZWNyZXQ=\r\n\r\n");
  EXPECT_THAT(request, AllOf(StartsWith("POST /a?b HTTP/1.1\r\n"), Not(HasSubstr("Proxy"))));
  EXPECT_EQ(proxy.connections(), 1);
}

TEST_F(HttpTransportProxyTest, EncryptsTheWayToAProxyThatWantsIt) {
  const auto own = authority_.Issue({.names = {"DNS:localhost"}});
  ScriptedServer plain([&](ServerSide& peer, int) {
    if (!peer.StartTls(own.get())) return;
    EXPECT_THAT(peer.ReadRequest(), StartsWith("POST http://aws.example:8443/a?b"));
    peer.Answer("by proxy");
  });
  Use(plain.port(), true);
  const auto response = http_->Send(To(false));
  ASSERT_TRUE(response.has_value()) << response.error().message;
  EXPECT_EQ(response->body, "by proxy");

  const auto stranger = authority_.Issue({.names = {"DNS:proxy.example"}});
  ScriptedServer wrong([&](ServerSide& peer, int) { peer.StartTls(stranger.get()); });
  Use(wrong.port(), true);
  const Error error = ErrorOf(To(true));
  EXPECT_EQ(error.kind, ErrorKind::kUnavailable);
  EXPECT_THAT(error.message, AllOf(StartsWith("no secure connection to the proxy localhost:"),
                                   HasSubstr("its certificate is not for localhost")));
}

TEST_F(HttpTransportProxyTest, SaysThatTheProxyIsNotThere) {
  std::uint16_t port = 0;
  {
    port = ScriptedServer([](ServerSide&, int) {}).port();
  }
  Use(port);
  for (const bool tls : {true, false}) {
    const Error error = ErrorOf(To(tls));
    EXPECT_EQ(error.kind, ErrorKind::kUnavailable);
    EXPECT_EQ(error.message,
              "cannot reach the proxy localhost:" + std::to_string(port) +
                  " (HTTPS_PROXY): Connection refused; start it, correct HTTPS_PROXY, or name "
                  "aws.example in NO_PROXY");
  }
}

TEST_F(HttpTransportProxyTest, SaysThatTheProxyWantsAPassword) {
  ScriptedServer proxy([](ServerSide& peer, int) {
    peer.ReadRequest();
    peer.Send("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno");
  });
  Use(proxy.port());
  for (const bool tls : {true, false}) {
    const Error error = ErrorOf(To(tls));
    EXPECT_EQ(error.kind, ErrorKind::kUnavailable);
    EXPECT_THAT(error.message, AllOf(HasSubstr("(status 407): it wants a user and a password"),
                                     HasSubstr("aws.example"), Not(HasSubstr("dXNlcjpz"))));
  }
}

TEST_F(HttpTransportProxyTest, NothingWasSeenBehindAProxyThatDoesNotOpenItsTunnel) {
  for (const std::string answer :
       {"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 502 Bad Gateway\r\n\r\n",
        "SSH-2.0-OpenSSH\r\n", "HTTP/1.1 200", ""}) {
    ScriptedServer proxy([&answer](ServerSide& peer, int) {
      peer.ReadRequest();
      peer.Send(answer);
    });
    Use(proxy.port());
    const Error error = ErrorOf(To(true));
    EXPECT_EQ(error.kind, ErrorKind::kUnavailable) << answer;
    EXPECT_THAT(error.message, HasSubstr("the proxy localhost:")) << answer;
    EXPECT_THAT(error.message, HasSubstr("NO_PROXY")) << answer;
  }
}

TEST_F(HttpTransportProxyTest, TrustsNoBytesThatCameBeforeTheTunnel) {
  ScriptedServer proxy([](ServerSide& peer, int) {
    peer.ReadRequest();
    peer.Send("HTTP/1.1 200 OK\r\n\r\n\x16\x03\x03");
    peer.ReadToEnd();
  });
  Use(proxy.port());
  const Error error = ErrorOf(To(true));
  EXPECT_EQ(error.kind, ErrorKind::kUnavailable);
  EXPECT_THAT(error.message, HasSubstr("it gave no usable answer"));
}

TEST_F(HttpTransportProxyTest, ChecksTheHostBehindTheTunnel) {
  const auto other = authority_.Issue({.names = {"DNS:localhost"}});
  ScriptedServer aws([&](ServerSide& peer, int) { peer.StartTls(other.get()); });
  ScriptedServer proxy([&](ServerSide& peer, int) {
    peer.ReadRequest();
    peer.Send("HTTP/1.1 200 OK\r\n\r\n");
    peer.RelayTo(aws.port());
  });
  Use(proxy.port());
  EXPECT_THAT(ErrorOf(To(true)).message,
              AllOf(HasSubstr("no secure connection to aws.example:8443 through the proxy "),
                    HasSubstr("not for aws.example")));
}

TEST_F(HttpTransportProxyTest, GoesStraightToThisMachine) {
  ScriptedServer proxy([](ServerSide&, int) {});
  ScriptedServer here([](ServerSide& peer, int) {
    EXPECT_THAT(peer.ReadRequest(), Not(HasSubstr("Proxy")));
    peer.Answer("here");
  });
  Use(proxy.port());
  HttpRequest request = To(false, here.port());
  request.origin.host = "127.0.0.1";
  EXPECT_EQ(http_->Send(request)->body, "here");
  EXPECT_EQ(proxy.connections(), 0);
}

}  // namespace
}  // namespace ecm::http
