#include "asl/history.h"

#include <gtest/gtest.h>

#include "asl/testing/player.h"

namespace ecm::asl {
namespace {

using std::chrono::seconds;

constexpr std::string_view kTour = R"({"StartAt": "Look", "States": {
    "Look": {"Type": "Pass", "Next": "Pause"},
    "Pause": {"Type": "Wait", "Seconds": 2, "Next": "Call"},
    "Call": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
             "Parameters": {"FunctionName": "f", "Payload": {"token.$": "$$.Task.Token"}},
             "TimeoutSeconds": 90, "HeartbeatSeconds": 60, "ResultPath": "$.r", "Next": "Ask"},
    "Ask": {"Type": "Choice", "Choices": [
              {"Variable": "$.r.ok", "BooleanEquals": true, "Next": "Good"}], "Default": "Bad"},
    "Good": {"Type": "Succeed"},
    "Bad": {"Type": "Fail", "Error": "E", "Cause": "C"}}})";

Player Toured(std::string_view result, HistoryDetail detail = HistoryDetail::kFull) {
  Player player(kTour, R"({"a":1})", detail);
  player.FireNext();
  player.Answer(R"({"StatusCode":200})");
  player.Tell(TokenSucceeded{player.token(), Parsed(result)});
  return player;
}

const Json& Details(Player& player, std::string_view type) {
  for (const HistoryEvent& event : player.execution().history()) {
    if (event.type == type) return event.details;
  }
  static const Json kNone;
  ADD_FAILURE() << type << " is not in the history";
  return kNone;
}

const Names kTourTypes = {
    "ExecutionStarted",  "PassStateEntered",    "PassStateExited",    "WaitStateEntered",
    "WaitStateExited",   "TaskStateEntered",    "TaskScheduled",      "TaskStarted",
    "TaskSubmitted",     "TaskSucceeded",       "TaskStateExited",    "ChoiceStateEntered",
    "ChoiceStateExited", "SucceedStateEntered", "SucceedStateExited", "ExecutionSucceeded"};

TEST(HistoryTest, NamesEventsLikeTheService) {
  EXPECT_EQ(Toured(R"({"ok":true})").Types(), kTourTypes);
}

TEST(HistoryTest, CountsFromOneAndPointsBack) {
  Player player = Toured(R"({"ok":true})");
  const auto& events = player.execution().history();
  for (std::size_t at = 0; at < events.size(); ++at) {
    EXPECT_EQ(events[at].id, static_cast<std::int64_t>(at) + 1);
    EXPECT_EQ(events[at].previous_id, at <= 1 ? 0 : static_cast<std::int64_t>(at));
  }
  EXPECT_EQ(events[4].time - events[3].time, seconds(2));
}

TEST(HistoryTest, KeepsTheServicesDetails) {
  Player player = Toured(R"({"ok":true})");
  EXPECT_EQ(ToText(Details(player, "ExecutionStarted")),
            R"({"input":"{\"a\":1}","inputDetails":{"truncated":false},)"
            R"("roleArn":"arn:aws:iam::123456789012:role/states"})");
  EXPECT_EQ(ToText(Details(player, "PassStateEntered")),
            R"({"name":"Look","input":"{\"a\":1}","inputDetails":{"truncated":false}})");
  EXPECT_EQ(ToText(Details(player, "TaskStateExited")),
            R"({"name":"Call","output":"{\"a\":1,\"r\":{\"ok\":true}}",)"
            R"("outputDetails":{"truncated":false}})");
  EXPECT_EQ(ToText(Details(player, "TaskScheduled")),
            R"({"region":"eu-west-1","parameters":"{\"FunctionName\":\"f\",\"Payload\":)"
            R"({\"token\":\")" +
                player.token() +
                R"(\"}}","timeoutInSeconds":90,"heartbeatInSeconds":60,)"
                R"("resourceType":"lambda","resource":"invoke.waitForTaskToken"})");
  EXPECT_EQ(ToText(Details(player, "TaskStarted")),
            R"({"resourceType":"lambda","resource":"invoke.waitForTaskToken"})");
  EXPECT_EQ(StringOr(Details(player, "TaskSubmitted"), "output"), R"({"StatusCode":200})");
  EXPECT_EQ(StringOr(Details(player, "TaskSucceeded"), "output"), R"({"ok":true})");
  EXPECT_EQ(ToText(Details(player, "ExecutionSucceeded")),
            R"({"output":"{\"a\":1,\"r\":{\"ok\":true}}","outputDetails":{"truncated":false}})");
}

TEST(HistoryTest, AFailStateHasNoExit) {
  Player player = Toured(R"({"ok":false})");
  EXPECT_EQ(player.Types().back(), "ExecutionFailed");
  EXPECT_EQ(player.Types()[player.Types().size() - 2], "FailStateEntered");
  EXPECT_EQ(ToText(Details(player, "ExecutionFailed")), R"({"error":"E","cause":"C"})");
}

TEST(HistoryTest, WritesFailuresAndTimeoutsOfTasks) {
  Player player(kTour);
  player.FireNext();
  player.Tell(TokenFailed{player.token(), "E", "C"});
  EXPECT_EQ(ToText(Details(player, "TaskFailed")),
            R"({"error":"E","cause":"C","resourceType":"lambda",)"
            R"("resource":"invoke.waitForTaskToken"})");
  Player late(kTour);
  late.Pass(seconds(62));
  EXPECT_EQ(StringOr(Details(late, "TaskTimedOut"), "error"), "States.HeartbeatTimeout");
}

TEST(HistoryTest, KeepsOnlyNamesWhenAskedTo) {
  Player player = Toured(R"({"ok":true})", HistoryDetail::kNames);
  EXPECT_EQ(player.Types(), kTourTypes);
  EXPECT_EQ(player.Path(), (Names{"Look", "Pause", "Call", "Ask", "Good"}));
  EXPECT_EQ(ToText(Details(player, "TaskStateEntered")), R"({"name":"Call"})");
  EXPECT_EQ(ToText(Details(player, "TaskScheduled")), "{}");
  EXPECT_EQ(player.Output(), R"({"a":1,"r":{"ok":true}})");
}

TEST(HistoryTest, EndsTheExecutionAtTheLimit) {
  Player player(R"({"StartAt": "A", "States": {
      "A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}})");
  EXPECT_EQ(player.StatusName(), "FAILED");
  EXPECT_EQ(player.error(), "States.Runtime");
  EXPECT_EQ(player.cause(), "The execution reached the maximum number of history events (25000).");
  EXPECT_EQ(player.execution().history().size(), 25'000U);
  EXPECT_EQ(player.Types().back(), "ExecutionFailed");
}

TEST(HistoryTest, ALoopWithALargeDocumentEndsBeforeItFillsTheMemory) {
  Player player(R"({"StartAt": "A", "States": {
      "A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}})",
                "\"" + std::string(250'000, 'x') + "\"");
  EXPECT_EQ(player.StatusName(), "FAILED");
  EXPECT_EQ(player.error(), "States.Runtime");
  EXPECT_EQ(player.cause(),
            "The history of the execution became larger than 268435456 bytes: pass less from state "
            "to state.");
  const std::size_t events = player.execution().history().size();
  EXPECT_GT(events, 1000U);
  EXPECT_LT(events, 1100U);
}

TEST(HistoryTest, ALoopOfTasksMeetsTheLimitToo) {
  Player player(R"({"StartAt": "A", "States": {
      "A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "A",
            "Parameters": {"FunctionName": "f"}}}})",
                "{}", HistoryDetail::kNames);
  for (int turn = 0; turn < 6000 && player.StatusName() == "RUNNING"; ++turn) player.Answer("1");
  EXPECT_EQ(player.error(), "States.Runtime");
  EXPECT_EQ(player.execution().history().size(), 25'000U);
}

}  // namespace
}  // namespace ecm::asl
