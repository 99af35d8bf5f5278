#pragma once

#include <optional>
#include <vector>

#include "sim/account.h"
#include "sim/day/day_figures.h"
#include "sim/day/day_plan.h"

namespace ecm::sim {

/// A day at scale: the shipped definition and handlers in one account with the published quotas of
/// EMR. Nothing goes wrong but that events get lost; the sweep comes every ten minutes.
class Day : private Account {
 public:
  Day(const DayOptions& options, StackPool& stacks);

  /// Once.
  DayFigures Run();

 private:
  void StartExecution(std::size_t index);
  void ScheduleSweep();
  bool IsQuiet() const;
  void OnEnded(std::size_t execution) override;
  void Judge(const std::vector<Violation>& violations);
  void Measure(std::size_t execution);

  std::vector<DayJob> jobs_;
  DayFigures figures_;
};

DayFigures RunDay(const DayOptions& options);

}  // namespace ecm::sim
