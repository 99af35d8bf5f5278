#pragma once

#include <utility>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

namespace ecm::emr_model {

/// IdleTimeout of an AutoTerminationPolicy, one hour where it says none. ValidationException for a
/// number out of range and for releases without such policies.
Result<Duration> ReadIdleTimeout(const Json& policy, std::pair<int, int> release);

/// The limits of a ManagedScalingPolicy fit each other and the cluster. ValidationException.
Result<void> CheckManagedScaling(const Json& policy, std::pair<int, int> release, bool uses_fleets);

}  // namespace ecm::emr_model
