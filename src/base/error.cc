#include "base/error.h"

#include <array>

namespace ecm {
namespace {

constexpr std::array<std::pair<ErrorKind, std::string_view>, 9> kNames = {{
    {ErrorKind::kInvalidJob, "InvalidJob"},
    {ErrorKind::kAccessDenied, "AccessDenied"},
    {ErrorKind::kThrottled, "Throttled"},
    {ErrorKind::kUnavailable, "Unavailable"},
    {ErrorKind::kUnknownOutcome, "UnknownOutcome"},
    {ErrorKind::kNotFound, "NotFound"},
    {ErrorKind::kConflict, "Conflict"},
    {ErrorKind::kNoCapacity, "NoCapacity"},
    {ErrorKind::kInternal, "InternalError"},
}};

}  // namespace

std::string_view ErrorName(ErrorKind kind) {
  for (const auto& [candidate, name] : kNames) {
    if (candidate == kind) return name;
  }
  return "InternalError";
}

std::optional<ErrorKind> ErrorKindFromName(std::string_view name) {
  for (const auto& [kind, candidate] : kNames) {
    if (candidate == name) return kind;
  }
  return std::nullopt;
}

}  // namespace ecm
