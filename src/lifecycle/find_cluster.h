#pragma once

#include <optional>

#include "aws/emr_client.h"
#include "lifecycle/ports.h"

namespace ecm::lifecycle {

/// R-NAME (facts: faults): looks for the cluster of an execution whose RunJobFlow had an unknown
/// outcome, by its name, on all pages of a window around the attempts. Of several the oldest is
/// the job's; the others are ended.
Result<std::optional<ClusterId>> FindClusterByName(const JobRecord& record, Ports& ports);

}  // namespace ecm::lifecycle
