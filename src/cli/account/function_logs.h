#pragma once

#include "cli/account/logs_command.h"

namespace ecm::cli {

/// `emrctl logs --stream functions`: the lines of the stack's functions that name an execution, in
/// order of time, each the JSON document that the function wrote.
ExitCode PrintFunctionLogs(const Account& account, const NamedExecution& execution,
                           const LogsOptions& options, Context& context);

}  // namespace ecm::cli
