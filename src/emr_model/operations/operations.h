#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include "emr_model/account_settings.h"
#include "emr_model/life.h"
#include "emr_model/registry.h"

// The operations of the API. Requests have passed the shape check: a member that is there and not
// null has its type.

namespace ecm::emr_model {

struct World {
  const Options& options;
  const Clock& clock;
  Random& random;
  Registry& registry;
  Life& life;
  AccountSettings& settings;
};

using Operation = Result<Json> (*)(World& world, const Region& region, const Json& request);

Result<Json> RunJobFlow(World& world, const Region& region, const Json& request);
Result<Json> DescribeCluster(World& world, const Region& region, const Json& request);
Result<Json> ListClusters(World& world, const Region& region, const Json& request);
Result<Json> TerminateJobFlows(World& world, const Region& region, const Json& request);
Result<Json> SetTerminationProtection(World& world, const Region& region, const Json& request);
Result<Json> SetKeepJobFlowAliveWhenNoSteps(World& world, const Region& region,
                                            const Json& request);
Result<Json> SetUnhealthyNodeReplacement(World& world, const Region& region, const Json& request);
Result<Json> SetVisibleToAllUsers(World& world, const Region& region, const Json& request);
Result<Json> ModifyCluster(World& world, const Region& region, const Json& request);
Result<Json> PutAutoTerminationPolicy(World& world, const Region& region, const Json& request);
Result<Json> GetAutoTerminationPolicy(World& world, const Region& region, const Json& request);
Result<Json> RemoveAutoTerminationPolicy(World& world, const Region& region, const Json& request);
Result<Json> PutManagedScalingPolicy(World& world, const Region& region, const Json& request);
Result<Json> GetManagedScalingPolicy(World& world, const Region& region, const Json& request);
Result<Json> RemoveManagedScalingPolicy(World& world, const Region& region, const Json& request);
Result<Json> ListReleaseLabels(World& world, const Region& region, const Json& request);
Result<Json> DescribeReleaseLabel(World& world, const Region& region, const Json& request);
Result<Json> AddInstanceGroups(World& world, const Region& region, const Json& request);
Result<Json> ModifyInstanceGroups(World& world, const Region& region, const Json& request);
Result<Json> AddInstanceFleet(World& world, const Region& region, const Json& request);
Result<Json> ModifyInstanceFleet(World& world, const Region& region, const Json& request);
Result<Json> ListSupportedInstanceTypes(World& world, const Region& region, const Json& request);
Result<Json> GetBlockPublicAccessConfiguration(World& world, const Region& region,
                                               const Json& request);
Result<Json> PutBlockPublicAccessConfiguration(World& world, const Region& region,
                                               const Json& request);
Result<Json> AddJobFlowSteps(World& world, const Region& region, const Json& request);
Result<Json> CancelSteps(World& world, const Region& region, const Json& request);
Result<Json> DescribeStep(World& world, const Region& region, const Json& request);
Result<Json> ListSteps(World& world, const Region& region, const Json& request);
Result<Json> AddTags(World& world, const Region& region, const Json& request);
Result<Json> RemoveTags(World& world, const Region& region, const Json& request);
Result<Json> ListInstances(World& world, const Region& region, const Json& request);
Result<Json> ListInstanceGroups(World& world, const Region& region, const Json& request);
Result<Json> ListInstanceFleets(World& world, const Region& region, const Json& request);
Result<Json> ListBootstrapActions(World& world, const Region& region, const Json& request);

/// nullptr for an operation that is not there.
Operation FindOperation(std::string_view name);

/// UnknownOperationException, which says whether Amazon EMR has the operation.
std::unexpected<Error> UnknownOperation(std::string_view name);

/// Describe…, Get… and List… read; all others may write.
bool ChangesNothing(std::string_view operation);

/// "j-…", "s-…": 13 upper-case letters and digits after the prefix.
std::string NewId(Random& random, std::string_view prefix);

/// The cluster named by `member`, or "Cluster id '…' is not valid."
Result<ClusterRecord*> FindCluster(World& world, const Region& region, const Json& request,
                                   std::string_view member = "ClusterId");

/// The group or fleet of the cluster; nullptr where it has none of that id.
template <class Cluster>
auto* FindCollection(Cluster& cluster, std::string_view id) {
  const auto found = std::ranges::find(cluster.instances, id, &InstanceCollection::id);
  return found == cluster.instances.end() ? nullptr : &*found;
}

/// The clusters of JobFlowIds, 1 to 10, all of them known and each named once.
Result<std::vector<ClusterRecord*>> FindJobFlows(World& world, const Region& region,
                                                 const Json& request);

}  // namespace ecm::emr_model
