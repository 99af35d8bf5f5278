#include "cli/account/status_command.h"

#include "cli/account/progress_view.h"

namespace ecm::cli {

ExitCode RunStatus(const Account& account, const StatusOptions& options, Context& context) {
  const Result<NamedExecution> execution = FindExecution(account, options.account, options.id);
  if (!execution) return RefuseCall(execution.error(), context);
  const Result<Progress> progress = ProgressReader(account, *execution).Look();
  if (!progress) return RefuseCall(progress.error(), context);
  const WallTime now = context.clock.Wall();
  if (options.json) {
    context.console.Out(ToPrettyText(ToJson(*progress, now)));
  } else {
    PrintProgress(*progress, now, context.console);
  }
  return ExitCode::kSuccess;
}

}  // namespace ecm::cli
