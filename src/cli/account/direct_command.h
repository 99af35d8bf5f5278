#pragma once

#include "cli/account/account.h"
#include "cli/account/start.h"
#include "cli/context.h"
#include "cli/exit_code.h"

namespace ecm::cli {

struct DirectOptions {
  StartOptions start;
  bool verbose = false;
};

/// `emrctl run --direct`: no deployed stack is needed. The state machine runs in this process and
/// drives the account's EMR; what it knows is in a folder of its own below the state folder, named
/// after the execution: the same --id goes on with what a process that was killed has left.
ExitCode RunDirect(const Account& account, const DirectOptions& options, const ReadyJob& job,
                   Context& context);

}  // namespace ecm::cli
