#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "env/random.h"
#include "env/testing/sim_env.h"
#include "sfn_model/sfn_model.h"
#include "store/memory_document_store.h"

namespace ecm::sfn_model {

struct StartedTask {
  ExecutionArn execution;
  asl::RunTask task;
};

/// Remembers what it was asked for; the test answers.
class RecordingTaskRunner : public TaskRunner {
 public:
  void Start(const ExecutionArn& execution, const asl::RunTask& task) override {
    started.push_back({execution, task});
  }
  std::vector<StartedTask> started;
};

/// A model on a clock that stands still, with a runner that remembers, and a built-in state machine
/// "demo": Work (a function), Hold (a function that keeps the task's token), Pause (5 s), Done.
class ModelFixture : public testing::Test {
 protected:
  static constexpr std::string_view kRegion = "eu-west-1";
  static constexpr std::string_view kDemoArn =
      "arn:aws:states:eu-west-1:000000000000:stateMachine:demo";

  static Json Demo() {
    return *ParseJson(R"({"StartAt": "Work", "States": {
      "Work": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 60,
        "Parameters": {"FunctionName": "work", "Payload.$": "$"}, "OutputPath": "$.Payload",
        "Retry": [{"ErrorEquals": ["Lambda.Unknown"], "IntervalSeconds": 3, "MaxAttempts": 2,
                   "JitterStrategy": "FULL"}], "Next": "Hold"},
      "Hold": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Parameters": {"FunctionName": "hold", "Payload": {"token.$": "$$.Task.Token"}},
        "HeartbeatSeconds": 100, "Next": "Pause"},
      "Pause": {"Type": "Wait", "Seconds": 5, "Next": "Done"},
      "Done": {"Type": "Succeed"}}})");
  }

  static Options WithDemo() {
    Options options;
    options.built_in.push_back({"demo", Demo()});
    return options;
  }

  ModelFixture() : ModelFixture(WithDemo()) {}
  explicit ModelFixture(Options options) { Make(std::move(options)); }

  /// Another model in the place of the first: a process after it.
  void Make(Options options) {
    model = std::make_unique<SfnModel>(
        std::move(options), clock, random, runner,
        [this](const Json& event) { events.push_back(event); },
        [this](const ExecutionArn&, const std::string& state) { states.push_back(state); });
  }

  /// The options of a model whose documents Commit stores.
  Options Durable(Options options = WithDemo()) {
    options.keep_changes = true;
    options.store = &store;
    return options;
  }
  void Commit() { ASSERT_TRUE(store.Commit(model->TakeChanges()).has_value()); }
  /// The process ends and another one goes on with what was committed.
  void Restart(Options options) {
    Make(std::move(options));
    const Result<void> restored = model->Restore(store);
    ASSERT_TRUE(restored.has_value()) << restored.error().message;
  }
  void Restart() { Restart(Durable()); }

  Result<Json> Call(std::string_view operation, const Json& request) {
    return model->Call(Region(std::string(kRegion)), operation, request);
  }
  /// The answer of a call that must succeed.
  Json Answer(std::string_view operation, const Json& request) {
    Result<Json> answer = Call(operation, request);
    EXPECT_TRUE(answer.has_value()) << operation << ": " << answer.error().message;
    return answer.has_value() ? *answer : Json(JsonObject{});
  }
  /// "code: message" of a call that must fail.
  std::string Refusal(std::string_view operation, const Json& request) {
    const Result<Json> answer = Call(operation, request);
    EXPECT_FALSE(answer.has_value()) << operation << " answered " << ToText(answer.value());
    return answer.has_value() ? "" : answer.error().code + ": " + answer.error().message;
  }

  ExecutionArn Start(std::string_view name, std::string_view input = "{}",
                     std::string_view machine = kDemoArn) {
    return ExecutionArn(
        StringOr(Answer("StartExecution",
                        JsonObject{{"stateMachineArn", machine}, {"name", name}, {"input", input}}),
                 "executionArn"));
  }
  static Json Of(const ExecutionArn& execution) {
    return JsonObject{{"executionArn", execution.str()}};
  }
  /// Every event, page by page.
  JsonArray History(const ExecutionArn& execution, bool reverse = false) {
    JsonArray history;
    JsonObject request{
        {"executionArn", execution.str()}, {"reverseOrder", reverse}, {"maxResults", 7}};
    for (int page = 0; page < 10'000; ++page) {
      const Json answer = Answer("GetExecutionHistory", request);
      for (const Json& event : FindArray(answer, "events")) history.push_back(event);
      if (Find(answer, "nextToken") == nullptr) break;
      request["nextToken"] = answer.at("nextToken");
    }
    return history;
  }
  Json Describe(const ExecutionArn& execution) {
    return Answer("DescribeExecution", Of(execution));
  }
  std::string Status(const ExecutionArn& execution) {
    return StringOr(Describe(execution), "status");
  }
  /// The types of the first page of the history.
  std::vector<std::string> Types(const ExecutionArn& execution) {
    std::vector<std::string> types;
    const Json answer = Answer("GetExecutionHistory", Of(execution));
    for (const Json& event : FindArray(answer, "events")) types.push_back(StringOr(event, "type"));
    return types;
  }

  /// Of the task that was asked for last.
  const StartedTask& task() const { return runner.started.back(); }
  std::string token() const { return StringOr(task().task.parameters.at("Payload"), "token"); }
  void AnswerTask(const Json& payload) {
    const StartedTask last = task();
    model->OnTaskAnswered(last.execution, last.task.task, JsonObject{{"Payload", payload}});
  }
  /// To the token that was handed out last.
  Json Succeed(std::string_view output = "{}") {
    return Answer("SendTaskSuccess", JsonObject{{"taskToken", token()}, {"output", output}});
  }
  void Pass(Duration duration) {
    clock.Advance(duration);
    model->Advance();
  }
  /// From its start to its end.
  ExecutionArn RunDemo(std::string_view name, std::string_view input = "{}") {
    const ExecutionArn execution = Start(name, input);
    AnswerTask(JsonObject{{"n", 1}});
    AnswerTask(JsonObject{});
    Succeed(R"({"held": true})");
    Pass(std::chrono::seconds(5));
    return execution;
  }

  MemoryDocumentStore store;
  ManualClock clock;
  SeededRandom random{7};
  RecordingTaskRunner runner;
  std::vector<Json> events;
  std::vector<std::string> states;
  std::unique_ptr<SfnModel> model;
};

}  // namespace ecm::sfn_model
