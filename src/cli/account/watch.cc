#include "cli/account/watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"
#include "cli/live_view.h"
#include "cli/outcome_view.h"

namespace ecm::cli {
namespace {

constexpr Duration kPiece = std::chrono::milliseconds{250};

/// Whether the same call may work a little later.
bool Passes(const Error& error) {
  return error.kind == ErrorKind::kThrottled || error.kind == ErrorKind::kUnavailable ||
         error.kind == ErrorKind::kUnknownOutcome;
}

/// Tells the view what has changed since the last look.
class Teller {
 public:
  explicit Teller(LiveView& view) : view_(view) {}

  void Tell(const Progress& progress) {
    for (const StateEntry& entry : progress.entered) {
      view_.OnState(progress.execution.arn, ToOneLine(entry.state));
    }
    const JobCluster& cluster = progress.cluster;
    if (!cluster.told) return;
    if (std::exchange(cluster_, cluster.told->state_name) != cluster_) {
      view_.OnCluster(cluster.id, ToOneLine(cluster.told->state_name));
    }
    for (const Step& step : cluster.steps) {
      std::string& known = steps_[step.id];
      if (known == step.state_name) continue;
      known = step.state_name;
      view_.OnStep(cluster.id, step.name, ToOneLine(step.state_name));
    }
  }

 private:
  LiveView& view_;
  std::string cluster_;
  std::map<StepId, std::string> steps_;
};

/// An execution that did not come to report has proved nothing about its cluster.
bool IsSettled(const Progress& progress) {
  if (progress.execution.IsRunning()) return false;
  const bool reported =
      progress.execution.status == "SUCCEEDED" || progress.execution.status == "FAILED";
  if (reported || progress.cluster.id.empty()) return true;
  return progress.cluster.told && IsEnding(*progress.cluster.told);
}

/// When to look again: at first soon, later seldom; after a refusal later still.
class Pacer {
 public:
  Pacer(const WatchPace& pace, const Clock& clock)
      : pace_(pace), clock_(clock), start_(clock.Mono()) {}

  Duration Next() const {
    const Duration grown = std::clamp((clock_.Mono() - start_) / 30, pace_.shortest, pace_.longest);
    return std::min(grown * factor_, std::max(grown, pace_.longest_throttled));
  }
  void Refused() { factor_ = std::min(factor_ * 2, 64); }
  void Answered() { factor_ = std::max(factor_ / 2, 1); }

 private:
  const WatchPace& pace_;
  const Clock& clock_;
  MonoTime start_;
  int factor_ = 1;
};

}  // namespace

void Pause(Duration duration, Clock& clock, const Interrupted& interrupted,
           const std::function<void()>& tick) {
  const MonoTime until = clock.Mono() + duration;
  MonoTime next_tick = clock.Mono();
  while (clock.Mono() < until && !interrupted()) {
    if (clock.Mono() >= next_tick) {
      tick();
      next_tick += std::chrono::seconds{1};
    }
    clock.SleepFor(std::min<Duration>(kPiece, until - clock.Mono()));
  }
}

Result<std::optional<Progress>> WatchExecution(const Account& account,
                                               const NamedExecution& execution,
                                               const WatchPace& pace,
                                               const Interrupted& interrupted, Context& context) {
  ProgressReader reader(account, execution);
  LiveView view(context.console, context.clock);
  Teller teller(view);
  Pacer pacer(pace, context.clock);
  MonoTime answered = context.clock.Mono();
  std::optional<MonoTime> over;
  std::optional<Progress> progress;
  while (!interrupted()) {
    Result<Progress> look = reader.Look();
    const MonoTime now = context.clock.Mono();
    if (look) {
      progress = *std::move(look);
      answered = now;
      teller.Tell(*progress);
      if (!progress->execution.IsRunning() && !over) over = now;
      if (IsSettled(*progress) || (over && now - *over >= pace.cleanup)) {
        view.Stop();
        return progress;
      }
      const bool throttled = progress->cluster.problem_kind == ErrorKind::kThrottled;
      if (throttled) {
        pacer.Refused();
      } else {
        pacer.Answered();
      }
    } else if (!Passes(look.error()) || now - answered >= pace.patience) {
      view.Stop();
      return Fail(look.error());
    } else {
      pacer.Refused();
      if (!context.console.err_is_terminal()) {
        context.console.Err("  " + ToOneLine(look.error().message) + ": looking again in " +
                            ToHumanDuration(pacer.Next()));
      }
    }
    Pause(pacer.Next(), context.clock, interrupted, [&] {
      if (context.console.err_is_terminal()) view.Tick();
    });
  }
  view.Stop();
  return std::optional<Progress>{};
}

ExitCode RunWatch(const Account& account, const WatchOptions& options,
                  const Interrupted& interrupted, Context& context) {
  const Result<NamedExecution> execution = FindExecution(account, options.account, options.id);
  if (!execution) return RefuseCall(execution.error(), context);
  const std::string same = execution->arn.str() + FlagsOf(options.account);
  const Result<std::optional<Progress>> watched =
      WatchExecution(account, *execution, WatchPace{}, interrupted, context);
  if (!watched) {
    const ExitCode code = RefuseCall(watched.error(), context);
    if (watched.error().code != "ExecutionDoesNotExist") {
      context.console.Err("  the job goes on without being watched; again: emrctl watch " + same);
    }
    return code;
  }
  if (!*watched) {
    context.console.Err(
        "emrctl: no longer watching; the job goes on\n  watch again  emrctl watch " + same +
        "\n  stop it      emrctl stop " + same);
    return ExitCode::kInterrupted;
  }
  const Json outcome = OutcomeOf(**watched, context.clock.Wall());
  const auto verdict = lifecycle::ParseVerdict(StringOr(outcome, "verdict"));
  if (options.json) {
    context.console.Out(ToPrettyText(outcome));
  } else {
    PrintOutcome(outcome, StringOr(outcome, "logs"), context.console);
  }
  return ExitCodeOf(verdict.value_or(lifecycle::Verdict::kInternalError));
}

}  // namespace ecm::cli
