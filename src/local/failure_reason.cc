#include "local/failure_reason.h"

#include <fmt/format.h>

#include <csignal>
#include <optional>

#include "base/text.h"
#include "diagnose/log_cause.h"
#include "local/buckets.h"

namespace ecm::local {
namespace {

constexpr std::string_view kNoBucket = "Could not initialize target File System for URI : ";

std::optional<std::string> MissingBucket(std::string_view line,
                                         const std::filesystem::path& buckets) {
  const std::size_t at = line.find(kNoBucket);
  if (at == std::string_view::npos) return std::nullopt;
  const auto uri = ParseS3Uri(line.substr(at + kNoBucket.size()));
  if (!uri) return std::nullopt;
  return Buckets(buckets).NoSuchBucket(uri->bucket).message;
}

std::optional<std::string> KnownReason(std::string_view line,
                                       const std::filesystem::path& buckets) {
  if (auto missing = MissingBucket(line, buckets)) return missing;
  if (line.find("FileAlreadyExistsException") != std::string_view::npos ||
      line.find("[PATH_ALREADY_EXISTS]") != std::string_view::npos) {
    return "Output directory already exists.";
  }
  if (line.find("java.lang.OutOfMemoryError") != std::string_view::npos) {
    return "The JVM ran out of memory: " + ToOneLine(line);
  }
  return std::nullopt;
}

std::string SignalText(int signal) {
  switch (signal) {
    case SIGKILL:
      return "SIGKILL (9); the system does that to who takes too much memory";
    case SIGTERM:
      return "SIGTERM (15)";
    case SIGSEGV:
      return "SIGSEGV (11)";
    case SIGABRT:
      return "SIGABRT (6)";
    default:
      return fmt::format("signal {}", signal);
  }
}

std::optional<FailureDetails> FromLogs(const FailureEvidence& evidence) {
  const auto cause = FindLogCause({evidence.stdout_tail, evidence.stderr_tail, evidence.exit_code});
  if (!cause) return std::nullopt;
  return FailureDetails{KnownReason(cause->line, evidence.buckets).value_or(cause->line),
                        cause->line, cause->log};
}

}  // namespace

FailureDetails ExplainFailure(const FailureEvidence& evidence) {
  if (evidence.signal != 0) {
    return {"The step's process was killed by " + SignalText(evidence.signal) + ".", "", ""};
  }
  if (auto details = FromLogs(evidence)) return *std::move(details);
  // A shell and Spark both say 128 + signal for a program of theirs that was killed.
  for (const int signal : {SIGKILL, SIGTERM, SIGSEGV, SIGABRT}) {
    if (evidence.exit_code == 128 + signal) {
      return {"A process of the step was killed by " + SignalText(signal) + ".", "", ""};
    }
  }
  return {std::string(kUnknownError),
          fmt::format("The step's process ended with exit code {}.", evidence.exit_code), ""};
}

}  // namespace ecm::local
