#include "emr_model/rules/fleet_rules.h"

#include <fmt/format.h>

#include "emr_model/errors.h"
#include "emr_model/operations/operations.h"
#include "emr_model/rules/instance_rules.h"

namespace ecm::emr_model {
namespace {

// Facts: EMR API, constraints.
constexpr std::size_t kMaxTaskFleets = 1;
constexpr std::size_t kMaxTypes = 5;
constexpr std::size_t kMaxTypesWithStrategy = 30;
constexpr std::int64_t kMinTimeoutMinutes = 5;
constexpr std::int64_t kMaxSpotTimeoutMinutes = 1440;
constexpr std::int64_t kMaxResizeTimeoutMinutes = 10080;

bool HasFleets(std::pair<int, int> release) {
  return release >= std::pair(4, 8) && release != std::pair(5, 0);
}

Result<JsonObject> ReadType(const Json& config, const std::string& role,
                            const InstanceContext& context) {
  ECM_TRY_VOID(CheckType(context.region, StringOr(config, "InstanceType")));
  ECM_TRY_VOID(CheckBid(config, /*spot=*/true));
  const std::int64_t weight = FindInt(config, "WeightedCapacity").value_or(1);
  if (role == "MASTER" && weight != 1) {
    return ValidationError("The WeightedCapacity of the MASTER fleet is not 1.");
  }
  if (weight < 1) {
    return ValidationError(fmt::format(
        "The WeightedCapacity of an instance type of the {} fleet is {}, not 1 or more.", role,
        weight));
  }
  ECM_TRY(JsonArray devices, ReadBlockDevices(config));
  JsonObject specification{{"WeightedCapacity", weight}, {"EbsBlockDevices", std::move(devices)}};
  for (const std::string_view member :
       {"InstanceType", "BidPrice", "BidPriceAsPercentageOfOnDemandPrice", "Configurations",
        "CustomAmiId", "Priority"}) {
    CopyMember(config, member, specification);
  }
  if (const Json* ebs = Find(config, "EbsConfiguration")) {
    CopyMember(*ebs, "EbsOptimized", specification);
  }
  return specification;
}

Result<JsonArray> ReadTypes(const Json& config, const std::string& role,
                            const InstanceContext& context) {
  const JsonArray& types = FindArray(config, "InstanceTypeConfigs");
  const bool strategy = Find(config, {"LaunchSpecifications", "SpotSpecification",
                                      "AllocationStrategy"}) != nullptr ||
                        Find(config, {"LaunchSpecifications", "OnDemandSpecification"}) != nullptr;
  const std::size_t most = strategy ? kMaxTypesWithStrategy : kMaxTypes;
  if (types.empty() || types.size() > most) {
    return ValidationError(fmt::format("The {} fleet has {} instance types; 1 to {} are allowed.",
                                       role, types.size(), most));
  }
  JsonArray specifications;
  for (const Json& type : types) {
    ECM_TRY(JsonObject specification, ReadType(type, role, context));
    specifications.push_back(std::move(specification));
  }
  return specifications;
}

Result<void> CheckSpotTimeout(const Json& config) {
  const Json* spot = Find(config, {"LaunchSpecifications", "SpotSpecification"});
  if (spot == nullptr || spot->is_null()) return {};
  const std::int64_t minutes = FindInt(*spot, "TimeoutDurationMinutes").value_or(0);
  if (minutes >= kMinTimeoutMinutes && minutes <= kMaxSpotTimeoutMinutes) return {};
  return ValidationError(fmt::format("TimeoutDurationMinutes {} is not between {} and {}.", minutes,
                                     kMinTimeoutMinutes, kMaxSpotTimeoutMinutes));
}

Result<InstanceCollection> ReadFleet(const Json& config, const InstanceContext& context) {
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
  ECM_TRY_VOID(CheckResizeTimeouts(config));
  ECM_TRY(JsonArray types, ReadTypes(config, role, context));
  fleet.id = NewId(context.random, "if-");
  JsonObject description{{"Id", fleet.id},
                         {"Name", StringOr(config, "Name", role)},
                         {"InstanceFleetType", role},
                         {"InstanceTypeSpecifications", std::move(types)}};
  for (const std::string_view member :
       {"LaunchSpecifications", "ResizeSpecifications", "Context"}) {
    CopyMember(config, member, description);
  }
  fleet.description = PackedObject(description);
  return fleet;
}

}  // namespace

Result<std::vector<InstanceCollection>> ReadFleets(const JsonArray& configs,
                                                   const InstanceContext& context) {
  if (!HasFleets(context.release)) {
    return ValidationError(
        fmt::format("Release emr-{}.{} has no instance fleets: use emr-4.8.0 or later, but not "
                    "5.0.",
                    context.release.first, context.release.second));
  }
  ECM_TRY_VOID(CheckRoles(configs, "InstanceFleetType", kMaxTaskFleets, "fleet"));
  std::vector<InstanceCollection> fleets;
  for (const Json& config : configs) {
    ECM_TRY(InstanceCollection fleet, ReadFleet(config, context));
    fleets.push_back(std::move(fleet));
  }
  return fleets;
}

Result<InstanceCollection> ReadAddedFleet(const Json& config,
                                          const std::vector<InstanceCollection>& present,
                                          const InstanceContext& context) {
  if (StringOr(config, "InstanceFleetType") != "TASK") {
    return ValidationError("Only a TASK instance fleet can be added to a cluster.");
  }
  JsonArray all{config};
  for (const InstanceCollection& fleet : present) all.push_back(fleet.description.Unpack());
  ECM_TRY_VOID(CheckRoles(all, "InstanceFleetType", kMaxTaskFleets, "fleet"));
  return ReadFleet(config, context);
}

Result<void> CheckFleetTarget(const std::string& role, std::int64_t on_demand, std::int64_t spot) {
  if (role == "MASTER") return ValidationError("The MASTER fleet cannot be resized.");
  if (role == "TASK" || on_demand + spot > 0) return {};
  return ValidationError(
      fmt::format("The target capacity of the {} fleet is 0; it must be above 0.", role));
}

Result<void> CheckResizeTimeouts(const Json& config) {
  for (const std::string_view kind : {"SpotResizeSpecification", "OnDemandResizeSpecification"}) {
    const Json* resize = Find(config, {"ResizeSpecifications", kind});
    if (resize == nullptr || resize->is_null()) continue;
    const std::optional<std::int64_t> minutes = FindInt(*resize, "TimeoutDurationMinutes");
    if (!minutes.has_value()) continue;
    if (*minutes < kMinTimeoutMinutes || *minutes > kMaxResizeTimeoutMinutes) {
      return ValidationError(
          fmt::format("TimeoutDurationMinutes {} of {} is not between {} and {}.", *minutes, kind,
                      kMinTimeoutMinutes, kMaxResizeTimeoutMinutes));
    }
  }
  return {};
}

}  // namespace ecm::emr_model
