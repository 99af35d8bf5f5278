#include <gtest/gtest.h>

#include "asl/testing/player.h"

namespace ecm::asl {
namespace {

TEST(SucceedStateTest, EndsWithItsInput) {
  const Player player(R"({"StartAt": "It", "States": {"It": {"Type": "Succeed"}}})", R"({"a":1})");
  EXPECT_EQ(player.StatusName(), "SUCCEEDED");
  EXPECT_EQ(player.Output(), R"({"a":1})");
}

TEST(SucceedStateTest, SelectsWhatItGivesBack) {
  const Player player(
      R"({"StartAt": "It", "States": {"It":
          {"Type": "Succeed", "InputPath": "$.a", "OutputPath": "$.b"}}})",
      R"({"a":{"b":[2]}})");
  EXPECT_EQ(player.Output(), "[2]");
}

TEST(SucceedStateTest, AMissingPathFails) {
  const Player player(
      R"({"StartAt": "It", "States": {"It": {"Type": "Succeed", "OutputPath": "$.b"}}})");
  EXPECT_EQ(player.StatusName(), "FAILED");
  EXPECT_EQ(player.error(), "States.Runtime");
}

}  // namespace
}  // namespace ecm::asl
