#pragma once

#include <chrono>

#include "base/json.h"
#include "sim/services/door.h"

namespace ecm::sim {

struct DrawnJob {
  Json description;
  /// Until it must be over, counted from its start: the later of its two limits.
  Duration limit{};
};

/// A job as people write them, with limits from minutes to hours; now and then one with a mistake.
DrawnJob DrawJob(Core core);

}  // namespace ecm::sim
