#include "lifecycle/shipped_definition.h"

#include <gtest/gtest.h>

#include "asl/lint.h"
#include "lifecycle/testing/machine_run.h"

namespace ecm::lifecycle {
namespace {

using Names = std::vector<std::string>;

/// The `Timeout` of the functions where they are deployed. A Task gives up later than its function,
/// so that no invocation is still at work when the next one begins.
constexpr std::int64_t kFunctionTimeoutSeconds = 60;

Json Shipped() { return ShippedDefinition(ShippedValues()).value(); }

/// The duties of the machine. NotifyUnreported and NotifyNotDeployed tell people where Report
/// itself failed, so that there is no notice to publish.
asl::LintRules Duties() {
  asl::LintRules rules;
  rules.release = {"Release"};
  rules.report = {"Report"};
  rules.notify = {"Notify", "NotifyUnreported", "NotifyNotDeployed"};
  return rules;
}

Names Findings(const Json& document) {
  const asl::DefinitionReading reading = asl::ReadDefinition(document);
  Names findings;
  for (const asl::DefinitionProblem& problem : reading.problems) {
    ADD_FAILURE() << problem.pointer << ": " << problem.message;
  }
  if (reading.definition == nullptr) return findings;
  for (const asl::DefinitionProblem& problem : asl::LintForJobs(*reading.definition, Duties())) {
    findings.push_back(problem.pointer + ": " + problem.message);
  }
  return findings;
}

/// The shipped definition with one merge patch (RFC 7396) on its states.
Names WithChange(std::string_view patch) {
  Json document = Shipped();
  MergePatch(document.at("States"), ParseJson(patch).value());
  return Findings(document);
}

/// Every Task's name, with what it calls.
std::map<std::string, std::string> Tasks(const Json& definition) {
  std::map<std::string, std::string> tasks;
  for (const auto& [name, state] : definition.at("States").get_object()) {
    if (StringOr(state, "Type") == "Task") tasks.emplace(name, StringOr(state, "Resource"));
  }
  return tasks;
}

TEST(ShippedDefinitionTest, HasNoPlaceholderLeft) {
  const std::string text = ToText(Shipped());
  EXPECT_EQ(text.find("${"), std::string::npos);
  EXPECT_NE(text.find("arn:aws:states:::lambda:invoke.waitForTaskToken"), std::string::npos);
}

TEST(ShippedDefinitionTest, EveryPlaceholderNeedsItsValue) {
  for (const auto& [name, unused] : ShippedValues()) {
    std::map<std::string, std::string> values = ShippedValues();
    values.erase(name);
    const Result<Json> shipped = ShippedDefinition(values);
    ASSERT_FALSE(shipped.has_value()) << name;
    EXPECT_EQ(shipped.error().kind, ErrorKind::kInternal);
    EXPECT_NE(shipped.error().message.find("placeholder " + name), std::string::npos);
  }
}

TEST(ShippedDefinitionTest, AValueIsTextWhateverItHolds) {
  std::map<std::string, std::string> values = ShippedValues();
  values["submit"] = R"(a"b\c${await})";
  const Json shipped = ShippedDefinition(values).value();
  EXPECT_EQ(StringOr(*Find(shipped, {"States", "Submit", "Parameters"}), "FunctionName"),
            R"(a"b\c${await})");
}

TEST(ShippedDefinitionTest, TheExecutorTakesIt) {
  const asl::DefinitionReading reading = asl::ReadDefinition(Shipped());
  EXPECT_TRUE(reading.problems.empty())
      << reading.problems[0].pointer << ": " << reading.problems[0].message;
  EXPECT_NE(reading.definition, nullptr);
}

TEST(ShippedDefinitionTest, KeepsEveryPromiseOfTheLint) { EXPECT_EQ(Findings(Shipped()), Names{}); }

TEST(ShippedDefinitionTest, AFailedReleaseIsStillReported) {
  EXPECT_EQ(StringOr(Shipped().at("States").at("Release").at("Catch").at(0), "Next"), "Report");
  EXPECT_EQ(WithChange(R"({"Release": {"Catch": [
      {"ErrorEquals": ["States.ALL"], "Next": "Unreported"}]}})"),
            (Names{"/States/Release/Catch/0/Next: from 'Unreported' no path leads to report "
                   "(Report)",
                   "/States/Release/Catch/0/Next: from 'Unreported' no path leads to notify "
                   "(Notify, NotifyUnreported, NotifyNotDeployed)",
                   "/States/Unreported: a path ends here without report: Prepare → Submit → "
                   "Release → Unreported",
                   "/States/Unreported: a path ends here without notify: Prepare → Submit → "
                   "Release → Unreported"}));
}

TEST(ShippedDefinitionTest, NoTaskCanLoseItsTimeoutUnseen) {
  for (const auto& [name, unused] : Tasks(Shipped())) {
    EXPECT_EQ(WithChange(R"({")" + name + R"(": {"TimeoutSeconds": null}})"),
              Names{"/States/" + name +
                    ": the Task has neither TimeoutSeconds nor TimeoutSecondsPath: a lost answer "
                    "would hold it"});
  }
}

TEST(ShippedDefinitionTest, NoRetryCanSwallowAHeartbeatUnseen) {
  for (const std::string error : {"States.ALL", "States.HeartbeatTimeout"}) {
    EXPECT_EQ(WithChange(R"({"Await": {"Retry": [{"ErrorEquals": [")" + error + R"("]}]}})"),
              Names{"/States/Await/Retry/0/ErrorEquals: a Retry of " + error +
                    " swallows timeouts or heartbeats: name the transient errors"});
  }
}

TEST(ShippedDefinitionTest, NoCatchCanLeadPastReleaseUnseen) {
  const Names findings = WithChange(R"({"Submit": {"Catch": [
      {"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Report"}]}})");
  ASSERT_FALSE(findings.empty());
  EXPECT_EQ(findings[0],
            "/States/Submit/Catch/0/Next: from 'Report' no path leads to release (Release)");
}

TEST(ShippedDefinitionTest, NoFailureCanGoUntoldUnseen) {
  EXPECT_EQ(WithChange(R"({"Reported": {"Choices": [
      {"Variable": "$.outcome.verdict", "StringEquals": "Succeeded", "Next": "Succeeded"},
      {"Variable": "$.outcome.verdict", "StringEquals": "Cancelled", "Next": "Failed"}]}})"),
            Names{"/States/Failed: a path ends here without notify: Prepare → Submit → Release → "
                  "Report → Reported → Failed"});
}

TEST(ShippedDefinitionTest, ATaskOutlivesItsFunction) {
  const Json shipped = Shipped();
  for (const auto& [name, resource] : Tasks(shipped)) {
    if (resource.find(":lambda:") == std::string::npos) continue;
    EXPECT_GT(FindInt(shipped.at("States").at(name), "TimeoutSeconds").value_or(0),
              kFunctionTimeoutSeconds)
        << name;
  }
}

/// Straight to the end with one answer per function; `answers` by function name. A function without
/// one is not there; SNS takes everything.
asl::Execution Scripted(const std::map<std::string, Json>& answers) {
  asl::Execution execution(
      ReadShippedDefinition(),
      {"arn:aws:states:eu-west-1:123456789012:execution:ecm-dev:run-1", "run-1", "", "", ""},
      JsonObject{{"job_name", "word-count"}});
  ManualClock clock;
  SeededRandom random(1);
  std::vector<asl::Command> commands = execution.Apply(asl::Start{}, clock.Wall(), random);
  for (int round = 0; round < 100 && execution.status() == asl::Status::kRunning; ++round) {
    asl::Event event = asl::Start{};
    for (const asl::Command& command : commands) {
      if (const auto* task = std::get_if<asl::RunTask>(&command)) {
        const std::string function = StringOr(task->parameters, "FunctionName");
        const Json* token = Find(task->parameters, {"Payload", "token"});
        if (token != nullptr) {
          event = asl::TokenSucceeded{std::string(token->get_string()), JsonObject{}};
        } else if (function.empty()) {
          event = asl::TaskAnswered{task->task, JsonObject{}};
        } else if (!answers.contains(function)) {
          event = asl::TaskErred{task->task, "Lambda.ResourceNotFoundException", "no function"};
        } else {
          event = asl::TaskAnswered{task->task, JsonObject{{"Payload", answers.at(function)}}};
        }
      }
    }
    commands = execution.Apply(event, clock.Wall(), random);
  }
  return execution;
}

TEST(ShippedDefinitionTest, AStraightSuccessCostsFewTransitions) {
  const asl::Execution execution =
      Scripted({{"submit", JsonObject{{"next", "await"}, {"heartbeat_seconds", 3600}}},
                {"inspect", JsonObject{{"next", "release"}}},
                {"release", JsonObject{{"next", "report"}}},
                {"report", JsonObject{{"outcome", JsonObject{{"verdict", "Succeeded"}}}}}});
  EXPECT_EQ(execution.status(), asl::Status::kSucceeded) << execution.cause();
  EXPECT_LE(PathOf(execution).size(), 14U);
  EXPECT_EQ(PathOf(execution),
            (Names{"Prepare", "Submit", "Submitted", "Await", "Inspect", "Inspected", "Release",
                   "Released", "Report", "Reported", "Succeeded"}));
}

TEST(ShippedDefinitionTest, WithoutItsFunctionsItRefusesTheJobAndSaysWhatToDo) {
  const asl::Execution execution = Scripted({});
  EXPECT_EQ(PathOf(execution),
            (Names{"Prepare", "Submit", "Release", "Report", "NotifyNotDeployed", "NotDeployed"}));
  EXPECT_EQ(execution.error(), "NotDeployed");
  EXPECT_NE(execution.cause().find("There is no function report"), std::string::npos)
      << execution.cause();
  EXPECT_NE(execution.cause().find("make ENV=... deploy"), std::string::npos);
}

}  // namespace
}  // namespace ecm::lifecycle
