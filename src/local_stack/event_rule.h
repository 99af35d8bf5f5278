#pragma once

#include <string>

#include "base/json.h"

namespace ecm::local_stack {

/// The EventBridge rule whose target is wake: terminal states of clusters and steps whose names
/// begin "ecm-{stage}-".
bool WakesJobs(const Json& event, const std::string& stage);

}  // namespace ecm::local_stack
