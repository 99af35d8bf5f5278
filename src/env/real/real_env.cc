#include "env/real/real_env.h"

#include <sys/random.h>

#include <cstdlib>
#include <thread>
#include <utility>

namespace ecm {

WallTime SystemClock::Wall() const {
  return std::chrono::floor<Duration>(std::chrono::system_clock::now());
}

MonoTime SystemClock::Mono() const {
  return MonoTime{
      std::chrono::floor<Duration>(std::chrono::steady_clock::now().time_since_epoch())};
}

void SystemClock::SleepFor(Duration delay) { std::this_thread::sleep_for(delay); }

std::uint64_t SystemRandom::Next() {
  const std::scoped_lock lock(mutex_);
  if (left_ == 0) {
    if (getrandom(drawn_.data(), sizeof drawn_, 0) != static_cast<ssize_t>(sizeof drawn_)) {
      std::fputs("fatal: the kernel gives no random numbers (getrandom failed)\n", stderr);
      std::abort();
    }
    left_ = drawn_.size();
  }
  // Nothing that was drawn stays: it may be somebody's key.
  return std::exchange(drawn_[--left_], 0);
}

std::optional<std::string> ProcessEnvironment::Get(const std::string& name) const {
  const char* text = std::getenv(name.c_str());
  if (text == nullptr) return std::nullopt;
  return std::string(text);
}

void StreamLog::Write(LogLevel level, std::string_view message, const JsonObject& fields) {
  if (level < least_) return;
  const std::string line = LogLine(clock_.Wall(), level, message, fields) + "\n";
  std::fwrite(line.data(), 1, line.size(), stream_);
  std::fflush(stream_);
}

}  // namespace ecm
