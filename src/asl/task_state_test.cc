#include <gtest/gtest.h>

#include "asl/testing/player.h"

namespace ecm::asl {
namespace {

using std::chrono::seconds;

std::string Task(std::string_view more = "") {
  return OneState(R"({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
      "Parameters": {"FunctionName": "f", "Payload.$": "$"}, "Next": "Done")" +
                  std::string(more.empty() ? "" : ", ") + std::string(more) + "}");
}

TEST(TaskStateTest, AsksForTheTaskAndGoesOnWithItsResult) {
  Player player(Task(), R"({"a":1})");
  ASSERT_EQ(player.tasks().size(), 1U);
  EXPECT_EQ(player.task().state, "It");
  EXPECT_EQ(player.task().resource, "lambda:invoke");
  EXPECT_EQ(ToText(player.task().parameters), R"({"FunctionName":"f","Payload":{"a":1}})");
  EXPECT_EQ(player.execution().current_state(), "It");
  player.Answer(R"({"Payload":{"b":2},"StatusCode":200})");
  EXPECT_EQ(player.Path(), (Names{"It", "Done"}));
  EXPECT_EQ(player.Output(), R"({"Payload":{"b":2},"StatusCode":200})");
  EXPECT_EQ(player.execution().current_state(), "");
}

TEST(TaskStateTest, SelectsThePayloadAndPlacesIt) {
  Player player(Task(R"("ResultSelector": {"got.$": "$.Payload", "by.$": "$$.State.Name"},
                        "ResultPath": "$.r", "OutputPath": "$.r")"),
                R"({"a":1})");
  player.Answer(R"({"Payload":{"b":2},"StatusCode":200})");
  EXPECT_EQ(player.Output(), R"({"got":{"b":2},"by":"It"})");
}

TEST(TaskStateTest, ANullResultPathKeepsTheInput) {
  Player player(Task(R"("ResultPath": null)"), R"({"a":1})");
  player.Answer(R"({"Payload":2})");
  EXPECT_EQ(player.Output(), R"({"a":1})");
}

TEST(TaskStateTest, TheInputPathNarrowsParametersButNotTheRawInput) {
  Player player(Task(R"("InputPath": "$.in", "ResultPath": "$.r")"), R"({"in":{"x":1}})");
  EXPECT_EQ(ToText(player.task().parameters), R"({"FunctionName":"f","Payload":{"x":1}})");
  player.Answer("7");
  EXPECT_EQ(player.Output(), R"({"in":{"x":1},"r":7})");
}

TEST(TaskStateTest, PublishesToSns) {
  Player player(OneState(R"({"Type": "Task", "Resource": "arn:aws-cn:states:::sns:publish",
      "Parameters": {"TopicArn.$": "$.t", "Message": {"text.$": "$.m"}}, "Next": "Done"})"),
                R"({"t":"topic","m":"hello"})");
  EXPECT_EQ(player.task().resource, "sns:publish");
  EXPECT_EQ(ToText(player.task().parameters), R"({"TopicArn":"topic","Message":{"text":"hello"}})");
}

TEST(TaskStateTest, AnUncaughtErrorEndsTheExecution) {
  Player player(Task());
  player.Err("NotFound", "no such cluster");
  EXPECT_EQ(player.StatusName(), "FAILED");
  EXPECT_EQ(player.error(), "NotFound");
  EXPECT_EQ(player.cause(), "no such cluster");
  EXPECT_EQ(player.finished(), 1);
}

TEST(TaskStateTest, TimesOut) {
  Player player(Task(R"("TimeoutSeconds": 30)"));
  player.Pass(seconds(29));
  EXPECT_EQ(player.StatusName(), "RUNNING");
  player.Pass(seconds(1));
  EXPECT_EQ(player.StatusName(), "FAILED");
  EXPECT_EQ(player.error(), "States.Timeout");
  player.Answer("1");
  EXPECT_EQ(player.StatusName(), "FAILED");
}

TEST(TaskStateTest, TakesTheTimeoutFromItsInput) {
  Player player(Task(R"("TimeoutSecondsPath": "$.limit")"), R"({"limit":7})");
  EXPECT_EQ(player.UntilNext(), seconds(7));
  EXPECT_EQ(Player(Task(R"("TimeoutSecondsPath": "$.limit")"), R"({"limit":0})").error(),
            "States.Runtime");
}

TEST(TaskStateTest, TheTimerOfAnAnsweredTaskIsIgnored) {
  Player player(R"({"StartAt": "It", "States": {
      "It": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 10,
             "Parameters": {"FunctionName": "f"}, "Next": "Later"},
      "Later": {"Type": "Wait", "Seconds": 60, "Next": "Done"}, "Done": {"Type": "Succeed"}}})");
  player.Answer("1");
  player.Pass(seconds(30));
  EXPECT_EQ(player.StatusName(), "RUNNING");
  player.Pass(seconds(30));
  EXPECT_EQ(player.StatusName(), "SUCCEEDED");
}

TEST(TaskStateTest, AnAnswerCountsOnce) {
  Player player(Task());
  const ActivityId task = player.task().task;
  player.Tell(TaskAnswered{task + 5, 1});
  EXPECT_EQ(player.StatusName(), "RUNNING");
  player.Answer("1");
  player.Tell(TaskAnswered{task, 2});
  player.Tell(TaskErred{task, "Late", ""});
  EXPECT_EQ(player.Output(), "1");
  EXPECT_EQ(player.finished(), 1);
}

TEST(TaskStateTest, TheMachinesTimeoutEndsEverything) {
  Player player(R"({"StartAt": "It", "TimeoutSeconds": 100, "States": {
      "It": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
             "Parameters": {"FunctionName": "f"}, "End": true,
             "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Never"}]},
      "Never": {"Type": "Succeed"}}})");
  player.Pass(seconds(100));
  EXPECT_EQ(player.StatusName(), "TIMED_OUT");
  EXPECT_EQ(player.error(), "");
  EXPECT_EQ(StringOr(player.execution().history().back().details, "error"), "States.Timeout");
  EXPECT_EQ(player.Path(), (Names{"It"}));
  EXPECT_EQ(player.Types().back(), "ExecutionTimedOut");
  EXPECT_EQ(player.execution().history().back().previous_id, 0);
  EXPECT_EQ(player.execution().stopped() - player.execution().started(), seconds(100));
}

TEST(TaskStateTest, StopsOnRequest) {
  Player player(Task());
  player.Tell(StopRequested{"Cancelled", "Ctrl-C"});
  EXPECT_EQ(player.StatusName(), "ABORTED");
  EXPECT_EQ(player.error(), "Cancelled");
  EXPECT_EQ(player.cause(), "Ctrl-C");
  player.Answer("1");
  player.Tell(StopRequested{"Again", ""});
  EXPECT_EQ(player.error(), "Cancelled");
  EXPECT_EQ(player.finished(), 1);
}

TEST(TaskStateTest, AMissingParameterPathIsNotCaught) {
  Player player(Task(R"("ResultSelector": {"x.$": "$.no"},
      "Retry": [{"ErrorEquals": ["States.ALL"]}],
      "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Done"}])"));
  player.Answer("{}");
  EXPECT_EQ(player.StatusName(), "FAILED");
  EXPECT_EQ(player.error(), "States.Runtime");
}

std::string BigText(std::size_t bytes) { return '"' + std::string(bytes - 2, 'x') + '"'; }

TEST(TaskStateTest, AResultAboveTheLimitIsNotCaughtByAll) {
  for (const bool named : {false, true}) {
    Player player(Task(std::string(R"("Catch": [{"ErrorEquals": [")") +
                       (named ? "States.DataLimitExceeded" : "States.ALL") +
                       R"("], "Next": "Done"}])"));
    player.Answer(BigText(262'145));
    EXPECT_EQ(player.StatusName(), named ? "SUCCEEDED" : "FAILED");
    EXPECT_EQ(player.error(), named ? "" : "States.DataLimitExceeded");
  }
}

TEST(TaskStateTest, TheLimitItselfIsAllowed) {
  Player player(Task());
  player.Answer(BigText(262'144));
  EXPECT_EQ(player.StatusName(), "SUCCEEDED");
}

TEST(TaskStateTest, InputAndOutputAboveTheLimitFail) {
  EXPECT_EQ(Player(Task(), BigText(262'145)).error(), "States.DataLimitExceeded");
  Player player(Task(R"("ResultPath": "$.r")"), R"({"a":)" + BigText(200'000) + "}");
  player.Answer(BigText(100'000));
  EXPECT_EQ(player.error(), "States.DataLimitExceeded");
}

}  // namespace
}  // namespace ecm::asl
