#include "emr_model/rules/group_rules.h"

#include <fmt/format.h>

#include "emr_model/errors.h"
#include "emr_model/operations/operations.h"
#include "emr_model/rules/instance_rules.h"

namespace ecm::emr_model {
namespace {

constexpr std::int64_t kMaxInstances = 2000;  // active instances of a group (facts: quotas)
constexpr std::size_t kMaxTaskGroups = 48;

Result<InstanceCollection> ReadGroup(const Json& config, const InstanceContext& context) {
  const std::string role = StringOr(config, "InstanceRole");
  const std::string type = StringOr(config, "InstanceType");
  const std::string market = StringOr(config, "Market", "ON_DEMAND");
  const std::int64_t count = FindInt(config, "InstanceCount").value_or(0);
  ECM_TRY_VOID(CheckType(context.region, type));
  ECM_TRY_VOID(CheckBid(config, market == "SPOT"));
  ECM_TRY_VOID(CheckGroupCount(role, count));
  if (role == "MASTER" && count != 1 && count != 3) {
    return ValidationError(
        fmt::format("The MASTER group has {} instances; a cluster has 1 or 3 primaries.", count));
  }
  ECM_TRY(JsonArray devices, ReadBlockDevices(config));
  InstanceCollection group;
  group.count = count;
  group.id = NewId(context.random, "ig-");
  JsonObject description{{"Id", group.id},
                         {"Name", StringOr(config, "Name", role)},
                         {"Market", market},
                         {"InstanceGroupType", role},
                         {"InstanceType", type},
                         {"EbsBlockDevices", std::move(devices)},
                         {"ShrinkPolicy", JsonObject{}}};
  for (const std::string_view member : {"BidPrice", "Configurations", "CustomAmiId"}) {
    CopyMember(config, member, description);
  }
  if (const Json* ebs = Find(config, "EbsConfiguration")) {
    CopyMember(*ebs, "EbsOptimized", description);
  }
  group.description = PackedObject(description);
  return group;
}

}  // namespace

Result<std::vector<InstanceCollection>> ReadGroups(const JsonArray& configs,
                                                   const InstanceContext& context) {
  ECM_TRY_VOID(CheckRoles(configs, "InstanceRole", kMaxTaskGroups, "group"));
  std::vector<InstanceCollection> groups;
  for (const Json& config : configs) {
    ECM_TRY(InstanceCollection group, ReadGroup(config, context));
    groups.push_back(std::move(group));
  }
  return groups;
}

Result<std::vector<InstanceCollection>> ReadAddedGroups(
    const JsonArray& configs, const std::vector<InstanceCollection>& present,
    const InstanceContext& context) {
  if (configs.empty()) return ValidationError("The list of InstanceGroups cannot be empty");
  JsonArray all = configs;
  for (const InstanceCollection& group : present) {
    all.push_back(JsonObject{{"InstanceRole", group.description.Unpack().at("InstanceGroupType")}});
  }
  std::vector<InstanceCollection> groups;
  for (const Json& config : configs) {
    if (StringOr(config, "InstanceRole") != "TASK") {
      return ValidationError("Only TASK instance groups can be added to a cluster.");
    }
    ECM_TRY(InstanceCollection group, ReadGroup(config, context));
    groups.push_back(std::move(group));
  }
  ECM_TRY_VOID(CheckRoles(all, "InstanceRole", kMaxTaskGroups, "group"));
  return groups;
}

Result<void> CheckGroupCount(const std::string& role, std::int64_t count) {
  const std::int64_t least = role == "TASK" ? 0 : 1;
  if (count >= least && count <= kMaxInstances) return {};
  return ValidationError(fmt::format("InstanceCount {} of the {} group is not between {} and {}.",
                                     count, role, least, kMaxInstances));
}

}  // namespace ecm::emr_model
