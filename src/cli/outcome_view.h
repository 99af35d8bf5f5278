#pragma once

#include <vector>

#include "base/json.h"
#include "cli/console.h"
#include "local_stack/outputs.h"

namespace ecm::cli {

/// The verdict and, after a failure, what happened and what to do; where the logs lie.
/// `log_folder` is "" without logs.
void PrintOutcome(const Json& outcome, const std::string& log_folder, Console& console);

/// Where the results are and how they begin.
void PrintOutputs(const std::vector<local_stack::Output>& outputs, Console& console);

}  // namespace ecm::cli
