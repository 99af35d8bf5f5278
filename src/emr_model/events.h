#pragma once

#include <optional>
#include <string>

#include "emr_model/cluster.h"
#include "env/random.h"

// The EventBridge events of EMR (facts: events §1).

namespace ecm::emr_model {

/// "EMR Cluster State Change"; nothing for a state that the service sends no event for
/// (BOOTSTRAPPING, TERMINATING).
std::optional<Json> ClusterEvent(const ClusterRecord& cluster, const std::string& account,
                                 WallTime now, Random& random);

/// "EMR Step Status Change"; nothing for INTERRUPTED.
std::optional<Json> StepEvent(const ClusterRecord& cluster, const StepRecord& step,
                              const std::string& account, WallTime now, Random& random);

}  // namespace ecm::emr_model
