#pragma once

#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"

// Names and ARNs of state machines and executions.

namespace ecm::sfn_model {

/// What stands before the names in every ARN of one account.
struct Place {
  std::string partition;
  Region region;
  std::string account;
};

std::string StateMachineArn(const Place& place, std::string_view name);
std::string ExecutionArnOf(const Place& place, std::string_view machine, std::string_view name);
std::string RoleArn(const Place& place, std::string_view name);

/// What follows the type in an ARN of Step Functions: "arn:aws:states:eu-west-1:1:execution:a:b"
/// read as an "execution" is "a:b". InvalidArn for anything else.
Result<std::string> ReadArn(std::string_view arn, std::string_view type);

/// InvalidName for a name with a character that the service does not have in names (API reference,
/// StartExecution). Lengths are the shapes' matter.
Result<void> CheckName(std::string_view name);

/// Whether a region can stand in an ARN: lower-case letters, digits and hyphens.
bool IsRegionName(std::string_view region);

}  // namespace ecm::sfn_model
