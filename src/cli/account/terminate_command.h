#pragma once

#include "cli/account/account.h"
#include "cli/context.h"
#include "cli/exit_code.h"

namespace ecm::cli {

struct TerminateOptions {
  AccountOptions account;
  std::string id;      ///< a cluster's id, or an execution's name or ARN
  bool any = false;    ///< also a cluster that is not of this stage
  bool force = false;  ///< lifts termination protection
  bool json = false;
};

/// `emrctl terminate`: ends a cluster, at once. Its job, where it has one, ends as Cancelled.
ExitCode RunTerminate(const Account& account, const TerminateOptions& options, Context& context);

}  // namespace ecm::cli
