#pragma once

#include <set>

#include "lifecycle/sweep_work.h"

namespace ecm::lifecycle {

/// The clusters that are not gone, as one look at the list has seen them.
struct SeenClusters {
  std::vector<ClusterSummary> clusters;
  bool whole = false;  ///< every page was read
};

/// A job that is not settled: one whose execution is over is settled, one past its deadline loses
/// its cluster, one whose cluster is gone is woken.
Result<void> SweepJob(const JobRecord& listed, const SeenClusters& seen, SweepWork& work);

/// The execution is over. Tombstone first, so that a submit that is under way ends what it creates;
/// then the cluster ends; once it is gone (or will not go) the outcome is stored and people are
/// told. What somebody else has stored stays. To be called again until the job is settled.
Result<void> SettleJob(const ExecutionArn& execution, const Fate& fate, SweepWork& work);

}  // namespace ecm::lifecycle
