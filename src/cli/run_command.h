#pragma once

#include "cli/context.h"
#include "cli/exit_code.h"
#include "cli/options.h"

namespace ecm::cli {

/// Runs one job through the state machine to its end, with progress, and says how it went.
ExitCode RunJob(const RunOptions& options, Context& context);

}  // namespace ecm::cli
