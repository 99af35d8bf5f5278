#include "emr_model/rules/instance_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "emr_model/errors.h"
#include "emr_model/operations/operations.h"

namespace ecm::emr_model {
namespace {

constexpr std::int64_t kMaxInstances = 2000;  // active instances of a group (facts: quotas)
constexpr std::size_t kMaxTaskGroups = 48;
constexpr std::size_t kMaxTypesOfFleet = 5;
constexpr std::size_t kMaxTypesWithStrategy = 30;

/// "m5.xlarge"; EMR says the same of a type that it does not offer.
Result<void> CheckType(const std::string& type) {
  const std::size_t dot = type.find('.');
  const auto is_part = [](std::string_view part) {
    return !part.empty() && std::ranges::all_of(part, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
  };
  const std::string_view view(type);
  if (dot == std::string::npos || !is_part(view.substr(0, dot)) || !is_part(view.substr(dot + 1))) {
    return ValidationError("Instance type '" + ToOneLine(type) + "' is not supported.");
  }
  return {};
}

/// "0.25": above zero, at most three decimals.
bool IsPrice(std::string_view text) {
  const std::size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  const std::string_view part = dot == std::string_view::npos ? "" : text.substr(dot + 1);
  const auto digits = [](std::string_view s) {
    return std::ranges::all_of(s, [](char c) { return c >= '0' && c <= '9'; });
  };
  return (!whole.empty() || !part.empty()) && digits(whole) && digits(part) && part.size() <= 3 &&
         text.find_first_of("123456789") != std::string_view::npos;
}

Result<void> CheckBid(const Json& config, bool spot) {
  const std::optional<std::string> bid = FindString(config, "BidPrice");
  if (!bid.has_value()) return {};
  if (!spot) return ValidationError("A BidPrice is given for a group that is not of market SPOT.");
  if (!IsPrice(*bid)) {
    return ValidationError("The BidPrice '" + ToOneLine(*bid) +
                           "' is not a price above zero with at most three decimals.");
  }
  return {};
}

void CopyMember(const Json& from, std::string_view key, JsonObject& to, std::string_view as) {
  const Json* found = Find(from, key);
  if (found != nullptr && !found->is_null()) to[as] = *found;
}

/// One EbsBlockDeviceConfig is VolumesPerInstance devices.
JsonArray BlockDevices(const Json& config) {
  constexpr std::int64_t kMaxVolumes = 25;
  JsonArray devices;
  const Json* ebs = Find(config, "EbsConfiguration");
  if (ebs == nullptr) return devices;
  for (const Json& device : FindArray(*ebs, "EbsBlockDeviceConfigs")) {
    const std::int64_t count =
        std::min(kMaxVolumes, FindInt(device, "VolumesPerInstance").value_or(1));
    for (std::int64_t i = 0; i < count; ++i) {
      devices.push_back(JsonObject{{"VolumeSpecification", device.at("VolumeSpecification")}});
    }
  }
  return devices;
}

Result<InstanceCollection> ReadGroup(const Json& config, Random& random) {
  const std::string role = StringOr(config, "InstanceRole");
  const std::string type = StringOr(config, "InstanceType");
  const std::string market = StringOr(config, "Market", "ON_DEMAND");
  const std::int64_t count = FindInt(config, "InstanceCount").value_or(0);
  ECM_TRY_VOID(CheckType(type));
  ECM_TRY_VOID(CheckBid(config, market == "SPOT"));
  ECM_TRY_VOID(CheckGroupCount(role, count));
  if (role == "MASTER" && count != 1 && count != 3) {
    return ValidationError(
        fmt::format("The MASTER group has {} instances; a cluster has 1 or 3 primaries.", count));
  }
  InstanceCollection group;
  group.count = count;
  group.description = {{"Id", NewId(random, "ig-")},
                       {"Name", StringOr(config, "Name", role)},
                       {"Market", market},
                       {"InstanceGroupType", role},
                       {"InstanceType", type},
                       {"EbsBlockDevices", BlockDevices(config)},
                       {"ShrinkPolicy", JsonObject{}}};
  CopyMember(config, "BidPrice", group.description, "BidPrice");
  CopyMember(config, "Configurations", group.description, "Configurations");
  CopyMember(config, "CustomAmiId", group.description, "CustomAmiId");
  if (const Json* ebs = Find(config, "EbsConfiguration")) {
    CopyMember(*ebs, "EbsOptimized", group.description, "EbsOptimized");
  }
  return group;
}

/// One MASTER, at most one CORE, and TASK only beside CORE, by the count of each role.
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
    return ValidationError(
        fmt::format("A cluster has at most {} TASK instance {}s.", max_task, what));
  }
  if (count("TASK") > 0 && count("CORE") == 0) {
    return ValidationError(fmt::format("A TASK instance {} needs a CORE instance {}.", what, what));
  }
  return {};
}

Result<Instances> ReadGroups(const JsonArray& configs, Random& random) {
  ECM_TRY_VOID(CheckRoles(configs, "InstanceRole", kMaxTaskGroups, "group"));
  Instances instances;
  for (const Json& config : configs) {
    ECM_TRY(InstanceCollection group, ReadGroup(config, random));
    instances.collections.push_back(std::move(group));
  }
  return instances;
}

/// The old form: InstanceCount machines, the first of MasterInstanceType.
Result<Instances> ReadCount(const Json& instances, Random& random) {
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
  return ReadGroups(configs, random);
}

Result<JsonArray> ReadFleetTypes(const Json& config, const std::string& role) {
  const JsonArray& types = FindArray(config, "InstanceTypeConfigs");
  const bool strategy = Find(config, {"LaunchSpecifications", "SpotSpecification",
                                      "AllocationStrategy"}) != nullptr ||
                        Find(config, {"LaunchSpecifications", "OnDemandSpecification"}) != nullptr;
  const std::size_t most = strategy ? kMaxTypesWithStrategy : kMaxTypesOfFleet;
  if (types.empty() || types.size() > most) {
    return ValidationError(fmt::format("The {} fleet has {} instance types; 1 to {} are allowed.",
                                       role, types.size(), most));
  }
  JsonArray specifications;
  for (const Json& type : types) {
    ECM_TRY_VOID(CheckType(StringOr(type, "InstanceType")));
    ECM_TRY_VOID(CheckBid(type, /*spot=*/true));
    const std::int64_t weight = FindInt(type, "WeightedCapacity").value_or(1);
    if (role == "MASTER" && weight != 1) {
      return ValidationError("The WeightedCapacity of the MASTER fleet is not 1.");
    }
    JsonObject specification{{"WeightedCapacity", weight}, {"EbsBlockDevices", BlockDevices(type)}};
    for (const std::string_view member :
         {"InstanceType", "BidPrice", "BidPriceAsPercentageOfOnDemandPrice", "Configurations",
          "CustomAmiId", "Priority"}) {
      CopyMember(type, member, specification, member);
    }
    specifications.push_back(std::move(specification));
  }
  return specifications;
}

Result<void> CheckSpotTimeout(const Json& config) {
  const Json* spot = Find(config, {"LaunchSpecifications", "SpotSpecification"});
  if (spot == nullptr || spot->is_null()) return {};
  const std::int64_t minutes = FindInt(*spot, "TimeoutDurationMinutes").value_or(0);
  if (minutes >= 5 && minutes <= 1440) return {};
  return ValidationError(
      fmt::format("TimeoutDurationMinutes {} is not between 5 and 1440.", minutes));
}

Result<Instances> ReadFleets(const JsonArray& configs, Random& random) {
  ECM_TRY_VOID(CheckRoles(configs, "InstanceFleetType", 1, "fleet"));
  Instances instances;
  instances.fleets = true;
  for (const Json& config : configs) {
    const std::string role = StringOr(config, "InstanceFleetType");
    InstanceCollection fleet;
    fleet.count = FindInt(config, "TargetOnDemandCapacity").value_or(0);
    fleet.spot_count = FindInt(config, "TargetSpotCapacity").value_or(0);
    const std::int64_t target = fleet.count + fleet.spot_count;
    if (target < 1 || (role == "MASTER" && target != 1)) {
      return ValidationError(
          fmt::format("The target capacity of the {} fleet is {}; it must be {}.", role, target,
                      role == "MASTER" ? "1, either on demand or spot" : "above 0"));
    }
    ECM_TRY_VOID(CheckSpotTimeout(config));
    ECM_TRY(JsonArray types, ReadFleetTypes(config, role));
    fleet.description = {{"Id", NewId(random, "if-")},
                         {"Name", StringOr(config, "Name", role)},
                         {"InstanceFleetType", role},
                         {"InstanceTypeSpecifications", std::move(types)}};
    for (const std::string_view member :
         {"LaunchSpecifications", "ResizeSpecifications", "Context"}) {
      CopyMember(config, member, fleet.description, member);
    }
    instances.collections.push_back(std::move(fleet));
  }
  return instances;
}

bool Has(const Json& json, std::string_view key) {
  const Json* found = Find(json, key);
  return found != nullptr && !found->is_null();
}

}  // namespace

Result<void> CheckGroupCount(const std::string& role, std::int64_t count) {
  const std::int64_t least = role == "TASK" ? 0 : 1;
  if (count >= least && count <= kMaxInstances) return {};
  return ValidationError(fmt::format("InstanceCount {} of the {} group is not between {} and {}.",
                                     count, role, least, kMaxInstances));
}

Result<std::vector<InstanceCollection>> ReadAddedGroups(
    const JsonArray& configs, const std::vector<InstanceCollection>& present, Random& random) {
  if (configs.empty()) return ValidationError("The list of InstanceGroups cannot be empty");
  JsonArray all = configs;
  for (const InstanceCollection& group : present) {
    all.push_back(JsonObject{{"InstanceRole", group.description.at("InstanceGroupType")}});
  }
  std::vector<InstanceCollection> groups;
  for (const Json& config : configs) {
    if (StringOr(config, "InstanceRole") != "TASK") {
      return ValidationError("Only TASK instance groups can be added to a cluster.");
    }
    ECM_TRY(InstanceCollection group, ReadGroup(config, random));
    groups.push_back(std::move(group));
  }
  ECM_TRY_VOID(CheckRoles(all, "InstanceRole", kMaxTaskGroups, "group"));
  return groups;
}

Result<Instances> ReadInstances(const Json& instances, Random& random) {
  const bool groups = Has(instances, "InstanceGroups");
  const bool fleets = Has(instances, "InstanceFleets");
  const bool count = Has(instances, "InstanceCount") || Has(instances, "MasterInstanceType") ||
                     Has(instances, "SlaveInstanceType");
  if (groups + fleets + count != 1) {
    return ValidationError(
        "Please configure instances using one and only one of the following: instance groups; "
        "instance fleets; instance count, master and slave instance type.");
  }
  if (fleets) return ReadFleets(FindArray(instances, "InstanceFleets"), random);
  if (FindArray(instances, "Ec2SubnetIds").size() > 1) {
    return ValidationError(
        "Only one subnet may be specified for clusters configured with instance groups.");
  }
  if (groups) return ReadGroups(FindArray(instances, "InstanceGroups"), random);
  return ReadCount(instances, random);
}

}  // namespace ecm::emr_model
