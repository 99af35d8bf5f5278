#include <gtest/gtest.h>

#include "asl/testing/player.h"

namespace ecm::asl {
namespace {

using std::chrono::seconds;

Player Waiting(std::string_view fields, std::string_view input = "{}") {
  return Player(OneState(R"({"Type": "Wait", "Next": "Done", )" + std::string(fields) + "}"),
                input);
}

TEST(WaitStateTest, WaitsForSeconds) {
  Player player = Waiting(R"("Seconds": 90)", R"({"a":1})");
  EXPECT_EQ(player.execution().current_state(), "It");
  player.Pass(seconds(89));
  EXPECT_EQ(player.StatusName(), "RUNNING");
  player.Pass(seconds(1));
  EXPECT_EQ(player.Path(), (Names{"It", "Done"}));
  EXPECT_EQ(player.Output(), R"({"a":1})");
}

TEST(WaitStateTest, WaitsForSelectedSeconds) {
  Player player = Waiting(R"("SecondsPath": "$.w.s")", R"({"w":{"s":5}})");
  EXPECT_EQ(player.UntilNext(), seconds(5));
}

TEST(WaitStateTest, WaitsUntilATime) {
  EXPECT_EQ(Waiting(R"("Timestamp": "2026-01-02T03:05:05Z")").UntilNext(), seconds(60));
  EXPECT_EQ(
      Waiting(R"("TimestampPath": "$.t")", R"({"t":"2026-01-02T04:04:05+00:00"})").UntilNext(),
      seconds(3600));
}

TEST(WaitStateTest, ATimeThatHasPassedIsNoWait) {
  Player player = Waiting(R"("Timestamp": "2020-01-01T00:00:00Z")");
  EXPECT_EQ(player.UntilNext(), seconds(0));
  player.FireNext();
  EXPECT_EQ(player.StatusName(), "SUCCEEDED");
}

TEST(WaitStateTest, SelectsInputAndOutput) {
  Player player = Waiting(R"("SecondsPath": "$.s", "InputPath": "$.a", "OutputPath": "$.b")",
                          R"({"a":{"s":1,"b":"out"}})");
  player.FireNext();
  EXPECT_EQ(player.Output(), R"("out")");
}

TEST(WaitStateTest, AWrongValueIsARuntimeError) {
  for (const std::string_view input :
       {R"({"s":-1})", R"({"s":"1"})", R"({"s":1.5})", "{}", R"({"s":100000000})"}) {
    EXPECT_EQ(Waiting(R"("SecondsPath": "$.s")", input).error(), "States.Runtime") << input;
  }
  for (const std::string_view input :
       {R"({"t":"tomorrow"})", R"({"t":1})", "{}", R"({"t":"9999-01-01T00:00:00Z"})"}) {
    EXPECT_EQ(Waiting(R"("TimestampPath": "$.t")", input).error(), "States.Runtime") << input;
  }
}

TEST(WaitStateTest, IgnoresTimersOfOthers) {
  Player player = Waiting(R"("Seconds": 90)");
  player.Tell(TimerFired{77});
  player.Tell(TimerFired{0});
  EXPECT_EQ(player.StatusName(), "RUNNING");
}

}  // namespace
}  // namespace ecm::asl
