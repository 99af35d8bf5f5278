#include "lifecycle/sweep_cluster.h"

#include <fmt/format.h>

#include <algorithm>

#include "aws/emr_client.h"
#include "base/text.h"
#include "lifecycle/sweep_job.h"

namespace ecm::lifecycle {
namespace {

std::string TagOf(const Cluster& cluster, std::string_view key) {
  const auto found =
      std::ranges::find(cluster.tags, key, &std::pair<std::string, std::string>::first);
  return found == cluster.tags.end() ? "" : found->second;
}

/// Whose cluster it is.
struct Owner {
  ExecutionArn execution;  ///< "": nobody can say
  std::optional<JobRecord> record{};
};

/// The record that names this cluster and bears its name; an index may not know it yet.
Result<std::optional<JobRecord>> FindByNameAndId(const Cluster& cluster,
                                                 const std::vector<JobRecord>& open,
                                                 SweepWork& work) {
  ECM_TRY(std::optional<JobRecord> record, work.ports.jobs.FindByCluster(cluster.id));
  if (!record) {
    // A job that does not know its cluster yet.
    const auto named = std::ranges::find_if(open, [&](const JobRecord& job) {
      return job.cluster.empty() && job.cluster_name == cluster.name;
    });
    if (named != open.end()) record = *named;
  }
  if (record && record->cluster_name != cluster.name) record.reset();
  return record;
}

/// By its tags, or where they are missing by name and record together.
Result<Owner> FindOwner(const Cluster& cluster, const std::vector<JobRecord>& open,
                        SweepWork& work) {
  const std::string& stage = work.ports.stack.stage;
  const ExecutionArn tagged(TagOf(cluster, "ecm:execution"));
  if (TagOf(cluster, "ecm:stage") == stage && IsOfOurMachine(tagged, stage)) {
    ECM_TRY(std::optional<JobRecord> record, work.ports.jobs.Get(tagged));
    return Owner{tagged, std::move(record)};
  }
  ECM_TRY(std::optional<JobRecord> record, FindByNameAndId(cluster, open, work));
  if (!record) return Owner{};
  const ExecutionArn execution = record->execution;
  return Owner{execution, std::move(record)};
}

void TellOfUnmarked(const Cluster& cluster, SweepWork& work) {
  const std::string what = fmt::format(
      "cluster {} has a name of ours and not our tags: it was left alone", cluster.id.str());
  work.report.AddProblem(cluster.id, {}, what, /*lasting=*/true);
  TellOnce(
      "unmarked:" + cluster.id.str(),
      Subject("cluster " + cluster.id.str() + " looks like ours", work),
      fmt::format("{}.\n\nCluster: {} ({})\nRegion: {}\n\nWhat to do: find out whose it is. If "
                  "nobody needs it, terminate it in the EMR console; it costs money until "
                  "somebody does. Otherwise give it a name that does not begin with ecm-{}-.\n",
                  what, cluster.id.str(), TruncateUtf8(ToOneLine(cluster.name), 300),
                  work.ports.stack.region.str(), work.ports.stack.stage),
      work);
}

/// Ends a cluster of which no job's outcome will tell.
Result<void> EndAndTell(const Cluster& cluster, const ExecutionArn& execution, EndReason why,
                        SweepWork& work) {
  ECM_TRY(const bool told, EndForReason(cluster, execution, why, work.ports.stack.region, work));
  if (!told || work.dry_run) return {};
  const std::string_view because = why == EndReason::kTwin
                                       ? "its execution has another cluster"
                                       : "its execution is over and nobody else would end it";
  // A failure to tell is a problem already.
  static_cast<void>(Tell(
      Subject("ended cluster " + cluster.id.str(), work),
      fmt::format("The sweep ended a cluster: {} ({}).\n\nCluster: {} ({})\nRegion: {}\n"
                  "Execution: {}\n\nWhat to do: nothing; look at the execution if you want to know "
                  "how it came to leave a cluster behind.\n",
                  because, Name(why), cluster.id.str(), TruncateUtf8(ToOneLine(cluster.name), 300),
                  work.ports.stack.region.str(), ToOneLine(execution.str())),
      work));
  return {};
}

std::optional<WallTime> DeadlineOf(const Cluster& cluster, const Owner& owner) {
  if (owner.record) return owner.record->deadline;
  const Result<WallTime> tagged = ParseIso8601(TagOf(cluster, "ecm:deadline"));
  return tagged ? std::optional(*tagged) : std::nullopt;
}

Result<void> SweepOwned(const Cluster& cluster, const Owner& owner, SweepWork& work) {
  const bool twin =
      owner.record && !owner.record->cluster.empty() && owner.record->cluster != cluster.id;
  if (twin) return EndAndTell(cluster, owner.execution, EndReason::kTwin, work);
  const WallTime created = cluster.created.value_or(work.ports.clock.Wall());
  ECM_TRY(const Fate fate, FateOf(owner.execution, created, work));
  if (fate.over) {
    if (!owner.record || !IsOpen(*owner.record)) {
      return EndAndTell(cluster, owner.execution, fate.why, work);
    }
    ECM_TRY_VOID(SettleJob(owner.execution, fate, work));
    // Unless the job has another one.
    if (work.report.HasEnded(cluster.id)) return {};
    ECM_TRY_VOID(EndForReason(cluster, owner.execution, fate.why, work.ports.stack.region, work));
    return {};
  }
  const std::optional<WallTime> deadline = DeadlineOf(cluster, owner);
  if (!deadline || !IsPast(*deadline, work)) return {};
  ECM_TRY_VOID(
      EndForReason(cluster, owner.execution, EndReason::kDeadline, work.ports.stack.region, work));
  return {};
}

}  // namespace

Result<void> SweepCluster(const ClusterSummary& seen, const std::vector<JobRecord>& open,
                          SweepWork& work) {
  const Result<Cluster> described =
      EmrClient(work.ports.emr, work.ports.stack.region).DescribeCluster(seen.id);
  if (!described && described.error().kind == ErrorKind::kNotFound) return {};
  if (!described) return Fail(described.error());
  const Cluster& cluster = *described;
  if (IsFinal(cluster.state) || cluster.state == ClusterState::kTerminating) return {};
  // "ecm-dev-" begins the names of stage dev-2 too.
  const std::string stage = TagOf(cluster, "ecm:stage");
  if (!stage.empty() && stage != work.ports.stack.stage) return {};
  ECM_TRY(const Owner owner, FindOwner(cluster, open, work));
  if (!owner.execution.empty()) return SweepOwned(cluster, owner, work);
  TellOfUnmarked(cluster, work);
  return {};
}

}  // namespace ecm::lifecycle
