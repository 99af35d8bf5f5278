#pragma once

#include <vector>

#include "emr_model/cluster.h"
#include "env/random.h"

namespace ecm::emr_model {

struct Instances {
  bool fleets = false;
  std::vector<InstanceCollection> collections;
};

/// RunJobFlow's Instances: exactly one of groups, fleets, or a count with types.
/// ValidationException for what EMR refuses.
Result<Instances> ReadInstances(const Json& instances, Random& random);

/// How many instances a group of this role may have. ValidationException.
Result<void> CheckGroupCount(const std::string& role, std::int64_t count);

/// The InstanceGroups of AddInstanceGroups, for a cluster that has `present`.
Result<std::vector<InstanceCollection>> ReadAddedGroups(
    const JsonArray& configs, const std::vector<InstanceCollection>& present, Random& random);

}  // namespace ecm::emr_model
