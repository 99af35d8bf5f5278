#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/services/emr_world.h"
#include "sim/truth/oracles.h"

namespace ecm::sim {

/// Many measured values.
class Spread {
 public:
  void Add(double value);
  double mean() const;
  /// 0 … 1 of them are not greater; 0 without any. `part` 1: the greatest.
  double At(double part) const;

 private:
  std::vector<double> values_;
};

/// What a day was like for those who had jobs in it.
struct DayFigures {
  std::size_t jobs = 0;
  std::map<std::string, std::size_t> endings;  ///< "Succeeded", or why not
  std::size_t succeeded = 0;
  /// Nobody watches them any more: those whose step completed all the same, and those that never
  /// had a cluster.
  std::size_t false_alarms = 0;
  std::size_t without_cluster = 0;
  std::size_t most_alive = 0;
  std::map<std::string, CallCount, std::less<>> calls;
  Spread calls_of_job;  ///< by the job's own functions, not by the sweep
  Spread transitions;
  std::size_t long_jobs = 0;  ///< whose step takes three hours
  Spread calls_of_long_job;
  Spread transitions_of_long_job;
  Spread wait_for_cluster;  ///< seconds from the start to a cluster's id
  Spread told_after;        ///< seconds from the end of the step to that of the execution
  std::uint64_t sweeps = 0;
  std::uint64_t lost_events = 0;
  std::uint64_t steps = 0;  ///< things that happened in virtual time
  std::uint64_t hash = 0;
  std::vector<Violation> violations;

  std::uint64_t Throttled() const;
};

/// The bounds that this project states for a job of three hours.
inline constexpr double kMostCalls = 6;
inline constexpr double kMostTransitions = 14;

/// What was promised of the day and not kept; empty if all was.
std::vector<std::string> CheckDay(const DayFigures& ours);

/// Both side by side, for people.
std::string ToText(const DayFigures& ours, const DayFigures& classic);

}  // namespace ecm::sim
