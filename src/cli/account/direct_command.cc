#include "cli/account/direct_command.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/text.h"
#include "cli/live_view.h"
#include "cli/outcome_view.h"
#include "cli/stack_run.h"
#include "direct_stack/direct_stack.h"
#include "local_stack/state_folder.h"
#include "store/sqlite_document_store.h"
#include "store/sqlite_job_store.h"

namespace ecm::cli {
namespace {

ExitCode Conclude(const local_stack::Ended& ended, bool json, Context& context) {
  const auto verdict = lifecycle::ParseVerdict(StringOr(ended.outcome, "verdict"));
  if (!verdict) {
    context.console.Err(fmt::format("emrctl: the execution ended without an outcome: {} {}",
                                    ToOneLine(ended.error), ToOneLine(ended.cause)));
    return ExitCode::kToolError;
  }
  if (json) {
    context.console.Out(ToPrettyText(ended.outcome));
  } else {
    PrintOutcome(ended.outcome, StringOr(ended.outcome, "logs"), context.console);
  }
  return ExitCodeOf(*verdict);
}

}  // namespace

ExitCode RunDirect(const Account& account, const DirectOptions& options, const ReadyJob& job,
                   Context& context) {
  const StartOptions& start = options.start;
  if (const auto fits = CheckId(start.id); !fits) return RefuseCall(fits.error(), context);
  const std::string name = start.id.empty() ? FreshName(job, context) : start.id;
  const auto folder =
      local_stack::StateFolder::Open(std::filesystem::path(start.state_dir) / "direct" / name);
  if (!folder) return RefuseCall(folder.error(), context);
  const auto jobs = SqliteJobStore::Open(folder->JobStore());
  if (!jobs) return RefuseCall(jobs.error(), context);
  const auto documents = SqliteDocumentStore::Open(folder->Documents());
  if (!documents) return RefuseCall(documents.error(), context);

  NullLog quiet;
  direct_stack::Options stack_options;
  stack_options.state_dir = folder->path();
  stack_options.stack.stage = start.account.stage;
  stack_options.stack.region = account.region;
  LiveView view(context.console, context.clock);
  const auto stack = direct_stack::DirectStack::Create(
      stack_options,
      {context.clock, context.random, options.verbose ? context.log : quiet, account.emr, **jobs,
       account.objects, **documents},
      view);
  if (!stack) return RefuseCall(stack.error(), context);
  StackRun run(**stack, view, context);
  context.console.Err(
      fmt::format("emrctl: {} {}; if this process is killed, the same command with "
                  "--id {} goes on",
                  (*stack)->IsUnfinished(name) ? "going on with" : "running", name, name));
  const local_stack::Ended ended = run.Run(name, *ParseJson(job.text));
  return Conclude(ended, start.json, context);
}

}  // namespace ecm::cli
