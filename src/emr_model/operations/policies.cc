#include "emr_model/errors.h"
#include "emr_model/operations/operations.h"
#include "emr_model/rules/policy_rules.h"

namespace ecm::emr_model {
namespace {

/// The policies of a cluster stay readable when it ends, but no longer change.
Result<ClusterRecord*> FindModifiable(World& world, const Region& region, const Json& request) {
  ECM_TRY(ClusterRecord * cluster, FindCluster(world, region, request));
  if (IsEnding(cluster->state)) return EndingCluster();
  return cluster;
}

}  // namespace

/// The idle time of a cluster that waits is counted from here.
Result<Json> PutAutoTerminationPolicy(World& world, const Region& region, const Json& request) {
  ECM_TRY(ClusterRecord * cluster, FindModifiable(world, region, request));
  static const Json kDefault = JsonObject{};
  const Json* policy = Find(request, "AutoTerminationPolicy");
  if (policy == nullptr || policy->is_null()) policy = &kDefault;
  ECM_TRY(const Duration timeout, ReadIdleTimeout(*policy, cluster->release));
  world.life.SetIdleTimeout(*cluster, timeout);
  return JsonObject{};
}

Result<Json> GetAutoTerminationPolicy(World& world, const Region& region, const Json& request) {
  ECM_TRY(const ClusterRecord* cluster, FindCluster(world, region, request));
  if (!cluster->idle_timeout.has_value()) return JsonObject{};
  const auto timeout = std::chrono::floor<std::chrono::seconds>(*cluster->idle_timeout);
  return JsonObject{{"AutoTerminationPolicy", JsonObject{{"IdleTimeout", timeout.count()}}}};
}

Result<Json> RemoveAutoTerminationPolicy(World& world, const Region& region, const Json& request) {
  ECM_TRY(ClusterRecord * cluster, FindModifiable(world, region, request));
  world.life.SetIdleTimeout(*cluster, std::nullopt);
  return JsonObject{};
}

/// Kept and told; the instances stay as they are.
Result<Json> PutManagedScalingPolicy(World& world, const Region& region, const Json& request) {
  ECM_TRY(ClusterRecord * cluster, FindModifiable(world, region, request));
  const Json& policy = request.at("ManagedScalingPolicy");
  ECM_TRY_VOID(CheckManagedScaling(policy, cluster->release, cluster->uses_fleets));
  cluster->managed_scaling = policy;
  return JsonObject{};
}

Result<Json> GetManagedScalingPolicy(World& world, const Region& region, const Json& request) {
  ECM_TRY(const ClusterRecord* cluster, FindCluster(world, region, request));
  if (cluster->managed_scaling.is_null()) return JsonObject{};
  return JsonObject{{"ManagedScalingPolicy", cluster->managed_scaling}};
}

Result<Json> RemoveManagedScalingPolicy(World& world, const Region& region, const Json& request) {
  ECM_TRY(ClusterRecord * cluster, FindModifiable(world, region, request));
  cluster->managed_scaling = nullptr;
  return JsonObject{};
}

}  // namespace ecm::emr_model
