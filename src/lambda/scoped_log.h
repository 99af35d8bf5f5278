#pragma once

#include <string_view>
#include <utility>

#include "env/log.h"

namespace ecm::lambda {

/// Adds the same fields to each line: whose invocation it is. A caller's field of the same name
/// does not replace them.
class ScopedLog : public Log {
 public:
  ScopedLog(Log& log, JsonObject scope) : log_(log), scope_(std::move(scope)) {}
  /// From now on these too, where there is no field of that name yet.
  void AddToScope(const JsonObject& fields);
  void Write(LogLevel level, std::string_view message, const JsonObject& fields) override;

 private:
  Log& log_;
  JsonObject scope_;
};

/// Speaks to the log of whoever is served now; to nobody before the first.
class SwitchedLog : public Log {
 public:
  void SwitchTo(Log& log) { log_ = &log; }
  void Write(LogLevel level, std::string_view message, const JsonObject& fields) override {
    if (log_ != nullptr) log_->Write(level, message, fields);
  }

 private:
  Log* log_ = nullptr;
};

}  // namespace ecm::lambda
