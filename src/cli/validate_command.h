#pragma once

#include "cli/context.h"
#include "cli/exit_code.h"
#include "cli/options.h"
#include "job/job.h"

namespace ecm::cli {

/// Reads each file and says all that is wrong with it; kInvalid if anything is.
ExitCode RunValidate(const ValidateOptions& options, Context& context);

/// "FILE: /pointer: message" on `err`, one line each.
void PrintProblems(const std::string& file, const JobReading& reading, Context& context);

}  // namespace ecm::cli
