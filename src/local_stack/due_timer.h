#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <optional>

#include "base/time.h"
#include "env/clock.h"

namespace ecm::local_stack {

/// Wakes a model when its next transition is due.
class DueTimer {
 public:
  DueTimer(boost::asio::io_context& io, const Clock& clock, std::function<void()> advance)
      : timer_(io), clock_(clock), advance_(std::move(advance)) {}

  /// Replaces what was armed; nothing: no call until the next Arm.
  void Arm(std::optional<WallTime> due);

 private:
  boost::asio::steady_timer timer_;
  const Clock& clock_;
  std::function<void()> advance_;
  std::optional<WallTime> armed_;
};

}  // namespace ecm::local_stack
