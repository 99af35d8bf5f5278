#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/account.h"
#include "sim/oracles.h"

namespace ecm::sim {

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
class World : private Account {
 public:
  World(const WorldOptions& options, StackPool& stacks);

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
  void OnEnded(std::size_t execution) override;
  /// What the job store says in the end of executions that were aborted.
  void ReadSettled();
  void Judge(std::vector<Violation> violations);

  std::vector<Json> inputs_;
  std::optional<WallTime> all_ended_;
  WorldReport report_;
};

}  // namespace ecm::sim
