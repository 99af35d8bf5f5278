#include "emr_model/rules/policy_rules.h"

#include <fmt/format.h>

#include "emr_model/errors.h"

namespace ecm::emr_model {
namespace {

constexpr std::int64_t kMinIdleSeconds = 60;
constexpr std::int64_t kMaxIdleSeconds = 604800;
constexpr std::int64_t kDefaultIdleSeconds = 3600;

/// From 5.30 on, but not in 6.0 (facts: EMR API, termination; AWS says the same of scaling).
Result<void> CheckRelease(std::pair<int, int> release, std::string_view what) {
  if (release >= std::pair(5, 30) && release != std::pair(6, 0)) return {};
  return ValidationError(
      fmt::format("Release emr-{}.{} has no {} policies: use emr-5.30.0 or later, but not 6.0.",
                  release.first, release.second, what));
}

}  // namespace

Result<Duration> ReadIdleTimeout(const Json& policy, std::pair<int, int> release) {
  ECM_TRY_VOID(CheckRelease(release, "auto-termination"));
  const std::int64_t seconds = FindInt(policy, "IdleTimeout").value_or(kDefaultIdleSeconds);
  if (seconds >= kMinIdleSeconds && seconds <= kMaxIdleSeconds)
    return std::chrono::seconds(seconds);
  return ValidationError(fmt::format("IdleTimeout {} is not between {} and {} seconds.", seconds,
                                     kMinIdleSeconds, kMaxIdleSeconds));
}

Result<void> CheckManagedScaling(const Json& policy, std::pair<int, int> release,
                                 bool uses_fleets) {
  ECM_TRY_VOID(CheckRelease(release, "managed scaling"));
  const Json* limits = Find(policy, "ComputeLimits");
  if (limits == nullptr || limits->is_null()) return {};
  const std::string unit = StringOr(*limits, "UnitType");
  if ((unit == "InstanceFleetUnits") != uses_fleets) {
    return ValidationError(fmt::format("UnitType {} is not for a cluster of instance {}.", unit,
                                       uses_fleets ? "fleets" : "groups"));
  }
  const std::int64_t least = FindInt(*limits, "MinimumCapacityUnits").value_or(0);
  const std::int64_t most = FindInt(*limits, "MaximumCapacityUnits").value_or(0);
  if (least < 1 || least > most) {
    return ValidationError(fmt::format(
        "MinimumCapacityUnits {} is not between 1 and MaximumCapacityUnits {}.", least, most));
  }
  for (const std::string_view part : {"MaximumOnDemandCapacityUnits", "MaximumCoreCapacityUnits"}) {
    const std::int64_t units = FindInt(*limits, part).value_or(0);
    if (units < 0 || units > most) {
      return ValidationError(
          fmt::format("{} {} is not between 0 and MaximumCapacityUnits {}.", part, units, most));
    }
  }
  return {};
}

}  // namespace ecm::emr_model
