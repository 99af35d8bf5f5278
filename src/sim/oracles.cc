#include "sim/oracles.h"

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
  // What completed while the verdict was being made may have been missed by it.
  const bool knowable = completed && (!execution.judged || *cluster->completed < *execution.judged);
  if (!said_success && knowable && verdict != "CleanupUnverified") {
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

/// The sweep's part: nobody else can tell of an execution that was aborted.
void CheckAborted(const Ledger& ledger, const ExecutionTruth& execution, Violations& violations) {
  // Aborted before it came to the job store, and its event was lost: nobody can know.
  if (!execution.known) return;
  if (execution.settled.is_null()) {
    violations.push_back({"I3", fmt::format("{} was aborted and has no outcome", execution.name)});
    return;
  }
  const bool succeeded = StringOr(execution.settled, "verdict") == "Succeeded";
  if (!succeeded && execution.notices == 0) {
    violations.push_back({"I3", fmt::format("{} was aborted and nobody was told", execution.name)});
  }
  const bool completed = std::ranges::any_of(execution.clusters, [&](const ClusterId& id) {
    return ledger.clusters.at(id).completed.has_value();
  });
  bool claimed = succeeded;
  for (const Json& step : FindArray(execution.settled, "steps")) {
    claimed = claimed || StringOr(step, "state") == "COMPLETED";
  }
  if (claimed && !completed) {
    violations.push_back({"I5", fmt::format("the outcome of {}, which was aborted, tells of work "
                                            "that was never done",
                                            execution.name)});
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
  if (truth.status == asl::Status::kTimedOut) {
    violations.push_back({"I3", fmt::format("{} ran into the time limit of the state machine, "
                                            "where nobody can be told",
                                            truth.name)});
  }
  if (truth.status == asl::Status::kFailed && truth.notices == 0) {
    violations.push_back({"I3", fmt::format("{} failed and nobody was told", truth.name)});
  }
  if (truth.status == asl::Status::kAborted) {
    if (!truth.asked_to_stop) {
      violations.push_back({"I5", fmt::format("{} is ABORTED, nobody asked for it", truth.name)});
    }
    return violations;
  }
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
    if (execution.status == asl::Status::kAborted) CheckAborted(ledger, execution, violations);
    if (!execution.ended) {
      violations.push_back(
          {"I4", fmt::format("{} waits for something that will never happen", execution.name)});
    }
  }
  return violations;
}

}  // namespace ecm::sim
