#pragma once

#include <vector>

#include "lifecycle/sweep_work.h"

namespace ecm::lifecycle {

/// A cluster with our name that is not gone and is no open job's: ended if its execution is over,
/// its deadline has passed, or its execution has another cluster. One that bears our name but
/// neither our marks nor a job's record is told to people, once, and left alone.
Result<void> SweepCluster(const ClusterSummary& seen, const std::vector<JobRecord>& open,
                          SweepWork& work);

}  // namespace ecm::lifecycle
