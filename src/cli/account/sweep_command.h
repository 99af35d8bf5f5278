#pragma once

#include <string>

#include "cli/account/account.h"
#include "cli/context.h"
#include "cli/exit_code.h"
#include "store/job_store.h"

namespace ecm::cli {

struct SweepOptions {
  AccountOptions account;
  bool dry_run = false;
  std::string table;  ///< of the jobs; "" derives the name from the stage
  bool json = false;
};

/// `emrctl sweep --dry-run`: what the stack's sweep would do now. Nothing is changed.
ExitCode RunSweep(const Account& account, JobStore& jobs, const SweepOptions& options,
                  Context& context);

}  // namespace ecm::cli
