#pragma once

#include "cli/context.h"
#include "cli/exit_code.h"

namespace ecm::cli {

/// Says why a command ends before it has begun.
inline ExitCode Refuse(const Error& error, Context& context) {
  context.console.Err("emrctl: " + error.message);
  return ExitCodeOf(error);
}

}  // namespace ecm::cli
