#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/account.h"
#include "sim/truth/oracles.h"

namespace ecm::sim {

struct WorldReport {
  std::uint64_t seed = 0;
  std::uint64_t hash = 0;
  std::vector<Violation> violations;
  Coverage coverage;
  std::size_t executions = 0;
  std::uint64_t steps = 0;  ///< things that happened in virtual time
  Duration virtual_time{};
  Duration settling{};  ///< from the last fault or the last end until all was quiet
  std::map<std::string, std::uint64_t> endings;  ///< by verdict, or the status without one
  std::vector<std::string> lines;                ///< with keep_text
};

/// One account with one deployed stack, from the first StartExecution until nothing moves any
/// more. Everything in it follows from its seed.
class World : private Account {
 public:
  World(const WorldOptions& options, StackPool& stacks);

  /// Once.
  WorldReport Run();

 private:
  void PlanExecutions();
  void StartExecution(std::size_t index);
  void PlanAbort(std::size_t index);
  void PlanRedrive(std::size_t index);
  void Redrive(std::size_t index);
  /// What people and operations do to the stack as a whole.
  void PlanOperations();
  void PlanClosure();
  void DeleteMachine();
  void NeverStart(std::size_t index);
  /// EventBridge's schedule.
  void ScheduleSweep(Duration interval, Duration pause);
  bool Step();
  bool IsQuiet() const;
  bool IsAtRest() const;
  /// Everything should have settled by now.
  bool IsOverdue() const;
  /// Something has kept handlers from finding out what happened.
  bool IsBlinded() const;
  void OnEnded(std::size_t execution) override;
  /// What the job store says in the end.
  void ReadSettled();
  void Judge(std::vector<Violation> violations);

  std::vector<Json> inputs_;
  std::vector<WallTime> redrives_;  ///< that are still to come
  WallTime sweep_off_until_{};
  WallTime last_fault_{};
  std::uint64_t faults_so_far_ = 0;
  std::optional<WallTime> all_ended_;
  WorldReport report_;
};

}  // namespace ecm::sim
