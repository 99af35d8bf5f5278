#include "lifecycle/sweep_work.h"

#include <fmt/format.h>

#include "base/text.h"
#include "lifecycle/end_cluster.h"
#include "lifecycle/record.h"

namespace ecm::lifecycle {
namespace {

/// Whether the next call of the sweep may well succeed where this one did not.
bool MayPass(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kThrottled:
    case ErrorKind::kUnavailable:
    case ErrorKind::kUnknownOutcome:
    case ErrorKind::kConflict:
      return true;
    case ErrorKind::kInvalidJob:
    case ErrorKind::kAccessDenied:
    case ErrorKind::kNotFound:
    case ErrorKind::kNoCapacity:
    case ErrorKind::kInternal:
      return false;
  }
  return false;
}

EndReason ReasonOf(ExecutionStatus status) {
  switch (status) {
    case ExecutionStatus::kSucceeded:
      return EndReason::kSucceeded;
    case ExecutionStatus::kTimedOut:
      return EndReason::kTimedOut;
    case ExecutionStatus::kAborted:
      return EndReason::kAborted;
    case ExecutionStatus::kFailed:
    case ExecutionStatus::kRunning:
    case ExecutionStatus::kOther:
      return EndReason::kFailed;
  }
  return EndReason::kFailed;
}

}  // namespace

Result<Fate> FateOf(const ExecutionArn& execution, WallTime since, SweepWork& work) {
  if (work.running && work.running->contains(execution)) return Fate{};
  const Result<ExecutionState> state = work.ports.executions.Describe(execution);
  if (state) return Fate{IsOver(state->status), ReasonOf(state->status), state->stopped};
  if (state.error().kind != ErrorKind::kNotFound) {
    return Fail(AddContext(state.error(), "DescribeExecution"));
  }
  return Fate{.over = IsPast(since, work), .why = EndReason::kGone};
}

bool IsPast(WallTime deadline, const SweepWork& work) {
  return work.ports.clock.Wall() - deadline >= work.ports.patience.sweep_grace;
}

bool IsOfOurMachine(const ExecutionArn& execution, const std::string& stage) {
  return execution.str().starts_with("arn:") &&
         execution.str().find(":execution:ecm-" + stage + ":") != std::string::npos;
}

Result<bool> EndForReason(const Cluster& cluster, const ExecutionArn& execution, EndReason why,
                          const Region& region, SweepWork& work) {
  if (!work.dry_run) {
    EmrClient emr(work.ports.emr, region);
    ECM_TRY(const bool told, EndCluster(emr, cluster, work.ports.log));
    if (!told) return false;
  }
  work.report.AddEnded(cluster.id, cluster.name, execution, why);
  return true;
}

void OnFailure(const Error& error, const ClusterId& cluster, const ExecutionArn& execution,
               SweepWork& work) {
  const bool lasting = !MayPass(error.kind);
  work.report.AddProblem(cluster, execution, error.message, lasting);
  if (!lasting) return;
  const std::string what = cluster.empty() ? execution.str() : cluster.str();
  TellOnce(
      "problem:" + what, Subject("the sweep needs help with " + what, work),
      fmt::format("The sweep cannot do its work.\n\nWhat happened: {}\nCluster: {}\n"
                  "Execution: {}\n\nWhat to do: remove the cause; if it is a cluster that runs, "
                  "terminate it in the EMR console: it costs money until somebody does.\n",
                  ToOneLine(error.message), cluster.str(), execution.str()),
      work);
}

Result<void> Tell(const std::string& subject, const std::string& message, SweepWork& work) {
  if (work.dry_run) return {};
  Result<void> published = work.ports.notices.Publish(subject, message);
  if (published) {
    work.report.AddNotice();
    return {};
  }
  Error error = AddContext(std::move(published).error(), "a notice could not be published");
  const bool lasting = !MayPass(error.kind);
  work.report.AddProblem({}, {}, error.message, lasting);
  if (lasting) work.failure = error;
  return Fail(std::move(error));
}

void TellOnce(const std::string& key, const std::string& subject, const std::string& message,
              SweepWork& work) {
  if (work.dry_run) return;
  JobRecord mark =
      BlankRecord(ExecutionArn("sweep:" + key), work.ports.stack.region, work.ports.clock.Wall());
  const Result<std::optional<JobRecord>> known = work.ports.jobs.Get(mark.execution);
  if (known && *known) return;
  if (!Tell(subject, message, work)) return;
  mark.outcome = JsonObject{{"v", 1}, {"told", subject}};
  mark.notified = true;
  const Result<JobRecord> put = work.ports.jobs.Put(mark);
  if (put) return;
  // People are told once more the next time.
  work.ports.log.Warning("the job store does not remember a notice",
                         {{"key", key}, {"error", put.error().message}});
}

std::string Subject(const std::string& what, const SweepWork& work) {
  std::string subject = fmt::format("[ecm-{}] {}", work.ports.stack.stage, what);
  for (char& character : subject) {
    if (character < 0x20 || character > 0x7E) character = '?';
  }
  if (subject.size() > 100) subject.resize(100);
  return subject;
}

}  // namespace ecm::lifecycle
