#pragma once

#include <string>
#include <vector>

#include "sim/truth/ledger.h"

// The five invariants (docs/simulator.md), each a pure question to the ledger.

namespace ecm::sim {

struct Violation {
  std::string invariant;  ///< "I1" … "I5"
  std::string what;
  bool operator==(const Violation&) const = default;
};

/// Liveness: after the last execution has ended and the last fault has happened every cluster is
/// gone and every job settled within this time. The slowest end of a simulated cluster takes two
/// hours.
inline constexpr Duration kSettleBound = std::chrono::hours{10};
/// A second cluster of one execution is told to end within this time.
inline constexpr Duration kTwinBound = std::chrono::minutes{30};

/// I2, I4 and that the sweep wrongs nobody (I5), cheap enough for every step of the world.
std::vector<Violation> CheckAlways(const Ledger& ledger, WallTime now);
/// I3 and I5, when this execution has ended.
std::vector<Violation> CheckEnded(const Ledger& ledger, std::size_t execution);
/// I1, I4, and what the job store and people know in the end (I3, I5), when nothing more is going
/// to happen.
std::vector<Violation> CheckQuiescent(const Ledger& ledger);

}  // namespace ecm::sim
