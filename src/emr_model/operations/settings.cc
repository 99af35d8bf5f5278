#include <algorithm>

#include "emr_model/errors.h"
#include "emr_model/operations/operations.h"

namespace ecm::emr_model {
namespace {

/// The clusters of JobFlowIds, none of them ending.
Result<std::vector<ClusterRecord*>> FindModifiable(World& world, const Region& region,
                                                   const Json& request) {
  ECM_TRY(std::vector<ClusterRecord*> clusters, FindJobFlows(world, region, request));
  const bool ends = std::ranges::any_of(
      clusters, [](const ClusterRecord* cluster) { return IsEnding(cluster->state); });
  if (ends) return EndingCluster();
  return clusters;
}

}  // namespace

Result<Json> SetTerminationProtection(World& world, const Region& region, const Json& request) {
  ECM_TRY(const std::vector<ClusterRecord*> clusters, FindModifiable(world, region, request));
  const bool on = FindBool(request, "TerminationProtected").value_or(false);
  for (ClusterRecord* cluster : clusters) cluster->termination_protected = on;
  return JsonObject{};
}

Result<Json> SetKeepJobFlowAliveWhenNoSteps(World& world, const Region& region,
                                            const Json& request) {
  ECM_TRY(const std::vector<ClusterRecord*> clusters, FindModifiable(world, region, request));
  const bool on = FindBool(request, "KeepJobFlowAliveWhenNoSteps").value_or(false);
  for (ClusterRecord* cluster : clusters) world.life.SetKeepAlive(*cluster, on);
  return JsonObject{};
}

/// Kept and told; no instance of the model becomes unhealthy.
Result<Json> SetUnhealthyNodeReplacement(World& world, const Region& region, const Json& request) {
  ECM_TRY(const std::vector<ClusterRecord*> clusters, FindModifiable(world, region, request));
  const bool on = FindBool(request, "UnhealthyNodeReplacement").value_or(false);
  for (ClusterRecord* cluster : clusters) cluster->description.Set("UnhealthyNodeReplacement", on);
  return JsonObject{};
}

/// Without effect, as at the service: every cluster stays visible.
Result<Json> SetVisibleToAllUsers(World& world, const Region& region, const Json& request) {
  ECM_TRY_VOID(FindModifiable(world, region, request));
  return JsonObject{};
}

Result<Json> ModifyCluster(World& world, const Region& region, const Json& request) {
  ECM_TRY(ClusterRecord * cluster, FindCluster(world, region, request));
  if (IsEnding(cluster->state)) return InvalidRequest(std::string(kEndingCluster));
  const std::optional<std::int64_t> level = FindInt(request, "StepConcurrencyLevel");
  if (level.has_value() && !IsStepConcurrency(*level)) {
    return InvalidRequest(std::string(kInvalidConcurrency));
  }
  if (level.has_value()) {
    world.life.SetStepConcurrency(*cluster, *level);
    cluster->description.Set("StepConcurrencyLevel", *level);
  }
  if (const std::optional<bool> extended = FindBool(request, "ExtendedSupport")) {
    cluster->description.Set("ExtendedSupport", *extended);
  }
  JsonObject answer{{"StepConcurrencyLevel", cluster->step_concurrency}};
  const JsonObject description = cluster->description.Unpack();
  if (const Json* extended = description.if_contains("ExtendedSupport")) {
    answer["ExtendedSupport"] = *extended;
  }
  return answer;
}

}  // namespace ecm::emr_model
