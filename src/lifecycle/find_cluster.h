#pragma once

#include <optional>
#include <vector>

#include "aws/emr_client.h"
#include "lifecycle/ports.h"

namespace ecm::lifecycle {

/// The clusters that bear the name of this execution's, of all states, oldest first; from all pages
/// of a window around the attempts.
Result<std::vector<ClusterSummary>> ListClustersByName(const JobRecord& record, Ports& ports);

/// R-NAME (facts: faults): looks for the cluster of an execution whose RunJobFlow had an unknown
/// outcome, by its name, on all pages of a window around the attempts. Of several the one that the
/// record names is the job's, or else the oldest; the others are ended.
Result<std::optional<ClusterId>> FindClusterByName(const JobRecord& record, Ports& ports);

}  // namespace ecm::lifecycle
