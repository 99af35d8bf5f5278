#include <algorithm>

#include "aws/emr_client.h"
#include "lifecycle/document.h"
#include "lifecycle/end_cluster.h"
#include "lifecycle/find_cluster.h"
#include "lifecycle/handlers.h"
#include "lifecycle/record.h"
#include "lifecycle/verdict.h"

namespace ecm::lifecycle {
namespace {

/// What the next states need of the document that came in.
JsonObject Carry(const Json& event, const ExecutionIdentity& execution) {
  JsonObject document = NewDocument(execution);
  for (const char* key : {"cluster_id", "region", "inspection", "error"}) {
    if (const Json* value = Find(event, key)) document[key] = *value;
  }
  return document;
}

Json Done(JsonObject document, bool verified, std::string_view message, const Cluster* cluster) {
  JsonObject release{{"verified", verified}, {"message", message}};
  if (cluster != nullptr && cluster->ended) release["ended"] = ToIso8601(*cluster->ended);
  document["release"] = std::move(release);
  document["next"] = "report";
  return document;
}

/// A cluster needs seconds or half an hour to end: the longer it has taken, the longer the pause,
/// so that a slow one costs a dozen looks and not a hundred.
Json LookAgain(JsonObject document, WallTime since, const Ports& ports) {
  constexpr Duration kLongest = std::chrono::minutes{5};
  const Duration pause =
      std::max(ports.patience.look_again, std::min((ports.clock.Wall() - since) / 4, kLongest));
  document["release"] = JsonObject{{"since", ToIso8601(since)}};
  document["next"] = "wait";
  document["wait_seconds"] = ToWaitSeconds(pause);
  return document;
}

/// When the first look at this cluster was.
WallTime ReleasingSince(const Json& event, WallTime now) {
  const Json* release = Find(event, "release");
  if (release == nullptr) return now;
  return ParseIso8601(StringOr(*release, "since")).value_or(now);
}

/// Once more when a cluster that was asked for must be in every list. It is the state machine that
/// waits: the clocks of two sandboxes may differ by more.
Json LetSettle(JsonObject document, WallTime since, const Ports& ports) {
  document["release"] = JsonObject{{"since", ToIso8601(since)}, {"settled", true}};
  document["next"] = "wait";
  document["wait_seconds"] = ToWaitSeconds(ports.patience.settle);
  return document;
}

bool HasSettled(const Json& event) {
  const Json* release = Find(event, "release");
  return release != nullptr && FindBool(*release, "settled").value_or(false);
}

/// A job that failed before it knew its cluster may have one all the same, or get one from a submit
/// that is still under way: even from one that has stored nothing yet. So the tombstone comes
/// first, with a record of its own if need be: whoever sees it ends what it has just created.
Result<JobRecord> SettleCreation(const ExecutionIdentity& execution, Ports& ports) {
  const JobRecord blank = BlankRecord(execution.arn, Region(), execution.started);
  ECM_TRY(JobRecord marked, UpsertRecord(ports.jobs, blank, [](JobRecord& latest) {
            if (latest.aborted || !latest.cluster.empty()) return false;
            return latest.aborted = true;
          }));
  if (!marked.cluster.empty() || !marked.attempted) return marked;
  ECM_TRY(const std::optional<ClusterId> found, FindClusterByName(marked, ports));
  if (!found) return marked;
  return UpdateRecord(ports.jobs, execution.arn, [&](JobRecord& latest) {
    if (latest.cluster.empty()) latest.cluster = *found;
  });
}

bool Succeeded(const Json& event) {
  const Json* inspection = Find(event, "inspection");
  return inspection != nullptr && StringOr(*inspection, "verdict") == Name(Verdict::kSucceeded);
}

}  // namespace

Result<Json> Release(const Json& event, Ports& ports) {
  ECM_TRY(const ExecutionIdentity execution, ReadIdentity(event));
  JsonObject document = Carry(event, execution);
  const WallTime now = ports.clock.Wall();
  const WallTime since = ReleasingSince(event, now);

  ECM_TRY(const JobRecord record, SettleCreation(execution, ports));
  if (record.cluster.empty()) {
    if (!record.attempted) {
      return Done(std::move(document), true, "no cluster was asked for", nullptr);
    }
    if (!HasSettled(event)) return LetSettle(std::move(document), since, ports);
    return Done(std::move(document), true, "no cluster was created", nullptr);
  }
  document["cluster_id"] = record.cluster.str();
  document["region"] = record.region.str();

  EmrClient emr(ports.emr, record.region);
  ECM_TRY(const Cluster cluster, emr.DescribeCluster(record.cluster));
  if (IsFinal(cluster.state)) return Done(std::move(document), true, "gone", &cluster);
  const bool ending = cluster.state == ClusterState::kTerminating;
  // The last logs arrive with the end: only a failure waits for them.
  if (ending && Succeeded(event)) return Done(std::move(document), true, "ending", &cluster);
  if (!ending) {
    ECM_TRY_VOID(EndCluster(emr, cluster, ports.log));
    // EMR leaves a cluster RUNNING for a while after its last step: told to end, it is mostly seen
    // ending at once, and nobody waits for the end of a success.
    if (Succeeded(event)) {
      ECM_TRY(const Cluster told, emr.DescribeCluster(record.cluster));
      const bool leaves = told.state == ClusterState::kTerminating || IsFinal(told.state);
      if (leaves) return Done(std::move(document), true, "ending", &told);
    }
  }
  if (now - since >= ports.patience.release_bound) {
    return Done(std::move(document), false,
                "cluster " + record.cluster.str() + " is still " + cluster.state_name + " " +
                    ToHumanDuration(now - since) +
                    " after it was told to end: look at it in the EMR console of " +
                    record.region.str() + " and terminate it by hand",
                &cluster);
  }
  return LookAgain(std::move(document), since, ports);
}

}  // namespace ecm::lifecycle
