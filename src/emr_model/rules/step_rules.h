#pragma once

#include <vector>

#include "emr_model/cluster.h"
#include "env/random.h"

namespace ecm::emr_model {

/// PENDING, RUNNING or CANCEL_PENDING at a time.
inline constexpr std::size_t kMaxActiveSteps = 256;

/// The most step ids or steps in one request: 100 from emr-7.14 on (facts: EMR API, operations).
std::size_t MaxStepsPerRequest(std::pair<int, int> release);

/// Steps out of RunJobFlow or AddJobFlowSteps, with ids, for `cluster`, whose release, concurrency
/// and steps are set. ValidationException for what EMR refuses.
Result<std::vector<StepRecord>> ReadSteps(const JsonArray& configs, const ClusterRecord& cluster,
                                          Random& random);

}  // namespace ecm::emr_model
