#pragma once

#include "cli/account/account.h"
#include "cli/account/watch.h"
#include "cli/context.h"
#include "cli/exit_code.h"

namespace ecm::cli {

struct StopOptions {
  AccountOptions account;
  std::string id;
  std::string cause;
  bool wait = false;
  bool json = false;
};

/// `emrctl stop`: ends the execution; its cluster is ended by the stack's sweep. With `wait` it
/// returns when the cluster is gone, or kCleanupUnverified where it is not in half an hour.
ExitCode RunStop(const Account& account, const StopOptions& options, const Interrupted& interrupted,
                 Context& context);

}  // namespace ecm::cli
