#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "asl/definition.h"
#include "sim/event_bus.h"
#include "sim/faults.h"
#include "sim/functions.h"
#include "sim/oracles.h"
#include "sim/ports.h"
#include "sim/step_functions.h"

namespace ecm::sim {

struct WorldOptions {
  std::uint64_t seed = 0;
  bool keep_text = false;
  /// Nothing goes wrong.
  bool calm = false;
  /// The handlers that ship; tests plant others to see that the oracles notice.
  FindHandler find_handler = lifecycle::FindHandler;
};

struct WorldReport {
  std::uint64_t seed = 0;
  std::uint64_t hash = 0;
  std::vector<Violation> violations;
  Coverage coverage;
  std::size_t executions = 0;
  std::uint64_t steps = 0;  ///< things that happened in virtual time
  Duration virtual_time{};
  std::map<std::string, std::uint64_t> endings;  ///< by verdict, or the status without one
  std::vector<std::string> lines;                ///< with keep_text
};

/// One account with one deployed stack, from the first StartExecution until nothing moves any
/// more. Everything in it follows from its seed.
class World {
 public:
  World(const WorldOptions& options, StackPool& stacks);
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World();

  /// Once.
  WorldReport Run();

 private:
  void PlanExecutions();
  void StartExecution(std::size_t index);
  void PlanAbort(std::size_t index);
  /// EventBridge's schedule.
  void ScheduleSweep(Duration interval);
  bool Step();
  bool IsQuiet() const;
  void OnEnded(std::size_t execution);
  /// What the job store says in the end of executions that were aborted.
  void ReadSettled();
  void Judge(std::vector<Violation> violations);

  WorldOptions options_;
  SeededRandom chance_;  ///< of the world: latencies, faults, people
  SeededRandom ids_;     ///< of the product: identifiers, jitter
  Scheduler scheduler_;
  SimClock clock_;
  Timeline timeline_;
  Faults faults_;
  Core core_;
  Ledger ledger_;
  MemoryJobStore records_;

  Door door_;
  EmrWorld emr_;
  SimLog log_;
  SimEmr emr_port_;
  SimJobStore jobs_port_;
  SimTaskTokens tokens_port_;
  SimObjectStore objects_port_;
  SimExecutions executions_port_;
  SimNotices notices_port_;
  lifecycle::Ports ports_;
  Functions functions_;
  EventBus bus_;
  StepFunctions states_;

  std::vector<Json> inputs_;
  std::optional<WallTime> all_ended_;
  WorldReport report_;
};

/// The definition that ships, its functions named like their handlers. Read once.
const std::shared_ptr<const asl::Definition>& ShippedDefinition();

}  // namespace ecm::sim
