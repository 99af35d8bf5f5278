#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cli/account/account.h"
#include "cli/account/direct_command.h"
#include "cli/account/list_command.h"
#include "cli/account/logs_command.h"
#include "cli/account/start.h"
#include "cli/account/status_command.h"
#include "cli/account/stop_command.h"
#include "cli/account/sweep_command.h"
#include "cli/account/terminate_command.h"
#include "cli/account/watch.h"
#include "cli/context.h"
#include "cli/exit_code.h"
#include "store/job_store.h"

namespace ecm::cli {

/// The commands that drive an account, as the command line fills them.
struct AccountCommands {
  StartOptions start;
  StatusOptions status;
  WatchOptions watch;
  ListOptions list;
  LogsOptions logs;
  StopOptions stop;
  TerminateOptions terminate;
  SweepOptions sweep;
};

/// An account with all that it is made of.
class OpenedAccount {
 public:
  virtual ~OpenedAccount() = default;
  virtual const Account& account() const = 0;
  /// The jobs of a deployed stack.
  virtual JobStore& Jobs(const std::string& table, const std::string& stage) = 0;
};
/// `region` is that of the job or of the ARN that was given: used where the options name none.
using OpenAccount = std::function<Result<std::unique_ptr<OpenedAccount>>(
    const AccountOptions& options, const Region& region, Context& context)>;

void AddAccountCommands(CLI::App& app, AccountCommands& commands);

/// --region, --profile, --endpoint-url, --stage, --state-machine
void AddAccountOptions(CLI::App& command, AccountOptions& options);

/// What `start` and `run` have in common.
void AddStartOptions(CLI::App& command, StartOptions& options);

/// The command that was given; nothing where it is none of these.
std::optional<ExitCode> RunAccountCommand(const CLI::App& app, const AccountCommands& commands,
                                          const OpenAccount& open, Context& context);

/// `emrctl run` on an account: start, then watch.
ExitCode RunStartAndWatch(const StartOptions& options, const OpenAccount& open, Context& context);
/// `emrctl run --direct`
ExitCode RunDirectly(const DirectOptions& options, const OpenAccount& open, Context& context);

}  // namespace ecm::cli
