#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "asl/execution.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/time.h"
#include "env/clock.h"
#include "env/random.h"
#include "store/document_store.h"

// AWS Step Functions in memory: state machines and their standard executions, driven by the
// executor of `asl`. The sibling of emr_model: one thread, no clock or process of its own.

namespace ecm::sfn_model {

/// A state machine that is there from the start, in every region: ours.
struct BuiltInMachine {
  std::string name;
  Json definition;
};

struct Options {
  std::string partition = "aws";
  std::string account = "000000000000";
  std::vector<BuiltInMachine> built_in;
  bool keep_changes = false;  ///< for TakeChanges; otherwise nothing is remembered for it
  /// Where the documents of TakeChanges are committed, before TakeChanges is called again: the
  /// history of an execution that is over is read back from there. Without one it stays in memory.
  const DocumentStore* store = nullptr;
};

/// Does what a Task state asks for. Start returns at once; the end comes back through
/// SfnModel::OnTaskAnswered or OnTaskErred. What led to the task is in the next TakeChanges: begun
/// before that is committed, a task may be begun again by the process that follows.
class TaskRunner {
 public:
  virtual ~TaskRunner() = default;
  virtual void Start(const ExecutionArn& execution, const asl::RunTask& task) = 0;
};

class SfnModel {
 public:
  /// "Step Functions Execution Status Change" in EventBridge's shape (facts: events §1).
  using EventSink = std::function<void(const Json& event)>;
  /// Each state that an execution enters, for whoever shows progress.
  using StateSink = std::function<void(const ExecutionArn& execution, const std::string& state)>;

  SfnModel(Options options, const Clock& clock, Random& random, TaskRunner& runner,
           EventSink on_event, StateSink on_state);
  ~SfnModel();

  /// One call of the API (JSON 1.0): CreateStateMachine, DescribeStateMachine,
  /// DescribeStateMachineForExecution, ListStateMachines, DeleteStateMachine, StartExecution,
  /// DescribeExecution, GetExecutionHistory, ListExecutions, StopExecution, SendTaskSuccess,
  /// SendTaskFailure, SendTaskHeartbeat. `code` of an error is the service's
  /// (StateMachineDoesNotExist, ExecutionAlreadyExists, InvalidArn, TaskTimedOut, …).
  /// TaskRunner is told of new tasks before the answer is returned.
  Result<Json> Call(const Region& region, std::string_view operation, const Json& request);

  /// Events of tasks that nobody waits for any more are ignored.
  void OnTaskAnswered(const ExecutionArn& execution, asl::ActivityId task, Json output);
  void OnTaskErred(const ExecutionArn& execution, asl::ActivityId task, std::string error,
                   std::string cause);

  /// Fires every timer that is due at the clock's Wall().
  void Advance();
  std::optional<WallTime> NextDue() const;

  /// The execution while it runs and until its end has been told; nullptr for others.
  const asl::Execution* Find(const ExecutionArn& execution) const;
  /// Running executions, in the order of their start.
  std::vector<ExecutionArn> Running() const;

  // --- durability --------------------------------------------------------------------------------
  /// What has changed since the last call, of the kinds "state_machine",
  /// "state_machine_definition", "execution" and "execution_event" (id "{execution arn}/{number, 8
  /// digits}", and "…/end" for how it ended): enough to bring everything back. An execution is its
  /// definition, its input, the seed of its chance and the events that were applied to it.
  /// Empty unless Options::keep_changes or Options::store is set.
  std::vector<Document> TakeChanges();
  /// What TakeChanges gave last could not be committed: the next one begins with it.
  void PutBackChanges(std::vector<Document> taken);
  /// Brings back what TakeChanges gave, into an empty model; nobody is told anything before the
  /// next Advance. There timers that became due meanwhile fire, and tasks that were under way when
  /// the process ended fail with Lambda.Unknown, so that the definition's Retry decides; tasks that
  /// wait for a token wait on. An execution whose events this program cannot repeat FAILS there
  /// with States.Runtime; until then Find may not have it.
  Result<void> Restore(const DocumentStore& store);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ecm::sfn_model
