#include "lifecycle/testing/lifecycle_world.h"

#include <algorithm>

namespace ecm::lifecycle {

Result<Json> FaultyEmr::Call(const Region& region, std::string_view operation,
                             const Json& request) {
  calls.emplace_back(operation);
  if (auto& refusals = refusals_[std::string(operation)]; !refusals.empty()) {
    Error error = std::move(refusals.front());
    refusals.pop_front();
    return Fail(std::move(error));
  }
  Result<Json> answer = emr_.Call(region, operation, request);
  if (int& losses = losses_[std::string(operation)]; losses > 0) {
    --losses;
    return Fail(ErrorKind::kUnknownOutcome, "the connection was reset");
  }
  return answer;
}

std::size_t FaultyEmr::Count(std::string_view operation) const {
  return static_cast<std::size_t>(std::ranges::count(calls, operation));
}

Result<void> RecordingTokens::SendTaskSuccess(const TaskToken& token, const Json& /*output*/) {
  if (std::ranges::find(forgotten, token.str()) != forgotten.end()) {
    return Fail(ErrorKind::kNotFound, "Task Timed Out", "TaskTimedOut");
  }
  if (!refusals.empty()) {
    Error error = std::move(refusals.front());
    refusals.pop_front();
    return Fail(std::move(error));
  }
  answered.push_back(token.str());
  return {};
}

Result<ExecutionState> MapExecutions::Describe(const ExecutionArn& execution) {
  ++calls;
  if (!refusals.empty()) {
    Error error = std::move(refusals.front());
    refusals.pop_front();
    return Fail(std::move(error));
  }
  const auto found = states.find(execution);
  if (found != states.end()) return found->second;
  return Fail(ErrorKind::kNotFound, "Execution Does Not Exist: '" + execution.str() + "'",
              "ExecutionDoesNotExist");
}

Result<std::set<ExecutionArn>> MapExecutions::ListRunning(const std::string& machine_arn) {
  ++lists;
  if (!list_refusals.empty()) {
    Error error = std::move(list_refusals.front());
    list_refusals.pop_front();
    return Fail(std::move(error));
  }
  std::set<ExecutionArn> running;
  for (const auto& [execution, state] : states) {
    const bool listed =
        state.status == ExecutionStatus::kRunning && MachineOf(execution) == machine_arn;
    if (listed) running.insert(execution);
  }
  return running;
}

Result<void> RecordingNotices::Publish(const std::string& subject, const std::string& message) {
  if (!refusals.empty()) {
    Error error = std::move(refusals.front());
    refusals.pop_front();
    return Fail(std::move(error));
  }
  published.push_back({subject, message});
  return {};
}

Result<std::string> MapObjectStore::ReadTail(const Region& /*region*/, const std::string& bucket,
                                             const std::string& key, std::size_t max_bytes) {
  if (error) return Fail(*error);
  const auto found = objects.find(bucket + "/" + key);
  if (found == objects.end()) return Fail(ErrorKind::kNotFound, "no such key: " + key);
  const std::string& text = found->second;
  return text.substr(text.size() > max_bytes ? text.size() - max_bytes : 0);
}

Result<std::vector<std::string>> MapObjectStore::ListKeys(const Region& /*region*/,
                                                          const std::string& bucket,
                                                          const std::string& prefix,
                                                          std::size_t max_keys) {
  std::vector<std::string> keys;
  for (const auto& [path, text] : objects) {
    if (path.starts_with(bucket + "/" + prefix) && keys.size() < max_keys) {
      keys.push_back(path.substr(bucket.size() + 1));
    }
  }
  return keys;
}

LifecycleWorld::LifecycleWorld()
    : model({}, clock, random, runner, [this](const Json& event) { events.push_back(event); }),
      ports{clock, random, log, emr, jobs, tokens, objects, executions, notices, {}, {}} {
  ports.stack.region = Region("eu-west-1");
  ports.stack.log_bucket = "logs";
}

Json LifecycleWorld::FirstDocument(const std::string& execution) const {
  return ParseJson(R"({"v": 1,
      "execution": {"arn": "arn:aws:states:eu-west-1:1:execution:ecm-dev:)" +
                   execution + R"(", "name": ")" + execution + R"(",
                    "started": ")" +
                   ToIso8601(clock.Wall()) + R"("},
      "job": {"job_name": "word-count", "release": "emr-7.5.0",
              "code_entrypoint": "s3://code/word_count.py"}})")
      .value();
}

Json LifecycleWorld::Submitted() {
  Json document = FirstDocument();
  for (int turn = 0; turn < 100; ++turn) {
    document = Submit(document, ports).value();
    if (StringOr(document, "next") == "await") return document;
    clock.Advance(std::chrono::seconds{FindInt(document, "wait_seconds").value()});
  }
  return document;
}

Json LifecycleWorld::Running() {
  Json document = Submitted();
  Settle();
  return document;
}

void LifecycleWorld::EndStep(bool succeeded) {
  const emr_model::StepLaunch launch = runner.launches.back();
  emr_model::StepExit exit;
  exit.succeeded = succeeded;
  exit.exit_code = succeeded ? 0 : 1;
  if (!succeeded) exit.failure_reason = "Unknown Error.";
  model.OnStepExit(launch.cluster, launch.step, exit);
  Settle();
}

void LifecycleWorld::Settle() {
  for (int round = 0; round < 100 && model.NextDue() && *model.NextDue() <= clock.Wall(); ++round) {
    model.Advance();
  }
}

ClusterId LifecycleWorld::Only() const { return jobs.records().begin()->second.cluster; }

JobRecord LifecycleWorld::Record() const { return jobs.records().begin()->second; }

}  // namespace ecm::lifecycle
