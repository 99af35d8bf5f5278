#pragma once

#include <CLI/App.hpp>

#include "cli/console.h"

namespace ecm::cli {

/// Says what is wrong with a command line that `app` has refused, and what may have been meant: the
/// option or command with nearly that name, or the help of a command that wants another one.
void ExplainUsage(const CLI::App& app, const CLI::ParseError& error, Console& console);

}  // namespace ecm::cli
