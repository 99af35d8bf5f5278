#include "cli/account/stop_command.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/account/progress.h"

namespace ecm::cli {
namespace {

constexpr Duration kLook = std::chrono::seconds{5};
constexpr Duration kMostWait = std::chrono::minutes{30};
/// A function that was under way may still have created a cluster (lifecycle, Submit).
constexpr Duration kMayAppear = std::chrono::minutes{2};

/// Whether there is nothing left to wait for.
bool IsGone(const Progress& progress, Duration waited) {
  const JobCluster& cluster = progress.cluster;
  if (cluster.id.empty()) return cluster.problem.empty() && waited >= kMayAppear;
  return cluster.told && IsFinal(cluster.told->state);
}

std::string Describe(const Progress& progress) {
  const JobCluster& cluster = progress.cluster;
  if (!cluster.problem.empty()) return cluster.problem;
  if (cluster.id.empty()) return "no cluster, so far";
  return "cluster " + cluster.id.str() + " is " +
         (cluster.told ? cluster.told->state_name : std::string("not known"));
}

ExitCode WaitUntilGone(const Account& account, const NamedExecution& execution,
                       const StopOptions& options, const Interrupted& interrupted,
                       Context& context) {
  ProgressReader reader(account, execution);
  const MonoTime began = context.clock.Mono();
  std::string shown;
  while (!interrupted()) {
    const Result<Progress> progress = reader.Look();
    const Duration waited = context.clock.Mono() - began;
    std::string now;
    if (progress) {
      now = Describe(*progress);
      if (IsGone(*progress, waited)) {
        context.console.Err(progress->cluster.id.empty() ? "emrctl: no cluster was created"
                                                         : "emrctl: " + ToOneLine(now));
        return ExitCode::kSuccess;
      }
      if (!now.empty() && progress->cluster.problem_kind == ErrorKind::kAccessDenied) {
        return RefuseCall({ErrorKind::kAccessDenied, now, "AccessDeniedException"}, context);
      }
    } else if (progress.error().kind == ErrorKind::kAccessDenied) {
      return RefuseCall(progress.error(), context);
    } else {
      now = progress.error().message;
    }
    if (std::exchange(shown, now) != now) context.console.Err("  " + ToOneLine(now));
    if (waited >= kMostWait) {
      context.console.Err(fmt::format(
          "emrctl: after {} still: {}; end it by hand: emrctl terminate {}{}",
          ToHumanDuration(waited), ToOneLine(now), execution.arn.str(), FlagsOf(options.account)));
      return ExitCode::kCleanupUnverified;
    }
    Pause(kLook, context.clock, interrupted, [] {});
  }
  context.console.Err("emrctl: no longer waiting; the execution is stopped");
  return ExitCode::kInterrupted;
}

}  // namespace

ExitCode RunStop(const Account& account, const StopOptions& options, const Interrupted& interrupted,
                 Context& context) {
  const Result<NamedExecution> execution = FindExecution(account, options.account, options.id);
  if (!execution) return RefuseCall(execution.error(), context);
  const Result<ExecutionDetails> before = cli::Describe(account, *execution);
  if (!before) return RefuseCall(before.error(), context);
  if (before->IsRunning()) {
    const Result<void> stopped =
        StepFunctionsClient(account.step_functions, execution->region)
            .StopExecution(execution->arn, "Cancelled",
                           options.cause.empty() ? "stopped with emrctl stop" : options.cause);
    if (!stopped) return RefuseCall(stopped.error(), context);
  }
  if (options.json) {
    context.console.Out(ToPrettyText(JsonObject{{"execution_arn", execution->arn.str()},
                                                {"name", before->name},
                                                {"stopped", before->IsRunning()},
                                                {"status_before", before->status}}));
  }
  if (!before->IsRunning()) {
    context.console.Err(fmt::format("emrctl: {} is already over: {}", ToOneLine(before->name),
                                    ToOneLine(before->status)));
  } else {
    context.console.Err("emrctl: stopped " + ToOneLine(before->name));
  }
  if (options.wait) return WaitUntilGone(account, *execution, options, interrupted, context);
  if (before->IsRunning()) {
    context.console.Err(
        "  its cluster is ended by the stack's sweep; see it go: emrctl stop --wait " +
        execution->arn.str() + FlagsOf(options.account));
  }
  return ExitCode::kSuccess;
}

}  // namespace ecm::cli
