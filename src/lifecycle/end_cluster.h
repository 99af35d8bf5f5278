#pragma once

#include "aws/emr_client.h"
#include "env/log.h"

namespace ecm::lifecycle {

/// Asks EMR to end a cluster that was just described; its protection is lifted first where it has
/// one. False: EMR refused for the cluster's state ("shutting down", "termination protected"), so
/// that it has changed since it was described and the next look decides.
Result<bool> EndCluster(EmrClient& emr, const Cluster& cluster, Log& log);

}  // namespace ecm::lifecycle
