#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "asl/document_size.h"
#include "asl/machine.h"
#include "base/text.h"

namespace ecm::asl {
namespace {

constexpr std::string_view kTokenAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::size_t kTokenLength = 64;
constexpr double kMostDelaySeconds = 99'999'999;

/// arn:aws:states:REGION:…
std::string RegionOf(const std::string& arn) {
  std::size_t begin = 0;
  for (int colons = 0; colons < 3; ++colons) {
    begin = arn.find(':', begin);
    if (begin == std::string::npos) return {};
    ++begin;
  }
  return arn.substr(begin, arn.find(':', begin) - begin);
}

/// Before attempt `number` + 1, without jitter.
double DelaySeconds(const Retrier& retrier, std::int64_t number) {
  const double delay =
      retrier.interval_seconds * std::pow(retrier.backoff_rate, static_cast<double>(number));
  return std::min(delay, retrier.max_delay_seconds.value_or(kMostDelaySeconds));
}

}  // namespace

void Execution::Machine::Do(const TaskSpec& spec) {
  retries_.assign(spec.retriers.size(), 0);
  StartAttempt();
}

Result<std::optional<std::int64_t>> Execution::Machine::EvaluateSeconds(const Seconds& seconds,
                                                                        std::int64_t least,
                                                                        const Scope& scope) {
  if (!seconds.path) return seconds.fixed;
  Json storage;
  ECM_TRY(const Json* value, LookOrFail(*seconds.path, scope, storage));
  if (value->is_int64() && value->get_int64() >= least && value->get_int64() <= 99'999'999) {
    return std::optional(value->get_int64());
  }
  return Fail(ErrorKind::kInvalidJob,
              fmt::format("The path '{}' must select a whole number from {} to 99999999",
                          seconds.path->text(), least));
}

void Execution::Machine::StartAttempt() {
  const TaskSpec& spec = task_spec();
  attempt_ = Attempt{};
  attempt_->task = ++last_activity_;
  if (spec.WaitsForToken()) {
    attempt_->token = RandomText(*random_, kTokenLength, kTokenAlphabet);
    context_.token = attempt_->token;
  }
  Json storage;
  const auto selected = Select(state_->input, storage);
  if (!selected) return FailRuntime(selected.error().message);
  const Scope scope = ScopeOver(**selected);
  const auto timeout = EvaluateSeconds(spec.timeout, 1, scope);
  if (!timeout) return FailRuntime(timeout.error().message);
  const auto heartbeat = EvaluateSeconds(spec.heartbeat, 1, scope);
  if (!heartbeat) return FailRuntime(heartbeat.error().message);
  auto parameters = Fill(spec.parameters, scope);
  if (!parameters) return FailRuntime(parameters.error().message);
  if (IsLargerThan(*parameters, kMostDocumentBytes)) {
    return HandleFailure(
        {"States.DataLimitExceeded",
         Explain(fmt::format("its parameters are larger than {} bytes", kMostDocumentBytes))});
  }
  Schedule(spec, *std::move(parameters), *timeout, *heartbeat);
}

void Execution::Machine::Schedule(const TaskSpec& spec, Json parameters,
                                  std::optional<std::int64_t> timeout,
                                  std::optional<std::int64_t> heartbeat) {
  const std::string_view resource = ResourceName(spec.resource);
  JsonObject details;
  if (history.KeepsDetails()) {
    details["region"] = RegionOf(identity.execution_arn);
    details["parameters"] = ToText(parameters);
    if (timeout) details["timeoutInSeconds"] = *timeout;
    if (heartbeat) details["heartbeatInSeconds"] = *heartbeat;
  }
  if (!HasRoom()) return;
  history.AddTask("TaskScheduled", now_, resource, std::move(details));
  if (!HasRoom()) return;
  history.AddTask("TaskStarted", now_, resource, {});
  commands_.push_back(
      RunTask{attempt_->task, state_->name, std::string(resource), std::move(parameters)});
  if (timeout) attempt_->timeout_timer = SetTimerAt(now_ + std::chrono::seconds(*timeout));
  if (heartbeat) {
    attempt_->heartbeat = std::chrono::seconds(*heartbeat);
    attempt_->heartbeat_due = now_ + attempt_->heartbeat;
    attempt_->heartbeat_timer = SetTimerAt(attempt_->heartbeat_due);
  }
}

bool Execution::Machine::WaitsFor(const std::string& token) const {
  return attempt_.has_value() && !token.empty() && attempt_->token == token;
}

void Execution::Machine::On(const TaskAnswered& event) {
  if (!IsLive(event.task) || attempt_->submitted) return;
  if (!task_spec().WaitsForToken()) return Succeed(event.output);
  attempt_->submitted = true;
  if (!HasRoom()) return;
  JsonObject details;
  if (history.KeepsDetails()) details = DocumentDetails("output", event.output);
  history.AddTask("TaskSubmitted", now_, ResourceName(task_spec().resource), std::move(details));
}

void Execution::Machine::On(const TaskErred& event) {
  if (!IsLive(event.task) || attempt_->submitted) return;
  FailAttempt("TaskFailed", {event.error, event.cause});
}

void Execution::Machine::On(const TokenSucceeded& event) {
  if (WaitsFor(event.token)) Succeed(event.output);
}

void Execution::Machine::On(const TokenFailed& event) {
  if (WaitsFor(event.token)) FailAttempt("TaskFailed", {event.error, event.cause});
}

void Execution::Machine::On(const TokenBeat& event) {
  if (WaitsFor(event.token)) attempt_->heartbeat_due = now_ + attempt_->heartbeat;
}

void Execution::Machine::Succeed(const Json& result) {
  const TaskSpec& spec = task_spec();
  if (IsLargerThan(result, kMostDocumentBytes)) {
    return FailAttempt(
        "TaskFailed",
        {"States.DataLimitExceeded",
         Explain(fmt::format("the task's result is larger than {} bytes", kMostDocumentBytes))});
  }
  if (!HasRoom()) return;
  JsonObject details;
  if (history.KeepsDetails()) details = DocumentDetails("output", result);
  history.AddTask("TaskSucceeded", now_, ResourceName(spec.resource), std::move(details));
  EndAttempt();
  if (spec.placement.discard) return Leave(state_->next);
  Json chosen;
  if (spec.result_selector) {
    auto filled = Fill(*spec.result_selector, ScopeOver(result));
    if (!filled) return FailRuntime(filled.error().message);
    chosen = *std::move(filled);
  } else {
    chosen = result;
  }
  if (!Put(spec.placement, std::move(chosen))) {
    return HandleFailure(
        {"States.ResultPathMatchFailure", Explain(MismatchMessage(spec.placement))});
  }
  Leave(state_->next);
}

void Execution::Machine::TimeOut(std::string_view error_name) {
  FailAttempt("TaskTimedOut", {std::string(error_name), {}});
}

void Execution::Machine::FailAttempt(std::string_view type, Failure failure) {
  failure.error = TruncateUtf8(failure.error, kMostErrorBytes);
  failure.cause = TruncateUtf8(failure.cause, kMostCauseBytes);
  if (!HasRoom()) return;
  JsonObject details;
  if (history.KeepsDetails()) {
    details["error"] = failure.error;
    if (!failure.cause.empty()) details["cause"] = failure.cause;
  }
  history.AddTask(std::string(type), now_, ResourceName(task_spec().resource), std::move(details));
  HandleFailure(failure);
}

void Execution::Machine::HandleFailure(const Failure& failure) {
  EndAttempt();
  if (Retry(task_spec(), failure) || Catch(task_spec(), failure)) return;
  FailExecution(failure.error, failure.cause);
}

bool Execution::Machine::Retry(const TaskSpec& spec, const Failure& failure) {
  for (std::size_t at = 0; at < spec.retriers.size(); ++at) {
    const Retrier& retrier = spec.retriers[at];
    if (!MatchesError(retrier.errors, failure.error)) continue;
    if (retries_[at] >= retrier.max_attempts) return false;
    double delay = DelaySeconds(retrier, retries_[at]++);
    if (retrier.full_jitter) delay *= UniformUnit(*random_);
    ++context_.retry_count;
    pause_timer_ = SetTimerAt(now_ + Duration(std::llround(delay * 1000)));
    return true;
  }
  return false;
}

bool Execution::Machine::Catch(const TaskSpec& spec, const Failure& failure) {
  for (const Catcher& catcher : spec.catchers) {
    if (!MatchesError(catcher.errors, failure.error)) continue;
    Json caught = JsonObject{{"Error", failure.error}, {"Cause", failure.cause}};
    if (!Put(catcher.placement, std::move(caught))) {
      FailExecution("States.ResultPathMatchFailure", Explain(MismatchMessage(catcher.placement)));
    } else {
      GoTo(catcher.next);
    }
    return true;
  }
  return false;
}

void Execution::Machine::EndAttempt() {
  attempt_.reset();
  context_.token = {};
}

}  // namespace ecm::asl
