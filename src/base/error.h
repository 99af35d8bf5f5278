#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ecm {

/// What a caller can do about an error. A kind exists only where code reacts to it: the retries
/// and catches of the state machine, the exit codes of emrctl and the error JSON of Lambda are
/// all read from it.
enum class ErrorKind {
  kInvalidJob,      ///< the request can never succeed as it is
  kAccessDenied,    ///< credentials or permissions
  kThrottled,       ///< refused for its rate: surely not applied
  kUnavailable,     ///< surely not applied; may work later
  kUnknownOutcome,  ///< the request may have been applied: look before repeating it
  kNotFound,
  kConflict,    ///< somebody else changed it first
  kNoCapacity,  ///< quota or capacity of the account
  kInternal,    ///< ours: a broken promise, a bug, an unusable machine
};

struct Error {
  ErrorKind kind = ErrorKind::kInternal;
  std::string message;  ///< for people: what happened, to what, what to do next
  std::string code;     ///< the service's own code where one was given ("ValidationException")
};

/// The name under which a state machine sees the error: "InvalidJob", "Throttled", …
std::string_view ErrorName(ErrorKind kind);
/// The inverse of ErrorName; nothing for a name that is not ours.
std::optional<ErrorKind> ErrorKindFromName(std::string_view name);

}  // namespace ecm
