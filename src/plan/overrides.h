#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "job/job.h"

namespace ecm {

/// `base` with the job's tags and `emr_overrides` merged in (RFC 7396; tags by key: the overrides'
/// win over the job's, ours over both). kInvalidJob where that would break a promise: the cluster's
/// name, its steps, our tags, and that it ends with its last step.
Result<Json> WithOverrides(const JsonObject& base, const Job& job);

}  // namespace ecm
