#pragma once

#include <algorithm>
#include <limits>

#include "env/clock.h"

namespace ecm::http {

/// When something must be over, by a clock that goes with real time.
class Deadline {
 public:
  /// Zero: never.
  Deadline(const Clock& clock, Duration timeout)
      : clock_(&clock),
        at_(timeout == Duration::zero() ? MonoTime::max() : clock.Mono() + timeout) {}

  /// Over from the start: what can be done without waiting is done.
  static Deadline AtOnce() { return {}; }

  /// The earlier of this one and `timeout` from now on.
  Deadline Within(Duration timeout) const {
    if (clock_ == nullptr) return *this;
    Deadline inner(*clock_, timeout);
    inner.at_ = std::min(inner.at_, at_);
    return inner;
  }
  /// One of `parts` equal parts of what is left.
  Deadline Share(std::size_t parts) const {
    if (at_ == MonoTime::max() || parts < 2) return *this;
    return Within(std::max(Duration{1}, Left() / static_cast<Duration::rep>(parts)));
  }
  /// For poll(2): -1 for never, 0 where it is over.
  int PollMillis() const {
    if (at_ == MonoTime::max()) return -1;
    constexpr Duration kLongest{std::numeric_limits<int>::max()};
    return static_cast<int>(std::clamp(Left(), Duration{0}, kLongest).count());
  }
  bool Passed() const { return at_ != MonoTime::max() && Left() <= Duration{0}; }

 private:
  Deadline() = default;
  Duration Left() const { return clock_ == nullptr ? Duration{0} : at_ - clock_->Mono(); }

  const Clock* clock_ = nullptr;
  MonoTime at_{};
};

}  // namespace ecm::http
