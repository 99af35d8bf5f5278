#pragma once

#include "env/clock.h"

namespace ecm::aws_client {

/// Full jitter: before attempt n a random part of min(cap, base · 2^(n-2)). Throttling waits longer
/// than other failures. A budget that all calls of a process share keeps a broken service from
/// being asked twice as often: an attempt that fails costs, a success gives back.
struct RetryPolicy {
  int attempts = 4;  ///< of one call, the first among them
  Duration base = std::chrono::milliseconds{100};
  Duration throttled_base = std::chrono::milliseconds{500};
  Duration cap = std::chrono::seconds{20};
  double budget = 500;
};

}  // namespace ecm::aws_client
