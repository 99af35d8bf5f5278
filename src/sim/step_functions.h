#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "asl/definition.h"
#include "asl/execution.h"
#include "sim/door.h"
#include "sim/functions.h"
#include "sim/ledger.h"
#include "sim/ports.h"

namespace ecm::sim {

/// AWS Step Functions: drives the product's own executor on virtual time. Tasks call functions and
/// the topic; what they answer, and when, comes back as events of the execution.
class StepFunctions : public TokenTaker, public ExecutionTeller, public Topic {
 public:
  /// `on_ended` hears of each execution that has ended, by its index in the ledger.
  StepFunctions(Core core, Random& random, std::shared_ptr<const asl::Definition> definition,
                Functions& functions, Ledger& ledger, std::function<void(std::size_t)> on_ended);

  /// The execution of ledger.executions[index].
  void Start(std::size_t index, Json input);
  /// StopExecution, by somebody who does not say why.
  void Stop(std::size_t index);
  Result<void> TakeToken(const TaskToken& token, const Json& output) override;
  Result<ExecutionState> Tell(const ExecutionArn& execution, Duration lag) override;
  std::set<ExecutionArn> TellRunning(Duration lag) const override;
  /// A notice, from whomever: it counts for each execution that it names.
  void Take(const std::string& subject, const std::string& message) override;

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
  std::shared_ptr<const asl::Definition> definition_;
  Functions& functions_;
  Ledger& ledger_;
  std::function<void(std::size_t)> on_ended_;
  std::map<std::size_t, Run> runs_;
  std::set<std::size_t> open_;  ///< those that run
  /// Fewer than the Retry of Notify endures: a topic that is gone for good needs a second channel,
  /// which is not simulated yet.
  static constexpr int kMostPublishRefusals = 6;
  int publish_refusals_ = 0;
};

}  // namespace ecm::sim
