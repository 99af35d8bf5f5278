#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "job/job.h"
#include "plan/plan.h"

namespace ecm {

/// EMR's bound on the names of clusters and steps, in characters.
inline constexpr std::size_t kMaxName = 256;

/// Letters, digits and . _ - of `text`; every run of other characters becomes one '-', none at the
/// ends. Names are matched by events and shown in consoles: they stay plain.
std::string ToNamePart(std::string_view text);

/// ecm-{stage}-{job}[-{resource}]-{execution}. The execution's name is always whole, because the
/// cluster is found by it; the resource gives way first.
std::string ClusterName(const Job& job, const std::string& stage, const std::string& execution);

/// ecm-{stage}-{job}
std::string StepName(const Job& job, const std::string& stage);

/// The DynamoDB table of a stage's jobs: "ecm-{stage}-jobs".
std::string JobTableName(const std::string& stage);

/// Stage and execution are ours to get right: kInternal if they are not fit for names.
Result<void> CheckIdentity(const StackConfig& stack, const ExecutionIdentity& execution);

}  // namespace ecm
