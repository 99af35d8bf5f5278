#include "lifecycle/schedule.h"

#include <algorithm>

#include "lifecycle/document.h"

namespace ecm::lifecycle {

void AddSchedule(JsonObject& document, const JobRecord& record, bool started, const Ports& ports) {
  const WallTime now = ports.clock.Wall();
  // Just past the deadline, so that the look that follows finds it passed.
  constexpr Duration kPast = std::chrono::seconds{2};
  Duration heartbeat = std::min(ports.patience.backstop, record.deadline - now + kPast);
  const bool looks_itself = !started && !ports.patience.sweep_watches_starts;
  if (looks_itself) heartbeat = std::min(heartbeat, record.start_deadline - now + kPast);
  document["heartbeat_seconds"] = ToWaitSeconds(heartbeat);
  document["wait_seconds"] = ToWaitSeconds(ports.patience.look_again);
}

}  // namespace ecm::lifecycle
