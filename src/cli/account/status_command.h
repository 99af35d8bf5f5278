#pragma once

#include "cli/account/account.h"
#include "cli/context.h"
#include "cli/exit_code.h"

namespace ecm::cli {

struct StatusOptions {
  AccountOptions account;
  std::string id;
  bool json = false;
};

/// `emrctl status`: one look. Its exit code says whether it could look, not how the job is.
ExitCode RunStatus(const Account& account, const StatusOptions& options, Context& context);

}  // namespace ecm::cli
