#include "asl/lint.h"

#include <gtest/gtest.h>

#include "asl/testing/player.h"

namespace ecm::asl {
namespace {

/// Submit → Release ⇄ WaitRelease → Report → Reported → Good | Notify → Bad; every failure goes the
/// same road.
constexpr std::string_view kJob = R"({"StartAt": "Submit", "States": {
  "Submit": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 60,
    "Parameters": {"FunctionName": "submit"}, "Retry": [{"ErrorEquals": ["Throttled"]}],
    "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Release"}], "Next": "Release"},
  "Release": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 60,
    "Parameters": {"FunctionName": "release"},
    "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Report"}], "Next": "Released"},
  "Released": {"Type": "Choice", "Default": "Report", "Choices": [
    {"Variable": "$.next", "StringEquals": "wait", "Next": "WaitRelease"}]},
  "WaitRelease": {"Type": "Wait", "Seconds": 5, "Next": "Release"},
  "Report": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 60,
    "Parameters": {"FunctionName": "report"},
    "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Notify"}], "Next": "Reported"},
  "Reported": {"Type": "Choice", "Default": "Notify", "Choices": [
    {"Variable": "$.verdict", "StringEquals": "Succeeded", "Next": "Good"}]},
  "Notify": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "TimeoutSecondsPath": "$.t",
    "Parameters": {"TopicArn": "t", "Message": "m"},
    "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Bad"}], "Next": "Bad"},
  "Good": {"Type": "Succeed"},
  "Bad": {"Type": "Fail", "Error": "JobFailed"}}})";

Names Findings(const Json& document, const LintRules& rules = {}) {
  const DefinitionReading reading = ReadDefinition(document);
  for (const DefinitionProblem& problem : reading.problems) {
    ADD_FAILURE() << problem.pointer << ": " << problem.message;
  }
  Names findings;
  if (reading.definition == nullptr) return findings;
  for (const DefinitionProblem& problem : LintForJobs(*reading.definition, rules)) {
    findings.push_back(problem.pointer + ": " + problem.message);
  }
  return findings;
}

/// The job with one merge patch (RFC 7396) on its states.
Names WithChange(std::string_view patch, const LintRules& rules = {}) {
  Json document = Parsed(kJob);
  MergePatch(document.at("States"), Parsed(patch));
  return Findings(document, rules);
}

TEST(LintTest, FindsNothingInASoundJob) { EXPECT_EQ(Findings(Parsed(kJob)), Names{}); }

TEST(LintTest, FindsATaskWithoutATimeout) {
  EXPECT_EQ(WithChange(R"({"Submit": {"TimeoutSeconds": null}})"),
            Names{"/States/Submit: the Task has neither TimeoutSeconds nor TimeoutSecondsPath: a "
                  "lost answer would hold it"});
}

TEST(LintTest, FindsARetryThatSwallowsTimeouts) {
  for (const std::string name :
       {"States.ALL", "States.TaskFailed", "States.Timeout", "States.HeartbeatTimeout"}) {
    EXPECT_EQ(WithChange(R"({"Submit": {"Retry": [{"ErrorEquals": ["Throttled"]},
                             {"ErrorEquals": [")" +
                         name + R"("]}]}})"),
              Names{"/States/Submit/Retry/1/ErrorEquals: a Retry of " + name +
                    " swallows timeouts or heartbeats: name the transient errors"});
  }
}

TEST(LintTest, FindsATaskThatDoesNotCatchEverything) {
  const std::string patch = R"({"Submit": {"Catch": [
      {"ErrorEquals": ["Throttled"], "Next": "Release"}]}})";
  EXPECT_EQ(WithChange(patch), Names{"/States/Submit: no Catch of States.ALL: its failure would "
                                     "end the execution without cleanup"});
  LintRules rules;
  rules.may_end = {"Submit"};
  EXPECT_EQ(WithChange(patch, rules), Names{});
}

TEST(LintTest, FindsACatchThatLeadsPastRelease) {
  EXPECT_EQ(WithChange(R"({"Submit": {"Catch": [{"ErrorEquals": ["States.ALL"],
                                                 "Next": "Report"}]}})"),
            (Names{"/States/Submit/Catch/0/Next: from 'Report' no path leads to release (Release)",
                   "/States/Good: a path ends here without release: Submit → Report → Reported → "
                   "Good",
                   "/States/Bad: a path ends here without release: Submit → Report → Notify → "
                   "Bad"}));
}

TEST(LintTest, FindsACatchThatLeadsPastEverything) {
  EXPECT_EQ(WithChange(R"({"Submit": {"Catch": [{"ErrorEquals": ["States.ALL"],
                                                 "Next": "Bad"}]}})"),
            (Names{"/States/Submit/Catch/0/Next: from 'Bad' no path leads to release (Release)",
                   "/States/Submit/Catch/0/Next: from 'Bad' no path leads to report (Report)",
                   "/States/Submit/Catch/0/Next: from 'Bad' no path leads to notify (Notify)",
                   "/States/Bad: a path ends here without release: Submit → Bad",
                   "/States/Bad: a path ends here without report: Submit → Bad",
                   "/States/Bad: a path ends here without notify: Submit → Bad"}));
}

TEST(LintTest, FindsAnEndWithoutReport) {
  EXPECT_EQ(WithChange(R"({"Released": {"Default": "Report", "Choices": [
      {"Variable": "$.next", "StringEquals": "wait", "Next": "WaitRelease"},
      {"Variable": "$.next", "StringEquals": "done", "Next": "Good"}]}})"),
            Names{"/States/Good: a path ends here without report: Submit → Release → Released → "
                  "Good"});
}

TEST(LintTest, FindsAFailureThatNobodyIsToldOf) {
  EXPECT_EQ(WithChange(R"({"Reported": {"Choices": [
      {"Variable": "$.verdict", "StringEquals": "Succeeded", "Next": "Good"},
      {"Variable": "$.verdict", "StringEquals": "Quiet", "Next": "Bad"}]}})"),
            Names{"/States/Bad: a path ends here without notify: Submit → Release → Report → "
                  "Reported → Bad"});
}

TEST(LintTest, FindsAStateThatEndsByItself) {
  EXPECT_EQ(WithChange(R"({"WaitRelease": {"Next": null, "End": true}})"),
            Names{"/States/WaitRelease: a path ends here without report: Submit → Release → "
                  "Released → WaitRelease"});
}

TEST(LintTest, ASecondStateMayDoTheSameDuty) {
  const std::string patch = R"({"Report": {"Catch": [
      {"ErrorEquals": ["States.ALL"], "Next": "NotifyUnreported"}]},
      "NotifyUnreported": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish",
        "TimeoutSeconds": 60, "Parameters": {"TopicArn": "t", "Message": "m"}, "Next": "Bad",
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Bad"}]}})";
  EXPECT_EQ(WithChange(patch),
            (Names{"/States/Report/Catch/0/Next: from 'NotifyUnreported' no path leads to notify "
                   "(Notify)",
                   "/States/Bad: a path ends here without notify: Submit → Release → Report → "
                   "NotifyUnreported → Bad"}));
  LintRules rules;
  rules.notify = {"Notify", "NotifyUnreported"};
  EXPECT_EQ(WithChange(patch, rules), Names{});
}

TEST(LintTest, FindsRulesThatNameNoState) {
  LintRules rules;
  rules.notify = {"Notify", "Tell"};
  EXPECT_EQ(WithChange("{}", rules),
            Names{"/States: the lint's rules name the state 'Tell', which is not there"});
}

}  // namespace
}  // namespace ecm::asl
