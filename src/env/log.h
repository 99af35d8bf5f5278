#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "env/clock.h"

namespace ecm {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

/// Structured: a fixed message and fields. Never a credential, a task token or an argument's value.
class Log {
 public:
  virtual ~Log() = default;
  virtual void Write(LogLevel level, std::string_view message, const JsonObject& fields) = 0;

  void Info(std::string_view message, const JsonObject& fields = {}) {
    Write(LogLevel::kInfo, message, fields);
  }
  void Warning(std::string_view message, const JsonObject& fields = {}) {
    Write(LogLevel::kWarning, message, fields);
  }
};

/// One JSON document a line: {"time", "level", "message", …fields}; what CloudWatch Logs parses.
std::string LogLine(WallTime time, LogLevel level, std::string_view message,
                    const JsonObject& fields);

/// For callers that have nobody to tell.
class NullLog : public Log {
 public:
  void Write(LogLevel /*level*/, std::string_view /*message*/,
             const JsonObject& /*fields*/) override {}
};

}  // namespace ecm
