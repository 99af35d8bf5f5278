#include "lifecycle/turn.h"

#include <algorithm>

namespace ecm::lifecycle {
namespace {

/// Some twelve seconds in a crowd: cheaper than another round of the state machine.
constexpr int kTries = 24;
constexpr std::uint64_t kLongestPauseMs = 800;

/// What the store knows of turns: `started` is when the next one would come if nobody could call at
/// once. It is nobody's job, and never open.
JobRecord NoTurnsYet(const ExecutionArn& key, const Region& region) {
  JobRecord turns;
  turns.execution = key;
  turns.region = region;
  turns.outcome = JsonObject{{"v", 1}, {"turns", "RunJobFlow"}};
  turns.notified = true;
  return turns;
}

}  // namespace

Result<WallTime> DrawTurn(const Region& region, Ports& ports) {
  const Duration every = ports.patience.create_every;
  if (every <= Duration{0}) return ports.clock.Wall();
  const ExecutionArn key("turns:RunJobFlow:" + region.str());
  const Duration at_once = every * (std::max(1, ports.patience.create_at_once) - 1);
  for (int attempt = 0; attempt < kTries; ++attempt) {
    ECM_TRY(const std::optional<JobRecord> stored, ports.jobs.Get(key));
    JobRecord turns = stored ? *stored : NoTurnsYet(key, region);
    const WallTime now = ports.clock.Wall();
    const WallTime last = std::max(now, turns.started);
    turns.started = last + every;
    turns.deadline = turns.start_deadline = turns.started;
    const Result<JobRecord> put = ports.jobs.Put(turns);
    if (put) return std::max(now, last - at_once);
    if (put.error().kind != ErrorKind::kConflict) return Fail(put.error());
    ports.clock.SleepFor(
        Duration{1 + static_cast<std::int64_t>(UniformBelow(ports.random, kLongestPauseMs))});
  }
  return Fail(ErrorKind::kConflict, "too many jobs draw a turn for RunJobFlow at the same moment");
}

}  // namespace ecm::lifecycle
