#pragma once

#include "emr_model/cluster.h"

// The bootstrap actions of a cluster: what the runner gets, and what EMR says when one fails.

namespace ecm::emr_model {

BootstrapLaunch MakeBootstrapLaunch(const ClusterRecord& cluster);

struct BootstrapFailure {
  StateReason reason;
  JsonArray error_details;  ///< shape ErrorDetailList (facts: EMR API, states)
};

/// Of the action `exit.failed_action`, which is above 0.
BootstrapFailure ExplainBootstrapFailure(const ClusterRecord& cluster, const BootstrapExit& exit);

}  // namespace ecm::emr_model
