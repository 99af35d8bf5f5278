#include <gtest/gtest.h>

#include "asl/testing/player.h"

namespace ecm::asl {
namespace {

std::string OutputOf(std::string_view fields, std::string_view input) {
  const Player player(OneState(std::string(R"({"Type": "Pass", "Next": "Done")") +
                               (fields.empty() ? "" : ", ") + std::string(fields) + "}"),
                      input);
  EXPECT_EQ(player.Path(), (Names{"It", "Done"}));
  return player.Output();
}

TEST(PassStateTest, HandsItsInputOn) { EXPECT_EQ(OutputOf("", R"({"a":1})"), R"({"a":1})"); }

TEST(PassStateTest, GivesItsResult) {
  EXPECT_EQ(OutputOf(R"("Result": {"b.$": "$.a"})", R"({"a":1})"), R"({"b.$":"$.a"})");
  EXPECT_EQ(OutputOf(R"("Result": 7, "ResultPath": "$.x.y")", R"({"a":1})"),
            R"({"a":1,"x":{"y":7}})");
  EXPECT_EQ(OutputOf(R"("Result": 7, "ResultPath": null)", R"({"a":1})"), R"({"a":1})");
}

TEST(PassStateTest, FillsItsParameters) {
  EXPECT_EQ(OutputOf(R"("Parameters": {"k": [1, {"in.$": "$.a"}], "name.$": "$$.State.Name"})",
                     R"({"a":{"b":2}})"),
            R"({"k":[1,{"in":{"b":2}}],"name":"It"})");
}

TEST(PassStateTest, SelectsInputAndOutput) {
  EXPECT_EQ(OutputOf(R"("InputPath": "$.a")", R"({"a":{"b":2}})"), R"({"b":2})");
  EXPECT_EQ(OutputOf(R"("InputPath": null)", R"({"a":1})"), "{}");
  EXPECT_EQ(OutputOf(R"("OutputPath": "$.a")", R"({"a":{"b":2}})"), R"({"b":2})");
  EXPECT_EQ(OutputOf(R"("OutputPath": null)", R"({"a":1})"), "{}");
  EXPECT_EQ(OutputOf(R"("InputPath": "$$.Execution.Input.a")", R"({"a":5})"), "5");
}

TEST(PassStateTest, PutsTheResultIntoTheRawInput) {
  EXPECT_EQ(OutputOf(R"("InputPath": "$.a", "ResultPath": "$.copy")", R"({"a":{"b":2}})"),
            R"({"a":{"b":2},"copy":{"b":2}})");
}

TEST(PassStateTest, AMissingPathEndsTheExecution) {
  const Player player(OneState(R"({"Type": "Pass", "InputPath": "$.no", "Next": "Done"})"));
  EXPECT_EQ(player.Path(), (Names{"It"}));
  EXPECT_EQ(player.StatusName(), "FAILED");
  EXPECT_EQ(player.error(), "States.Runtime");
  EXPECT_EQ(player.cause(),
            "An error occurred while executing the state 'It' (entered at the event id #2). The "
            "path '$.no' could not be found in the input");
}

TEST(PassStateTest, AResultThatDoesNotFitEndsTheExecution) {
  const Player player(
      OneState(R"({"Type": "Pass", "Result": 1, "ResultPath": "$.a.b", "Next": "Done"})"),
      R"({"a":"text"})");
  EXPECT_EQ(player.error(), "States.ResultPathMatchFailure");
}

TEST(PassStateTest, MayEndTheExecution) {
  const Player player(R"({"StartAt": "It", "States": {"It": {"Type": "Pass", "End": true}}})",
                      "[1]");
  EXPECT_EQ(player.StatusName(), "SUCCEEDED");
  EXPECT_EQ(player.Output(), "[1]");
  EXPECT_EQ(player.finished(), 1);
}

}  // namespace
}  // namespace ecm::asl
