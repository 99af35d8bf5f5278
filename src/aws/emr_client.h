#pragma once

#include <optional>
#include <vector>

#include "aws/emr_api.h"
#include "aws/emr_types.h"
#include "base/time.h"

namespace ecm {

/// The typed calls that handlers make, each named like its action. Nothing is retried here: what a
/// failed call means is decided by who made it (an unknown RunJobFlow is looked up, never
/// repeated).
class EmrClient {
 public:
  EmrClient(EmrApi& api, Region region) : api_(api), region_(std::move(region)) {}

  /// An answer without an id is kUnknownOutcome: there may be a cluster.
  Result<ClusterId> RunJobFlow(const Json& request);
  Result<Cluster> DescribeCluster(const ClusterId& cluster);
  /// Every cluster created in the window, of all pages and all states, oldest first.
  Result<std::vector<ClusterSummary>> ListClusters(WallTime created_after, WallTime created_before);
  /// Every cluster that is not gone yet, from all pages; what came before an error is kept.
  struct LiveClusters {
    std::vector<ClusterSummary> clusters;
    std::optional<Error> error;  ///< why the list is not whole
  };
  LiveClusters ListLiveClusters();
  /// Every step, of all pages, in the order in which they were added.
  Result<std::vector<Step>> ListSteps(const ClusterId& cluster);
  Result<void> TerminateJobFlow(const ClusterId& cluster);
  Result<void> SetTerminationProtection(const ClusterId& cluster, bool protect);

  const Region& region() const { return region_; }

 private:
  EmrApi& api_;
  Region region_;
};

}  // namespace ecm
