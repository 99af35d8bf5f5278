#include "lifecycle/sweep_job.h"

#include <fmt/format.h>

#include <algorithm>

#include "lifecycle/document.h"
#include "lifecycle/find_cluster.h"
#include "lifecycle/outcome.h"
#include "lifecycle/record.h"
#include "lifecycle/wake_job.h"

namespace ecm::lifecycle {
namespace {

std::string ExecutionName(const ExecutionArn& execution) {
  return execution.str().substr(execution.str().rfind(':') + 1);
}

/// The record with its tombstone, whether or not the job ever had one. What has its outcome and no
/// open question needs none.
Result<JobRecord> SetTombstone(const ExecutionArn& execution, const Fate& fate, SweepWork& work) {
  const JobRecord blank = BlankRecord(execution, work.ports.stack.region,
                                      fate.stopped.value_or(work.ports.clock.Wall()));
  if (work.dry_run) {
    ECM_TRY(std::optional<JobRecord> stored, work.ports.jobs.Get(execution));
    return stored ? *std::move(stored) : blank;
  }
  return UpsertRecord(work.ports.jobs, blank, [](JobRecord& record) {
    if (record.aborted || (record.outcome && !IsUnsettled(record))) return false;
    return record.aborted = true;
  });
}

/// A RunJobFlow whose outcome nobody knows: the cluster that it may have made.
Result<JobRecord> FindLostCluster(const JobRecord& record, SweepWork& work) {
  ECM_TRY(const std::vector<ClusterSummary> named, ListClustersByName(record, work.ports));
  if (named.empty()) return record;
  JobRecord found = record;
  found.cluster = named.front().id;
  if (work.dry_run) return found;
  // Should there be more, then they are twins from now on.
  return UpdateRecord(work.ports.jobs, record.execution, [&](JobRecord& latest) {
    if (latest.cluster.empty()) latest.cluster = found.cluster;
  });
}

/// The job's cluster on its way out.
struct Leaving {
  bool gone = false;
  std::optional<Cluster> cluster{};  ///< nothing where none was made, or EMR has forgotten it
};

Result<Leaving> EndItsCluster(const JobRecord& record, const Fate& fate, SweepWork& work) {
  if (record.cluster.empty()) {
    const bool settled = !record.attempted ||
                         work.ports.clock.Wall() - *record.attempted >= work.ports.patience.settle;
    return Leaving{.gone = settled};
  }
  Result<Cluster> cluster =
      EmrClient(work.ports.emr, record.region).DescribeCluster(record.cluster);
  if (!cluster && cluster.error().kind == ErrorKind::kNotFound) return Leaving{.gone = true};
  if (!cluster) return Fail(std::move(cluster).error());
  if (IsFinal(cluster->state)) return Leaving{true, *std::move(cluster)};
  if (cluster->state != ClusterState::kTerminating) {
    ECM_TRY_VOID(EndForReason(*cluster, record.execution, fate.why, record.region, work));
  }
  return Leaving{false, *std::move(cluster)};
}

Decision DecisionOf(const Fate& fate) {
  const auto decided = [](Verdict verdict, std::string message) {
    return Decision{Decision::Kind::kDecided, verdict, std::move(message)};
  };
  switch (fate.why) {
    case EndReason::kSucceeded:
      return decided(Verdict::kSucceeded, "");
    case EndReason::kAborted:
      return decided(Verdict::kCancelled, "the execution was aborted before the job had ended");
    case EndReason::kTimedOut:
      return decided(Verdict::kOutOfTime,
                     "the execution ran into the time limit of the state machine");
    case EndReason::kFailed:
      return decided(Verdict::kInternalError,
                     "the execution failed before it could store how the job ended");
    case EndReason::kGone:
    case EndReason::kDeadline:
    case EndReason::kTwin:
      break;
  }
  return decided(Verdict::kInternalError,
                 "the execution is gone: somebody deleted it with its state machine, or its "
                 "history has expired");
}

/// The final document, as the state machine would have handed it to Report.
Result<Json> FinalDocument(const JobRecord& record, const Fate& fate, const Leaving& leaving,
                           SweepWork& work) {
  JsonObject document =
      NewDocument({record.execution, ExecutionName(record.execution), record.started});
  const Decision decision = DecisionOf(fate);
  if (!leaving.cluster) {
    document["inspection"] =
        JsonObject{{"verdict", Name(decision.verdict)}, {"message", decision.message}};
  } else {
    ECM_TRY(const std::vector<Step> steps,
            EmrClient(work.ports.emr, record.region).ListSteps(record.cluster));
    document["inspection"] = ToInspection(decision, *leaving.cluster, ExpectedSteps(record, steps));
  }
  JsonObject release{{"verified", leaving.gone}};
  if (!leaving.gone) {
    release["message"] = fmt::format(
        "cluster {} is still {}: look at it in the EMR console of {} and terminate it by hand",
        record.cluster.str(), leaving.cluster ? leaving.cluster->state_name : "there",
        record.region.str());
  }
  if (leaving.cluster && leaving.cluster->ended) {
    release["ended"] = ToIso8601(*leaving.cluster->ended);
  }
  document["release"] = std::move(release);
  return document;
}

/// A cluster that has had this long to end will not be waited for any more.
bool IsOverdue(const JobRecord& record, const Fate& fate, const SweepWork& work) {
  const WallTime since = fate.stopped.value_or(record.deadline);
  return work.ports.clock.Wall() - since >= work.ports.patience.release_bound;
}

Result<JobRecord> StoreOutcome(const JobRecord& record, const Fate& fate, const Leaving& leaving,
                               SweepWork& work) {
  ECM_TRY(const Json document, FinalDocument(record, fate, leaving, work));
  const Json outcome = MakeOutcome(document, &record, {}, work.ports.clock.Wall());
  JobRecord stored = record;
  if (work.dry_run) {
    stored.outcome = outcome;
  } else {
    const auto store = [&](JobRecord& latest) {
      if (latest.outcome) return;
      latest.outcome = outcome;
      latest.verdict = StringOr(outcome, "verdict");
      latest.released = leaving.gone;
    };
    ECM_TRY(stored, UpdateRecord(work.ports.jobs, record.execution, store));
  }
  work.report.AddSettled(record.execution, StringOr(*stored.outcome, "verdict"));
  return stored;
}

/// The job has had its outcome, and by now it is sure that no cluster of it was made.
Result<JobRecord> RuleOutCluster(const JobRecord& record, SweepWork& work) {
  if (work.dry_run) return record;
  return UpdateRecord(work.ports.jobs, record.execution, [](JobRecord& latest) {
    if (latest.cluster.empty()) latest.released = true;
  });
}

Result<void> TellOutcome(const JobRecord& record, SweepWork& work) {
  const std::string label =
      record.cluster_name.empty() ? ExecutionName(record.execution) : record.cluster_name;
  const Json notice = MakeNotice(*record.outcome, work.ports.stack.stage, label);
  // What Tell could not do is a problem already; the record stays open.
  if (work.dry_run || !Tell(StringOr(notice, "subject"), StringOr(notice, "message"), work)) {
    return {};
  }
  ECM_TRY_VOID(UpdateRecord(work.ports.jobs, record.execution,
                            [](JobRecord& latest) { latest.notified = true; }));
  return {};
}

/// The cluster ends; what Inspect then finds is the truth, and the execution tells it.
Result<void> EndLate(const JobRecord& record, SweepWork& work) {
  ECM_TRY(const Cluster cluster,
          EmrClient(work.ports.emr, record.region).DescribeCluster(record.cluster));
  if (IsFinal(cluster.state) || cluster.state == ClusterState::kTerminating) return {};
  ECM_TRY_VOID(EndForReason(cluster, record.execution, EndReason::kDeadline, record.region, work));
  return {};
}

Result<void> Wake(const JobRecord& record, SweepWork& work) {
  if (!work.dry_run) {
    Result<bool> woken = WakeJob(record, work.ports);
    if (!woken) return Fail(AddContext(std::move(woken).error(), "SendTaskSuccess"));
    // Nobody waits any more: somebody else has answered, which is all that was wanted.
    if (!*woken) return {};
  }
  work.report.AddWoken(record.execution);
  return {};
}

}  // namespace

Result<void> SweepJob(const JobRecord& listed, const SeenClusters& seen, SweepWork& work) {
  ECM_TRY(const Fate fate, FateOf(listed.execution, listed.started, work));
  if (fate.over) return SettleJob(listed.execution, fate, work);
  if (listed.cluster.empty()) return {};
  const auto cluster = std::ranges::find(seen.clusters, listed.cluster, &ClusterSummary::id);
  if (cluster == seen.clusters.end()) {
    // A cluster may also be missing because it is young: to be woken in vain does no harm.
    return seen.whole ? Wake(listed, work) : Result<void>();
  }
  const bool coming_up =
      cluster->state == ClusterState::kStarting || cluster->state == ClusterState::kBootstrapping;
  // What Inspect then finds is the truth; a clock that goes wrong costs a round.
  if (coming_up && work.ports.clock.Wall() >= listed.start_deadline) return Wake(listed, work);
  const bool late = IsPast(listed.deadline, work);
  return late && cluster->state != ClusterState::kTerminating ? EndLate(listed, work)
                                                              : Result<void>();
}

Result<void> SettleJob(const ExecutionArn& execution, const Fate& fate, SweepWork& work) {
  ECM_TRY(JobRecord record, SetTombstone(execution, fate, work));
  if (record.released && !IsOpen(record)) return {};
  if (IsUnsettled(record)) {
    ECM_TRY(record, FindLostCluster(record, work));
  }
  Leaving leaving{.gone = true};
  if (!record.released) {
    ECM_TRY(leaving, EndItsCluster(record, fate, work));
  }
  if (!record.outcome) {
    if (!leaving.gone && !IsOverdue(record, fate, work)) return {};
    ECM_TRY(record, StoreOutcome(record, fate, leaving, work));
  } else if (IsUnsettled(record) && leaving.gone) {
    ECM_TRY(record, RuleOutCluster(record, work));
  }
  return IsUntold(record) ? TellOutcome(record, work) : Result<void>();
}

}  // namespace ecm::lifecycle
