#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "env/clock.h"
#include "env/environment.h"
#include "env/log.h"
#include "env/random.h"

namespace ecm {

/// Stands still until it is told to go on; sleeping moves it.
class ManualClock : public Clock {
 public:
  /// 2026-01-02T03:04:05Z unless told otherwise.
  explicit ManualClock(WallTime start = WallTime{std::chrono::seconds{1767323045}});
  WallTime Wall() const override { return wall_; }
  MonoTime Mono() const override { return mono_; }
  void SleepFor(Duration delay) override { Advance(delay); }
  void Advance(Duration by);
  /// The wall clock alone jumps, as after a thaw or a correction.
  void JumpWall(Duration by) { wall_ += by; }

 private:
  WallTime wall_;
  MonoTime mono_{};
};

class RecordingLog : public Log {
 public:
  void Write(LogLevel level, std::string_view message, const JsonObject& fields) override;
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  std::vector<std::string> lines_;
};

class MapEnvironment : public Environment {
 public:
  explicit MapEnvironment(std::map<std::string, std::string> variables)
      : variables_(std::move(variables)) {}
  std::optional<std::string> Get(const std::string& name) const override;

 private:
  std::map<std::string, std::string> variables_;
};

}  // namespace ecm
