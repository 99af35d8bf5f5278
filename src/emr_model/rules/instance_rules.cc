#include "emr_model/rules/instance_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "emr_model/errors.h"
#include "emr_model/rules/fleet_rules.h"
#include "emr_model/rules/group_rules.h"

namespace ecm::emr_model {
namespace {

/// The old form: InstanceCount machines, the first of MasterInstanceType.
Result<JsonArray> GroupsOfCount(const Json& instances) {
  const std::int64_t count = FindInt(instances, "InstanceCount").value_or(1);
  const std::string master = StringOr(instances, "MasterInstanceType");
  const std::string core = StringOr(instances, "SlaveInstanceType");
  if (count < 1 || master.empty() || (count > 1 && core.empty())) {
    return ValidationError(
        "InstanceCount needs MasterInstanceType and, for more than one instance, "
        "SlaveInstanceType.");
  }
  JsonArray configs{
      JsonObject{{"InstanceRole", "MASTER"}, {"InstanceType", master}, {"InstanceCount", 1}}};
  if (count > 1) {
    configs.push_back(
        JsonObject{{"InstanceRole", "CORE"}, {"InstanceType", core}, {"InstanceCount", count - 1}});
  }
  return configs;
}

bool Has(const Json& json, std::string_view key) {
  const Json* found = Find(json, key);
  return found != nullptr && !found->is_null();
}

}  // namespace

Result<void> CheckRoles(const JsonArray& configs, std::string_view role_member,
                        std::size_t max_task, std::string_view what) {
  const auto count = [&](std::string_view role) {
    return static_cast<std::size_t>(std::ranges::count_if(
        configs, [&](const Json& c) { return StringOr(c, role_member) == role; }));
  };
  if (count("MASTER") != 1) {
    return ValidationError(fmt::format("A cluster has exactly one MASTER instance {}.", what));
  }
  if (count("CORE") > 1) {
    return ValidationError(fmt::format("A cluster has at most one CORE instance {}.", what));
  }
  if (count("TASK") > max_task) {
    return ValidationError(fmt::format("A cluster has at most {} TASK instance {}{}.", max_task,
                                       what, max_task == 1 ? "" : "s"));
  }
  if (count("TASK") > 0 && count("CORE") == 0) {
    return ValidationError(fmt::format("A TASK instance {} needs a CORE instance {}.", what, what));
  }
  return {};
}

Result<Instances> ReadInstances(const Json& instances, const InstanceContext& context) {
  const bool groups = Has(instances, "InstanceGroups");
  const bool fleets = Has(instances, "InstanceFleets");
  const bool count = Has(instances, "InstanceCount") || Has(instances, "MasterInstanceType") ||
                     Has(instances, "SlaveInstanceType");
  if (groups + fleets + count != 1) {
    return ValidationError(
        "Please configure instances using one and only one of the following: instance groups; "
        "instance fleets; instance count, master and slave instance type.");
  }
  Instances read;
  read.fleets = fleets;
  if (fleets) {
    ECM_TRY(read.collections, ReadFleets(FindArray(instances, "InstanceFleets"), context));
    return read;
  }
  if (FindArray(instances, "Ec2SubnetIds").size() > 1) {
    return ValidationError(
        "Only one subnet may be specified for clusters configured with instance groups.");
  }
  JsonArray configs = FindArray(instances, "InstanceGroups");
  if (count) {
    ECM_TRY(configs, GroupsOfCount(instances));
  }
  ECM_TRY(read.collections, ReadGroups(configs, context));
  return read;
}

}  // namespace ecm::emr_model
