#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "asl/definition.h"
#include "asl/execution.h"
#include "sim/services/door.h"
#include "sim/services/functions.h"
#include "sim/services/ports.h"
#include "sim/truth/ledger.h"

namespace ecm::sim {

/// The state machine, and the same one with a time limit that is far too short.
struct Definitions {
  std::shared_ptr<const asl::Definition> usual;
  std::shared_ptr<const asl::Definition> hasty;
};

/// AWS Step Functions: drives the product's own executor on virtual time. Tasks call functions and
/// the topic; what they answer, and when, comes back as events of the execution.
class StepFunctions : public TokenTaker, public ExecutionTeller, public Topic {
 public:
  /// `on_ended` hears of each execution that has ended, by its index in the ledger.
  StepFunctions(Core core, Random& random, Definitions definitions, Functions& functions,
                Ledger& ledger, std::function<void(std::size_t)> on_ended);

  /// The execution of ledger.executions[index].
  void Start(std::size_t index, Json input);
  /// StopExecution, by somebody who does not say why.
  void Stop(std::size_t index);
  /// RedriveExecution. False where there is nothing to redrive.
  bool Redrive(std::size_t index);
  /// It fails with an error that nothing catches. False if it has ended before.
  bool Kill(std::size_t index);
  /// DeleteStateMachine: what runs ends, of none of its executions anything is known any more.
  void DeleteMachine();
  bool deleted() const { return deleted_; }
  Result<void> TakeToken(const TaskToken& token, const Json& output) override;
  Result<ExecutionState> Tell(const ExecutionArn& execution, Duration lag) override;
  std::set<ExecutionArn> TellRunning(Duration lag) const override;
  /// A notice, from whomever: it counts for each execution that it names.
  void Take(const std::string& subject, const std::string& message) override;
  std::optional<Error> Refusal(Site site) override;

 private:
  struct Run {
    std::unique_ptr<asl::Execution> execution;
    std::size_t told = 0;  ///< events of its history that are on the timeline
  };

  void Apply(std::size_t index, const asl::Event& event);
  void Tell(std::size_t index);
  void Do(std::size_t index, asl::RunTask task);
  void Invoke(std::size_t index, const asl::RunTask& task);
  void Publish(std::size_t index, const asl::RunTask& task);
  /// False where the execution no longer waits for this task.
  bool OnAnswer(std::size_t index, asl::ActivityId task, InvokeResult result);
  void OnEnd(std::size_t index);

  Core core_;
  Random& random_;
  Definitions definitions_;
  Functions& functions_;
  Ledger& ledger_;
  std::function<void(std::size_t)> on_ended_;
  std::map<std::size_t, Run> runs_;
  std::set<std::size_t> open_;  ///< those that run
  bool deleted_ = false;
  std::optional<WallTime> closed_until_;  ///< the topic
  Error closed_{};
};

}  // namespace ecm::sim
