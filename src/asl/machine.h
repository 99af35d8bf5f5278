#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "asl/execution.h"
#include "asl/history.h"
#include "asl/model.h"
#include "asl/scope.h"

namespace ecm::asl {

/// Limits of the service's error and cause (facts: events, Step Functions limits).
constexpr std::size_t kMostErrorBytes = 256;
constexpr std::size_t kMostCauseBytes = 32'768;

/// One run of a definition. What is common to all states and the simple states are in machine.cc,
/// Task with its retries and catches in machine_task.cc.
class Execution::Machine {
 public:
  Machine(std::shared_ptr<const Definition> definition, Identity identity, Json input,
          HistoryDetail detail);

  std::vector<Command> Apply(const Event& event, WallTime now, Random& random);
  bool WaitsFor(const std::string& token) const;
  std::string_view token() const { return attempt_ ? attempt_->token : std::string_view(); }

  const std::shared_ptr<const Definition> definition;
  const Identity identity;
  const Json input;
  Status status = Status::kRunning;
  Json output;
  std::string error;
  std::string cause;
  WallTime started;
  WallTime stopped;
  std::string current_state;
  History history;

 private:
  struct Failure {
    std::string error;
    std::string cause;
  };

  /// One attempt of a Task: answers, tokens and timers of other attempts are not for it.
  struct Attempt {
    ActivityId task = 0;
    ActivityId timeout_timer = 0;
    ActivityId heartbeat_timer = 0;
    Duration heartbeat{};
    WallTime heartbeat_due;
    std::string token;
    bool submitted = false;
  };

  void On(const Start&);
  void On(const TaskAnswered& event);
  void On(const TaskErred& event);
  void On(const TokenSucceeded& event);
  void On(const TokenFailed& event);
  void On(const TokenBeat& event);
  void On(const TimerFired& event);
  void On(const StopRequested& event);
  void On(const Abandoned& event);
  void On(const Redriven& event);

  // machine.cc
  void Run();
  void Enter();
  void Do(const SucceedSpec& spec);
  void Do(const ChoiceSpec& spec);
  void Do(const WaitSpec& spec);
  void Do(const PassSpec& spec);
  void Do(const FailSpec& spec);
  void EndWait();
  Result<WallTime> WaitUntil(const WaitSpec& spec, const Scope& scope);
  /// Applies OutputPath to `document_` and goes on to `next`.
  void Leave(const Transition& next);
  /// The same without OutputPath.
  void GoTo(const Transition& next);
  /// Puts `result` into `document_`; false where it cannot stand there.
  bool Put(const Placement& placement, Json result);
  static std::string MismatchMessage(const Placement& placement);
  /// Before every event but the last; false after failing the execution at the history's limit.
  bool HasRoom();
  /// True after failing the execution.
  bool IsTooLarge(const Json& document, std::string_view what);
  void FailRuntime(const std::string& message);
  void FailExecution(const std::string& error_name, const std::string& error_cause);
  void End(Status ended, std::string type, JsonObject details);
  ActivityId SetTimerAt(WallTime due);
  std::string Explain(std::string_view message) const;
  Result<const Json*> Select(const Selector& selector, Json& storage);
  Scope ScopeOver(const Json& document) const { return Scope{&document, &context_}; }

  // machine_task.cc
  void Do(const TaskSpec& spec);
  void StartAttempt();
  Result<std::optional<std::int64_t>> EvaluateSeconds(const Seconds& seconds, std::int64_t least,
                                                      const Scope& scope);
  void Schedule(const TaskSpec& spec, Json parameters, std::optional<std::int64_t> timeout,
                std::optional<std::int64_t> heartbeat);
  void Succeed(const Json& result);
  /// Writes the event `type`, then retries, catches or gives up.
  void FailAttempt(std::string_view type, Failure failure);
  void HandleFailure(const Failure& failure);
  bool Retry(const TaskSpec& spec, const Failure& failure);
  bool Catch(const TaskSpec& spec, const Failure& failure);
  void TimeOut(std::string_view error_name);
  void EndAttempt();
  bool IsLive(ActivityId task) const { return attempt_.has_value() && attempt_->task == task; }
  const TaskSpec& task_spec() const { return std::get<TaskSpec>(state_->spec); }

  const State* state_ = nullptr;  ///< nullptr before the start and after the end
  StateIndex next_ = kNoState;    ///< to be entered by Run
  StateIndex ended_in_ = kNoState;
  Json document_;  ///< the raw input of the state, then its output
  ContextView context_;
  std::int64_t entered_id_ = 0;        ///< of the state's …Entered event
  std::vector<std::int64_t> retries_;  ///< by retrier of the state
  std::optional<Attempt> attempt_;
  ActivityId pause_timer_ = 0;  ///< of a Wait, or before the next attempt of a Task
  ActivityId execution_timer_ = 0;
  ActivityId last_activity_ = 0;
  bool begun_ = false;

  // Only while Apply runs.
  WallTime now_;
  Random* random_ = nullptr;
  std::vector<Command> commands_;
};

}  // namespace ecm::asl
