#include <gtest/gtest.h>

#include "asl/choice_rule.h"
#include "asl/testing/player.h"

namespace ecm::asl {
namespace {

Player Choosing(std::string_view rule, std::string_view input) {
  return Player(R"({"StartAt": "It", "States": {
      "It": {"Type": "Choice", "Choices": [{)" +
                    std::string(rule) + R"(, "Next": "Yes"}], "Default": "No"},
      "Yes": {"Type": "Succeed"}, "No": {"Type": "Succeed"}}})",
                input);
}

/// "Yes" or "No", or the error.
std::string Chosen(std::string_view rule, std::string_view input) {
  const Player player = Choosing(rule, input);
  return player.StatusName() == "SUCCEEDED" ? player.Path().back() : player.error();
}

std::string Verdict(std::string_view test, std::string_view value) {
  return Chosen(R"("Variable": "$.v", )" + std::string(test), R"({"v":)" + std::string(value) +
                                                                  R"(,"w":5,"s":"m","b":true,)" +
                                                                  R"("t":"2026-01-01T00:00:00Z"})");
}

TEST(ChoiceStateTest, ComparesStrings) {
  EXPECT_EQ(Verdict(R"("StringEquals": "a")", R"("a")"), "Yes");
  EXPECT_EQ(Verdict(R"("StringEquals": "a")", R"("b")"), "No");
  EXPECT_EQ(Verdict(R"("StringEquals": "1")", "1"), "No");
  EXPECT_EQ(Verdict(R"("StringLessThan": "b")", R"("a")"), "Yes");
  EXPECT_EQ(Verdict(R"("StringLessThan": "b")", R"("b")"), "No");
  EXPECT_EQ(Verdict(R"("StringGreaterThan": "b")", R"("c")"), "Yes");
  EXPECT_EQ(Verdict(R"("StringLessThanEquals": "b")", R"("b")"), "Yes");
  EXPECT_EQ(Verdict(R"("StringGreaterThanEquals": "b")", R"("a")"), "No");
  EXPECT_EQ(Verdict(R"("StringEqualsPath": "$.s")", R"("m")"), "Yes");
  EXPECT_EQ(Verdict(R"("StringLessThanPath": "$.w")", R"("m")"), "No");
}

TEST(ChoiceStateTest, ComparesNumbers) {
  EXPECT_EQ(Verdict(R"("NumericEquals": 1)", "1"), "Yes");
  EXPECT_EQ(Verdict(R"("NumericEquals": 1)", "1.0"), "Yes");
  EXPECT_EQ(Verdict(R"("NumericEquals": 1)", R"("1")"), "No");
  EXPECT_EQ(Verdict(R"("NumericLessThan": 1.5)", "1"), "Yes");
  EXPECT_EQ(Verdict(R"("NumericGreaterThan": 9007199254740992)", "9007199254740993"), "Yes");
  EXPECT_EQ(Verdict(R"("NumericLessThanEquals": 4)", "5"), "No");
  EXPECT_EQ(Verdict(R"("NumericGreaterThanEqualsPath": "$.w")", "5"), "Yes");
  EXPECT_EQ(Verdict(R"("NumericLessThanPath": "$.w")", "5"), "No");
}

TEST(ChoiceStateTest, ComparesBooleansAndTimes) {
  EXPECT_EQ(Verdict(R"("BooleanEquals": true)", "true"), "Yes");
  EXPECT_EQ(Verdict(R"("BooleanEquals": false)", "true"), "No");
  EXPECT_EQ(Verdict(R"("BooleanEquals": true)", R"("true")"), "No");
  EXPECT_EQ(Verdict(R"("BooleanEqualsPath": "$.b")", "true"), "Yes");
  EXPECT_EQ(
      Verdict(R"("TimestampEquals": "2026-01-01T01:00:00+01:00")", R"("2026-01-01T00:00:00Z")"),
      "Yes");
  EXPECT_EQ(Verdict(R"("TimestampLessThan": "2026-01-01T00:00:00Z")", R"("2025-12-31T23:59:59Z")"),
            "Yes");
  EXPECT_EQ(Verdict(R"("TimestampGreaterThanPath": "$.t")", R"("2025-12-31T23:59:59Z")"), "No");
  EXPECT_EQ(Verdict(R"("TimestampEquals": "2026-01-01T00:00:00Z")", R"("soon")"), "No");
}

TEST(ChoiceStateTest, AsksForTypes) {
  EXPECT_EQ(Verdict(R"("IsNull": true)", "null"), "Yes");
  EXPECT_EQ(Verdict(R"("IsNull": false)", "null"), "No");
  EXPECT_EQ(Verdict(R"("IsString": true)", R"("x")"), "Yes");
  EXPECT_EQ(Verdict(R"("IsNumeric": true)", "1.5"), "Yes");
  EXPECT_EQ(Verdict(R"("IsBoolean": true)", "0"), "No");
  EXPECT_EQ(Verdict(R"("IsTimestamp": true)", R"("2026-01-01T00:00:00Z")"), "Yes");
  EXPECT_EQ(Verdict(R"("IsTimestamp": true)", R"("2026-01-01")"), "No");
  EXPECT_EQ(Verdict(R"("IsPresent": true)", "null"), "Yes");
  EXPECT_EQ(Chosen(R"("Variable": "$.v", "IsPresent": true)", "{}"), "No");
  EXPECT_EQ(Chosen(R"("Variable": "$.v", "IsPresent": false)", "{}"), "Yes");
}

TEST(ChoiceStateTest, AMissingVariableIsARuntimeError) {
  EXPECT_EQ(Chosen(R"("Variable": "$.v", "StringEquals": "a")", "{}"), "States.Runtime");
  EXPECT_EQ(Chosen(R"("Variable": "$.v", "IsNull": true)", "{}"), "States.Runtime");
  EXPECT_EQ(Verdict(R"("StringEqualsPath": "$.no")", R"("a")"), "States.Runtime");
}

TEST(ChoiceStateTest, CombinesRulesAndStopsEarly) {
  const std::string present = R"({"Variable": "$.a", "IsPresent": true})";
  const std::string one = R"({"Variable": "$.a", "NumericEquals": 1})";
  EXPECT_EQ(Chosen("\"And\": [" + present + "," + one + "]", R"({"a":1})"), "Yes");
  EXPECT_EQ(Chosen("\"And\": [" + present + "," + one + "]", R"({"a":2})"), "No");
  EXPECT_EQ(Chosen("\"And\": [" + present + "," + one + "]", "{}"), "No");
  EXPECT_EQ(Chosen("\"Or\": [" + present + "," + one + "]", R"({"a":2})"), "Yes");
  EXPECT_EQ(Chosen("\"Or\": [" + one + "," + one + "]", R"({"a":2})"), "No");
  EXPECT_EQ(Chosen("\"Not\": " + present, "{}"), "Yes");
  EXPECT_EQ(Chosen("\"Not\": {\"Not\": " + present + "}", "{}"), "No");
}

TEST(ChoiceStateTest, TheFirstRuleThatHoldsWins) {
  const Player player(R"({"StartAt": "It", "States": {
      "It": {"Type": "Choice", "Choices": [
        {"Variable": "$.a", "NumericGreaterThan": 5, "Next": "Big"},
        {"Variable": "$.a", "NumericGreaterThan": 1, "Next": "Middle"},
        {"Variable": "$.a", "NumericGreaterThan": 0, "Next": "Small"}]},
      "Big": {"Type": "Succeed"}, "Middle": {"Type": "Succeed"}, "Small": {"Type": "Succeed"}}})",
                      R"({"a":3})");
  EXPECT_EQ(player.Path(), (Names{"It", "Middle"}));
  EXPECT_EQ(player.Output(), R"({"a":3})");
}

TEST(ChoiceStateTest, WithoutADefaultNoMatchFails) {
  const Player player(R"({"StartAt": "It", "States": {
      "It": {"Type": "Choice", "Choices": [
        {"Variable": "$.a", "NumericEquals": 5, "Next": "Done"}]},
      "Done": {"Type": "Succeed"}}})",
                      R"({"a":3})");
  EXPECT_EQ(player.StatusName(), "FAILED");
  EXPECT_EQ(player.error(), "States.NoChoiceMatched");
}

TEST(ChoiceStateTest, SelectsInputAndOutput) {
  const Player player(R"({"StartAt": "It", "States": {
      "It": {"Type": "Choice", "InputPath": "$.in", "OutputPath": "$.out", "Choices": [
        {"Variable": "$.a", "NumericEquals": 5, "Next": "Done"}]},
      "Done": {"Type": "Succeed"}}})",
                      R"({"in":{"a":5,"out":[1]}})");
  EXPECT_EQ(player.Output(), "[1]");
}

TEST(ChoiceStateTest, MatchesPatterns) {
  EXPECT_TRUE(MatchesPattern("log-2026.txt", "log-*.txt"));
  EXPECT_TRUE(MatchesPattern("abcabd", "*ab*d"));
  EXPECT_TRUE(MatchesPattern("", "*"));
  EXPECT_TRUE(MatchesPattern("a*b", R"(a\*b)"));
  EXPECT_FALSE(MatchesPattern("axb", R"(a\*b)"));
  EXPECT_TRUE(MatchesPattern(R"(a\b)", R"(a\\b)"));
  EXPECT_FALSE(MatchesPattern("log-2026.txt.gz", "log-*.txt"));
  EXPECT_FALSE(MatchesPattern("", "a"));
  EXPECT_FALSE(MatchesPattern("ab", "a"));
  EXPECT_EQ(Verdict(R"("StringMatches": "j-*")", R"("j-1")"), "Yes");
  EXPECT_EQ(Verdict(R"("StringMatches": "*")", "1"), "No");
}

}  // namespace
}  // namespace ecm::asl
