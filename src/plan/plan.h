#pragma once

#include <string>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "base/time.h"
#include "job/job.h"

namespace ecm {

/// What a deployed stack knows better than a job: read once, from the environment of the function
/// or from the laptop's defaults.
struct StackConfig {
  std::string stage = "dev";  ///< [a-z0-9-]{1,16}; in every name and tag
  Region region;              ///< where the stack is
  std::string log_bucket;     ///< "": clusters without logs unless the job names a bucket
  std::string subnet;
  std::string service_role = "EMR_DefaultRole";
  std::string instance_profile = "EMR_EC2_DefaultRole";
};

/// Who runs the job: from the context object of the state machine.
struct ExecutionIdentity {
  ExecutionArn arn;
  std::string name;  ///< at most 80 characters
  WallTime started{};
};

/// Everything that follows from a job, before anything is done.
struct Plan {
  Json request;              ///< RunJobFlow, exact
  std::string cluster_name;  ///< ecm-{stage}-{job}[-{resource}]-{execution}, ≤ 256 characters
  std::vector<std::string> step_names;
  Region region;
  std::string log_uri;  ///< "s3://bucket/prefix/", "" without logs
  WallTime deadline{};
  WallTime start_deadline{};
};

/// Pure. Errors are kInvalidJob: no region anywhere, a region other than the stack's, overrides
/// that would break a promise.
Result<Plan> MakePlan(const Job& job, const StackConfig& stack, const ExecutionIdentity& execution);

/// The beginning of the names of every cluster and step of a stage: "ecm-{stage}-".
std::string NamePrefix(const std::string& stage);

/// The name of a stage's state machine: "ecm-{stage}". Whoever deploys it and whoever asks for it
/// derives it here.
std::string StateMachineName(const std::string& stage);

}  // namespace ecm
