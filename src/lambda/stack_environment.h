#pragma once

#include <string>

#include "base/result.h"
#include "env/environment.h"
#include "plan/plan.h"

namespace ecm::lambda {

/// What a deployed stack tells its functions: the same variables for each of them.
///
/// | variable             | required | meaning                                                  |
/// | -------------------- | -------- | -------------------------------------------------------- |
/// | ECM_STAGE            | yes      | of every name and tag: 1 to 16 of a-z, 0-9, -            |
/// | ECM_JOB_TABLE        | yes      | DynamoDB table of the jobs                               |
/// | AWS_REGION           | yes      | where the stack is; Lambda sets it                       |
/// | ECM_TOPIC_ARN        | yes      | SNS topic on which the sweep tells people                |
/// | ECM_LOG_BUCKET       | no       | for clusters whose job names none                        |
/// | ECM_SUBNET           | no       | for clusters whose job names none                        |
/// | ECM_SERVICE_ROLE     | no       | of clusters; EMR_DefaultRole                             |
/// | ECM_INSTANCE_PROFILE | no       | of clusters; EMR_EC2_DefaultRole                         |
struct StackEnvironment {
  StackConfig stack;
  std::string job_table;
  std::string topic_arn;
};

/// kInvalidJob names every variable that is wrong, and what it must be. An empty one counts as not
/// set.
Result<StackEnvironment> ReadStackEnvironment(const Environment& environment);

}  // namespace ecm::lambda
