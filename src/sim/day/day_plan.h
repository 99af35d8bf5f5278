#pragma once

#include <cstdint>
#include <vector>

#include "base/json.h"
#include "sim/services/emr_world.h"

namespace ecm::sim {

/// One day of one account: many jobs, each with its time and its work, whoever runs them.
struct DayOptions {
  std::uint64_t seed = 1;
  std::size_t jobs = 10'000;
  /// Of a thousand events EventBridge loses so many.
  int lost_events = 10;
};

struct DayJob {
  Duration start{};  ///< after the begin of the day
  Work work;
};

/// In the order of their starts: four of ten begin with a full hour, as schedules have it, the
/// others at any time. Steps take from minutes to three hours, in the mean 44 minutes; of each
/// fifty one takes three hours exactly.
std::vector<DayJob> PlanDay(const DayOptions& options);

/// The description that all of them have.
Json DayJobDescription();

inline constexpr Duration kLongStep = std::chrono::hours{3};

}  // namespace ecm::sim
