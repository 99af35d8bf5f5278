#include <gtest/gtest.h>

#include "asl/model.h"
#include "asl/testing/player.h"

namespace ecm::asl {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string Task(std::string_view more) {
  return R"({"StartAt": "It", "States": {
      "It": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "Done",
             "Parameters": {"FunctionName": "f", "Payload": {"n.$": "$$.State.RetryCount"}}, )" +
         std::string(more) + R"(},
      "Done": {"Type": "Succeed"}, "Other": {"Type": "Succeed"}}})";
}

std::string RetryOnly(std::string_view retrier) {
  return OneState(R"({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
      "Parameters": {"FunctionName": "f", "Payload": {"n.$": "$$.State.RetryCount"}},
      "Next": "Done", "Retry": [)" +
                  std::string(retrier) + "]}");
}

TEST(RetryTest, TriesAgainAfterGrowingPauses) {
  Player player(RetryOnly(R"({"ErrorEquals": ["Throttled"], "IntervalSeconds": 3,
                              "BackoffRate": 1.5, "MaxAttempts": 3})"));
  for (const milliseconds pause : {milliseconds(3000), milliseconds(4500), milliseconds(6750)}) {
    player.Err("Throttled");
    EXPECT_EQ(player.UntilNext(), pause);
    player.FireNext();
  }
  ASSERT_EQ(player.tasks().size(), 4U);
  EXPECT_EQ(player.task().parameters.at("Payload").at("n").as_int64(), 3);
  player.Err("Throttled", "the fourth time");
  EXPECT_EQ(player.StatusName(), "FAILED");
  EXPECT_EQ(player.cause(), "the fourth time");
}

TEST(RetryTest, SucceedsAfterARetry) {
  Player player(RetryOnly(R"({"ErrorEquals": ["Throttled"]})"));
  player.Err("Throttled");
  EXPECT_EQ(player.UntilNext(), seconds(1));
  player.FireNext();
  player.Answer("1");
  EXPECT_EQ(player.Output(), "1");
  EXPECT_EQ(player.Path(), (Names{"It", "Done"}));
  EXPECT_EQ(player.Types(),
            (Names{"ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted",
                   "TaskFailed", "TaskScheduled", "TaskStarted", "TaskSucceeded", "TaskStateExited",
                   "SucceedStateEntered", "SucceedStateExited", "ExecutionSucceeded"}));
}

TEST(RetryTest, DefaultsToThreeAttempts) {
  Player player(RetryOnly(R"({"ErrorEquals": ["E"]})"));
  for (int attempt = 0; attempt < 3; ++attempt) {
    player.Err("E");
    EXPECT_EQ(player.UntilNext(), seconds(1 << attempt));
    player.FireNext();
  }
  player.Err("E");
  EXPECT_EQ(player.StatusName(), "FAILED");
}

TEST(RetryTest, ZeroAttemptsMeansNever) {
  Player player(RetryOnly(R"({"ErrorEquals": ["Fatal"], "MaxAttempts": 0},
                             {"ErrorEquals": ["States.ALL"]})"));
  player.Err("Fatal");
  EXPECT_EQ(player.StatusName(), "FAILED");
}

TEST(RetryTest, TheDelayHasACap) {
  Player player(RetryOnly(R"({"ErrorEquals": ["E"], "IntervalSeconds": 4, "BackoffRate": 10,
                              "MaxDelaySeconds": 25, "MaxAttempts": 9})"));
  for (const seconds pause : {seconds(4), seconds(25), seconds(25)}) {
    player.Err("E");
    EXPECT_EQ(player.UntilNext(), pause);
    player.FireNext();
  }
}

TEST(RetryTest, AHugeBackoffStaysFinite) {
  Player player(RetryOnly(R"({"ErrorEquals": ["E"], "BackoffRate": 1000000000,
                              "MaxAttempts": 99})"));
  for (int attempt = 0; attempt < 60; ++attempt) {
    player.Err("E");
    ASSERT_LE(player.UntilNext(), seconds(99'999'999));
    player.FireNext();
  }
}

TEST(RetryTest, FullJitterStaysBelowTheDelayAndVaries) {
  Player player(RetryOnly(R"({"ErrorEquals": ["E"], "IntervalSeconds": 100, "BackoffRate": 1,
                              "JitterStrategy": "FULL", "MaxAttempts": 50})"));
  Duration least = seconds(1000), most{};
  for (int attempt = 0; attempt < 50; ++attempt) {
    player.Err("E");
    least = std::min(least, player.UntilNext());
    most = std::max(most, player.UntilNext());
    player.FireNext();
  }
  EXPECT_LE(most, seconds(100));
  EXPECT_GT(most, seconds(80));
  EXPECT_LT(least, seconds(20));
}

TEST(RetryTest, EachRetrierCountsForItself) {
  Player player(RetryOnly(R"({"ErrorEquals": ["A"], "MaxAttempts": 1},
                             {"ErrorEquals": ["B"], "MaxAttempts": 1})"));
  player.Err("A");
  player.FireNext();
  player.Err("B");
  player.FireNext();
  EXPECT_EQ(player.task().parameters.at("Payload").at("n").as_int64(), 2);
  player.Err("A");
  EXPECT_EQ(player.StatusName(), "FAILED");
}

TEST(RetryTest, AnswersDuringThePauseAreIgnored) {
  Player player(RetryOnly(R"({"ErrorEquals": ["E"]})"));
  player.Err("E");
  player.Answer("1");
  EXPECT_EQ(player.StatusName(), "RUNNING");
}

TEST(RetryTest, TheCountersStartAfreshWhenTheStateIsEnteredAgain) {
  Player player(R"({"StartAt": "It", "States": {
      "It": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "More",
             "Parameters": {"FunctionName": "f"},
             "Retry": [{"ErrorEquals": ["E"], "MaxAttempts": 1}]},
      "More": {"Type": "Choice", "Default": "Done",
               "Choices": [{"Variable": "$.more", "BooleanEquals": true, "Next": "It"}]},
      "Done": {"Type": "Succeed"}}})");
  for (const std::string_view answer : {R"({"more":true})", R"({"more":false})"}) {
    player.Err("E");
    player.FireNext();
    player.Answer(answer);
  }
  EXPECT_EQ(player.StatusName(), "SUCCEEDED");
  EXPECT_EQ(player.Path(), (Names{"It", "More", "It", "More", "Done"}));
}

TEST(CatchTest, TheFirstCatcherThatMatchesWins) {
  Player player(Task(R"("Catch": [
      {"ErrorEquals": ["A", "B"], "Next": "Other", "ResultPath": "$.e"},
      {"ErrorEquals": ["States.ALL"], "Next": "Done"}])"),
                R"({"x":1})");
  player.Err("B", "why");
  EXPECT_EQ(player.Path(), (Names{"It", "Other"}));
  EXPECT_EQ(player.Output(), R"({"x":1,"e":{"Error":"B","Cause":"why"}})");
}

TEST(CatchTest, TheErrorIsTheWholeOutputUnlessPlaced) {
  Player player(Task(R"("OutputPath": "$.no", "Catch": [
      {"ErrorEquals": ["States.ALL"], "Next": "Other"}])"),
                R"({"x":1})");
  player.Err("B", "why");
  EXPECT_EQ(player.Output(), R"({"Error":"B","Cause":"why"})");
}

TEST(CatchTest, ComesAfterTheLastRetry) {
  Player player(Task(R"("Retry": [{"ErrorEquals": ["E"], "MaxAttempts": 1}],
      "Catch": [{"ErrorEquals": ["E"], "ResultPath": null, "Next": "Other"}])"),
                R"({"x":1})");
  player.Err("E");
  EXPECT_EQ(player.StatusName(), "RUNNING");
  player.FireNext();
  player.Err("E");
  EXPECT_EQ(player.Path(), (Names{"It", "Other"}));
  EXPECT_EQ(player.Output(), R"({"x":1})");
}

TEST(CatchTest, AResultThatDoesNotFitCanBeCaught) {
  Player player(Task(R"("ResultPath": "$.x.y", "Catch": [
      {"ErrorEquals": ["States.ResultPathMatchFailure"], "Next": "Other"}])"),
                R"({"x":1})");
  player.Answer("1");
  EXPECT_EQ(player.Path(), (Names{"It", "Other"}));
}

TEST(CatchTest, AnErrorThatDoesNotFitEndsTheExecution) {
  Player player(Task(R"("Catch": [
      {"ErrorEquals": ["States.ALL"], "ResultPath": "$.x.y", "Next": "Other"}])"),
                R"({"x":1})");
  player.Err("E");
  EXPECT_EQ(player.error(), "States.ResultPathMatchFailure");
}

TEST(ErrorEqualsTest, WildcardsMatchAsDocumented) {
  const std::vector<std::string> all{"States.ALL"}, failed{"States.TaskFailed"},
      timeout{"States.Timeout"};
  EXPECT_TRUE(MatchesError(all, "Anything"));
  EXPECT_TRUE(MatchesError(all, "States.Timeout"));
  EXPECT_TRUE(MatchesError(all, "States.HeartbeatTimeout"));
  EXPECT_FALSE(MatchesError(all, "States.Runtime"));
  EXPECT_FALSE(MatchesError(all, "States.DataLimitExceeded"));
  EXPECT_TRUE(MatchesError(failed, "Anything"));
  EXPECT_FALSE(MatchesError(failed, "States.Timeout"));
  EXPECT_TRUE(MatchesError(failed, "States.HeartbeatTimeout"));
  EXPECT_TRUE(MatchesError(timeout, "States.HeartbeatTimeout"));
  EXPECT_FALSE(MatchesError({"States.HeartbeatTimeout"}, "States.Timeout"));
  EXPECT_TRUE(MatchesError({"A", "B"}, "B"));
  EXPECT_FALSE(MatchesError({"A", "B"}, "AB"));
}

}  // namespace
}  // namespace ecm::asl
