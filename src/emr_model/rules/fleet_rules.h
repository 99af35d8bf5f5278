#pragma once

#include <string>
#include <vector>

#include "emr_model/cluster.h"
#include "emr_model/rules/type_rules.h"

// Instance fleets. ValidationException for what EMR refuses.

namespace ecm::emr_model {

/// The InstanceFleets of RunJobFlow.
Result<std::vector<InstanceCollection>> ReadFleets(const JsonArray& configs,
                                                   const InstanceContext& context);

/// The InstanceFleet of AddInstanceFleet, for a cluster that has `present`.
Result<InstanceCollection> ReadAddedFleet(const Json& config,
                                          const std::vector<InstanceCollection>& present,
                                          const InstanceContext& context);

/// The units of a fleet of this role that is there. A TASK fleet may be emptied.
Result<void> CheckFleetTarget(const std::string& role, std::int64_t on_demand, std::int64_t spot);

/// How long a resize may wait for capacity.
Result<void> CheckResizeTimeouts(const Json& config);

}  // namespace ecm::emr_model
