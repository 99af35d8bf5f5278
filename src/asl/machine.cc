#include "asl/machine.h"

#include <fmt/format.h>

#include <algorithm>

#include "asl/document_size.h"
#include "base/text.h"

namespace ecm::asl {
namespace {

/// A Wait may end this far ahead; beyond it milliseconds could overflow.
constexpr std::int64_t kMostSeconds = 99'999'999;

}  // namespace

Execution::Machine::Machine(std::shared_ptr<const Definition> compiled, Identity who, Json document,
                            HistoryDetail detail)
    : definition(std::move(compiled)),
      identity(std::move(who)),
      input(std::move(document)),
      history(detail) {
  context_.identity = &identity;
  context_.execution_input = &input;
}

std::vector<Command> Execution::Machine::Apply(const Event& event, WallTime now, Random& random) {
  commands_.clear();
  const bool over = status != Status::kRunning;
  if (over && !std::holds_alternative<Redriven>(event)) return {};
  now_ = now;
  random_ = &random;
  std::visit([this](const auto& happened) { On(happened); }, event);
  Run();
  return std::move(commands_);
}

void Execution::Machine::On(const Start&) {
  if (begun_) return;
  begun_ = true;
  started = now_;
  context_.execution_started = now_;
  JsonObject details;
  if (history.KeepsDetails()) {
    details = DocumentDetails("input", input);
    details["roleArn"] = identity.role_arn;
  }
  history.AddExecution("ExecutionStarted", now_, std::move(details));
  if (definition->timeout_seconds) {
    execution_timer_ = SetTimerAt(now_ + std::chrono::seconds(*definition->timeout_seconds));
  }
  if (IsTooLarge(input, "input")) return;
  document_ = input;
  next_ = definition->start.state;
}

void Execution::Machine::On(const TimerFired& event) {
  if (!begun_ || event.timer == 0) return;
  if (event.timer == execution_timer_) {
    // The service names the error in the event alone.
    JsonObject details;
    if (history.KeepsDetails()) details["error"] = "States.Timeout";
    End(Status::kTimedOut, "ExecutionTimedOut", std::move(details));
  } else if (event.timer == pause_timer_) {
    pause_timer_ = 0;
    if (std::holds_alternative<WaitSpec>(state_->spec)) {
      EndWait();
    } else {
      StartAttempt();
    }
  } else if (attempt_ && event.timer == attempt_->timeout_timer) {
    TimeOut("States.Timeout");
  } else if (attempt_ && event.timer == attempt_->heartbeat_timer) {
    // A beat only moves the due time, so that beats do not pile up timers.
    if (now_ < attempt_->heartbeat_due) {
      attempt_->heartbeat_timer = SetTimerAt(attempt_->heartbeat_due);
    } else {
      TimeOut("States.HeartbeatTimeout");
    }
  }
}

void Execution::Machine::On(const StopRequested& event) {
  if (!begun_) return;
  error = TruncateUtf8(event.error, kMostErrorBytes);
  cause = TruncateUtf8(event.cause, kMostCauseBytes);
  JsonObject details;
  if (history.KeepsDetails()) details = {{"error", error}, {"cause", cause}};
  End(Status::kAborted, "ExecutionAborted", std::move(details));
}

void Execution::Machine::On(const Abandoned& event) {
  if (begun_) FailExecution(event.error, event.cause);
}

void Execution::Machine::On(const Redriven&) {
  if (status == Status::kRunning || status == Status::kSucceeded || ended_in_ == kNoState) return;
  status = Status::kRunning;
  error.clear();
  cause.clear();
  stopped = {};
  history.AddExecution("ExecutionRedriven", now_, {});
  if (definition->timeout_seconds) {
    execution_timer_ = SetTimerAt(now_ + std::chrono::seconds(*definition->timeout_seconds));
  }
  next_ = ended_in_;
}

void Execution::Machine::Run() {
  // A loop of states that never waits ends at the history's limit.
  while (next_ != kNoState && status == Status::kRunning) {
    state_ = &definition->states[static_cast<std::size_t>(next_)];
    next_ = kNoState;
    Enter();
  }
}

void Execution::Machine::Enter() {
  current_state = state_->name;
  context_.state = state_->name;
  context_.state_entered = now_;
  context_.retry_count = 0;
  if (!HasRoom()) return;
  history.AddState(fmt::format("{}StateEntered", state_->type), now_, state_->name, "input",
                   document_);
  entered_id_ = history.last_id();
  std::visit([this](const auto& spec) { Do(spec); }, state_->spec);
}

Result<const Json*> Execution::Machine::Select(const Selector& selector, Json& storage) {
  if (selector.nothing) {
    storage = JsonObject{};
    return &storage;
  }
  return LookOrFail(selector.path, ScopeOver(document_), storage);
}

void Execution::Machine::Do(const SucceedSpec&) {
  Json storage;
  const auto selected = Select(state_->input, storage);
  if (!selected) return FailRuntime(selected.error().message);
  if (*selected != &document_) document_ = Json(**selected);
  Leave(Transition{});
}

void Execution::Machine::Do(const ChoiceSpec& spec) {
  Json storage;
  const auto selected = Select(state_->input, storage);
  if (!selected) return FailRuntime(selected.error().message);
  const Transition* next = spec.otherwise ? &*spec.otherwise : nullptr;
  for (const Choice& choice : spec.choices) {
    const auto holds = Holds(choice.rule, ScopeOver(**selected));
    if (!holds) return FailRuntime(holds.error().message);
    if (*holds) {
      next = &choice.next;
      break;
    }
  }
  if (next == nullptr) {
    return FailExecution("States.NoChoiceMatched",
                         Explain("no choice matched and there is no Default"));
  }
  if (*selected != &document_) document_ = Json(**selected);
  Leave(*next);
}

Result<WallTime> Execution::Machine::WaitUntil(const WaitSpec& spec, const Scope& scope) {
  if (spec.until) return *spec.until;
  Json storage;
  if (spec.until_path) {
    ECM_TRY(const Json* value, LookOrFail(*spec.until_path, scope, storage));
    if (value->is_string()) {
      auto until = ParseIso8601(value->get_string());
      if (until && *until <= now_ + std::chrono::seconds(kMostSeconds)) return until;
    }
    return Fail(ErrorKind::kInvalidJob,
                fmt::format("The TimestampPath '{}' does not select a time such as "
                            "2026-11-22T13:14:54Z within three years",
                            spec.until_path->text()));
  }
  ECM_TRY(const auto seconds, EvaluateSeconds(spec.seconds, 0, scope));
  return now_ + std::chrono::seconds(seconds.value_or(0));
}

void Execution::Machine::Do(const WaitSpec& spec) {
  Json storage;
  const auto selected = Select(state_->input, storage);
  if (!selected) return FailRuntime(selected.error().message);
  const auto until = WaitUntil(spec, ScopeOver(**selected));
  if (!until) return FailRuntime(until.error().message);
  pause_timer_ = SetTimerAt(std::max(*until, now_));
}

void Execution::Machine::EndWait() {
  Json storage;
  const auto selected = Select(state_->input, storage);
  if (!selected) return FailRuntime(selected.error().message);
  if (*selected != &document_) document_ = Json(**selected);
  Leave(state_->next);
}

void Execution::Machine::Do(const PassSpec& spec) {
  Json storage;
  const auto selected = Select(state_->input, storage);
  if (!selected) return FailRuntime(selected.error().message);
  Json result;
  if (spec.result) {
    result = *spec.result;
  } else if (spec.parameters) {
    auto filled = Fill(*spec.parameters, ScopeOver(**selected));
    if (!filled) return FailRuntime(filled.error().message);
    result = *std::move(filled);
  } else if (*selected != &document_ || !spec.placement.path.IsWholeInput()) {
    result = Json(**selected);
  } else {
    return Leave(state_->next);
  }
  if (!Put(spec.placement, std::move(result))) {
    return FailExecution("States.ResultPathMatchFailure", Explain(MismatchMessage(spec.placement)));
  }
  Leave(state_->next);
}

void Execution::Machine::Do(const FailSpec& spec) {
  const auto text = [&](const std::optional<Expression>& wanted) -> Result<std::string> {
    if (!wanted) return std::string();
    Json storage;
    ECM_TRY(const Json* value, Evaluate(*wanted, ScopeOver(document_), storage));
    if (!value->is_string()) {
      return Fail(ErrorKind::kInvalidJob, "ErrorPath and CausePath must select a string");
    }
    return std::string(value->get_string());
  };
  const auto failed_with = text(spec.error);
  if (!failed_with) return FailRuntime(failed_with.error().message);
  const auto because = text(spec.cause);
  if (!because) return FailRuntime(because.error().message);
  FailExecution(*failed_with, *because);
}

bool Execution::Machine::Put(const Placement& placement, Json result) {
  if (placement.discard) return true;
  if (placement.path.IsWholeInput()) {
    document_ = std::move(result);
    return true;
  }
  return placement.path.Put(document_, std::move(result));
}

void Execution::Machine::Leave(const Transition& next) {
  Json storage;
  const auto selected = Select(state_->output, storage);
  if (!selected) return FailRuntime(selected.error().message);
  if (*selected != &document_) document_ = Json(**selected);
  GoTo(next);
}

void Execution::Machine::GoTo(const Transition& next) {
  if (IsTooLarge(document_, "output")) return;
  if (!HasRoom()) return;
  history.AddState(fmt::format("{}StateExited", state_->type), now_, state_->name, "output",
                   document_);
  next_ = next.state;
  if (next_ != kNoState) return;
  output = std::move(document_);
  JsonObject details;
  if (history.KeepsDetails()) details = DocumentDetails("output", output);
  End(Status::kSucceeded, "ExecutionSucceeded", std::move(details));
}

bool Execution::Machine::HasRoom() {
  if (history.IsTooLarge()) {
    FailExecution("States.Runtime",
                  fmt::format("The history of the execution became larger than {} bytes: pass less "
                              "from state to state.",
                              kMostHistoryBytes));
    return false;
  }
  if (!history.IsFull()) return true;
  FailExecution("States.Runtime",
                fmt::format("The execution reached the maximum number of history events ({}).",
                            kMostHistoryEvents));
  return false;
}

bool Execution::Machine::IsTooLarge(const Json& document, std::string_view what) {
  if (!IsLargerThan(document, kMostDocumentBytes)) return false;
  FailExecution("States.DataLimitExceeded",
                Explain(fmt::format("its {} is larger than {} bytes", what, kMostDocumentBytes)));
  return true;
}

std::string Execution::Machine::MismatchMessage(const Placement& placement) {
  return fmt::format("The ResultPath '{}' cannot be applied to the state's input",
                     placement.path.text());
}

std::string Execution::Machine::Explain(std::string_view message) const {
  if (state_ == nullptr) return std::string(message);
  return fmt::format(
      "An error occurred while executing the state '{}' (entered at the event id #{}). {}",
      state_->name, entered_id_, message);
}

void Execution::Machine::FailRuntime(const std::string& message) {
  FailExecution("States.Runtime", Explain(message));
}

void Execution::Machine::FailExecution(const std::string& error_name,
                                       const std::string& error_cause) {
  error = TruncateUtf8(error_name, kMostErrorBytes);
  cause = TruncateUtf8(error_cause, kMostCauseBytes);
  JsonObject details;
  if (history.KeepsDetails()) details = {{"error", error}, {"cause", cause}};
  End(Status::kFailed, "ExecutionFailed", std::move(details));
}

void Execution::Machine::End(Status ended, std::string type, JsonObject details) {
  history.AddExecution(std::move(type), now_, std::move(details));
  status = ended;
  stopped = now_;
  if (state_ != nullptr) {
    ended_in_ = static_cast<StateIndex>(state_ - definition->states.data());
  }
  state_ = nullptr;
  next_ = kNoState;
  current_state.clear();
  EndAttempt();
  pause_timer_ = 0;
  commands_.push_back(Finished{});
}

ActivityId Execution::Machine::SetTimerAt(WallTime due) {
  commands_.push_back(SetTimer{++last_activity_, due});
  return last_activity_;
}

}  // namespace ecm::asl
