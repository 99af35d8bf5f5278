#pragma once

#include <string>

#include "job/job.h"
#include "plan/plan.h"

namespace ecm {

/// What a request is made from: names and times are already decided.
struct RequestParts {
  const Job& job;
  const StackConfig& stack;
  const ExecutionIdentity& execution;
  const std::string& cluster_name;
  const std::string& step_name;
  WallTime deadline{};
};

/// The arguments of command-runner.jar, one element each: no shell ever sees them.
/// Client mode, because its exit code is the driver's and its stderr is the step's (facts: EMR API,
/// command-runner.jar and spark-submit).
std::vector<std::string> SparkSubmitArgs(const Job& job);

/// RunJobFlow before any override.
JsonObject BaseRequest(const RequestParts& parts);

}  // namespace ecm
