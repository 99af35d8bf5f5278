#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "aws/emr_client.h"

namespace ecm::direct_stack {

/// What one look at a cluster shows that the look before did not.
struct Changes {
  std::optional<std::string> cluster;                      ///< its new state ("RUNNING")
  std::vector<std::pair<std::string, std::string>> steps;  ///< name and new state
  /// The cluster or a step has come to its end: what EventBridge would wake the job for.
  bool wakes = false;
};

/// The states of one cluster and its steps, as far as they were seen. Two calls a look
/// (DescribeCluster, ListSteps), fewer once all is over.
class ClusterWatch {
 public:
  explicit ClusterWatch(ClusterId cluster) : cluster_(std::move(cluster)) {}

  const ClusterId& cluster() const { return cluster_; }
  bool is_over() const { return over_; }
  /// Errors are those of the calls; then nothing counts as seen.
  Result<Changes> Look(EmrClient emr);

 private:
  ClusterId cluster_;
  std::string state_;
  std::map<StepId, std::string> steps_;
  bool over_ = false;
};

}  // namespace ecm::direct_stack
