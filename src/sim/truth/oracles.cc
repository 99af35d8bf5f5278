#include "sim/truth/oracles.h"

#include <fmt/format.h>

#include <algorithm>

namespace ecm::sim {
namespace {

using Violations = std::vector<Violation>;

bool ToldToEnd(const ClusterTruth& cluster) { return cluster.ending || cluster.ended; }

void CheckTwins(const Ledger& ledger, const ExecutionTruth& execution, WallTime now,
                Violations& violations) {
  int completed = 0;
  const ClusterTruth* alive = nullptr;
  for (const ClusterId& id : execution.clusters) {
    const ClusterTruth& cluster = ledger.clusters.at(id);
    completed += cluster.completed ? 1 : 0;
    if (ToldToEnd(cluster)) continue;
    if (alive != nullptr && now - std::max(alive->created, cluster.created) > kTwinBound) {
      violations.push_back(
          {"I2",
           fmt::format("{} has two live clusters, {} and {}, for longer than {}", execution.name,
                       alive->id.str(), id.str(), ToHumanDuration(kTwinBound))});
    }
    alive = &cluster;
  }
  if (completed > 1) {
    violations.push_back({"I2", fmt::format("{} did its work {} times, on clusters of its own each",
                                            execution.name, completed)});
  }
}

/// The cluster that the outcome names; nullptr where it names none of this execution.
const ClusterTruth* NamedCluster(const Ledger& ledger, const ExecutionTruth& execution) {
  const ClusterId id(StringOr(execution.outcome, "cluster_id"));
  const auto found = ledger.clusters.find(id);
  if (found == ledger.clusters.end()) return nullptr;
  return &ledger.executions[found->second.execution] == &execution ? &found->second : nullptr;
}

/// A verdict that claims nothing of the job, where something has kept the handlers from finding
/// out.
bool AdmitsNotToKnow(const Ledger& ledger, std::string_view verdict) {
  if (verdict == "CleanupUnverified") return true;
  return ledger.blinded && (verdict.empty() || verdict == "InternalError" ||
                            verdict == "AccessDenied" || verdict == "NoCapacity");
}

/// Ended, and nothing of the state machine could look after what it left.
bool IsUnattended(const ExecutionTruth& execution) {
  return execution.killed || execution.status == asl::Status::kAborted ||
         execution.status == asl::Status::kTimedOut;
}

/// Whoever reports an end has ended the cluster, or says that this could not be done.
void CheckReleased(const Ledger& ledger, const ExecutionTruth& execution, Violations& violations) {
  const std::string verdict = StringOr(execution.outcome, "verdict");
  if (verdict == "CleanupUnverified" || verdict.empty() || execution.settled_before) return;
  for (const ClusterId& id : execution.clusters) {
    if (ToldToEnd(ledger.clusters.at(id))) continue;
    violations.push_back({"I1", fmt::format("{} ended {} and left its cluster {} alone",
                                            execution.name, verdict, id.str())});
  }
}

void CheckVerdict(const Ledger& ledger, const ExecutionTruth& execution, Violations& violations) {
  const std::string verdict = StringOr(execution.outcome, "verdict");
  const ClusterTruth* cluster = NamedCluster(ledger, execution);
  const bool completed = cluster != nullptr && cluster->completed.has_value();
  const bool said_success = execution.status == asl::Status::kSucceeded;
  if (said_success != (verdict == "Succeeded")) {
    violations.push_back({"I5", fmt::format("{} ended {} with the verdict '{}'", execution.name,
                                            Name(execution.status), verdict)});
  }
  if (said_success && !completed) {
    violations.push_back(
        {"I5", fmt::format("{} reports success, its step never completed", execution.name)});
  }
  // Told before it was redriven: it stays.
  if (execution.settled_before) return;
  // What completed while the verdict was being made may have been missed by it.
  const bool knowable = completed && (!execution.judged || *cluster->completed < *execution.judged);
  // Out of time is who has not been seen to complete: EMR may tell it a few seconds later.
  if (!said_success && knowable && verdict != "OutOfTime" && !AdmitsNotToKnow(ledger, verdict)) {
    violations.push_back({"I5", fmt::format("{} reports {}, its step had completed", execution.name,
                                            verdict.empty() ? execution.error : verdict)});
  }
  for (const Json& step : FindArray(execution.outcome, "steps")) {
    if (StringOr(step, "state") == "COMPLETED" && !completed) {
      violations.push_back({"I5", fmt::format("the outcome of {} lists a completed step that "
                                              "never completed",
                                              execution.name)});
    }
  }
}

bool WasTold(const Ledger& ledger, const ExecutionTruth& execution) {
  // The second channel of a topic that is gone: an alarm on the sweep, which could not tell either.
  return execution.notices > 0 || (ledger.topic_gone && ledger.alarms > 0);
}

/// The sweep's part: nobody else can tell of an execution that was aborted, or whose notice failed.
void CheckSettled(const Ledger& ledger, const ExecutionTruth& execution, Violations& violations) {
  // Aborted before it came to the job store, and its event was lost: nobody can know.
  if (!execution.known) return;
  if (execution.settled.is_null()) {
    violations.push_back({"I3", fmt::format("{} ended and has no outcome", execution.name)});
    return;
  }
  const std::string verdict = StringOr(execution.settled, "verdict");
  if (verdict != "Succeeded" && !WasTold(ledger, execution)) {
    violations.push_back({"I3", fmt::format("{} ended and nobody was told", execution.name)});
  }
  for (const std::string& told : execution.told) {
    if (told == verdict) continue;
    violations.push_back({"I5", fmt::format("people were told that {} ended {}, its outcome is {}",
                                            execution.name, told, verdict)});
  }
  const bool completed = std::ranges::any_of(execution.clusters, [&](const ClusterId& id) {
    return ledger.clusters.at(id).completed.has_value();
  });
  bool claimed = verdict == "Succeeded";
  for (const Json& step : FindArray(execution.settled, "steps")) {
    claimed = claimed || StringOr(step, "state") == "COMPLETED";
  }
  if (claimed && !completed) {
    violations.push_back(
        {"I5", fmt::format("the outcome of {} tells of work that was never done", execution.name)});
  }
}

}  // namespace

std::vector<Violation> CheckAlways(const Ledger& ledger, WallTime now) {
  Violations violations;
  for (const ClusterId& stray : ledger.strays) {
    violations.push_back(
        {"I1", fmt::format("cluster {} has a name that leads to no execution", stray.str())});
  }
  for (const ClusterId& cluster : ledger.wronged) {
    violations.push_back(
        {"I5", fmt::format("the sweep ended cluster {}, which was none of its", cluster.str())});
  }
  for (const std::size_t index : ledger.with_twins) {
    CheckTwins(ledger, ledger.executions[index], now, violations);
  }
  if (ledger.ended_executions == ledger.executions.size()) return violations;
  for (const ExecutionTruth& execution : ledger.executions) {
    if (!execution.ended && now > execution.must_end_by) {
      violations.push_back(
          {"I4", fmt::format("{} still runs, past its deadline and all that follows it",
                             execution.name)});
    }
  }
  return violations;
}

std::vector<Violation> CheckEnded(const Ledger& ledger, std::size_t execution) {
  Violations violations;
  const ExecutionTruth& truth = ledger.executions[execution];
  if (truth.status == asl::Status::kTimedOut && !truth.hasty) {
    violations.push_back({"I3", fmt::format("{} ran into the time limit of the state machine, "
                                            "where nobody can be told",
                                            truth.name)});
  }
  if (truth.status == asl::Status::kFailed && truth.notices == 0 && !truth.untold &&
      !truth.killed) {
    violations.push_back({"I3", fmt::format("{} failed and nobody was told", truth.name)});
  }
  if (truth.status == asl::Status::kAborted) {
    if (!truth.asked_to_stop) {
      violations.push_back({"I5", fmt::format("{} is ABORTED, nobody asked for it", truth.name)});
    }
    return violations;
  }
  if (IsUnattended(truth)) return violations;
  CheckReleased(ledger, truth, violations);
  CheckVerdict(ledger, truth, violations);
  return violations;
}

std::vector<Violation> CheckQuiescent(const Ledger& ledger) {
  Violations violations;
  for (const auto& [id, cluster] : ledger.clusters) {
    if (!cluster.ended) {
      violations.push_back({"I1", fmt::format("cluster {} of {} is never going to end", id.str(),
                                              ledger.executions[cluster.execution].name)});
    }
  }
  for (const ExecutionTruth& execution : ledger.executions) {
    CheckSettled(ledger, execution, violations);
    if (!execution.ended) {
      violations.push_back(
          {"I4", fmt::format("{} waits for something that will never happen", execution.name)});
    }
  }
  return violations;
}

}  // namespace ecm::sim
