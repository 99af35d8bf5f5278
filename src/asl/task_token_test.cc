#include <gtest/gtest.h>

#include "asl/testing/player.h"

namespace ecm::asl {
namespace {

using std::chrono::seconds;

std::string TokenTask(std::string_view more = "") {
  return OneState(R"({"Type": "Task", "Resource":
      "arn:aws:states:::lambda:invoke.waitForTaskToken", "Next": "Done",
      "Parameters": {"FunctionName": "f", "Payload": {"token.$": "$$.Task.Token"}})" +
                  std::string(more.empty() ? "" : ", ") + std::string(more) + "}");
}

TEST(TaskTokenTest, TheTokenEndsTheTaskAndNotItsAnswer) {
  Player player(TokenTask());
  const std::string token = player.token();
  EXPECT_GE(token.size(), 32U);
  EXPECT_TRUE(player.execution().WaitsFor(token));
  EXPECT_FALSE(player.execution().WaitsFor("other"));
  EXPECT_FALSE(player.execution().WaitsFor(""));
  player.Answer(R"({"StatusCode":200})");
  EXPECT_EQ(player.StatusName(), "RUNNING");
  player.Tell(TokenSucceeded{token, Parsed(R"({"woken":true})")});
  EXPECT_EQ(player.Output(), R"({"woken":true})");
  EXPECT_FALSE(player.execution().WaitsFor(token));
  EXPECT_EQ(player.Types(),
            (Names{"ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted",
                   "TaskSubmitted", "TaskSucceeded", "TaskStateExited", "SucceedStateEntered",
                   "SucceedStateExited", "ExecutionSucceeded"}));
}

TEST(TaskTokenTest, ATokenThatComesBeforeTheAnswerCounts) {
  Player player(TokenTask());
  player.Tell(TokenSucceeded{player.token(), 1});
  EXPECT_EQ(player.StatusName(), "SUCCEEDED");
  player.Answer("{}");
  EXPECT_EQ(player.Output(), "1");
}

TEST(TaskTokenTest, AFailureOfTheTokenIsTheTasksError) {
  Player player(TokenTask(R"("ResultPath": "$.r",
      "Catch": [{"ErrorEquals": ["Interrupted"], "ResultPath": "$.e", "Next": "Done"}])"));
  player.Answer("{}");
  player.Tell(TokenFailed{player.token(), "Interrupted", "by a test"});
  EXPECT_EQ(player.Output(), R"({"e":{"Error":"Interrupted","Cause":"by a test"}})");
}

TEST(TaskTokenTest, ACallThatFailsIsTheTasksError) {
  Player player(TokenTask());
  player.Err("Lambda.Unknown", "crashed");
  EXPECT_EQ(player.error(), "Lambda.Unknown");
}

TEST(TaskTokenTest, AfterTheAnswerTheCallCannotFailAnyMore) {
  Player player(TokenTask());
  player.Answer("{}");
  player.Err("Late");
  EXPECT_EQ(player.StatusName(), "RUNNING");
}

TEST(TaskTokenTest, AMissedHeartbeatEndsTheWait) {
  Player player(TokenTask(R"("HeartbeatSeconds": 60, "TimeoutSeconds": 1000,
      "Catch": [{"ErrorEquals": ["States.HeartbeatTimeout"], "ResultPath": "$.e",
                 "Next": "Done"}])"));
  player.Answer("{}");
  player.Pass(seconds(59));
  EXPECT_EQ(player.StatusName(), "RUNNING");
  player.Pass(seconds(1));
  EXPECT_EQ(player.Output(), R"({"e":{"Error":"States.HeartbeatTimeout","Cause":""}})");
}

TEST(TaskTokenTest, ABeatMovesTheDueTime) {
  Player player(TokenTask(R"("HeartbeatSecondsPath": "$.beat")"), R"({"beat":60})");
  player.Pass(seconds(50));
  player.Tell(TokenBeat{player.token()});
  player.Pass(seconds(59));
  EXPECT_EQ(player.StatusName(), "RUNNING");
  player.Tell(TokenBeat{"of another"});
  player.Pass(seconds(1));
  EXPECT_EQ(player.error(), "States.HeartbeatTimeout");
}

TEST(TaskTokenTest, BeatsDoNotHoldOffTheTimeout) {
  Player player(TokenTask(R"("HeartbeatSeconds": 60, "TimeoutSeconds": 100)"));
  player.Pass(seconds(50));
  player.Tell(TokenBeat{player.token()});
  player.Pass(seconds(50));
  EXPECT_EQ(player.error(), "States.Timeout");
}

TEST(TaskTokenTest, EachRetryHasATokenOfItsOwn) {
  Player player(TokenTask(R"("HeartbeatSeconds": 60,
      "Retry": [{"ErrorEquals": ["Again"], "IntervalSeconds": 5}])"));
  const std::string first = player.token();
  const ActivityId first_task = player.task().task;
  player.Tell(TokenFailed{first, "Again", ""});
  EXPECT_FALSE(player.execution().WaitsFor(first));
  player.Pass(seconds(5));
  ASSERT_EQ(player.tasks().size(), 2U);
  EXPECT_NE(player.token(), first);
  player.Tell(TokenSucceeded{first, "stale"});
  player.Tell(TokenFailed{first, "stale", ""});
  player.Tell(TaskErred{first_task, "stale", ""});
  EXPECT_EQ(player.StatusName(), "RUNNING");
  player.Pass(seconds(59));  // the first attempt's heartbeat has come and is not wanted
  EXPECT_EQ(player.StatusName(), "RUNNING");
  player.Tell(TokenSucceeded{player.token(), "fresh"});
  EXPECT_EQ(player.Output(), R"("fresh")");
}

TEST(TaskTokenTest, TheWholeContextObjectCarriesTheTokenToo) {
  Player player(OneState(R"({"Type": "Task", "Next": "Done",
      "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
      "Parameters": {"FunctionName": "f", "Payload.$": "$$"}})"));
  const std::string token(
      player.task().parameters.at("Payload").at("Task").at("Token").as_string());
  EXPECT_TRUE(player.execution().WaitsFor(token));
}

TEST(TaskTokenTest, AnOrdinaryTaskHasNoToken) {
  Player player(OneState(R"({"Type": "Task", "Next": "Done",
      "Resource": "arn:aws:states:::lambda:invoke",
      "Parameters": {"FunctionName": "f", "Payload.$": "$$"}})"));
  EXPECT_EQ(Find(player.task().parameters, {"Payload", "Task"}), nullptr);
}

}  // namespace
}  // namespace ecm::asl
