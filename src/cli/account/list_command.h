#pragma once

#include "cli/account/account.h"
#include "cli/context.h"
#include "cli/exit_code.h"

namespace ecm::cli {

struct ListOptions {
  AccountOptions account;
  std::size_t limit = 20;
  std::string state;  ///< "running", "timed-out" …; "" for all
  bool json = false;
};

/// The names that `--state` takes.
inline constexpr const char* kListStates[] = {"running", "succeeded", "failed", "timed-out",
                                              "aborted"};

/// `emrctl list`: the executions of the stack, the newest first, with their clusters.
ExitCode RunList(const Account& account, const ListOptions& options, Context& context);

}  // namespace ecm::cli
