#pragma once

#include <mutex>

#include "env/clock.h"

namespace ecm::aws_client {

/// What may be done when nobody knows whether a call was applied.
enum class Repeat {
  kSafe,    ///< reading, or an operation that is the same twice: tried again
  kLookUp,  ///< never: the caller gets kUnknownOutcome and looks
};

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

/// The longest pause before attempt `attempt` (2 at least).
Duration PauseLimit(const RetryPolicy& policy, int attempt, bool throttled);

/// Whether a call that failed in this way may be made again. What was surely not applied may; what
/// has an unknown outcome only where the operation is the same twice.
bool MayRepeat(ErrorKind kind, Repeat repeat);

/// The shared budget: every further attempt costs kCost of it, every success gives kGain back, up
/// to what there was at first. Safe to use from several threads.
class RetryBudget {
 public:
  static constexpr double kCost = 5;
  static constexpr double kGain = 1;

  explicit RetryBudget(double tokens) : all_(tokens), tokens_(tokens) {}
  /// False where too little is left: then there is no further attempt.
  bool Take();
  void GiveBack();

 private:
  const double all_;
  std::mutex mutex_;
  double tokens_;
};

}  // namespace ecm::aws_client
