#pragma once

#include <map>
#include <string>

#include "base/json.h"

namespace ecm::lifecycle {

/// deploy/state_machine.asl.json, which is built into every program, with its ${placeholders}
/// replaced: partition, topic, and a function for each of submit, await, inspect, release, report.
/// kInternal for a placeholder without a value.
Result<Json> ShippedDefinition(const std::map<std::string, std::string>& values);

}  // namespace ecm::lifecycle
