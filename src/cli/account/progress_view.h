#pragma once

#include "cli/account/progress.h"
#include "cli/console.h"

namespace ecm::cli {

/// One document: {execution_arn, name, status, started, stopped, state, state_since, cluster,
/// steps, outcome}; what is not known is null.
Json ToJson(const Progress& progress, WallTime now);

/// The same for people: some lines on standard output.
void PrintProgress(const Progress& progress, WallTime now, Console& console);

}  // namespace ecm::cli
