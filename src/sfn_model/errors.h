#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

// What Step Functions says to a request that it refuses, in its words.

namespace ecm::sfn_model {

inline std::unexpected<Error> Invalid(std::string_view code, std::string message) {
  return Fail(ErrorKind::kInvalidJob, std::move(message), std::string(code));
}

inline std::unexpected<Error> ValidationError(std::string message) {
  return Invalid("ValidationException", std::move(message));
}

inline std::unexpected<Error> InvalidArn(const std::string& why) {
  return Invalid("InvalidArn", "Invalid Arn: '" + why + "'");
}

inline std::unexpected<Error> InvalidName(const std::string& name) {
  return Invalid("InvalidName", "Invalid Name: '" + name + "'");
}

inline std::unexpected<Error> UnknownStateMachine(const std::string& arn) {
  return Fail(ErrorKind::kNotFound, "State Machine Does Not Exist: '" + arn + "'",
              "StateMachineDoesNotExist");
}

inline std::unexpected<Error> UnknownExecution(const std::string& arn) {
  return Fail(ErrorKind::kNotFound, "Execution Does Not Exist: '" + arn + "'",
              "ExecutionDoesNotExist");
}

inline std::unexpected<Error> DeletingStateMachine(const std::string& arn) {
  return Fail(ErrorKind::kConflict, "State Machine is Deleting: '" + arn + "'",
              "StateMachineDeleting");
}

}  // namespace ecm::sfn_model
