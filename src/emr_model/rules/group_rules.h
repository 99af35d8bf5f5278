#pragma once

#include <string>
#include <vector>

#include "emr_model/cluster.h"
#include "emr_model/rules/type_rules.h"

// Instance groups. ValidationException for what EMR refuses.

namespace ecm::emr_model {

/// The InstanceGroups of RunJobFlow.
Result<std::vector<InstanceCollection>> ReadGroups(const JsonArray& configs,
                                                   const InstanceContext& context);

/// The InstanceGroups of AddInstanceGroups, for a cluster that has `present`.
Result<std::vector<InstanceCollection>> ReadAddedGroups(
    const JsonArray& configs, const std::vector<InstanceCollection>& present,
    const InstanceContext& context);

/// How many instances a group of this role may have.
Result<void> CheckGroupCount(const std::string& role, std::int64_t count);

}  // namespace ecm::emr_model
