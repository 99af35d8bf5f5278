#pragma once

#include <optional>

#include "emr_model/cluster.h"

// Records as documents, `v` 1. What is empty is left out.

namespace ecm::emr_model {

/// Without its steps, which are documents of their own, and without what a process keeps for itself
/// alone: timings, what is due, open processes.
JsonObject ToJson(const ClusterRecord& cluster);
/// kInternal for a version or a state that this program does not know.
Result<ClusterRecord> ClusterFromJson(Json json);

/// One line of the index that a new process reads instead of the records of clusters that are over.
JsonArray ToLine(const EndedCluster& cluster);
/// Nothing for a line that another version has written: it follows from the records.
std::optional<EndedCluster> EndedClusterFromLine(const Json& line);

JsonObject ToJson(const StepRecord& step);
Result<StepRecord> StepFromJson(const Json& json);

}  // namespace ecm::emr_model
