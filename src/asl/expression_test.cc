#include "asl/expression.h"

#include <gtest/gtest.h>

#include "asl/testing/player.h"

namespace ecm::asl {
namespace {

/// The value as JSON text, or what the error says.
std::string Value(std::string_view text, std::string_view input = "{}") {
  const auto expression = ParseExpression(text);
  if (!expression) return "refused: " + expression.error().message;
  const Json document = Parsed(input);
  const Identity identity = Player::TestIdentity();
  const ContextView context{&identity, &document, WallTime{}, "It", WallTime{}, 2, "secret"};
  Json storage;
  const auto value = Evaluate(*expression, Scope{&document, &context}, storage);
  return value ? ToText(**value) : "failed: " + value.error().message;
}

bool IsRefused(std::string_view text) { return Value(text).starts_with("refused"); }

TEST(ExpressionTest, SelectsFromTheInput) {
  EXPECT_EQ(Value("$.a", R"({"a":[1]})"), "[1]");
  EXPECT_EQ(Value("$.b"), "failed: The path '$.b' could not be found in the input");
}

TEST(ExpressionTest, SelectsFromTheContextObject) {
  EXPECT_EQ(Value("$$.Execution.Id"),
            R"("arn:aws:states:eu-west-1:123456789012:execution:machine:run-1")");
  EXPECT_EQ(Value("$$.Execution.Name"), R"("run-1")");
  EXPECT_EQ(Value("$$.Execution.StartTime"), R"("1970-01-01T00:00:00.000Z")");
  EXPECT_EQ(Value("$$.Execution.RoleArn"), R"("arn:aws:iam::123456789012:role/states")");
  EXPECT_EQ(Value("$$.Execution.Input.a", R"({"a":1})"), "1");
  EXPECT_EQ(Value("$$.State.Name"), R"("It")");
  EXPECT_EQ(Value("$$.State.EnteredTime"), R"("1970-01-01T00:00:00.000Z")");
  EXPECT_EQ(Value("$$.State.RetryCount"), "2");
  EXPECT_EQ(Value("$$.StateMachine.Id"),
            R"("arn:aws:states:eu-west-1:123456789012:stateMachine:machine")");
  EXPECT_EQ(Value("$$.StateMachine.Name"), R"("machine")");
  EXPECT_EQ(Value("$$.Task.Token"), R"("secret")");
}

TEST(ExpressionTest, TheWholeContextObjectHasEveryPart) {
  const Json context = Parsed(Value("$$", R"({"a":1})"));
  EXPECT_EQ(ToText(context.at("Execution").at("Input")), R"({"a":1})");
  EXPECT_EQ(context.at("State").at("RetryCount").as_int64(), 2);
  EXPECT_EQ(context.at("StateMachine").at("Name").as_string(), "machine");
  EXPECT_EQ(context.at("Task").at("Token").as_string(), "secret");
  EXPECT_EQ(Value("$$.Execution.Nothing"),
            "failed: The path '$$.Execution.Nothing' could not be found in the context object");
}

TEST(ExpressionTest, FormatsText) {
  EXPECT_EQ(Value("States.Format('{} of {}', $.a, 3)", R"({"a":"x"})"), R"("x of 3")");
  EXPECT_EQ(Value("States.Format('{}|{}|{}', true, null, 1.5)"), R"("true|null|1.5E0")");
  EXPECT_EQ(Value(R"(States.Format('it\'s \{{}\} \\', $.a))", R"({"a":1})"), R"("it's {1} \\")");
  EXPECT_EQ(Value("States.Format($.f, 'x')", R"({"f":"<{}>"})"), R"("<x>")");
  EXPECT_EQ(Value("States.Format('no values')"), R"("no values")");
  EXPECT_EQ(Value("States.Format('{}', $['a, (b)'])", R"j({"a, (b)":1})j"), R"("1")");
}

TEST(ExpressionTest, RefusesAFormatThatDoesNotFitItsValues) {
  EXPECT_TRUE(IsRefused("States.Format('{} {}', 1)"));
  EXPECT_TRUE(IsRefused("States.Format('{', 1)"));
  EXPECT_TRUE(IsRefused("States.Format()"));
  EXPECT_TRUE(IsRefused("States.Format(1)"));
  EXPECT_TRUE(Value("States.Format($.f, 1)", R"({"f":"{} {}"})").starts_with("failed"));
  EXPECT_TRUE(Value("States.Format('{}', $)").starts_with("failed"));
}

TEST(ExpressionTest, TurnsJsonIntoTextAndBack) {
  EXPECT_EQ(Value("States.JsonToString($.a)", R"({"a":{"b":[1,"x"]}})"), R"("{\"b\":[1,\"x\"]}")");
  EXPECT_EQ(Value("States.StringToJson($.a)", R"({"a":"{\"b\":1}"})"), R"({"b":1})");
  EXPECT_EQ(Value("States.StringToJson(States.JsonToString($))", R"({"a":1})"), R"({"a":1})");
  EXPECT_TRUE(Value("States.StringToJson($.a)", R"({"a":"{"})").starts_with("failed"));
  EXPECT_TRUE(Value("States.StringToJson($.a)", R"({"a":1})").starts_with("failed"));
}

TEST(ExpressionTest, RefusesOtherFunctionsAndBrokenOnes) {
  EXPECT_TRUE(IsRefused("States.UUID()"));
  EXPECT_NE(Value("States.Formet('{}', 1)").find("did you mean States.Format?"), std::string::npos);
  for (const std::string_view text :
       {"States.Format", "States.Format(", "States.Format('x'", "States.Format('x') y",
        "States.JsonToString()", "States.JsonToString($, $)", "States.JsonToString([1])",
        "States.Format('x' 'y')", "Hello", "States.JsonToString($.a[*])"}) {
    EXPECT_TRUE(IsRefused(text)) << text;
  }
}

}  // namespace
}  // namespace ecm::asl
