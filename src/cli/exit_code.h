#pragma once

#include "base/error.h"
#include "lifecycle/verdict.h"

namespace ecm::cli {

/// The contract with scripts; documented in the README.
enum class ExitCode : int {
  kSuccess = 0,
  kToolError = 1,
  kInvalid = 2,  ///< the job description or the command line
  kJobFailed = 3,
  kAccessDenied = 4,
  kNoCapacity = 5,
  kOutOfTime = 6,
  kCancelled = 7,
  kCleanupUnverified = 8,
  kInterrupted = 130,  ///< Ctrl-C ended the watching, not the job
};

ExitCode ExitCodeOf(lifecycle::Verdict verdict);
ExitCode ExitCodeOf(const Error& error);

}  // namespace ecm::cli
