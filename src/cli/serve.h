#pragma once

#include "cli/context.h"
#include "cli/exit_code.h"
#include "cli/serve_command.h"

namespace ecm::cli {

/// Runs the local stack behind an HTTP endpoint until SIGINT or SIGTERM. The first line on standard
/// output is ListeningLine.
ExitCode ServeLocally(const ServePlan& plan, Context& context);

}  // namespace ecm::cli
