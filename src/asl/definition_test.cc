#include "asl/definition.h"

#include <gtest/gtest.h>

#include "asl/testing/player.h"

namespace ecm::asl {
namespace {

/// "pointer: message" of each problem, sorted by nothing: in the order in which they are found.
Names Problems(std::string_view text) {
  const DefinitionReading reading = ReadDefinition(Parsed(text));
  Names problems;
  for (const DefinitionProblem& problem : reading.problems) {
    problems.push_back(problem.pointer + ": " + problem.message);
  }
  EXPECT_EQ(reading.definition == nullptr, !problems.empty());
  return problems;
}

/// The one problem of a state "It" that may go to Done.
std::string ProblemOf(std::string_view state) {
  const Names problems = Problems(R"({"StartAt": "Begin", "States": {
      "Begin": {"Type": "Choice", "Default": "Done", "Choices": [
         {"Variable": "$.a", "IsPresent": true, "Next": "It"}]},
      "It": )" + std::string(state) +
                                  R"(, "Done": {"Type": "Succeed"}}})");
  if (problems.empty()) return "";
  std::string all = problems.front();
  for (std::size_t at = 1; at < problems.size(); ++at) all += "\n" + problems[at];
  return all;
}

std::string Task(std::string_view more) {
  return R"({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "Done",
             "Parameters": {"FunctionName": "f"}, )" +
         std::string(more) + "}";
}

TEST(DefinitionTest, AcceptsAWholeMachine) {
  EXPECT_EQ(Problems(R"({"Comment": "c", "Version": "1.0", "QueryLanguage": "JSONPath",
      "TimeoutSeconds": 60, "StartAt": "A", "States": {
        "A": {"Type": "Pass", "Comment": "c", "Next": "B"}, "B": {"Type": "Succeed"}}})"),
            Names{});
}

TEST(DefinitionTest, ReportsEveryProblemAtOnce) {
  EXPECT_EQ(Problems(R"({"StartAt": "Submitt", "TimeoutSecond": 5, "States": {
      "Submit": {"Type": "Pass", "Next": "Awiat"},
      "Await": {"Type": "Wiat", "Seconds": 1},
      "Split": {"Type": "Parallel", "Branches": []}}})"),
            (Names{
                "/States/Await/Type: there is no state type 'Wiat'; did you mean 'Wait'?",
                "/States/Split/Type: Parallel states are not run by this executor",
                std::string("/TimeoutSecond: a state machine has no field 'TimeoutSecond'; ") +
                    "did you mean 'TimeoutSeconds'?",
                "/StartAt: there is no state 'Submitt'; did you mean 'Submit'?",
                "/States/Submit/Next: there is no state 'Awiat'; did you mean 'Await'?",
            }));
}

TEST(DefinitionTest, RefusesUnreachableStates) {
  EXPECT_EQ(Problems(R"({"StartAt": "A", "States": {
      "A": {"Type": "Succeed"}, "B": {"Type": "Pass", "Next": "B"}}})"),
            Names{"/States/B: no path from StartAt leads here"});
}

TEST(DefinitionTest, RefusesWhatIsNoMachine) {
  EXPECT_EQ(Problems("[]"), Names{": an object is expected"});
  EXPECT_EQ(Problems("{}"), (Names{": 'StartAt' is missing",
                                   ": 'States', an object with at least one state, is missing"}));
  EXPECT_EQ(Problems(R"({"StartAt": "A", "Version": "2.0", "QueryLanguage": "JSONata",
      "TimeoutSeconds": 0, "States": {"A": {"Type": "Succeed"}}})"),
            (Names{"/TimeoutSeconds: a whole number from 1 to 99999999 is expected",
                   "/Version: the only version of the language is \"1.0\"",
                   "/QueryLanguage: only JSONPath is run by this executor"}));
}

TEST(DefinitionTest, RefusesFieldsThatAreNotRun) {
  EXPECT_EQ(ProblemOf(R"({"Type": "Pass", "Next": "Done", "Assign": {"x": 1}})"),
            "/States/It/Assign: 'Assign' is not run by this executor");
  EXPECT_EQ(ProblemOf(R"({"Type": "Pass", "Next": "Done", "QueryLanguage": "JSONata"})"),
            "/States/It/QueryLanguage: only JSONPath is run by this executor");
  EXPECT_EQ(ProblemOf(Task(R"("Credentials": {})")),
            "/States/It/Credentials: 'Credentials' is not run by this executor");
}

TEST(DefinitionTest, SuggestsTheFieldThatWasMeant) {
  EXPECT_EQ(ProblemOf(Task(R"("TimeoutSecond": 5)")),
            "/States/It/TimeoutSecond: a Task state has no field 'TimeoutSecond'; did you mean "
            "'TimeoutSeconds'?");
  EXPECT_EQ(ProblemOf(Task(R"("Retry": [{"ErrorEquals": ["E"], "MaxAttempt": 5}])")),
            "/States/It/Retry/0/MaxAttempt: a retrier has no field 'MaxAttempt'; did you mean "
            "'MaxAttempts'?");
  EXPECT_EQ(ProblemOf(Task(R"("Catch": [{"ErrorEquals": ["E"], "Next": "Done",
                                         "ResultPaht": "$.e"}])")),
            "/States/It/Catch/0/ResultPaht: a catcher has no field 'ResultPaht'; did you mean "
            "'ResultPath'?");
  EXPECT_EQ(ProblemOf(R"({"Type": "Choice", "Choices": [
                {"Variable": "$.a", "StringEqual": "x", "Next": "Done"}]})"),
            "/States/It/Choices/0/StringEqual: a choice rule has no field 'StringEqual'; did you "
            "mean 'StringEquals'?");
}

TEST(DefinitionTest, RefusesOtherResources) {
  for (const std::string_view resource :
       {"arn:aws:lambda:eu-west-1:123456789012:function:f",
        "arn:aws:states:eu-west-1:123456789012:activity:a",
        "arn:aws:states:::elasticmapreduce:createCluster.sync", "arn:aws:states:::lambda:invoke2",
        "arn:aws:states:::sns:publish.waitForTaskToken", "lambda:invoke", ""}) {
    const std::string problem =
        ProblemOf(R"({"Type": "Task", "Next": "Done", "Parameters": {}, "Resource": ")" +
                  std::string(resource) + R"("})");
    EXPECT_EQ(problem.find("/States/It/Resource: '" + std::string(resource) +
                           "' is not run by this executor"),
              0U)
        << problem;
  }
}

TEST(DefinitionTest, ChecksParameters) {
  EXPECT_EQ(ProblemOf(R"({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
                          "Next": "Done"})"),
            "/States/It: 'Parameters' is missing");
  EXPECT_EQ(ProblemOf(R"({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
                          "Next": "Done", "Parameters": {"FunctionNam": "f"}})"),
            "/States/It/Parameters/FunctionNam: lambda:invoke has no parameter 'FunctionNam'; did "
            "you mean 'FunctionName'?\n/States/It/Parameters: 'FunctionName' is missing");
  EXPECT_EQ(ProblemOf(R"({"Type": "Task", "Resource": "arn:aws:states:::sns:publish",
                          "Next": "Done", "Parameters": {"Subject": "f"}})"),
            "/States/It/Parameters: 'Message' is missing\n"
            "/States/It/Parameters: 'TopicArn', 'TargetArn' or 'PhoneNumber' is missing");
  EXPECT_EQ(ProblemOf(R"({"Type": "Pass", "Next": "Done", "Parameters": {
                          "a": {"b.$": "x"}, "c.$": 1, "d": 1, "d.$": "$.d",
                          "e.$": "$$.Execution.Nmae"}})"),
            "/States/It/Parameters/a/b.$: 'x' is neither a path ($…) nor an intrinsic function "
            "(States.…)\n"
            "/States/It/Parameters/c.$: a member whose name ends in .$ is a path or a function, "
            "in a string\n"
            "/States/It/Parameters/d.$: 'd' stands twice, with and without .$\n"
            "/States/It/Parameters: the context object of this executor has nothing at "
            "'$$.Execution.Nmae'");
}

TEST(DefinitionTest, ATokenTaskMustHandItsTokenOut) {
  const std::string head = R"({"Type": "Task", "Next": "Done",
      "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", )";
  EXPECT_EQ(ProblemOf(head + R"("Parameters": {"FunctionName": "f", "Payload.$": "$"}})"),
            "/States/It/Parameters: nothing in them is $$.Task.Token: nobody could answer the "
            "task");
  EXPECT_EQ(ProblemOf(head + R"("HeartbeatSeconds": 60, "TimeoutSeconds": 60,
                "Parameters": {"FunctionName": "f", "Payload.$": "$$.Task"}})"),
            "/States/It/HeartbeatSeconds: it must be smaller than TimeoutSeconds");
  EXPECT_EQ(ProblemOf(Task(R"("HeartbeatSeconds": 5)")),
            "/States/It/HeartbeatSeconds: only a .waitForTaskToken task can send heartbeats");
}

TEST(DefinitionTest, ChecksErrorNames) {
  EXPECT_EQ(ProblemOf(Task(R"("Retry": [{"ErrorEquals": ["States.Runtime"]}])")),
            "/States/It/Retry/0/ErrorEquals/0: States.Runtime always ends the execution: it is "
            "neither retried nor caught");
  EXPECT_EQ(ProblemOf(Task(R"("Retry": [{"ErrorEquals": ["States.DataLimitExceeded"]}])")),
            "/States/It/Retry/0/ErrorEquals/0: States.DataLimitExceeded is never retried");
  EXPECT_EQ(ProblemOf(Task(R"("Catch": [{"ErrorEquals": ["States.TimeOut"], "Next": "Done"}])")),
            "/States/It/Catch/0/ErrorEquals/0: no Task of this executor ends with "
            "'States.TimeOut'; did you mean 'States.Timeout'?");
  const std::string alone = "/ErrorEquals: States.ALL must stand alone and in the last element";
  EXPECT_EQ(ProblemOf(Task(R"("Retry": [{"ErrorEquals": ["States.ALL", "E"]}])")),
            "/States/It/Retry/0" + alone);
  EXPECT_EQ(ProblemOf(Task(R"("Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Done"},
                                        {"ErrorEquals": ["E"], "Next": "Done"}])")),
            "/States/It/Catch/0" + alone);
  EXPECT_EQ(ProblemOf(Task(R"("Retry": [{"ErrorEquals": []}])")),
            "/States/It/Retry/0/ErrorEquals: an array with at least one element is expected\n"
            "/States/It/Retry/0: 'ErrorEquals' with at least one error name is missing");
}

TEST(DefinitionTest, ChecksRetriers) {
  EXPECT_EQ(ProblemOf(Task(R"("Retry": [{"ErrorEquals": ["E"], "IntervalSeconds": 0,
                "MaxAttempts": -1, "BackoffRate": 0.5, "JitterStrategy": "HALF"}])")),
            "/States/It/Retry/0/IntervalSeconds: a whole number from 1 to 99999999 is expected\n"
            "/States/It/Retry/0/MaxAttempts: a whole number from 0 to 99999999 is expected\n"
            "/States/It/Retry/0/BackoffRate: a number from 1 to 1000000000 is expected\n"
            "/States/It/Retry/0/JitterStrategy: FULL or NONE is expected");
  EXPECT_EQ(ProblemOf(Task(R"("Retry": [{"ErrorEquals": ["E"], "IntervalSeconds": 9,
                                         "MaxDelaySeconds": 9}])")),
            "/States/It/Retry/0/MaxDelaySeconds: it must be greater than IntervalSeconds");
}

TEST(DefinitionTest, ChecksTransitions) {
  EXPECT_EQ(ProblemOf(R"({"Type": "Pass"})"),
            "/States/It: either Next or \"End\": true is missing");
  EXPECT_EQ(ProblemOf(R"({"Type": "Pass", "Next": "Done", "End": true})"),
            "/States/It/End: it excludes Next: only one of them");
  EXPECT_EQ(ProblemOf(R"({"Type": "Succeed", "Next": "Done"})"),
            "/States/It/Next: a Succeed state has no field 'Next'");
  EXPECT_EQ(ProblemOf(Task(R"("Catch": [{"ErrorEquals": ["E"]}])")),
            "/States/It/Catch/0: 'Next' is missing");
}

TEST(DefinitionTest, ChecksChoices) {
  const auto rule = [](std::string_view text) {
    return ProblemOf(R"({"Type": "Choice", "Choices": [{"Next": "Done")" + std::string(text) +
                     "}]}");
  };
  EXPECT_EQ(ProblemOf(R"({"Type": "Choice", "Default": "Done"})"),
            "/States/It: 'Choices' with at least one rule is missing");
  EXPECT_EQ(rule(""),
            "/States/It/Choices/0: a comparison such as StringEquals, or And, Or, Not, "
            "is missing");
  EXPECT_EQ(rule(R"(, "IsNull": true)"), "/States/It/Choices/0: 'Variable' is missing");
  EXPECT_EQ(rule(R"(, "Variable": "$.a", "NumericEquals": "1")"),
            "/States/It/Choices/0/NumericEquals: a number is expected");
  EXPECT_EQ(rule(R"(, "Variable": "$.a", "StringEquals": "1", "IsNull": true)"),
            "/States/It/Choices/0/IsNull: it excludes StringEquals: one comparison in a rule");
  EXPECT_EQ(rule(R"(, "Not": {"Variable": "$.a", "IsNull": true, "Next": "Done"})"),
            "/States/It/Choices/0/Not/Next: only the outermost rule has a Next");
  EXPECT_EQ(rule(R"(, "Variable": "$..a", "IsNull": true)")
                .find("/States/It/Choices/0/Variable: '$..a' is not a reference path"),
            0U);
}

TEST(DefinitionTest, ChecksWaits) {
  const std::string one =
      "/States/It: exactly one of Seconds, SecondsPath, Timestamp and "
      "TimestampPath is expected";
  EXPECT_EQ(ProblemOf(R"({"Type": "Wait", "Next": "Done"})"), one);
  EXPECT_EQ(ProblemOf(R"({"Type": "Wait", "Seconds": 1, "TimestampPath": "$.t",
                          "Next": "Done"})"),
            one);
  EXPECT_EQ(ProblemOf(R"({"Type": "Wait", "Timestamp": "soon", "Next": "Done"})"),
            "/States/It/Timestamp: 'soon' is not a time such as 2026-11-22T13:14:54Z");
}

TEST(DefinitionTest, ChecksFails) {
  EXPECT_EQ(ProblemOf(R"({"Type": "Fail", "Error": "E", "ErrorPath": "$.e"})"),
            "/States/It/ErrorPath: it excludes Error: only one of them");
  EXPECT_EQ(ProblemOf(R"j({"Type": "Fail", "CausePath": "States.UUID()"})j"),
            "/States/It/CausePath: 'States.UUID()' is not an intrinsic function that is run here: "
            "only States.Format, States.StringToJson and States.JsonToString are");
}

}  // namespace
}  // namespace ecm::asl
