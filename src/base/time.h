#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ecm {

using Duration = std::chrono::milliseconds;

/// UTC, what clocks on walls show: it may jump.
using WallTime = std::chrono::sys_time<Duration>;

/// Time since some start of the process or the simulation: it never goes back.
struct MonoClockTag {
  using rep = Duration::rep;
  using period = Duration::period;
  using duration = Duration;
  using time_point = std::chrono::time_point<MonoClockTag, Duration>;
  static constexpr bool is_steady = true;  // NOLINT: the Clock requirements name it
};
using MonoTime = std::chrono::time_point<MonoClockTag, Duration>;

/// "2026-11-22T13:14:54.123Z", as Step Functions writes times; from the year 0000 to 9999.
std::string ToIso8601(WallTime time);
/// Accepts what ToIso8601 writes, fewer or more digits of a second, and "+hh:mm" offsets.
Result<WallTime> ParseIso8601(std::string_view text);

/// Seconds since 1970 with a fraction: how EMR writes times in JSON (facts: EMR API, wire
/// protocol).
double ToEpochSeconds(WallTime time);
WallTime FromEpochSeconds(double seconds);

/// For people: "4 s", "2 min 05 s", "1 h 02 min".
std::string ToHumanDuration(Duration duration);

}  // namespace ecm
