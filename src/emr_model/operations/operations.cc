#include "emr_model/operations/operations.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "base/text.h"
#include "emr_model/emr_service_model.h"
#include "emr_model/errors.h"

namespace ecm::emr_model {
namespace {

constexpr std::size_t kMaxClusters = 10;
constexpr std::size_t kShownBytes = 64;

}  // namespace

Operation FindOperation(std::string_view name) {
  static const std::unordered_map<std::string_view, Operation> kOperations = {
      {"RunJobFlow", RunJobFlow},
      {"DescribeCluster", DescribeCluster},
      {"ListClusters", ListClusters},
      {"TerminateJobFlows", TerminateJobFlows},
      {"SetTerminationProtection", SetTerminationProtection},
      {"SetKeepJobFlowAliveWhenNoSteps", SetKeepJobFlowAliveWhenNoSteps},
      {"SetUnhealthyNodeReplacement", SetUnhealthyNodeReplacement},
      {"SetVisibleToAllUsers", SetVisibleToAllUsers},
      {"ModifyCluster", ModifyCluster},
      {"PutAutoTerminationPolicy", PutAutoTerminationPolicy},
      {"GetAutoTerminationPolicy", GetAutoTerminationPolicy},
      {"RemoveAutoTerminationPolicy", RemoveAutoTerminationPolicy},
      {"PutManagedScalingPolicy", PutManagedScalingPolicy},
      {"GetManagedScalingPolicy", GetManagedScalingPolicy},
      {"RemoveManagedScalingPolicy", RemoveManagedScalingPolicy},
      {"ListReleaseLabels", ListReleaseLabels},
      {"DescribeReleaseLabel", DescribeReleaseLabel},
      {"AddInstanceGroups", AddInstanceGroups},
      {"ModifyInstanceGroups", ModifyInstanceGroups},
      {"AddInstanceFleet", AddInstanceFleet},
      {"ModifyInstanceFleet", ModifyInstanceFleet},
      {"ListSupportedInstanceTypes", ListSupportedInstanceTypes},
      {"GetBlockPublicAccessConfiguration", GetBlockPublicAccessConfiguration},
      {"PutBlockPublicAccessConfiguration", PutBlockPublicAccessConfiguration},
      {"AddJobFlowSteps", AddJobFlowSteps},
      {"CancelSteps", CancelSteps},
      {"DescribeStep", DescribeStep},
      {"ListSteps", ListSteps},
      {"AddTags", AddTags},
      {"RemoveTags", RemoveTags},
      {"ListInstances", ListInstances},
      {"ListInstanceGroups", ListInstanceGroups},
      {"ListInstanceFleets", ListInstanceFleets},
      {"ListBootstrapActions", ListBootstrapActions},
  };
  const auto found = kOperations.find(name);
  return found == kOperations.end() ? nullptr : found->second;
}

std::unexpected<Error> UnknownOperation(std::string_view name) {
  const service_model::ServiceModel& model = EmrServiceModel();
  const std::string shown = ToOneLine(TruncateUtf8(name, kShownBytes));
  std::string message;
  if (model.IsElsewhere(name)) {
    message = fmt::format(
        "Amazon EMR has the operation {}, the built-in EMR has not: use Amazon EMR for it.", shown);
  } else {
    message = fmt::format("Amazon EMR has no operation '{}'.", shown);
    const std::string_view nearest = Nearest(name, model.Operations());
    if (!nearest.empty()) message += fmt::format(" Did you mean {}?", nearest);
  }
  return Fail(ErrorKind::kInvalidJob, std::move(message), "UnknownOperationException");
}

bool ChangesNothing(std::string_view operation) {
  return operation.starts_with("Describe") || operation.starts_with("Get") ||
         operation.starts_with("List");
}

std::string NewId(Random& random, std::string_view prefix) {
  return std::string(prefix) + RandomText(random, 13, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
}

Result<ClusterRecord*> FindCluster(World& world, const Region& region, const Json& request,
                                   std::string_view member) {
  const std::string id = StringOr(request, member);
  ECM_TRY(ClusterRecord * found, world.registry.Find(region, ClusterId(id)));
  if (found == nullptr) return UnknownCluster(id);
  return found;
}

Result<std::vector<ClusterRecord*>> FindJobFlows(World& world, const Region& region,
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
    ECM_TRY(ClusterRecord * cluster,
            world.registry.Find(region, ClusterId(std::string(id.get_string()))));
    if (cluster == nullptr) return ValidationError("Specified job flow ID does not exist.");
    if (std::ranges::find(clusters, cluster) != clusters.end()) {
      return ValidationError("Specified job flow ID does not exist");  // as the service says it
    }
    clusters.push_back(cluster);
  }
  return clusters;
}

}  // namespace ecm::emr_model
