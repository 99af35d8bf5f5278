#include "env/testing/sim_env.h"

namespace ecm {

ManualClock::ManualClock(WallTime start) : wall_(start) {}

void ManualClock::Advance(Duration by) {
  wall_ += by;
  mono_ += by;
}

void RecordingLog::Write(LogLevel level, std::string_view message, const JsonObject& fields) {
  lines_.push_back(LogLine(WallTime{}, level, message, fields));
}

std::optional<std::string> MapEnvironment::Get(const std::string& name) const {
  const auto found = variables_.find(name);
  if (found == variables_.end()) return std::nullopt;
  return found->second;
}

}  // namespace ecm
