#include "emr_model/answers.h"
#include "emr_model/errors.h"
#include "emr_model/operations/operations.h"

namespace ecm::emr_model {
namespace {

/// All of them stand on one page: a cluster has at most 50 groups and 16 bootstrap actions.
Result<void> RefuseMarker(const Json& request) {
  if (StringOr(request, "Marker").empty()) return {};
  return InvalidRequest("Marker is not valid: the list has one page.");
}

Result<JsonArray> ListCollections(World& world, const Region& region, const Json& request,
                                  bool fleets,
                                  JsonObject (*render)(const ClusterRecord&,
                                                       const InstanceCollection&)) {
  ECM_TRY(const ClusterRecord* cluster, FindCluster(world, region, request));
  ECM_TRY_VOID(RefuseMarker(request));
  if (cluster->uses_fleets != fleets) {
    constexpr std::string_view kGroups = "ListInstanceGroups";
    constexpr std::string_view kFleets = "ListInstanceFleets";
    return GroupsAndFleetsExclude(cluster->uses_fleets, fleets ? kFleets : kGroups,
                                  fleets ? kGroups : kFleets);
  }
  JsonArray answers;
  for (const InstanceCollection& collection : cluster->instances) {
    answers.push_back(render(*cluster, collection));
  }
  return answers;
}

}  // namespace

Result<Json> ListInstanceGroups(World& world, const Region& region, const Json& request) {
  ECM_TRY(JsonArray groups, ListCollections(world, region, request, false, RenderInstanceGroup));
  return JsonObject{{"InstanceGroups", std::move(groups)}};
}

Result<Json> ListInstanceFleets(World& world, const Region& region, const Json& request) {
  ECM_TRY(JsonArray fleets, ListCollections(world, region, request, true, RenderInstanceFleet));
  return JsonObject{{"InstanceFleets", std::move(fleets)}};
}

Result<Json> ListBootstrapActions(World& world, const Region& region, const Json& request) {
  ECM_TRY(const ClusterRecord* cluster, FindCluster(world, region, request));
  ECM_TRY_VOID(RefuseMarker(request));
  return JsonObject{{"BootstrapActions", cluster->bootstrap_actions}};
}

}  // namespace ecm::emr_model
