#include "aws_client/retry.h"

#include <algorithm>

namespace ecm::aws_client {

Duration PauseLimit(const RetryPolicy& policy, int attempt, bool throttled) {
  Duration limit = throttled ? policy.throttled_base : policy.base;
  for (int n = 2; n < attempt && limit < policy.cap; ++n) limit *= 2;
  return std::min(limit, policy.cap);
}

bool MayRepeat(ErrorKind kind, Repeat repeat) {
  if (kind == ErrorKind::kThrottled || kind == ErrorKind::kUnavailable) return true;
  return kind == ErrorKind::kUnknownOutcome && repeat == Repeat::kSafe;
}

bool RetryBudget::Take() {
  const std::scoped_lock lock(mutex_);
  if (tokens_ < kCost) return false;
  tokens_ -= kCost;
  return true;
}

void RetryBudget::GiveBack() {
  const std::scoped_lock lock(mutex_);
  tokens_ = std::min(all_, tokens_ + kGain);
}

}  // namespace ecm::aws_client
