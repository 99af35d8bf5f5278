#include <fmt/format.h>

#include <algorithm>

#include "emr_model/errors.h"
#include "emr_model/operations/operations.h"

namespace ecm::emr_model {
namespace {

constexpr std::size_t kMaxClusters = 10;

/// The clusters of JobFlowIds, all of them known and each named once.
Result<std::vector<ClusterRecord*>> FindAll(World& world, const Region& region,
                                            const Json& request) {
  const JsonArray& ids = FindArray(request, "JobFlowIds");
  if (ids.empty()) return ValidationError("The JobFlowId list cannot be empty");
  if (ids.size() > kMaxClusters) {
    return ValidationError(fmt::format(
        "1 validation error detected: Value of {} members at 'jobFlowIds' failed to satisfy "
        "constraint: Member must have length less than or equal to {}",
        ids.size(), kMaxClusters));
  }
  std::vector<ClusterRecord*> clusters;
  for (const Json& id : ids) {
    ClusterRecord* cluster = world.registry.Find(region, ClusterId(std::string(id.get_string())));
    if (cluster == nullptr) return ValidationError("Specified job flow ID does not exist.");
    if (std::ranges::find(clusters, cluster) != clusters.end()) {
      return ValidationError("Specified job flow ID does not exist");  // as the service says it
    }
    clusters.push_back(cluster);
  }
  return clusters;
}

}  // namespace

Result<Json> TerminateJobFlows(World& world, const Region& region, const Json& request) {
  ECM_TRY(const std::vector<ClusterRecord*> clusters, FindAll(world, region, request));
  bool refused = false;
  for (ClusterRecord* cluster : clusters) {
    if (cluster->termination_protected && !IsEnding(cluster->state)) {
      refused = true;
    } else {
      world.life.TerminateByUser(*cluster);
    }
  }
  if (refused) {
    return ValidationError(
        "Could not shut down one or more job flows since they are termination protected.");
  }
  return JsonObject{};
}

Result<Json> SetTerminationProtection(World& world, const Region& region, const Json& request) {
  ECM_TRY(const std::vector<ClusterRecord*> clusters, FindAll(world, region, request));
  const bool on = FindBool(request, "TerminationProtected").value_or(false);
  for (const ClusterRecord* cluster : clusters) {
    if (IsEnding(cluster->state)) return EndingCluster();
  }
  for (ClusterRecord* cluster : clusters) cluster->termination_protected = on;
  return JsonObject{};
}

Result<Json> SetKeepJobFlowAliveWhenNoSteps(World& world, const Region& region,
                                            const Json& request) {
  ECM_TRY(const std::vector<ClusterRecord*> clusters, FindAll(world, region, request));
  const bool on = FindBool(request, "KeepJobFlowAliveWhenNoSteps").value_or(false);
  for (const ClusterRecord* cluster : clusters) {
    if (IsEnding(cluster->state)) return EndingCluster();
  }
  for (ClusterRecord* cluster : clusters) world.life.SetKeepAlive(*cluster, on);
  return JsonObject{};
}

}  // namespace ecm::emr_model
