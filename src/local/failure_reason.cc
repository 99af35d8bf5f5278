#include "local/failure_reason.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <optional>
#include <vector>

#include "base/text.h"
#include "local/buckets.h"

namespace ecm::local {
namespace {

constexpr std::size_t kMaxReasonBytes = 1024;
constexpr std::string_view kTraceback = "Traceback (most recent call last):";
constexpr std::string_view kMainThread = "Exception in thread \"main\" ";
constexpr std::string_view kNoBucket = "Could not initialize target File System for URI : ";

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

bool IsIndented(std::string_view line) {
  return line.empty() || line.front() == ' ' || line.front() == '\t';
}

/// "SyntaxError: invalid syntax" has no traceback above it when the entry point itself is broken.
bool IsSyntaxError(std::string_view line) {
  return line.starts_with("SyntaxError: ") || line.starts_with("IndentationError: ") ||
         line.starts_with("TabError: ");
}

std::optional<std::size_t> NextUnindented(const std::vector<std::string_view>& lines,
                                          std::size_t after) {
  for (std::size_t at = after + 1; at < lines.size(); ++at) {
    if (!IsIndented(lines[at])) return at;
  }
  return std::nullopt;
}

/// Where the exception that ended the program stands: the first line that is not indented after
/// the last traceback that begins a line (Spark's own log has them inside lines, of tasks that may
/// have been tried again). Nothing without one.
std::optional<std::size_t> PythonException(const std::vector<std::string_view>& lines) {
  for (std::size_t at = lines.size(); at-- > 0;) {
    if (IsSyntaxError(lines[at])) return at;
    if (!lines[at].starts_with(kTraceback)) continue;
    return NextUnindented(lines, at);
  }
  return std::nullopt;
}

std::optional<std::size_t> JavaException(const std::vector<std::string_view>& lines) {
  for (std::size_t at = lines.size(); at-- > 0;) {
    // "User application exited with 3" only repeats the exit code of the Python program.
    if (lines[at].starts_with(kMainThread) &&
        lines[at].find("SparkUserAppException") == std::string_view::npos) {
      return at;
    }
  }
  return std::nullopt;
}

/// The line itself, or what others wrap: Py4J ("py4j.protocol.Py4JJavaError: An error occurred
/// while calling o42.csv.", below it ": java.io.IOException: …"), Spark around the exception of a
/// Python worker ("… PythonException: Traceback (most recent call last):").
std::string_view Essence(const std::vector<std::string_view>& lines, std::size_t at) {
  std::string_view line = lines[at];
  if (line.starts_with("py4j.protocol.Py4JJavaError:") && at + 1 < lines.size() &&
      lines[at + 1].starts_with(": ")) {
    line = lines[++at].substr(2);
  }
  if (line.ends_with(kTraceback)) {
    if (const auto inner = NextUnindented(lines, at)) line = lines[*inner];
  }
  if (line.starts_with(kMainThread)) line.remove_prefix(kMainThread.size());
  return line;
}

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

/// Errors that programs print in one line, without an exception.
std::optional<std::size_t> PlainError(const std::vector<std::string_view>& lines) {
  for (std::size_t at = lines.size(); at-- > 0;) {
    const std::string_view line = lines[at];
    if (line.starts_with("Error: ") || line.find(": can't open file '") != std::string_view::npos ||
        line.starts_with("java.lang.OutOfMemoryError")) {
      return at;
    }
  }
  return std::nullopt;
}

/// One log, read for one kind of end.
struct Search {
  std::string_view log_name;
  const std::vector<std::string_view>* lines;
  std::optional<std::size_t> (*find)(const std::vector<std::string_view>&);
};

std::optional<FailureDetails> FromLogs(const FailureEvidence& evidence) {
  const std::vector<std::string_view> out = Lines(evidence.stdout_tail);
  const std::vector<std::string_view> err = Lines(evidence.stderr_tail);
  std::vector<Search> searches{{"stderr", &err, JavaException}};
  // An exception that ends Python gives 1; with another code the traceback was only printed.
  if (evidence.exit_code == 1) {
    searches.push_back({"stdout", &out, PythonException});
    searches.push_back({"stderr", &err, PythonException});
  }
  searches.push_back({"stdout", &out, PlainError});
  searches.push_back({"stderr", &err, PlainError});
  for (const auto& [log_name, lines, find] : searches) {
    const auto at = find(*lines);
    if (!at) continue;
    const std::string_view line = Essence(*lines, *at);
    const std::string text = TruncateUtf8(ToOneLine(line), kMaxReasonBytes);
    return FailureDetails{KnownReason(line, evidence.buckets).value_or(text), text,
                          std::string(log_name)};
  }
  return std::nullopt;
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
  return {std::string(kUnknownError), "", ""};
}

}  // namespace ecm::local
