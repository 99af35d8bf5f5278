#include "lambda/scoped_log.h"

namespace ecm::lambda {

void ScopedLog::Write(LogLevel level, std::string_view message, const JsonObject& fields) {
  JsonObject all = scope_;
  for (const auto& field : fields) all.emplace(field.key(), field.value());
  log_.Write(level, message, all);
}

}  // namespace ecm::lambda
