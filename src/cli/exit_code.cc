#include "cli/exit_code.h"

namespace ecm::cli {

ExitCode ExitCodeOf(lifecycle::Verdict verdict) {
  using lifecycle::Verdict;
  switch (verdict) {
    case Verdict::kSucceeded:
      return ExitCode::kSuccess;
    case Verdict::kInvalidJob:
      return ExitCode::kInvalid;
    case Verdict::kAccessDenied:
      return ExitCode::kAccessDenied;
    case Verdict::kJobFailed:
      return ExitCode::kJobFailed;
    case Verdict::kNoCapacity:
      return ExitCode::kNoCapacity;
    case Verdict::kOutOfTime:
      return ExitCode::kOutOfTime;
    case Verdict::kCancelled:
      return ExitCode::kCancelled;
    case Verdict::kCleanupUnverified:
      return ExitCode::kCleanupUnverified;
    case Verdict::kInternalError:
      return ExitCode::kToolError;
  }
  return ExitCode::kToolError;
}

ExitCode ExitCodeOf(const Error& error) {
  return ExitCodeOf(lifecycle::VerdictOfError(ErrorName(error.kind)));
}

}  // namespace ecm::cli
