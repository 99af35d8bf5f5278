#pragma once

#include "base/json.h"
#include "lifecycle/ports.h"

namespace ecm::lifecycle {

/// Adds `heartbeat_seconds`, after which Await gives up waiting (the least of backstop, deadline
/// and, where no sweep sees to it, start deadline), and `wait_seconds`, the pause before another
/// look.
void AddSchedule(JsonObject& document, const JobRecord& record, bool started, const Ports& ports);

}  // namespace ecm::lifecycle
