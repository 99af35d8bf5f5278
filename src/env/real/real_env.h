#pragma once

#include <array>
#include <cstdio>
#include <mutex>

#include "env/clock.h"
#include "env/environment.h"
#include "env/log.h"
#include "env/random.h"

namespace ecm {

class SystemClock : public Clock {
 public:
  WallTime Wall() const override;
  MonoTime Mono() const override;
  void SleepFor(Duration delay) override;
};

/// The kernel's generator (getrandom), asked for many numbers at once; thread-safe. A copy of the
/// process (fork) would draw the same ones: children are programs of their own here.
class SystemRandom : public Random {
 public:
  std::uint64_t Next() override;

 private:
  std::mutex mutex_;
  std::array<std::uint64_t, 32> drawn_{};  ///< as many as getrandom surely gives in one call
  std::size_t left_ = 0;
};

class ProcessEnvironment : public Environment {
 public:
  std::optional<std::string> Get(const std::string& name) const override;
};

/// JSON lines on a stream that stays open; lines of several threads do not mix.
class StreamLog : public Log {
 public:
  StreamLog(std::FILE* stream, const Clock& clock, LogLevel least)
      : stream_(stream), clock_(clock), least_(least) {}
  void Write(LogLevel level, std::string_view message, const JsonObject& fields) override;

 private:
  std::FILE* stream_;
  const Clock& clock_;
  LogLevel least_;
};

}  // namespace ecm
