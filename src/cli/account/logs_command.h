#pragma once

#include "cli/account/account.h"
#include "cli/context.h"
#include "cli/exit_code.h"

namespace ecm::cli {

struct LogsOptions {
  AccountOptions account;
  std::string id;
  std::string stream;    ///< "" for stdout and stderr of the steps
  std::size_t tail = 0;  ///< the last lines of each; 0 for as many as fit
};

/// The names that `--stream` takes.
inline constexpr const char* kLogStreams[] = {"stdout", "stderr", "controller", "driver",
                                              "functions"};

/// `emrctl logs`: what the steps of a job have logged, out of its log bucket, on standard output;
/// or what the stack's functions have logged about it.
ExitCode RunLogs(const Account& account, const LogsOptions& options, Context& context);

}  // namespace ecm::cli
