#include "emr_model/operations/operations.h"

#include <array>
#include <unordered_map>

#include "emr_model/errors.h"

namespace ecm::emr_model {

Operation FindOperation(std::string_view name) {
  static const std::unordered_map<std::string_view, Operation> kOperations = {
      {"RunJobFlow", RunJobFlow},
      {"DescribeCluster", DescribeCluster},
      {"ListClusters", ListClusters},
      {"TerminateJobFlows", TerminateJobFlows},
      {"SetTerminationProtection", SetTerminationProtection},
      {"SetKeepJobFlowAliveWhenNoSteps", SetKeepJobFlowAliveWhenNoSteps},
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

std::string NewId(Random& random, std::string_view prefix) {
  return std::string(prefix) + RandomText(random, 13, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
}

Result<ClusterRecord*> FindCluster(World& world, const Region& region, const Json& request,
                                   std::string_view member) {
  const std::string id = StringOr(request, member);
  ClusterRecord* found = world.registry.Find(region, ClusterId(id));
  if (found == nullptr) return UnknownCluster(id);
  return found;
}

}  // namespace ecm::emr_model
