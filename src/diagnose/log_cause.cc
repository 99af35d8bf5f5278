#include "diagnose/log_cause.h"

#include <vector>

#include "base/text.h"

namespace ecm {
namespace {

constexpr std::size_t kMaxLineBytes = 1024;
constexpr std::string_view kTraceback = "Traceback (most recent call last):";
constexpr std::string_view kMainThread = "Exception in thread \"main\" ";

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

}  // namespace

std::optional<LogCause> FindLogCause(const StepLogs& logs) {
  const std::vector<std::string_view> out = Lines(logs.stdout_tail);
  const std::vector<std::string_view> err = Lines(logs.stderr_tail);
  std::vector<Search> searches{{"stderr", &err, JavaException}};
  // An exception that ends Python gives 1; with another code the traceback was only printed.
  if (logs.exit_code.value_or(1) == 1) {
    searches.push_back({"stdout", &out, PythonException});
    searches.push_back({"stderr", &err, PythonException});
  }
  searches.push_back({"stdout", &out, PlainError});
  searches.push_back({"stderr", &err, PlainError});
  for (const auto& [log_name, lines, find] : searches) {
    const auto at = find(*lines);
    if (!at) continue;
    return LogCause{TruncateUtf8(ToOneLine(Essence(*lines, *at)), kMaxLineBytes),
                    std::string(log_name)};
  }
  return std::nullopt;
}

}  // namespace ecm
