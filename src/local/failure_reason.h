#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace ecm::local {

/// What is left of a step that failed.
struct FailureEvidence {
  int exit_code = 0;
  int signal = 0;
  std::string_view stdout_tail;  ///< with the traceback of a Python driver: Spark puts it there
  std::string_view stderr_tail;
  std::filesystem::path buckets;  ///< DIR/s3, for what to do about a missing bucket
};

/// FailureDetails of EMR (facts: EMR API §3).
struct FailureDetails {
  std::string reason;   ///< "Unknown Error." where nothing was found
  std::string message;  ///< the line of the log that tells, "" where there is none
  std::string log;      ///< "stdout" or "stderr": where that line stands, "" where there is none
};

/// EMR finds the reason of a failed step by scanning its logs, and so do we: the exception that
/// ended the Python program or the JVM, the signal that killed it.
FailureDetails ExplainFailure(const FailureEvidence& evidence);

inline constexpr std::string_view kUnknownError = "Unknown Error.";

}  // namespace ecm::local
