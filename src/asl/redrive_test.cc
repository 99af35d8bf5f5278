#include <gtest/gtest.h>

#include "asl/testing/player.h"

namespace ecm::asl {
namespace {

using std::chrono::seconds;

constexpr std::string_view kMachine = R"({"StartAt": "First", "TimeoutSeconds": 100, "States": {
    "First": {"Type": "Pass", "Result": {"kept": 1}, "Next": "It"},
    "It": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
           "Parameters": {"FunctionName": "f", "Payload.$": "$"}, "End": true,
           "Retry": [{"ErrorEquals": ["Again"], "MaxAttempts": 1, "IntervalSeconds": 1}]}}})";

TEST(RedriveTest, EntersTheStateInWhichItEndedWithTheSameInput) {
  Player player(kMachine);
  player.Tell(StopRequested{"", "enough"});
  player.Pass(seconds(1000));
  player.Tell(Redriven{});
  EXPECT_EQ(player.StatusName(), "RUNNING");
  EXPECT_EQ(player.cause(), "");
  EXPECT_EQ(player.Path(), (Names{"First", "It", "It"}));
  EXPECT_EQ(ToText(player.task().parameters.at("Payload")), R"({"kept":1})");
  player.Answer("1");
  EXPECT_EQ(player.StatusName(), "SUCCEEDED");
}

TEST(RedriveTest, AnAnswerFromBeforeIsNotForIt) {
  Player player(kMachine);
  const ActivityId before = player.task().task;
  player.Tell(StopRequested{});
  player.Tell(Redriven{});
  player.Tell(TaskAnswered{before, Json(1)});
  EXPECT_EQ(player.StatusName(), "RUNNING");
}

TEST(RedriveTest, CountsTimeoutsAndRetriesAnew) {
  Player player(kMachine);
  player.Err("Again");
  player.Pass(seconds(90));
  player.Err("Again");
  EXPECT_EQ(player.StatusName(), "FAILED");
  player.Tell(Redriven{});
  player.Err("Again");
  player.Pass(seconds(99));
  EXPECT_EQ(player.StatusName(), "RUNNING");
  player.Pass(seconds(1));
  EXPECT_EQ(player.StatusName(), "TIMED_OUT");
}

TEST(RedriveTest, AFailStateFailsAgain) {
  Player player(R"({"StartAt": "It", "States": {"It": {"Type": "Fail", "Error": "E"}}})");
  player.Tell(Redriven{});
  EXPECT_EQ(player.StatusName(), "FAILED");
  EXPECT_EQ(player.error(), "E");
  EXPECT_EQ(player.finished(), 2);
}

TEST(RedriveTest, ASuccessStaysASuccess) {
  Player player(kMachine);
  player.Answer("1");
  player.Tell(Redriven{});
  EXPECT_EQ(player.StatusName(), "SUCCEEDED");
  EXPECT_EQ(player.Types().back(), "ExecutionSucceeded");
}

}  // namespace
}  // namespace ecm::asl
