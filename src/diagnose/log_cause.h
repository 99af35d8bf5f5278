#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ecm {

/// The ends of a step's logs. In client mode Spark merges what a Python driver prints on stderr
/// into stdout: the traceback is there.
struct StepLogs {
  std::string_view stdout_tail;
  std::string_view stderr_tail;
  std::optional<int> exit_code;  ///< of the step's process, where it is known
};

struct LogCause {
  std::string line;  ///< one line, at most 1,024 bytes
  std::string log;   ///< "stdout" or "stderr": where it stands
};

/// The line that names why the step failed: the exception that ended the Python program or the JVM,
/// or what a program prints instead; nothing where the logs name none.
std::optional<LogCause> FindLogCause(const StepLogs& logs);

}  // namespace ecm
