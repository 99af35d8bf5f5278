#pragma once

#include <functional>

#include "cli/account/account.h"
#include "cli/account/progress.h"
#include "cli/context.h"
#include "cli/exit_code.h"

namespace ecm::cli {

struct WatchOptions {
  AccountOptions account;
  std::string id;
  bool json = false;
};

/// How often AWS is asked, and for how long nobody minds that it does not answer. EMR gives a whole
/// account five calls a second: a watcher is slower the longer the job takes.
struct WatchPace {
  Duration shortest = std::chrono::seconds{5};
  Duration longest = std::chrono::seconds{30};
  Duration longest_throttled = std::chrono::seconds{60};
  /// An account that cannot be reached for so long ends the watching.
  Duration patience = std::chrono::minutes{10};
  /// The cluster of an execution that was stopped must be on its way out within it.
  Duration cleanup = std::chrono::minutes{15};
};

using Interrupted = std::function<bool()>;

/// Shows an execution until it is over; nothing where it was interrupted before. Errors that pass
/// are waited out.
Result<std::optional<Progress>> WatchExecution(const Account& account,
                                               const NamedExecution& execution,
                                               const WatchPace& pace,
                                               const Interrupted& interrupted, Context& context);

/// Waits in small pieces, so that Ctrl-C is noticed. `tick` is called about every second.
void Pause(Duration duration, Clock& clock, const Interrupted& interrupted,
           const std::function<void()>& tick);

/// `emrctl watch`: shows the job to its end and answers with the exit code of its outcome. Ctrl-C
/// leaves the job alone.
ExitCode RunWatch(const Account& account, const WatchOptions& options,
                  const Interrupted& interrupted, Context& context);

}  // namespace ecm::cli
