#include "env/log.h"

namespace ecm {
namespace {

std::string_view Name(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "DEBUG";
    case LogLevel::kInfo:
      return "INFO";
    case LogLevel::kWarning:
      return "WARNING";
    case LogLevel::kError:
      return "ERROR";
  }
  return "ERROR";
}

}  // namespace

std::string LogLine(WallTime time, LogLevel level, std::string_view message,
                    const JsonObject& fields) {
  JsonObject line{{"time", ToIso8601(time)}, {"level", Name(level)}, {"message", message}};
  for (const auto& field : fields) line.emplace(field.key(), field.value());
  return ToText(line);
}

}  // namespace ecm
