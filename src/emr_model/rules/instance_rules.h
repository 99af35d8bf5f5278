#pragma once

#include <string_view>
#include <vector>

#include "emr_model/cluster.h"
#include "emr_model/rules/type_rules.h"

namespace ecm::emr_model {

struct Instances {
  bool fleets = false;
  std::vector<InstanceCollection> collections;
};

/// RunJobFlow's Instances: exactly one of groups, fleets, or a count with types.
/// ValidationException for what EMR refuses.
Result<Instances> ReadInstances(const Json& instances, const InstanceContext& context);

/// One MASTER, at most one CORE and `max_task` TASK, and TASK only beside CORE; `what` is "group"
/// or "fleet", `role_member` the member that has the role. ValidationException.
Result<void> CheckRoles(const JsonArray& configs, std::string_view role_member,
                        std::size_t max_task, std::string_view what);

}  // namespace ecm::emr_model
