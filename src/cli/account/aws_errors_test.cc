#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <mutex>

#include "aws/emr_client.h"
#include "cli/account/aws_account.h"
#include "cli/account/list_command.h"
#include "cli/account/terminate_command.h"
#include "cli/testing/captured_streams.h"
#include "env/real/real_env.h"
#include "env/testing/sim_env.h"
#include "env/testing/temporary_folder.h"
#include "http/testing/scripted_server.h"
#include "http/testing/test_certificates.h"

// Every way in which AWS refuses or fails, over real sockets, up to what a person sees: the kind of
// the error, the exit code, the words, and whether a cluster could be created twice.

namespace ecm::cli {
namespace {

using http::ScriptedServer;
using http::ServerSide;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using enum ErrorKind;

constexpr const char* kSecret = "a-secret-key-that-nobody-sees";
constexpr const char* kToken = "a-session-token-that-nobody-sees";
constexpr const char* kMachine = "arn:aws:states:eu-west-1:123456789012:stateMachine:ecm-dev";

/// Real time, which nobody waits for.
class HurriedClock : public Clock {
 public:
  WallTime Wall() const override { return clock_.Wall(); }
  MonoTime Mono() const override { return clock_.Mono(); }
  void SleepFor(Duration /*delay*/) override {}

 private:
  SystemClock clock_;
};

/// What a service does with one connection.
using Service = std::function<void(ServerSide& peer)>;

std::string Response(unsigned status, const std::string& body, const std::string& headers = "") {
  return fmt::format("HTTP/1.1 {} Whatever\r\n{}Content-Length: {}\r\n\r\n{}", status, headers,
                     body.size(), body);
}

std::string ErrorBody(const std::string& code, const std::string& message) {
  return ToText(JsonObject{{"__type", code}, {"message", message}});
}

/// The same answer to every request.
Service Answers(const std::string& response) {
  return [response](ServerSide& peer) { peer.Send(response); };
}
Service Refuses(unsigned status, const std::string& code, const std::string& message = "no") {
  return Answers(Response(status, ErrorBody(code, message)));
}

class AwsErrors : public testing::Test {
 protected:
  /// Starts a service that answers each request so, and an account whose every call goes to it.
  void Serve(Service service, std::shared_ptr<SSL_CTX> tls = nullptr) {
    server_ = std::make_unique<ScriptedServer>(
        [this, service = std::move(service), tls](ServerSide& peer, int) {
          if (tls != nullptr && !peer.StartTls(tls.get())) return;
          for (std::string request; !(request = peer.ReadRequest()).empty();) {
            ++requests_;
            {
              const std::scoped_lock lock(mutex_);
              last_request_ = request;
            }
            service(peer);
          }
        });
    Open(fmt::format("{}://localhost:{}", tls == nullptr ? "http" : "https", server_->port()));
  }
  void Open(const std::string& url) {
    options_.region = "eu-west-1";
    options_.endpoint_url = url;
    options_.state_machine = kMachine;
    auto opened = OpenAwsAccount(options_, Region(), context_);
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    opened_ = *std::move(opened);
  }
  ExitCode List() { return RunList(opened_->account(), {options_, 20, "", false}, context_); }
  Error ErrorOfReading() {
    return ErrorOf(opened_->account().step_functions.Call(
        Region("eu-west-1"), "ListExecutions", JsonObject{{"stateMachineArn", kMachine}}));
  }
  /// The one call that must not be made twice.
  Error ErrorOfCreating() {
    EmrClient emr(opened_->account().emr, Region("eu-west-1"));
    const Result<ClusterId> created = emr.RunJobFlow(JsonObject{{"Name", "ecm-dev-x"}});
    return created ? Error{kInternal, "a cluster " + created->str(), ""} : created.error();
  }
  static Error ErrorOf(const Result<Json>& answer) {
    return answer ? Error{kInternal, "an answer " + ToText(*answer), ""} : answer.error();
  }
  std::string LastRequest() {
    const std::scoped_lock lock(mutex_);
    return last_request_;
  }
  int TakeRequests() { return requests_.exchange(0); }

  TemporaryFolder folder_;
  CapturedStreams streams_;
  HurriedClock clock_;
  SystemRandom random_;
  RecordingLog log_;
  MapEnvironment environment_{{{"HOME", folder_.path().string()},
                               {"AWS_ACCESS_KEY_ID", "AKIDOFTHETEST"},
                               {"AWS_SECRET_ACCESS_KEY", kSecret},
                               {"AWS_SESSION_TOKEN", kToken},
                               {"AWS_CA_BUNDLE", (folder_.path() / "roots.pem").string()}}};
  Context context_{streams_.console(), clock_, random_, environment_, log_};
  AccountOptions options_;
  std::atomic<int> requests_ = 0;
  std::mutex mutex_;
  std::string last_request_;
  std::unique_ptr<ScriptedServer> server_;
  std::unique_ptr<OpenedAccount> opened_;
};

struct Case {
  std::string name;
  Service service;
  ErrorKind kind;          ///< of a call that only reads
  ExitCode exit_code;      ///< of emrctl list
  std::string what_to_do;  ///< on standard error
  ErrorKind of_creating;   ///< RunJobFlow: kUnknownOutcome where a cluster may be there
  bool again;              ///< whether RunJobFlow is asked for again
};

class AwsErrorsTest : public AwsErrors, public testing::WithParamInterface<Case> {};

TEST_P(AwsErrorsTest, HasItsKindItsExitCodeAndItsWords) {
  const Case& c = GetParam();
  Serve(c.service);

  EXPECT_EQ(List(), c.exit_code);
  const std::string said = streams_.TakeErr();
  EXPECT_THAT(said,
              AllOf(HasSubstr("emrctl: ListExecutions in eu-west-1: "), HasSubstr(c.what_to_do),
                    Not(HasSubstr(kSecret)), Not(HasSubstr(kToken))));
  EXPECT_EQ(streams_.TakeOut(), "");
  EXPECT_THAT(log_.lines(), testing::Each(AllOf(Not(HasSubstr(kSecret)), Not(HasSubstr(kToken)))));

  EXPECT_EQ(ErrorName(ErrorOfReading().kind), ErrorName(c.kind));
  TakeRequests();
  const Error creating = ErrorOfCreating();
  EXPECT_EQ(ErrorName(creating.kind), ErrorName(c.of_creating)) << creating.message;
  EXPECT_EQ(TakeRequests() > 1, c.again) << creating.message;
  if (c.of_creating == kUnknownOutcome) {
    EXPECT_THAT(creating.message, HasSubstr("look before asking again"));
  }
}

/// A code of AWS with its status, and what comes of it where nobody can tell by the call alone.
Case Refusal(const std::string& code, unsigned status, ErrorKind kind, ExitCode exit_code,
             const std::string& what_to_do) {
  return {code, Refuses(status, code), kind, exit_code, what_to_do, kind, kind == kThrottled};
}

/// The table of errors that the API's documentation, botocore's model and the field know of.
std::vector<Case> Refusals() {
  const ExitCode tool = ExitCode::kToolError;
  const ExitCode denied = ExitCode::kAccessDenied;
  const ExitCode invalid = ExitCode::kInvalid;
  return {
      Refusal("ThrottlingException", 400, kThrottled, tool, "try again later (tried 4 times)"),
      Refusal("ExpiredTokenException", 403, kAccessDenied, denied,
              "the credentials of environment have expired: sign in again or renew them"),
      Refusal("ExpiredToken", 400, kAccessDenied, denied, "sign in again or renew them"),
      Refusal("AccessDeniedException", 400, kAccessDenied, denied,
              "no; the identity of environment needs a permission that it does not have"),
      Refusal("AccessDenied", 403, kAccessDenied, denied, "needs a permission"),
      Refusal("NotAuthorized", 400, kAccessDenied, denied, "needs a permission"),
      // Also what a region of another partition, or one that is not switched on, says.
      Refusal("UnrecognizedClientException", 403, kAccessDenied, denied,
              "check the keys, the profile, and that the region is one of the account's partition "
              "and is switched on"),
      Refusal("InvalidClientTokenId", 403, kAccessDenied, denied, "check the keys, the profile"),
      Refusal("RequestExpired", 400, kAccessDenied, denied,
              "the clock of this machine is wrong: set it"),
      Refusal("InvalidSignatureException", 403, kAccessDenied, denied,
              "the secret key of environment does not belong to its access key"),
      Refusal("SignatureDoesNotMatch", 403, kAccessDenied, denied, "does not belong to"),
      {"AnotherService",
       Refuses(403, "InvalidSignatureException", "Credential should be scoped to correct service."),
       kAccessDenied, denied, "the configured endpoint URL leads to another service", kAccessDenied,
       false},
      Refusal("IncompleteSignature", 400, kAccessDenied, denied, "does not belong to"),
      Refusal("MissingAuthenticationToken", 403, kAccessDenied, denied, "permission"),
      Refusal("OptInRequired", 403, kAccessDenied, denied, "sign up for it"),
      Refusal("ValidationException", 400, kInvalidJob, invalid, "no"),
      Refusal("ValidationError", 400, kInvalidJob, invalid, "no"),
      Refusal("InvalidRequestException", 400, kInvalidJob, invalid, "no"),
      Refusal("InvalidAction", 400, kInvalidJob, invalid, "no"),
      Refusal("UnknownOperationException", 404, kInvalidJob, invalid, "no"),
      Refusal("RequestEntityTooLargeException", 413, kInvalidJob, invalid, "no"),
      Refusal("InternalFailure", 500, kUnknownOutcome, tool, "try again later (tried 4 times)"),
      Refusal("InternalServerError", 500, kUnknownOutcome, tool, "try again later"),
      Refusal("InternalServerException", 500, kUnknownOutcome, tool, "try again later"),
      Refusal("ServiceUnavailable", 503, kUnknownOutcome, tool, "try again later"),
      Refusal("RequestTimeoutException", 408, kUnknownOutcome, tool, "try again later"),
  };
}
INSTANTIATE_TEST_SUITE_P(Refusals, AwsErrorsTest, testing::ValuesIn(Refusals()),
                         [](const auto& param) { return param.param.name; });

std::vector<Case> BrokenAnswers() {
  const auto broken = [](const std::string& name, Service service, const std::string& what_to_do) {
    return Case{name,
                std::move(service),
                kUnknownOutcome,
                ExitCode::kToolError,
                what_to_do,
                kUnknownOutcome,
                false};
  };
  const std::string whole = Response(200, R"({"executions":[],"JobFlowId":"j-1"})");
  return {
      broken("EmptyBody", Answers(Response(503, "")),
             "answered 503 without a word; the service is in trouble: try again later"),
      broken("PageOfAProxy",
             Answers(Response(502, "<html>Bad Gateway</html>", "Content-Type: text/html\r\n")),
             "answered 502 with 24 bytes of text/html that are no error of AWS (a proxy's?)"),
      broken("TruncatedJson", Answers(Response(200, R"({"executions":[{"na)")),
             "it was cut off, or something between changed it; try again later (tried 4 times)"),
      broken(
          "ConnectionEndsInTheAnswer",
          [whole](ServerSide& peer) {
            peer.Send(whole.substr(0, whole.size() - 5));
            peer.End();
          },
          "it ends too early; what it was asked for may have been done; try again later"),
      broken(
          "ResetInTheAnswer",
          [whole](ServerSide& peer) {
            peer.Send(whole.substr(0, whole.size() - 5));
            peer.Reset();
            peer.Wake();
          },
          "; try again later (tried 4 times)"),
      // Nobody outside can tell whether the request was applied before that.
      broken(
          "ResetInsteadOfAnAnswer",
          [](ServerSide& peer) {
            peer.Reset();
            peer.Wake();
          },
          "; try again later (tried 4 times)"),
  };
}
INSTANTIATE_TEST_SUITE_P(BrokenAnswers, AwsErrorsTest, testing::ValuesIn(BrokenAnswers()),
                         [](const auto& param) { return param.param.name; });

/// What never reached the service: surely nothing was applied, and everything may be asked again.
class NeverArrivedTest : public AwsErrors {
 protected:
  void ExpectUnavailable(const std::string& what_to_do) {
    EXPECT_EQ(List(), ExitCode::kToolError);
    EXPECT_THAT(streams_.TakeErr(), AllOf(HasSubstr("emrctl: ListExecutions in eu-west-1: "),
                                          HasSubstr(what_to_do), HasSubstr("(tried 4 times)")));
    EXPECT_EQ(ErrorName(ErrorOfReading().kind), "Unavailable");
    const Error creating = ErrorOfCreating();
    EXPECT_EQ(ErrorName(creating.kind), "Unavailable") << creating.message;
    EXPECT_THAT(creating.message, HasSubstr("(tried 4 times)"));
  }
};

TEST_F(NeverArrivedTest, UnknownHost) {
  Open("http://no-such-host.invalid");
  ExpectUnavailable("check the address (region, endpoint URL) and this machine's network");
}

TEST_F(NeverArrivedTest, NobodyListens) {
  Serve([](ServerSide&) {});
  server_.reset();
  ExpectUnavailable("Connection refused; check the address");
}

TEST_F(NeverArrivedTest, ACertificateThatNobodyTrusts) {
  std::ofstream(folder_.path() / "roots.pem") << http::TestAuthority("another authority").pem();
  Serve(Answers(Response(200, "{}")),
        http::TestAuthority("an authority").Issue({.names = {"DNS:localhost"}}));
  ExpectUnavailable("its certificate is not trusted");
  EXPECT_EQ(TakeRequests(), 0);
}

TEST_F(NeverArrivedTest, ACertificateOfAnotherHost) {
  const http::TestAuthority authority("an authority");
  std::ofstream(folder_.path() / "roots.pem") << authority.pem();
  Serve(Answers(Response(200, "{}")), authority.Issue({.names = {"DNS:elsewhere.example"}}));
  ExpectUnavailable("its certificate is not for localhost");
  EXPECT_EQ(TakeRequests(), 0);
}

/// A clock that is 20 minutes behind the service's costs one request more, and nobody's attention.
TEST_F(AwsErrors, ASkewedClockIsCorrectedByTheDateOfTheRefusal) {
  std::atomic<int> answered = 0;
  const std::string refusal = Response(400, ErrorBody("RequestExpired", "too old"),
                                       "Date: Fri, 02 Jan 2076 03:24:05 GMT\r\n");
  Serve([&](ServerSide& peer) {
    peer.Send(answered++ == 0 ? refusal : Response(200, R"({"executions":[]})"));
  });
  EXPECT_EQ(List(), ExitCode::kSuccess) << streams_.TakeErr();
  EXPECT_EQ(TakeRequests(), 2);
  EXPECT_THAT(LastRequest(), HasSubstr("x-amz-date: 20760102T0324"));
}

/// An operation without an answer of its own has an empty body; one that must have an id has not.
TEST_F(AwsErrors, AnEmptyAnswerIsNoClusterThatCanBeNamed) {
  Serve(Answers(Response(200, "")));
  EXPECT_EQ(ErrorName(ErrorOfCreating().kind), "UnknownOutcome");
  EXPECT_EQ(TakeRequests(), 1);
}

/// What EMR says of a cluster that is in another region.
TEST_F(AwsErrors, AClusterOfAnotherRegionIsNamedWithTheRegionThatWasAsked) {
  Serve(Refuses(400, "InvalidRequestException", "Cluster id 'j-1' is not valid."));
  EXPECT_EQ(RunTerminate(opened_->account(), {options_, "j-1", false, false, false}, context_),
            ExitCode::kInvalid);
  EXPECT_THAT(streams_.TakeErr(), HasSubstr("there is no cluster j-1 in eu-west-1; --region names "
                                            "another region"));
}

}  // namespace
}  // namespace ecm::cli
