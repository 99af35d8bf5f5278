#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace ecm::sim {

/// A bucket of calls: what is taken comes back at a steady rate, up to `burst`.
class TokenBucket {
 public:
  TokenBucket(double per_second, double burst)
      : per_second_(per_second), burst_(burst), tokens_(burst) {}
  /// False, and nothing is taken, where less than one is left. Time must not go back.
  bool Take(WallTime now);

 private:
  double per_second_;
  double burst_;
  double tokens_;
  std::optional<WallTime> filled_;
};

/// What Amazon EMR lets one account do in one region, by default (facts: EMR API, quotas): a bucket
/// for each operation, one that all of them share, and how many clusters may be active.
class EmrQuotas {
 public:
  static constexpr std::size_t kActiveClusters = 500;

  /// `share` of the rates and bursts is what other users of the account leave: 0 … 1.
  explicit EmrQuotas(double share = 1);

  /// What EMR answers to this call in place of doing it; nothing where the call may pass. The
  /// shared bucket pays for calls that their own bucket refuses: nobody has published that it does
  /// not, and it is the harder case.
  std::optional<Error> Refuse(std::string_view operation, std::size_t active_clusters,
                              WallTime now);

 private:
  double share_;
  TokenBucket account_;
  std::map<std::string, TokenBucket, std::less<>> operations_;
};

}  // namespace ecm::sim
