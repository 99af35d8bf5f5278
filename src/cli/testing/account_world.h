#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cli/account/account.h"
#include "cli/context.h"
#include "cli/testing/captured_streams.h"
#include "emr_model/emr_model.h"
#include "emr_model/testing/recording_runner.h"
#include "env/testing/sim_env.h"
#include "env/testing/temporary_folder.h"
#include "lifecycle/handlers.h"
#include "lifecycle/shipped_definition.h"
#include "local_stack/event_rule.h"
#include "local_stack/reaper.h"
#include "plan/plan.h"
#include "sfn_model/sfn_model.h"
#include "store/memory_job_store.h"

namespace ecm::cli {

/// A service with a script of what goes wrong, and a list of what was called.
template <class Api>
class Faulty : public Api {
 public:
  explicit Faulty(std::function<Result<Json>(const Region&, std::string_view, const Json&)> call)
      : call_(std::move(call)) {}

  Result<Json> Call(const Region& region, std::string_view operation,
                    const Json& request) override {
    const std::string name(operation);
    calls.push_back(name);
    std::deque<Error>& refusals = refusals_[name];
    if (!refusals.empty()) {
      Error error = refusals.front();
      if (refusals.size() > 1 || !for_ever_.contains(name)) refusals.pop_front();
      return Fail(std::move(error));
    }
    Result<Json> answer = call_(region, operation, request);
    if (losses_[name] == 0) return answer;
    --losses_[name];
    return Fail(ErrorKind::kUnknownOutcome, "the connection was reset");
  }

  /// The next call fails before it reaches the service.
  void RefuseNext(const std::string& operation, Error error) {
    refusals_[operation].push_back(std::move(error));
  }
  void RefuseAll(const std::string& operation, Error error) {
    RefuseNext(operation, std::move(error));
    for_ever_.insert(operation);
  }
  /// The next call is applied and its answer lost.
  void LoseNextAnswer(const std::string& operation) { ++losses_[operation]; }
  std::size_t Count(const std::string& operation) const {
    return static_cast<std::size_t>(std::ranges::count(calls, operation));
  }

  std::vector<std::string> calls;

 private:
  std::function<Result<Json>(const Region&, std::string_view, const Json&)> call_;
  std::map<std::string, std::deque<Error>> refusals_;
  std::set<std::string> for_ever_;
  std::map<std::string, int> losses_;
};

/// Objects by "bucket/key"; those in `denied` may not be read.
class MapObjects : public ObjectStore {
 public:
  Result<std::string> ReadTail(const Region& /*region*/, const std::string& bucket,
                               const std::string& key, std::size_t max_bytes) override {
    const std::string name = bucket + "/" + key;
    if (denied) return Fail(ErrorKind::kAccessDenied, "Access Denied", "AccessDenied");
    const auto found = objects.find(name);
    if (found == objects.end()) return Fail(ErrorKind::kNotFound, "no such key", "NoSuchKey");
    const std::string& text = found->second;
    return text.substr(text.size() - std::min(text.size(), max_bytes));
  }
  Result<std::vector<std::string>> ListKeys(const Region& /*region*/, const std::string& bucket,
                                            const std::string& prefix,
                                            std::size_t max_keys) override {
    if (denied) return Fail(ErrorKind::kAccessDenied, "Access Denied", "AccessDenied");
    std::vector<std::string> keys;
    for (const auto& [name, text] : objects) {
      if (name.starts_with(bucket + "/" + prefix) && keys.size() < max_keys) {
        keys.push_back(name.substr(bucket.size() + 1));
      }
    }
    return keys;
  }
  std::map<std::string, std::string> objects;
  bool denied = false;
};

/// Log groups by name, or a refusal of all.
class MapLogGroups : public LogGroups {
 public:
  Result<std::vector<LoggedLine>> FindLines(const Region& region, const std::string& group,
                                            const std::string& phrase, WallTime begin, WallTime end,
                                            std::size_t max_lines) override {
    EXPECT_EQ(region.str(), "eu-west-1");
    if (refusal) return Fail(*refusal);
    const auto found = groups.find(group);
    if (found == groups.end()) return Fail(ErrorKind::kNotFound, "no such group");
    std::vector<LoggedLine> lines;
    for (const LoggedLine& line : found->second) {
      const bool wanted = line.time >= begin && line.time <= end && line.text.contains(phrase);
      if (wanted && lines.size() < max_lines) lines.push_back(line);
    }
    return lines;
  }
  std::map<std::string, std::vector<LoggedLine>> groups;
  std::optional<Error> refusal;
};

/// Time goes on while somebody sleeps, and the world with it.
class WorldClock : public Clock {
 public:
  WallTime Wall() const override { return clock_.Wall(); }
  MonoTime Mono() const override { return clock_.Mono(); }
  void SleepFor(Duration delay) override {
    clock_.Advance(delay);
    if (on_time) on_time();
  }
  std::function<void()> on_time;

 private:
  ManualClock clock_;
};

/// A deployed stack of the stage "dev" in one account: our model of Step Functions with the shipped
/// definition, our handlers, our model of EMR, on a clock that a command's sleeping moves.
class AccountWorld : public testing::Test, private sfn_model::TaskRunner {
 protected:
  static constexpr const char* kMachine =
      "arn:aws:states:eu-west-1:000000000000:stateMachine:ecm-dev";
  static constexpr const char* kJob =
      R"({"job_name": "count", "release": "emr-7.5.0", "code_entrypoint": "s3://code-bucket/x.py",
          "log_bucket": "log-bucket"})";

  AccountWorld()
      : emr_model_(EmrOptions(), clock, random, steps,
                   [this](const Json& event) { emr_events_.push_back(event); }),
        sfn_model_(
            SfnOptions(), clock, random, *this, [this](const Json& event) { OnExecution(event); },
            [](const ExecutionArn&, const std::string&) {}),
        tokens_(*this),
        functions_step_functions_(
            [this](const Region& region, std::string_view operation, const Json& request) {
              return sfn_model_.Call(region, operation, request);
            }),
        executions_(functions_step_functions_),
        emr([this](const Region& region, std::string_view operation, const Json& request) {
          auto answer = emr_model_.Call(region, operation, request);
          Settle();
          return answer;
        }),
        step_functions(
            [this](const Region& region, std::string_view operation, const Json& request) {
              auto answer = sfn_model_.Call(region, operation, request);
              Settle();
              return answer;
            }) {
    clock.on_time = [this] { Settle(); };
    options.stage = "dev";
  }

  /// A file with this job description.
  std::string JobFile(const std::string& text = kJob) {
    const std::filesystem::path file = folder.path() / "job.json";
    std::ofstream(file) << text;
    return file.string();
  }
  ExecutionArn ExecutionNamed(const std::string& name) const {
    return ExecutionArnOf(kMachine, name);
  }
  std::string StatusOf(const std::string& name) {
    const auto told = sfn_model_.Call(Region("eu-west-1"), "DescribeExecution",
                                      JsonObject{{"executionArn", ExecutionNamed(name).str()}});
    return told ? StringOr(*told, "status") : told.error().code;
  }
  std::size_t ExecutionCount() {
    const auto told = sfn_model_.Call(Region("eu-west-1"), "ListExecutions",
                                      JsonObject{{"stateMachineArn", kMachine}});
    return told ? FindArray(*told, "executions").size() : 0;
  }
  /// Started beside the command line.
  void StartNamed(const std::string& name, const std::string& input = kJob) {
    const auto started = sfn_model_.Call(
        Region("eu-west-1"), "StartExecution",
        JsonObject{{"stateMachineArn", kMachine}, {"name", name}, {"input", input}});
    ASSERT_TRUE(started.has_value()) << started.error().message;
    Settle();
  }
  void Pass(Duration duration) {
    constexpr Duration kPiece = std::chrono::seconds{10};
    for (; duration > Duration{0}; duration -= kPiece) clock.SleepFor(std::min(duration, kPiece));
  }
  std::string OnlyCluster() {
    const auto told = emr_model_.Call(Region("eu-west-1"), "ListClusters", JsonObject{});
    const JsonArray& clusters = FindArray(*told, "Clusters");
    return clusters.size() == 1 ? StringOr(clusters.front(), "Id") : "";
  }
  std::string ClusterState(const std::string& id) {
    const auto told =
        emr_model_.Call(Region("eu-west-1"), "DescribeCluster", JsonObject{{"ClusterId", id}});
    return told ? StringOr(*Find(*told, {"Cluster", "Status"}), "State") : told.error().message;
  }
  Result<Json> CallEmrModel(std::string_view operation, const Json& request) {
    return emr_model_.Call(Region("eu-west-1"), operation, request);
  }

  JobStore& jobs() { return jobs_; }

  WorldClock clock;
  SeededRandom random{7};
  NullLog log;
  MapEnvironment environment{{}};
  CapturedStreams streams;
  TemporaryFolder folder;
  MapObjects objects;
  MapLogGroups log_groups;
  emr_model::RecordingRunner steps;
  /// How the next steps end, so long after they have begun.
  bool steps_succeed = true;
  Duration step_takes = std::chrono::minutes{2};
  bool run_functions = true;

 private:
  static emr_model::Options EmrOptions() {
    using std::chrono::minutes;
    emr_model::Options options;
    options.timings = {minutes{1}, minutes{1}, minutes{1}};
    return options;
  }
  static sfn_model::Options SfnOptions() {
    sfn_model::Options options;
    options.built_in.push_back({"ecm-dev", *lifecycle::ShippedDefinition({{"partition", "aws"},
                                                                          {"topic", "t"},
                                                                          {"submit", "submit"},
                                                                          {"await", "await"},
                                                                          {"inspect", "inspect"},
                                                                          {"release", "release"},
                                                                          {"report", "report"}})});
    return options;
  }

  struct Tokens : TaskTokens {
    explicit Tokens(AccountWorld& its_world) : world(its_world) {}
    Result<void> SendTaskSuccess(const TaskToken& token, const Json& output) override {
      ECM_TRY_VOID(world.sfn_model_.Call(
          Region("eu-west-1"), "SendTaskSuccess",
          JsonObject{{"taskToken", token.str()}, {"output", ToText(output)}}));
      return {};
    }
    AccountWorld& world;
  };

  /// A topic without subscribers.
  struct Silence : Notices {
    Result<void> Publish(const std::string& /*subject*/, const std::string& /*message*/) override {
      return {};
    }
  };

  void Start(const ExecutionArn& execution, const asl::RunTask& task) override {
    tasks_.emplace_back(execution, task);
  }
  lifecycle::Ports Ports() {
    StackConfig stack;
    stack.stage = "dev";
    stack.region = Region("eu-west-1");
    return {clock,   random,      log,      emr_model_, jobs_, tokens_,
            objects, executions_, notices_, stack,      {}};
  }
  void Run(const ExecutionArn& execution, const asl::RunTask& task) {
    if (task.resource == "sns:publish") {
      sfn_model_.OnTaskAnswered(execution, task.task, JsonObject{{"MessageId", "m"}});
      return;
    }
    lifecycle::Ports ports = Ports();
    const auto handler = lifecycle::FindHandler(StringOr(task.parameters, "FunctionName"));
    const Result<Json> answer = handler(*Find(task.parameters, "Payload"), ports);
    if (answer) {
      sfn_model_.OnTaskAnswered(execution, task.task, JsonObject{{"Payload", *answer}});
    } else {
      sfn_model_.OnTaskErred(execution, task.task, std::string(ErrorName(answer.error().kind)),
                             ToText(lifecycle::ToLambdaError(answer.error())));
    }
  }
  void OnExecution(const Json& event) {
    const std::string status = StringOr(*Find(event, "detail"), "status");
    if (status != "ABORTED" && status != "TIMED_OUT") return;
    ended_.emplace_back(StringOr(*Find(event, "detail"), "executionArn"));
  }
  void EndSteps() {
    for (std::size_t index = 0; index < steps.started.size(); ++index) {
      if (index >= began_.size()) began_.push_back(clock.Wall());
      if (ended_steps_.contains(index) || clock.Wall() - began_[index] < step_takes) continue;
      ended_steps_.insert(index);
      emr_model::StepExit exit;
      exit.succeeded = steps_succeed;
      exit.exit_code = steps_succeed ? 0 : 1;
      emr_model_.OnStepExit(steps.started[index].cluster, steps.started[index].step, exit);
    }
  }
  void Settle() {
    if (!run_functions || std::exchange(settling_, true)) return;
    for (int round = 0; round < 100; ++round) {
      emr_model_.Advance();
      sfn_model_.Advance();
      EndSteps();
      const auto tasks = std::exchange(tasks_, {});
      for (const auto& [execution, task] : tasks) Run(execution, task);
      const auto events = std::exchange(emr_events_, {});
      for (const Json& event : events) {
        lifecycle::Ports ports = Ports();
        if (local_stack::WakesJobs(event, "dev")) {
          EXPECT_TRUE(lifecycle::Wake(event, ports).has_value());
        }
      }
      for (const ExecutionArn& execution : std::exchange(ended_, {})) {
        local_stack::EndWhatIsLeft(execution, jobs_, emr_model_, log);
      }
      if (tasks.empty() && events.empty()) break;
    }
    settling_ = false;
  }

  MemoryJobStore jobs_;
  std::vector<Json> emr_events_;
  std::vector<ExecutionArn> ended_;
  std::vector<std::pair<ExecutionArn, asl::RunTask>> tasks_;
  std::vector<WallTime> began_;
  std::set<std::size_t> ended_steps_;
  bool settling_ = false;
  emr_model::EmrModel emr_model_;
  sfn_model::SfnModel sfn_model_;
  Tokens tokens_;
  Faulty<StepFunctionsApi> functions_step_functions_;
  StepFunctionsExecutions executions_;
  Silence notices_;

 protected:
  Faulty<EmrApi> emr;
  Faulty<StepFunctionsApi> step_functions;
  Account account{step_functions, emr, objects, log_groups, Region("eu-west-1")};
  AccountOptions options;
  Context context{streams.console(), clock, random, environment, log};
};

inline Error Denied() {
  return {ErrorKind::kAccessDenied, "User: u is not authorized to perform: x",
          "AccessDeniedException"};
}
inline Error Throttled() { return {ErrorKind::kThrottled, "Rate exceeded", "ThrottlingException"}; }
inline Error Expired() {
  return {ErrorKind::kAccessDenied, "The security token included in the request is expired",
          "ExpiredTokenException"};
}

}  // namespace ecm::cli
