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

}  // namespace ecm::emr_model
