#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "asl/execution.h"
#include "lifecycle/testing/lifecycle_world.h"

namespace ecm::lifecycle {

/// The ${placeholders} of the shipped definition; a function bears the name of its handler.
std::map<std::string, std::string> ShippedValues();
/// The shipped definition with these values, read by the executor.
std::shared_ptr<const asl::Definition> ReadShippedDefinition();
/// The states in the order in which they were entered: one transition each.
std::vector<std::string> PathOf(const asl::Execution& execution);

/// The shipped definition in the executor, with the real handlers in a LifecycleWorld: nothing is
/// scripted but what the job does while the machine sleeps in Await.
class MachineRun {
 public:
  MachineRun(LifecycleWorld& world, Json job);

  /// To the end of the execution. `asleep` is called each time that the machine waits for a token
  /// that nobody has answered; when it returns false the next timer fires (the heartbeat).
  void Run(const std::function<bool()>& asleep);

  const asl::Execution& execution() const { return execution_; }
  /// What each function answered, in the order of its calls: {"output"} or {"error", "cause"}.
  const JsonObject& answers() const { return answers_; }
  /// The parameters of sns:publish.
  const JsonArray& published() const { return published_; }

 private:
  void Tell(const asl::Event& event);
  void Perform(const asl::RunTask& task);
  void Invoke(const asl::RunTask& task);
  /// To the handler Wake.
  void DeliverEvents();
  bool AnswerTokens();
  bool FireNextTimer();

  LifecycleWorld& world_;
  asl::Execution execution_;
  SeededRandom random_{2};  ///< of the executor alone, so that the world's ids stay what they are
  std::vector<asl::RunTask> tasks_;
  std::multimap<WallTime, asl::ActivityId> timers_;
  JsonObject answers_;
  JsonArray published_;
  std::size_t delivered_ = 0;
  std::size_t tokens_told_ = 0;
};

}  // namespace ecm::lifecycle
