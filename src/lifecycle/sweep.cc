#include <algorithm>
#include <array>
#include <set>

#include "aws/emr_client.h"
#include "lifecycle/handlers.h"
#include "lifecycle/sweep_cluster.h"
#include "lifecycle/sweep_job.h"

namespace ecm::lifecycle {
namespace {

/// So that a pass that does not come to its end begins elsewhere the next time.
template <class Items>
void Rotate(Items& items, Random& random) {
  if (items.size() < 2) return;
  const std::uint64_t first = UniformBelow(random, items.size());
  std::ranges::rotate(items, items.begin() + static_cast<std::ptrdiff_t>(first));
}

/// The clusters that belong to no open job, in the order in which they are looked at. To look costs
/// a call of EMR, and other stages may have many with names like ours ("ecm-dev-" begins those of
/// dev-2): what the job store knows comes first, so that nobody else's keep us from our own.
std::vector<ClusterSummary> LeftBehind(const SeenClusters& seen, const std::vector<JobRecord>& open,
                                       SweepWork& work) {
  std::set<ClusterId> of_jobs;
  for (const JobRecord& job : open) of_jobs.insert(job.cluster);
  std::vector<ClusterSummary> left;
  std::vector<ClusterSummary> unknown;
  for (const ClusterSummary& cluster : seen.clusters) {
    if (cluster.state == ClusterState::kTerminating || of_jobs.contains(cluster.id)) continue;
    const Result<std::optional<JobRecord>> known = work.ports.jobs.FindByCluster(cluster.id);
    (known && known->has_value() ? left : unknown).push_back(cluster);
  }
  left.insert(left.end(), unknown.begin(), unknown.end());
  return left;
}

void SweepClusters(const SeenClusters& seen, const std::vector<JobRecord>& open, SweepWork& work) {
  for (const ClusterSummary& cluster : LeftBehind(seen, open, work)) {
    if (!work.pace.HasTime()) return work.report.SetUnfinished();
    const Result<void> swept = SweepCluster(cluster, open, work);
    if (!swept) OnFailure(swept.error(), cluster.id, {}, work);
  }
}

void SweepJobs(const SeenClusters& seen, const std::vector<JobRecord>& open, SweepWork& work) {
  for (const JobRecord& job : open) {
    if (!work.pace.HasTime()) return work.report.SetUnfinished();
    const Result<void> swept = SweepJob(job, seen, work);
    if (!swept) OnFailure(swept.error(), job.cluster, job.execution, work);
  }
}

/// Which executions run, in pages of a thousand: one call for each job would take longer than a
/// sweep may. Whoever is not listed is asked for by name.
void LearnWhoRuns(const std::vector<JobRecord>& open, SweepWork& work) {
  const auto ours = std::ranges::find_if(open, [&](const JobRecord& job) {
    return IsOfOurMachine(job.execution, work.ports.stack.stage);
  });
  if (ours == open.end()) return;
  Result<std::set<ExecutionArn>> running =
      work.ports.executions.ListRunning(MachineOf(ours->execution));
  if (running) {
    work.running = *std::move(running);
    return;
  }
  work.ports.log.Warning("the running executions cannot be listed; each is asked for by name",
                         {{"error", running.error().message}});
}

/// Jobs whose RunJobFlow nobody has settled need a list of their own, of what has ended too. Every
/// other time it comes before the list of what lives, which may use up what others leave of a
/// quota.
void SweepUnsettled(const std::vector<JobRecord>& open, SweepWork& work) {
  if (UniformBelow(work.ports.random, 2) == 0) return;
  std::vector<JobRecord> unsettled;
  std::ranges::copy_if(open, std::back_inserter(unsettled), IsUnsettled);
  SweepJobs({}, unsettled, work);
}

/// Everything: the clusters with our name, and the jobs that nobody has settled.
Result<void> SweepAll(SweepWork& work) {
  ECM_TRY(std::vector<JobRecord> open, work.ports.jobs.ListOpen());
  LearnWhoRuns(open, work);
  Rotate(open, work.ports.random);
  const MonoTime stop_at = work.pace.stop_at();
  SweepUnsettled(open, work);
  work.pace.BeginPart(stop_at);
  EmrClient emr(work.ports.emr, work.ports.stack.region);
  EmrClient::LiveClusters live = emr.ListLiveClusters();
  SeenClusters seen{std::move(live.clusters), !live.error};
  if (live.error) {
    work.report.AddProblem({}, {}, "ListClusters: " + live.error->message, /*lasting=*/false);
    // Blind is no way to be for long: only a refusal for the rate passes by itself.
    const bool blind = seen.clusters.empty() && live.error->kind != ErrorKind::kThrottled;
    if (blind) work.failure = AddContext(*live.error, "ListClusters");
  }
  std::erase_if(seen.clusters, [&](const ClusterSummary& cluster) {
    return !cluster.name.starts_with(NamePrefix(work.ports.stack.stage));
  });
  work.report.AddLookedAt(seen.clusters.size(), open.size());
  Rotate(seen.clusters, work.ports.random);
  // Clusters cost money, jobs cost patience: neither may keep the other from its turn, nor always
  // leave it a quota that is used up.
  std::array parts = {SweepClusters, SweepJobs};
  Rotate(parts, work.ports.random);
  const MonoTime now = work.ports.clock.Mono();
  work.pace.BeginPart(now + (stop_at - now) / 2);
  parts[0](seen, open, work);
  work.pace.BeginPart(stop_at);
  parts[1](seen, open, work);
  return {};
}

/// One execution that an event says has ended: that it has is asked of Step Functions.
void SweepOne(const Json& detail, SweepWork& work) {
  const ExecutionArn execution(StringOr(detail, "executionArn"));
  if (!IsOfOurMachine(execution, work.ports.stack.stage)) {
    work.ports.log.Warning("an execution of another state machine is none of this sweep's",
                           {{"execution", execution.str()}});
    return;
  }
  work.report.AddLookedAt(0, 1);
  const Result<Fate> fate = FateOf(execution, work.ports.clock.Wall(), work);
  if (!fate) return OnFailure(fate.error(), {}, execution, work);
  if (!fate->over || fate->why == EndReason::kSucceeded) return;
  const Result<void> settled = SettleJob(execution, *fate, work);
  if (!settled) OnFailure(settled.error(), {}, execution, work);
}

/// Whether only to look. What is not clearly a boolean must not be taken for "no".
Result<bool> ReadDryRun(const Json& event) {
  if (!event.is_object()) {
    return Fail(ErrorKind::kInvalidJob, "the event for sweep is no JSON object");
  }
  const Json* asked = Find(event, "dry_run");
  if (asked == nullptr) return false;
  if (asked->is_bool()) return asked->get_bool();
  return Fail(ErrorKind::kInvalidJob, "dry_run must be true or false");
}

}  // namespace

Result<Json> Sweep(const Json& event, Ports& ports) {
  ECM_TRY(const bool dry_run, ReadDryRun(event));
  Pace pace(ports.clock, ports.patience.sweep_time);
  PacedEmr emr(ports.emr, pace);
  PacedExecutions executions(ports.executions, pace);
  Ports paced{ports.clock,   ports.random, ports.log,     emr,         ports.jobs,    ports.tokens,
              ports.objects, executions,   ports.notices, ports.stack, ports.patience};
  SweepWork work{.ports = paced, .pace = pace, .dry_run = dry_run, .report{dry_run, ports.log}};

  const Json* detail = Find(event, "detail");
  const bool of_one = detail != nullptr && Find(*detail, "executionArn") != nullptr;
  if (of_one) {
    SweepOne(*detail, work);
  } else {
    ECM_TRY_VOID(SweepAll(work));
  }
  work.report.LogDone();
  if (work.failure) return Fail(*work.failure);
  return work.report.ToJson();
}

}  // namespace ecm::lifecycle
