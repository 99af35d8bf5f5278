#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "emr_model/cluster_instances.h"
#include "emr_model/errors.h"
#include "emr_model/operations/operations.h"
#include "emr_model/rules/fleet_rules.h"

namespace ecm::emr_model {
namespace {

/// The cluster of ClusterId, of fleets and not ending.
Result<ClusterRecord*> FindFleetCluster(World& world, const Region& region, const Json& request,
                                        std::string_view operation, std::string_view instead) {
  ECM_TRY(ClusterRecord * cluster, FindCluster(world, region, request));
  if (!cluster->uses_fleets) return GroupsAndFleetsExclude(false, operation, instead);
  if (IsEnding(cluster->state)) return InvalidRequest(std::string(kEndingCluster));
  return cluster;
}

/// What the rules say is said by these operations with the newer code.
template <class T>
std::unexpected<Error> AsInvalidRequest(const Result<T>& refused) {
  return InvalidRequest(refused.error().message);
}

void Resize(InstanceCollection& fleet, const Json& description, std::int64_t on_demand,
            std::int64_t spot) {
  const auto lost = [&](std::int64_t before, std::int64_t after) {
    return std::max<std::int64_t>(
        0, InstancesFor(description, before) - InstancesFor(description, after));
  };
  // Places are not used twice: an instance that comes later has an id of its own.
  fleet.retired += lost(fleet.count, on_demand);
  fleet.spot_retired += lost(fleet.spot_count, spot);
  fleet.count = on_demand;
  fleet.spot_count = spot;
}

}  // namespace

/// A TASK fleet alone: a cluster is born with its primary and core instances.
Result<Json> AddInstanceFleet(World& world, const Region& region, const Json& request) {
  ECM_TRY(ClusterRecord * cluster,
          FindFleetCluster(world, region, request, "AddInstanceFleet", "AddInstanceGroups"));
  Result<InstanceCollection> fleet =
      ReadAddedFleet(request.at("InstanceFleet"), cluster->instances,
                     {cluster->region, cluster->release, world.random});
  if (!fleet.has_value()) return AsInvalidRequest(fleet);
  fleet->added = world.clock.Wall();
  JsonObject answer{{"ClusterId", cluster->id.str()},
                    {"InstanceFleetId", fleet->id},
                    {"ClusterArn", cluster->arn}};
  cluster->instances.push_back(*std::move(fleet));
  return answer;
}

/// The fleet has its new size at once.
Result<Json> ModifyInstanceFleet(World& world, const Region& region, const Json& request) {
  ECM_TRY(ClusterRecord * cluster,
          FindFleetCluster(world, region, request, "ModifyInstanceFleet", "ModifyInstanceGroups"));
  const Json& config = request.at("InstanceFleet");
  const std::string id = StringOr(config, "InstanceFleetId");
  InstanceCollection* fleet = FindCollection(*cluster, id);
  if (fleet == nullptr) {
    return InvalidRequest("Instance fleet id '" + ToOneLine(id) + "' is not valid.");
  }
  if (!FindArray(config, "InstanceTypeConfigs").empty()) {
    return InvalidRequest(
        "The built-in EMR changes the target capacities of a fleet and not its types: leave out "
        "InstanceTypeConfigs.");
  }
  const std::optional<std::int64_t> on_demand = FindInt(config, "TargetOnDemandCapacity");
  const std::optional<std::int64_t> spot = FindInt(config, "TargetSpotCapacity");
  if (!on_demand.has_value() || !spot.has_value()) {
    return InvalidRequest(fmt::format(
        "The instance fleet ({}) should have both targetOnDemandCapacity and targetSpotCapacity "
        "specified.",
        id));
  }
  Json description = fleet->description.Unpack();
  const std::string role = StringOr(description, "InstanceFleetType");
  if (const auto fits = CheckFleetTarget(role, *on_demand, *spot); !fits.has_value()) {
    return AsInvalidRequest(fits);
  }
  if (const auto fits = CheckResizeTimeouts(config); !fits.has_value()) {
    return AsInvalidRequest(fits);
  }
  Resize(*fleet, description, *on_demand, *spot);
  CopyMember(config, "ResizeSpecifications", description.get_object());
  CopyMember(config, "Context", description.get_object());
  fleet->description = PackedObject(description.get_object());
  return JsonObject{};
}

}  // namespace ecm::emr_model
