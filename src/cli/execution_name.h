#pragma once

#include <string>

#include "env/clock.h"
#include "env/random.h"

namespace ecm::cli {

/// "20261122-131454-4f2a": when it was started, told apart from its twins.
std::string NewExecutionName(const Clock& clock, Random& random);

}  // namespace ecm::cli
