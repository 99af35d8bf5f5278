#include "aws_client/exchange.h"

#include <gtest/gtest.h>

#include "aws_client/testing/scripted_http.h"

namespace ecm::aws_client {
namespace {

using namespace std::chrono_literals;

constexpr const char* kThrottling = R"({"__type":"ThrottlingException","message":"Rate exceeded"})";
constexpr const char* kBroken = R"({"__type":"InternalServerException","Message":"oh"})";
constexpr const char* kSkewed = R"({"__type":"RequestExpired","message":"too old"})";
constexpr const char* kExpired = R"({"__type":"ExpiredTokenException","message":"expired"})";
constexpr const char* kDenied = R"({"__type":"AccessDeniedException","message":"no"})";

TEST(ExchangeTest, TriesAgainInVirtualTimeUntilItSucceeds) {
  ClientWorld world;
  world.http.Then(400, kThrottling);
  world.http.ThenFail(ErrorKind::kUnavailable);
  world.http.Then(200, R"({"Cluster":{}})");
  const auto answer = world.Call(Repeat::kLookUp);
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(world.http.requests.size(), 3U);
}

TEST(ExchangeTest, NeverRepeatsAnUnknownOutcomeThatIsToBeLookedUp) {
  for (int how = 0; how < 4; ++how) {
    ClientWorld world;
    if (how == 0) world.http.ThenFail(ErrorKind::kUnknownOutcome);
    if (how == 1) world.http.Then(500, kBroken);
    if (how == 2) world.http.Then(200, R"({"JobFlowId":"j-)");
    if (how == 3) world.http.Then(503, "");
    const auto answer = world.Call(Repeat::kLookUp, "RunJobFlow");
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().kind, ErrorKind::kUnknownOutcome);
    EXPECT_EQ(world.http.requests.size(), 1U) << how;
    EXPECT_EQ(world.clock.Mono(), MonoTime{}) << "nobody waits for what is not tried again";
  }
}

TEST(ExchangeTest, RepeatsAnUnknownOutcomeThatIsTheSameTwice) {
  for (int how = 0; how < 3; ++how) {
    ClientWorld world;
    if (how == 0) world.http.ThenFail(ErrorKind::kUnknownOutcome);
    if (how == 1) world.http.Then(500, kBroken);
    if (how == 2) world.http.Then(200, R"({"Cluster":)");
    world.http.Then(200, "");
    EXPECT_TRUE(world.Call(Repeat::kSafe).has_value()) << how;
    EXPECT_EQ(world.http.requests.size(), 2U) << how;
  }
}

TEST(ExchangeTest, GivesUpAfterTheLastAttemptAndSaysHowManyThereWere) {
  ClientWorld world({.attempts = 3});
  for (int attempt = 0; attempt < 3; ++attempt) world.http.Then(400, kThrottling);
  const auto answer = world.Call(Repeat::kLookUp);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ErrorKind::kThrottled);
  EXPECT_EQ(answer.error().code, "ThrottlingException");
  EXPECT_EQ(answer.error().message,
            "DescribeCluster in eu-west-1: Rate exceeded; calls come too fast for the account's "
            "limits: try again later (tried 3 times)");
  EXPECT_EQ(world.http.requests.size(), 3U);
}

/// The pauses of a thousand calls: all of the range, nothing beyond it.
TEST(ExchangeTest, PausesARandomPartOfTheLimit) {
  for (const auto& [body, limit] : {std::pair(kThrottling, 50ms), std::pair(kBroken, 10ms)}) {
    Duration least = Duration::max();
    Duration most{0};
    RetryPolicy policy{.attempts = 2, .base = 10ms, .throttled_base = 50ms, .cap = 1s};
    policy.budget = 1e9;
    ClientWorld world(policy);
    for (int call = 0; call < 1000; ++call) {
      world.http.Then(500, body);
      world.http.Then(200, "{}");
      const MonoTime begin = world.clock.Mono();
      ASSERT_TRUE(world.Call(Repeat::kSafe).has_value());
      least = std::min(least, world.clock.Mono() - begin);
      most = std::max(most, world.clock.Mono() - begin);
    }
    EXPECT_EQ(least, 0ms);
    EXPECT_EQ(most, limit);
  }
}

TEST(ExchangeTest, StopsTryingWhenTheSharedBudgetIsUsedUp) {
  ClientWorld world({.attempts = 3, .budget = 3 * RetryBudget::kCost});
  for (int attempt = 0; attempt < 20; ++attempt) world.http.Then(500, kBroken);
  const auto requests_of_a_call = [&world] {
    const std::size_t before = world.http.requests.size();
    EXPECT_FALSE(world.Call(Repeat::kSafe).has_value());
    return world.http.requests.size() - before;
  };
  EXPECT_EQ(requests_of_a_call(), 3U);
  EXPECT_EQ(requests_of_a_call(), 2U);
  EXPECT_EQ(requests_of_a_call(), 1U);
  EXPECT_EQ(requests_of_a_call(), 1U);
}

TEST(ExchangeTest, FillsTheBudgetWithSuccesses) {
  ClientWorld world({.attempts = 2, .budget = RetryBudget::kCost});
  world.http.Then(500, kBroken);
  world.http.Then(500, kBroken);
  EXPECT_FALSE(world.Call(Repeat::kSafe).has_value());
  for (int success = 0; success < 5; ++success) {
    world.http.Then(200, "{}");
    EXPECT_TRUE(world.Call(Repeat::kSafe).has_value());
  }
  world.http.Then(500, kBroken);
  world.http.Then(200, "{}");
  EXPECT_TRUE(world.Call(Repeat::kSafe).has_value());
}

TEST(ExchangeTest, BeginsNothingAfterTheDeadline) {
  ClientWorld world;
  world.client.SetDeadline(world.clock.Mono() + 5s);
  world.clock.Advance(5s);
  const auto answer = world.Call(Repeat::kSafe);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ErrorKind::kUnavailable);
  EXPECT_TRUE(world.http.requests.empty());
  world.client.SetDeadline(world.clock.Mono() + 1ms);
  world.http.Then(200, "{}");
  EXPECT_TRUE(world.Call(Repeat::kSafe).has_value());
}

TEST(ExchangeTest, LetsNoAttemptLastBeyondTheDeadline) {
  ClientWorld world;
  world.http.Then(200, "{}");
  world.http.Then(200, "{}");
  world.client.SetDeadline(world.clock.Mono() + 3s);
  EXPECT_TRUE(world.Call(Repeat::kSafe).has_value());
  EXPECT_EQ(world.http.requests.back().timeout, 3s);
  world.client.SetDeadline(MonoTime::max());
  EXPECT_TRUE(world.Call(Repeat::kSafe).has_value());
  EXPECT_EQ(world.http.requests.back().timeout, 20s);
}

TEST(ExchangeTest, NeverWaitsBeyondTheDeadline) {
  ClientWorld world({.attempts = 100, .base = 1s, .cap = 10s});
  const MonoTime deadline = world.clock.Mono() + 30s;
  world.client.SetDeadline(deadline);
  for (int attempt = 0; attempt < 100; ++attempt) world.http.Then(500, kBroken);
  EXPECT_FALSE(world.Call(Repeat::kSafe).has_value());
  EXPECT_LT(world.clock.Mono(), deadline);
  EXPECT_GT(world.http.requests.size(), 2U);
  EXPECT_LT(world.http.requests.size(), 100U);
}

TEST(ExchangeTest, SaysThatTheOutcomeIsUnknownAfterAnAttemptThatMayHaveBeenApplied) {
  ClientWorld world({.attempts = 2});
  world.http.ThenFail(ErrorKind::kUnknownOutcome);
  world.http.Then(400, kThrottling);
  EXPECT_EQ(world.Call(Repeat::kSafe).error().kind, ErrorKind::kUnknownOutcome);
}

TEST(ExchangeTest, CorrectsItsClockByTheDateOfTheErrorAndKeepsTheOffset) {
  ClientWorld world;
  // Our clock says 03:04:05.
  world.http.Then(400, kSkewed, {{"date", "Fri, 02 Jan 2026 03:24:05 GMT"}});
  world.http.Then(200, "{}");
  EXPECT_TRUE(world.Call(Repeat::kLookUp).has_value());
  ASSERT_EQ(world.http.requests.size(), 2U);
  EXPECT_EQ(HeaderOf(world.http.requests[0], "x-amz-date"), "20260102T030405Z");
  EXPECT_EQ(HeaderOf(world.http.requests[1], "x-amz-date"), "20260102T032405Z");
  EXPECT_EQ(world.clock.Mono(), MonoTime{}) << "nothing was broken: nobody waits";
  world.http.Then(200, "{}");
  EXPECT_TRUE(world.Call(Repeat::kSafe).has_value());
  EXPECT_EQ(HeaderOf(world.http.requests[2], "x-amz-date"), "20260102T032405Z");
}

TEST(ExchangeTest, CorrectsItsClockAgainWhenItJumps) {
  ClientWorld world;
  world.http.Then(400, kSkewed, {{"date", "Fri, 02 Jan 2026 03:24:05 GMT"}});
  world.http.Then(200, "{}");
  EXPECT_TRUE(world.Call(Repeat::kSafe).has_value());
  world.clock.JumpWall(20min);  // somebody has set it
  world.http.Then(403, R"({"__type":"InvalidSignatureException"})",
                  {{"date", "Fri, 02 Jan 2026 03:24:05 GMT"}});
  world.http.Then(200, "{}");
  EXPECT_TRUE(world.Call(Repeat::kSafe).has_value());
  EXPECT_EQ(HeaderOf(world.http.requests[2], "x-amz-date"), "20260102T034405Z");
  EXPECT_EQ(HeaderOf(world.http.requests[3], "x-amz-date"), "20260102T032405Z");
}

TEST(ExchangeTest, CorrectsItsClockOncePerCall) {
  ClientWorld world;
  world.http.Then(400, kSkewed, {{"date", "Fri, 02 Jan 2026 03:24:05 GMT"}});
  world.http.Then(400, kSkewed, {{"date", "Fri, 02 Jan 2026 05:24:05 GMT"}});
  const auto answer = world.Call(Repeat::kSafe);
  EXPECT_EQ(answer.error().kind, ErrorKind::kAccessDenied);
  EXPECT_TRUE(answer.error().message.contains("the clock of this machine is wrong"));
  EXPECT_EQ(world.http.requests.size(), 2U);
}

TEST(ExchangeTest, LeavesTheClockWhereItDoesNotExplainTheError) {
  const struct {
    const char* body;
    const char* date;
  } cases[] = {{kSkewed, "Fri, 02 Jan 2026 03:07:00 GMT"},  // three minutes are no reason
               {kSkewed, "soon"},
               {kSkewed, ""},
               {kDenied, "Fri, 02 Jan 2026 03:24:05 GMT"}};
  for (const auto& [body, date] : cases) {
    ClientWorld world;
    world.http.Then(403, body, {{"date", date}});
    EXPECT_EQ(world.Call(Repeat::kSafe).error().kind, ErrorKind::kAccessDenied);
    EXPECT_EQ(world.http.requests.size(), 1U) << date;
  }
}

TEST(ExchangeTest, RenewsExpiredCredentialsOnce) {
  ClientWorld world;
  world.credentials.all.push_back({{"AKIDNEW", "newsecret", "newtoken"}, {}, "profile dev"});
  world.http.Then(403, kExpired);
  world.http.Then(200, "{}");
  EXPECT_TRUE(world.Call(Repeat::kLookUp, "RunJobFlow").has_value());
  ASSERT_EQ(world.http.requests.size(), 2U);
  EXPECT_TRUE(HeaderOf(world.http.requests[1], "authorization").contains("Credential=AKIDNEW/"));
  EXPECT_EQ(HeaderOf(world.http.requests[1], "x-amz-security-token"), "newtoken");
  EXPECT_EQ(world.credentials.forgotten, 1);
}

TEST(ExchangeTest, DoesNotTryTheSameExpiredCredentialsAgain) {
  ClientWorld world;
  world.http.Then(403, kExpired);
  const auto answer = world.Call(Repeat::kSafe);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ErrorKind::kAccessDenied);
  EXPECT_EQ(answer.error().message,
            "DescribeCluster in eu-west-1: expired; the credentials of profile dev have expired: "
            "sign in again or renew them");
  EXPECT_EQ(world.http.requests.size(), 1U);
  EXPECT_EQ(world.credentials.forgotten, 1);
}

TEST(ExchangeTest, SendsNothingWithoutCredentials) {
  ClientWorld world;
  world.credentials.all.clear();
  const auto answer = world.Call(Repeat::kSafe);
  EXPECT_EQ(answer.error().kind, ErrorKind::kAccessDenied);
  EXPECT_EQ(answer.error().message, "DescribeCluster in eu-west-1: no credentials");
  EXPECT_TRUE(world.http.requests.empty());
}

TEST(ExchangeTest, CountsItsAttemptsUnderOneInvocationId) {
  ClientWorld world;
  world.http.Then(500, kBroken);
  world.http.Then(200, "{}");
  world.http.Then(200, "{}");
  EXPECT_TRUE(world.Call(Repeat::kSafe).has_value());
  EXPECT_TRUE(world.Call(Repeat::kLookUp).has_value());
  const auto& requests = world.http.requests;
  EXPECT_EQ(HeaderOf(requests[0], "amz-sdk-request"), "attempt=1; max=4");
  EXPECT_EQ(HeaderOf(requests[1], "amz-sdk-request"), "attempt=2; max=4");
  const std::string id = HeaderOf(requests[0], "amz-sdk-invocation-id");
  EXPECT_EQ(id.size(), 36U);
  EXPECT_EQ(HeaderOf(requests[1], "amz-sdk-invocation-id"), id);
  EXPECT_NE(HeaderOf(requests[2], "amz-sdk-invocation-id"), id);
  EXPECT_TRUE(requests[0].repeatable);
  EXPECT_FALSE(requests[2].repeatable) << "a dead connection may have delivered it";
  EXPECT_TRUE(HeaderOf(requests[0], "user-agent").starts_with("emr-cluster-manager/"));
}

TEST(ExchangeTest, TellsNoSecretEvenIfTheServiceRepeatsIt) {
  ClientWorld world;
  world.credentials.all = {{{"AKID", "the-secret-key", "the-session-token"}, {}, "environment"}};
  const std::string body =
      R"({"__type":"SignatureDoesNotMatch","message":"no: the-secret-key the-session-token)"
      R"(\nx-amz-security-token:the-session-token"})";
  world.http.Then(403, body);
  world.http.Then(500, body);
  world.http.Then(403, body, {{"date", "Fri, 02 Jan 2026 03:24:05 GMT"}});
  world.http.Then(403, body);
  for (int call = 0; call < 3; ++call) {
    const auto answer = world.Call(Repeat::kSafe);
    ASSERT_FALSE(answer.has_value());
    EXPECT_FALSE(answer.error().message.contains("the-secret-key")) << answer.error().message;
    EXPECT_FALSE(answer.error().message.contains("the-session-token")) << answer.error().message;
  }
  EXPECT_FALSE(world.LogText().contains("the-se")) << world.LogText();
}

TEST(ExchangeTest, TellsWhatToDoAboutEachRefusal) {
  const struct {
    unsigned status;
    const char* body;
    const char* advice;
  } cases[] = {
      {403,
       R"({"__type":"UnrecognizedClientException","message":"The security token is invalid."})",
       "The security token is invalid; the credentials of profile dev are not known there: check"},
      {403, R"({"__type":"SignatureDoesNotMatch"})", "does not belong to its access key"},
      {400, R"({"__type":"AccessDeniedException","message":"User is not authorized"})",
       "User is not authorized; the identity of profile dev needs a permission"},
      {403, R"({"__type":"OptInRequired"})", "sign up for it"},
      {400, kSkewed, "set it"},
      {502, "<html>Bad Gateway</html>", "answered 502 with 24 bytes that are no error of AWS"},
      {503, "", "answered 503 without a word; it may have been applied: look before asking again"},
  };
  for (const auto& [status, body, advice] : cases) {
    ClientWorld world;
    world.http.Then(status, body);
    const std::string message = world.Call(Repeat::kLookUp).error().message;
    EXPECT_TRUE(message.starts_with("DescribeCluster in eu-west-1: ")) << message;
    EXPECT_TRUE(message.contains(advice)) << message;
  }
}

}  // namespace
}  // namespace ecm::aws_client
