#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "aws/emr_api.h"
#include "base/ids.h"
#include "base/result.h"

// What EMR says to a request that it refuses (facts: EMR API, "Known messages"). The old JobFlow
// operations say ValidationException, the newer ones InvalidRequestException.

namespace ecm::emr_model {

/// A refusal with the service's code; its kind follows from code and message.
inline std::unexpected<Error> Refuse(std::string_view code, std::string message) {
  const ErrorKind kind = EmrErrorKind(code, message);
  return Fail(kind, std::move(message), std::string(code));
}

inline std::unexpected<Error> ValidationError(std::string message) {
  return Refuse("ValidationException", std::move(message));
}

inline std::unexpected<Error> InvalidRequest(std::string message) {
  return Refuse("InvalidRequestException", std::move(message));
}

inline std::unexpected<Error> UnknownCluster(std::string_view id) {
  return InvalidRequest("Cluster id '" + std::string(id) + "' is not valid.");
}

inline std::unexpected<Error> UnknownStep(std::string_view id) {
  return InvalidRequest("Step id '" + std::string(id) + "' is not valid.");
}

inline std::unexpected<Error> GroupsAndFleetsExclude() {
  return InvalidRequest("Instance fleets and instance groups are mutually exclusive.");
}

/// Of an operation that is for the other kind of clusters.
inline std::unexpected<Error> GroupsAndFleetsExclude(bool uses_fleets, std::string_view operation,
                                                     std::string_view instead) {
  const std::string kind = uses_fleets ? "instance fleets" : "instance groups";
  return InvalidRequest(
      "Instance fleets and instance groups are mutually exclusive. The EMR cluster specified in "
      "the request uses " +
      kind + ". The " + std::string(operation) + " operation does not support clusters that use " +
      kind + ". Use the " + std::string(instead) + " operation instead.");
}

inline constexpr std::string_view kEndingCluster =
    "A job flow that is shutting down, terminated, or finished may not be modified.";

inline std::unexpected<Error> EndingCluster() {
  return ValidationError(std::string(kEndingCluster));
}

inline bool IsStepConcurrency(std::int64_t level) { return level >= 1 && level <= 256; }
inline constexpr std::string_view kInvalidConcurrency =
    "Invalid step concurrency level. Allowed level is from 1 to 256";

}  // namespace ecm::emr_model
