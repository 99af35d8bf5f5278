#include "lifecycle/end_cluster.h"

namespace ecm::lifecycle {

Result<bool> EndCluster(EmrClient& emr, const Cluster& cluster, Log& log) {
  Result<void> told;
  if (cluster.termination_protected) {
    log.Warning("lifting termination protection", {{"cluster_id", cluster.id.str()}});
    told = emr.SetTerminationProtection(cluster.id, false);
  }
  if (told) told = emr.TerminateJobFlow(cluster.id);
  if (told) return true;
  if (told.error().kind != ErrorKind::kInvalidJob) return Fail(std::move(told).error());
  log.Warning("the cluster cannot be ended as it is",
              {{"cluster_id", cluster.id.str()}, {"error", told.error().message}});
  return false;
}

}  // namespace ecm::lifecycle
