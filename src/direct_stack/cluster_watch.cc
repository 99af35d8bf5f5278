#include "direct_stack/cluster_watch.h"

namespace ecm::direct_stack {

Result<Changes> ClusterWatch::Look(EmrClient emr) {
  if (over_) return Changes{};
  ECM_TRY(const Cluster cluster, emr.DescribeCluster(cluster_));
  ECM_TRY(const std::vector<Step> steps, emr.ListSteps(cluster_));
  Changes changes;
  if (cluster.state_name != state_) {
    state_ = cluster.state_name;
    changes.cluster = state_;
    over_ = IsFinal(cluster.state);
    changes.wakes = over_;
  }
  for (const Step& step : steps) {
    std::string& seen = steps_[step.id];
    if (seen == step.state_name) continue;
    seen = step.state_name;
    changes.steps.emplace_back(step.name, seen);
    changes.wakes = changes.wakes || IsFinal(step.state);
  }
  return changes;
}

}  // namespace ecm::direct_stack
