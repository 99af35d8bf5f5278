#pragma once

#include "aws/emr_api.h"
#include "base/ids.h"
#include "env/log.h"
#include "store/job_store.h"

namespace ecm::local_stack {

/// Lifts the protection and ends the cluster; one that is gone meanwhile is what was wanted.
Result<void> EndCluster(const Region& region, const ClusterId& cluster, EmrApi& emr);

/// The backstop of this machine, for one execution that is over: whatever it has not released ends.
/// A submit that is still under way finds the tombstone and ends the cluster that it has created.
/// Blocks; for the pool.
void EndWhatIsLeft(const ExecutionArn& execution, JobStore& jobs, EmrApi& emr, Log& log);

}  // namespace ecm::local_stack
