#pragma once

#include "emr_model/cluster.h"

// Records as documents, `v` 1. What is empty is left out.

namespace ecm::emr_model {

/// Without its steps, which are documents of their own, and without what a process keeps for itself
/// alone: timings, what is due, open processes.
JsonObject ToJson(const ClusterRecord& cluster);
/// kInternal for a version or a state that this program does not know.
Result<ClusterRecord> ClusterFromJson(Json json);

JsonObject ToJson(const StepRecord& step);
Result<StepRecord> StepFromJson(Json json);

}  // namespace ecm::emr_model
