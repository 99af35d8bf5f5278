#pragma once

#include "cli/context.h"

namespace ecm::cli {

/// Parses the command line and runs the command; answers the process's exit code.
int RunEmrctl(int argc, const char* const* argv, Context& context);

}  // namespace ecm::cli
