#include "lambda/scoped_log.h"

namespace ecm::lambda {

void ScopedLog::AddToScope(const JsonObject& fields) {
  for (const auto& field : fields) scope_.emplace(field.key(), field.value());
}

void ScopedLog::Write(LogLevel level, std::string_view message, const JsonObject& fields) {
  JsonObject all = scope_;
  for (const auto& field : fields) all.emplace(field.key(), field.value());
  log_.Write(level, message, all);
}

}  // namespace ecm::lambda
