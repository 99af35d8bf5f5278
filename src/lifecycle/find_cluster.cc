#include "lifecycle/find_cluster.h"

#include "aws/emr_types.h"

namespace ecm::lifecycle {
namespace {

/// EMR's clock and ours may differ: facts name 15 minutes as the most that signing tolerates.
constexpr Duration kClockSkew = std::chrono::minutes{15};

}  // namespace

Result<std::vector<ClusterSummary>> ListClustersByName(const JobRecord& record, Ports& ports) {
  EmrClient emr(ports.emr, record.region);
  ECM_TRY(std::vector<ClusterSummary> clusters,
          emr.ListClusters(record.started - kClockSkew, ports.clock.Wall() + kClockSkew));
  std::erase_if(clusters,
                [&](const ClusterSummary& cluster) { return cluster.name != record.cluster_name; });
  return clusters;
}

Result<std::optional<ClusterId>> FindClusterByName(const JobRecord& record, Ports& ports) {
  ECM_TRY(const std::vector<ClusterSummary> clusters, ListClustersByName(record, ports));
  EmrClient emr(ports.emr, record.region);
  std::optional<ClusterId> found;
  if (!record.cluster.empty()) found = record.cluster;
  for (const ClusterSummary& cluster : clusters) {
    if (found == cluster.id) continue;
    if (!found) {
      found = cluster.id;
    } else if (!IsFinal(cluster.state) && cluster.state != ClusterState::kTerminating) {
      ports.log.Warning("ending a second cluster of one execution",
                        {{"cluster_id", cluster.id.str()}, {"kept", found->str()}});
      ECM_TRY_VOID(emr.TerminateJobFlow(cluster.id));
    }
  }
  return found;
}

}  // namespace ecm::lifecycle
