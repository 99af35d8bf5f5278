#include "cli/account/progress.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "lifecycle/outcome.h"

namespace ecm::cli {
namespace {

/// The clocks of EMR, of Step Functions and of this machine may differ.
constexpr Duration kClockSkew = std::chrono::minutes{15};

/// Of the document that a state was given; "" before there is a cluster.
std::string ClusterIn(const StateEntry& entry) {
  if (entry.input.find("\"cluster_id\"") == std::string::npos) return {};
  const Result<Json> document = ParseJson(entry.input);
  return document ? StringOr(*document, "cluster_id") : std::string();
}

/// The outcome as report wrote it, in the output or in the cause.
std::optional<Json> WrittenOutcome(const ExecutionDetails& execution) {
  const bool succeeded = execution.status == "SUCCEEDED";
  Result<Json> document = ParseJson(succeeded ? execution.output : execution.cause);
  if (!document || StringOr(*document, "verdict").empty()) return std::nullopt;
  return *std::move(document);
}

/// {"Error", "Cause"} of an execution that has told no outcome.
JsonObject ErrorOf(const ExecutionDetails& execution) {
  std::string error = execution.error;
  std::string cause = execution.cause;
  if (execution.status == "ABORTED") {
    if (error.empty()) error = "Cancelled";
    if (cause.empty()) cause = "the execution was stopped";
  } else if (execution.status == "TIMED_OUT") {
    error = "OutOfTime";
    cause = "the execution reached the time limit of its state machine";
  }
  return {{"Error", error}, {"Cause", cause}};
}

/// Whether somebody has yet to see to the cluster, and why that matters.
JsonObject ReleaseOf(const Progress& progress) {
  const JobCluster& cluster = progress.cluster;
  if (cluster.id.empty() || (cluster.told && IsEnding(*cluster.told))) {
    JsonObject release{{"verified", true}};
    if (cluster.told && cluster.told->ended) release["ended"] = ToIso8601(*cluster.told->ended);
    return release;
  }
  const std::string what = cluster.told ? fmt::format("cluster {} is {}: the sweep ends it",
                                                      cluster.id.str(), cluster.told->state_name)
                                        : fmt::format("nobody could look at cluster {}: {}",
                                                      cluster.id.str(), cluster.problem);
  return {{"verified", false}, {"message", what}};
}

/// What a record in the job store would say, as far as a client can know it.
JobRecord RecordOf(const Progress& progress) {
  JobRecord record;
  record.execution = progress.execution.arn;
  record.started = progress.execution.started;
  record.cluster = progress.cluster.id;
  record.region = progress.cluster.region;
  if (progress.cluster.told) {
    record.log_uri = progress.cluster.told->log_uri;
    if (!record.log_uri.empty() && !record.log_uri.ends_with('/')) record.log_uri += '/';
  }
  return record;
}

}  // namespace

bool IsEnding(const Cluster& cluster) {
  return IsFinal(cluster.state) || cluster.state == ClusterState::kTerminating;
}

bool NamesExecution(const std::string& cluster_name, const std::string& execution_name) {
  return cluster_name.starts_with("ecm-") && cluster_name.ends_with("-" + execution_name);
}

Result<Progress> ProgressReader::Look() {
  Progress progress;
  ECM_TRY(progress.execution, Describe(account_, execution_));
  StepFunctionsClient client(account_.step_functions, execution_.region);
  ECM_TRY(progress.entered, client.StatesEntered(execution_.arn, last_event_, [](const auto& e) {
    return !ClusterIn(e).empty();
  }));
  const bool first = last_event_ == 0;
  for (const StateEntry& entry : progress.entered) {
    last_event_ = std::max(last_event_, entry.event);
    if (const std::string id = ClusterIn(entry); !id.empty()) {
      cluster_ = ClusterId(id);
      region_ = execution_.region;
    }
  }
  if (first && progress.entered.size() > 1) {
    progress.entered.erase(progress.entered.begin(), progress.entered.end() - 1);
  }
  if (cluster_.empty() && !progress.execution.IsRunning()) {
    if (const auto found = FindByName(progress.execution); !found) {
      progress.cluster.problem = found.error().message;
      progress.cluster.problem_kind = found.error().kind;
    }
  }
  if (cluster_.empty()) return progress;
  progress.cluster.id = cluster_;
  progress.cluster.region = region_;
  LookAtCluster(progress.cluster);
  return progress;
}

void ProgressReader::LookAtCluster(JobCluster& cluster) const {
  EmrClient emr(account_.emr, cluster.region);
  const auto refuse = [&](const Error& error) {
    cluster.problem = error.message;
    cluster.problem_kind = error.kind;
  };
  Result<Cluster> told = emr.DescribeCluster(cluster.id);
  if (!told) return refuse(told.error());
  cluster.told = *std::move(told);
  Result<std::vector<Step>> steps = emr.ListSteps(cluster.id);
  if (!steps) return refuse(steps.error());
  cluster.steps = *std::move(steps);
  std::ranges::stable_partition(cluster.steps,
                                [](const Step& step) { return step.name.starts_with("ecm-"); });
}

/// An execution that was stopped while Submit ran has left no document with the cluster's id.
Result<void> ProgressReader::FindByName(const ExecutionDetails& execution) {
  EmrClient emr(account_.emr, execution_.region);
  ECM_TRY(const std::vector<ClusterSummary> clusters,
          emr.ListClusters(execution.started - kClockSkew,
                           execution.stopped.value_or(execution.started) + 2 * kClockSkew));
  for (const ClusterSummary& cluster : clusters) {
    if (!NamesExecution(cluster.name, execution.name)) continue;
    cluster_ = cluster.id;
    region_ = execution_.region;
  }
  return {};
}

Json OutcomeOf(const Progress& progress, WallTime now) {
  const ExecutionDetails& execution = progress.execution;
  if (std::optional<Json> written = WrittenOutcome(execution)) return *std::move(written);
  JsonObject document{{"execution", JsonObject{{"arn", execution.arn.str()},
                                               {"started", ToIso8601(execution.started)}}},
                      {"release", ReleaseOf(progress)}};
  if (execution.status == "SUCCEEDED") {
    document["inspection"] = JsonObject{{"verdict", "Succeeded"}};
  } else {
    document["error"] = ErrorOf(execution);
  }
  const JobRecord record = RecordOf(progress);
  return lifecycle::MakeOutcome(document, &record, {}, execution.stopped.value_or(now));
}

}  // namespace ecm::cli
