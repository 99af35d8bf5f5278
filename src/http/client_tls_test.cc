#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <semaphore>

#include "env/real/real_env.h"
#include "env/testing/temporary_folder.h"
#include "http/amazon_roots.h"
#include "http/client.h"
#include "http/testing/scripted_server.h"
#include "http/testing/test_certificates.h"

namespace ecm::http {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

/// Answers every request of a connection over TLS with the name that the client asked for.
ScriptedServer::Script AnswerOverTls(std::shared_ptr<SSL_CTX> context) {
  return [context = std::move(context)](ServerSide& peer, int) {
    if (!peer.StartTls(context.get())) return;
    while (!peer.ReadRequest().empty()) peer.Answer(peer.ServerName());
  };
}

class HttpTransportTlsTest : public testing::Test {
 protected:
  static HttpRequest To(const ScriptedServer& server, const std::string& host = "localhost") {
    return {.origin = {.tls = true, .host = host, .port = server.port()}, .timeout = 20s};
  }
  std::unique_ptr<HttpTransport> Trusting(std::string_view pem) {
    return MakeHttpTransport({.roots = {.embedded_pem = pem}}, clock_);
  }
  /// What a client that trusts our authority says to a server with such a certificate.
  Result<HttpResponse> Ask(const TestAuthority::Wish& wish, const std::string& host = "localhost") {
    ScriptedServer server(AnswerOverTls(authority_.Issue(wish)));
    return http_->Send(To(server, host));
  }
  std::string MessageOf(const TestAuthority::Wish& wish, const std::string& host = "localhost") {
    const auto response = Ask(wish, host);
    if (response.has_value()) return "an answer";
    EXPECT_EQ(response.error().kind, ErrorKind::kUnavailable);
    return response.error().message;
  }

  SystemClock clock_;
  TestAuthority authority_{"the authority of a test"};
  std::unique_ptr<HttpTransport> http_ = Trusting(authority_.pem());
};

TEST_F(HttpTransportTlsTest, SpeaksToTheRightHostAndNamesIt) {
  const auto by_name = Ask({.names = {"DNS:other.example", "DNS:localhost"}});
  ASSERT_TRUE(by_name.has_value()) << by_name.error().message;
  EXPECT_EQ(by_name->body, "localhost");
  const auto by_wildcard = Ask({.names = {"DNS:*.sub.localhost"}}, "a.sub.localhost");
  ASSERT_TRUE(by_wildcard.has_value()) << by_wildcard.error().message;
  EXPECT_EQ(by_wildcard->body, "a.sub.localhost");
  const auto with_dot = Ask({.names = {"DNS:x.localhost"}}, "x.localhost");
  ASSERT_TRUE(with_dot.has_value()) << with_dot.error().message;
  const auto by_address = Ask({.names = {"IP:127.0.0.1"}}, "127.0.0.1");
  ASSERT_TRUE(by_address.has_value()) << by_address.error().message;
  EXPECT_EQ(by_address->body, "");  // an address is no name for SNI
}

TEST_F(HttpTransportTlsTest, SpeaksVersions12And13) {
  EXPECT_TRUE(Ask({.names = {"DNS:localhost"}, .newest_tls = TLS1_2_VERSION}).has_value());
  EXPECT_TRUE(Ask({.names = {"DNS:localhost"}, .oldest_tls = TLS1_3_VERSION}).has_value());
  EXPECT_THAT(
      MessageOf(
          {.names = {"DNS:localhost"}, .newest_tls = TLS1_1_VERSION, .oldest_tls = TLS1_VERSION}),
      HasSubstr("TLS could not be agreed upon"));
}

TEST_F(HttpTransportTlsTest, OffersHttp11Alone) {
  EXPECT_THAT(MessageOf({.names = {"DNS:localhost"}, .speaks_http2_alone = true}),
              HasSubstr("TLS could not be agreed upon"));
}

TEST_F(HttpTransportTlsTest, RefusesTheCertificateOfAnotherHost) {
  EXPECT_THAT(MessageOf({.names = {"DNS:other.example"}}),
              AllOf(StartsWith("no secure connection to localhost:"),
                    HasSubstr("its certificate is not for localhost: check the address")));
  EXPECT_THAT(MessageOf({.names = {"DNS:*.localhost"}}, "a.b.localhost"),
              HasSubstr("not for a.b.localhost"));
  EXPECT_THAT(MessageOf({.names = {"DNS:127.0.0.1"}}, "127.0.0.1"), HasSubstr("not for 127.0.0.1"));
}

TEST_F(HttpTransportTlsTest, RefusesWhatDoesNotHoldToday) {
  for (const TestAuthority::Wish& wish :
       {TestAuthority::Wish{.names = {"DNS:localhost"}, .valid_to = -1h},
        TestAuthority::Wish{.names = {"DNS:localhost"}, .valid_from = 1h}}) {
    EXPECT_THAT(MessageOf(wish), HasSubstr("does not hold today"));
    EXPECT_THAT(MessageOf(wish), HasSubstr("check this machine's clock"));
  }
}

TEST_F(HttpTransportTlsTest, RefusesAnAuthorityThatNobodyTrusts) {
  const TestAuthority other("another authority");
  http_ = Trusting(other.pem());
  EXPECT_THAT(MessageOf({.names = {"DNS:localhost"}}),
              AllOf(HasSubstr("its certificate is not trusted ("),
                    HasSubstr("set AWS_CA_BUNDLE to a PEM file")));
  http_ = Trusting(kAmazonRoots);
  EXPECT_THAT(MessageOf({.names = {"DNS:localhost"}}), HasSubstr("is not trusted"));
  http_ = MakeHttpTransport({}, clock_);  // the machine's own roots
  EXPECT_THAT(MessageOf({.names = {"DNS:localhost"}}), HasSubstr("is not trusted"));
}

TEST_F(HttpTransportTlsTest, SaysThatThePeerSpeaksNoTls) {
  ScriptedServer plain([](ServerSide& peer, int) {
    peer.ReadTo("\x01");
    peer.Send("HTTP/1.1 400 Bad Request\r\n\r\n");
  });
  ScriptedServer closes([](ServerSide&, int) {});
  for (const ScriptedServer* server : {&plain, &closes}) {
    const auto response = http_->Send(To(*server));
    ASSERT_FALSE(response.has_value());
    EXPECT_EQ(response.error().kind, ErrorKind::kUnavailable);
    EXPECT_THAT(response.error().message, AllOf(StartsWith("no secure connection to localhost:"),
                                                HasSubstr("TLS could not be agreed upon (")));
  }
}

TEST_F(HttpTransportTlsTest, WaitsForAHandshakeOnlySoLong) {
  ScriptedServer silent([](ServerSide& peer, int) { peer.ReadToEnd(); });
  http_ = MakeHttpTransport({.roots = {.embedded_pem = authority_.pem()}, .connect_timeout = 100ms},
                            clock_);
  const auto response = http_->Send(To(silent));
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(response.error().message, HasSubstr("TLS was not agreed upon in time"));
}

TEST_F(HttpTransportTlsTest, KeepsItsConnectionAcrossSessionTickets) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    ScriptedServer server(
        AnswerOverTls(authority_.Issue({.names = {"DNS:localhost"}, .newest_tls = version})));
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(http_->Send(To(server)).has_value());
    EXPECT_EQ(server.connections(), 1);
  }
}

TEST_F(HttpTransportTlsTest, ATicketBetweenTwoRequestsIsNoEnd) {
  const auto context = authority_.Issue({.names = {"DNS:localhost"}});
  std::binary_semaphore sent(0);
  ScriptedServer server([&](ServerSide& peer, int) {
    if (!peer.StartTls(context.get())) return;
    while (!peer.ReadRequest().empty()) {
      peer.Answer("x");
      peer.SendTicket();
      sent.release();
    }
  });
  for (int i = 0; i < 5; ++i) {
    const auto response = http_->Send(To(server));
    ASSERT_TRUE(response.has_value()) << response.error().message;
    sent.acquire();
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(HttpTransportTlsTest, OpensANewConnectionWhereTheServerClosed) {
  const auto context = authority_.Issue({.names = {"DNS:localhost"}});
  std::binary_semaphore ended(0);
  ScriptedServer server([&](ServerSide& peer, int) {
    if (!peer.StartTls(context.get())) return;
    peer.ReadRequest();
    peer.Answer("x");
    peer.End();
    ended.release();
    peer.ReadToEnd();
  });
  for (int i = 0; i < 3; ++i) {
    const auto response = http_->Send(To(server));
    ASSERT_TRUE(response.has_value()) << response.error().message;
    ended.acquire();
  }
  EXPECT_EQ(server.connections(), 3);
}

TEST_F(HttpTransportTlsTest, SendsARepeatableRequestAgainWhenAKeptConnectionIsDead) {
  const auto context = authority_.Issue({.names = {"DNS:localhost"}});
  for (const bool repeatable : {true, false}) {
    ScriptedServer server([&context](ServerSide& peer, int number) {
      if (!peer.StartTls(context.get())) return;
      peer.ReadRequest();
      peer.Answer("x");
      if (number == 0) peer.ReadRequest();
    });
    HttpRequest request = To(server);
    request.repeatable = repeatable;
    EXPECT_TRUE(http_->Send(request).has_value());
    const auto response = http_->Send(request);
    EXPECT_EQ(response.has_value(), repeatable);
    if (!response.has_value()) {
      EXPECT_EQ(response.error().kind, ErrorKind::kUnknownOutcome);
    }
  }
}

TEST_F(HttpTransportTlsTest, ABodyToTheEndNeedsTheFarewellOfTls) {
  const auto context = authority_.Issue({.names = {"DNS:localhost"}});
  for (const bool farewell : {true, false}) {
    ScriptedServer server([&](ServerSide& peer, int) {
      if (!peer.StartTls(context.get())) return;
      peer.ReadRequest();
      peer.Send("HTTP/1.1 200 OK\r\n\r\nhalf of it");
      if (farewell) peer.End();
    });
    const auto response = http_->Send(To(server));
    EXPECT_EQ(response.has_value(), farewell);
    if (response.has_value()) {
      EXPECT_EQ(response->body, "half of it");
    } else {
      EXPECT_EQ(response.error().kind, ErrorKind::kUnknownOutcome);
      EXPECT_THAT(response.error().message, HasSubstr("broke its answer off"));
    }
  }
}

TEST_F(HttpTransportTlsTest, CarriesLargeBodiesAndTimesOutWithinThem) {
  const auto context = authority_.Issue({.names = {"DNS:localhost"}});
  const std::string large(6'000'000, 'x');
  ScriptedServer server([&](ServerSide& peer, int) {
    if (!peer.StartTls(context.get())) return;
    const std::string request = peer.ReadRequest();
    peer.Answer(request.substr(request.find("\r\n\r\n") + 4));
    peer.ReadRequest();
    peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    peer.ReadToEnd();
  });
  HttpRequest request = To(server);
  request.body = large;
  const auto response = http_->Send(request);
  ASSERT_TRUE(response.has_value()) << response.error().message;
  EXPECT_EQ(response->body, large);
  request.timeout = 200ms;
  const auto late = http_->Send(request);
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().kind, ErrorKind::kUnknownOutcome);
}

TEST_F(HttpTransportTlsTest, ServesEightThreadsAtOnce) {
  ScriptedServer server(AnswerOverTls(authority_.Issue({.names = {"DNS:localhost"}})));
  std::vector<std::jthread> threads;
  threads.reserve(8);
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        const auto response = http_->Send(To(server));
        ASSERT_TRUE(response.has_value()) << response.error().message;
      }
    });
  }
  threads.clear();
  EXPECT_LE(server.connections(), 8);
}

class CaBundleTest : public HttpTransportTlsTest {
 protected:
  void Use(const std::string& bundle) {
    // What is embedded gives way to what somebody named.
    http_ =
        MakeHttpTransport({.roots = {.ca_bundle = bundle, .embedded_pem = kAmazonRoots}}, clock_);
  }

  TemporaryFolder folder_;
};

TEST_F(CaBundleTest, IsAFileOrAFolderOfHashedNames) {
  Use(folder_.Write("bundle.pem", authority_.pem()));
  EXPECT_TRUE(Ask({.names = {"DNS:localhost"}}).has_value());

  BIO* const bio = BIO_new_mem_buf(authority_.pem().data(), -1);
  X509* const certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
  char name[16];
  std::snprintf(name, sizeof(name), "%08lx.0",
                X509_NAME_hash_ex(X509_get_subject_name(certificate), nullptr, nullptr, nullptr));
  X509_free(certificate);
  BIO_free(bio);
  Use(folder_.Write(std::string("hashed/") + name, authority_.pem()).parent_path());
  const auto response = Ask({.names = {"DNS:localhost"}});
  EXPECT_TRUE(response.has_value()) << response.error().message;
}

TEST_F(CaBundleTest, SaysThatItCannotBeRead) {
  folder_.Write("no.pem", "not a certificate");
  for (const std::string name : {"none.pem", "no.pem"}) {
    Use(folder_.path() / name);
    const auto response = Ask({.names = {"DNS:localhost"}});
    ASSERT_FALSE(response.has_value());
    EXPECT_EQ(response.error().kind, ErrorKind::kInvalidJob);
    EXPECT_THAT(response.error().message,
                AllOf(HasSubstr("/" + name + " cannot be read ("), HasSubstr("AWS_CA_BUNDLE")));
  }
}

TEST(AmazonRootsTest, AreFiveThatSignThemselvesForYears) {
  BIO* const bio = BIO_new_mem_buf(kAmazonRoots.data(), static_cast<int>(kAmazonRoots.size()));
  std::string names;
  int count = 0;
  while (X509* const root = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr)) {
    ++count;
    EXPECT_EQ(X509_self_signed(root, 1), 1);
    EXPECT_GE(X509_check_ca(root), 1);
    std::time_t in_2036 = 2'082'758'400;
    EXPECT_EQ(X509_cmp_time(X509_get0_notAfter(root), &in_2036), 1);
    char name[200];
    X509_NAME_get_text_by_NID(X509_get_subject_name(root), NID_commonName, name, sizeof(name));
    names += std::string(name) + ";";
    X509_free(root);
  }
  BIO_free(bio);
  EXPECT_EQ(count, 5);
  EXPECT_EQ(names,
            "Amazon Root CA 1;Amazon Root CA 2;Amazon Root CA 3;Amazon Root CA 4;"
            "Starfield Services Root Certificate Authority - G2;");
}

}  // namespace
}  // namespace ecm::http
