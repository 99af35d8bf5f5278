#include "sim/services/emr_world.h"

#include <algorithm>

namespace ecm::sim {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

/// For so long a new cluster may be missing in lists.
constexpr Duration kMostListLag = seconds{20};

emr_model::Options ModelOptions(std::function<emr_model::Timings(const ClusterId&)> timings) {
  emr_model::Options options;
  options.timings_of = std::move(timings);
  return options;
}

/// For so long an answer may be one of before.
constexpr Duration kMostStale = seconds{20};

Error NotValid(const ClusterId& cluster) {
  return {ErrorKind::kNotFound, "Cluster id '" + cluster.str() + "' is not valid.",
          "InvalidRequestException"};
}

void Rename(Json& item, std::string_view from, std::string_view to) {
  Json* status = item.as_object().if_contains("Status");
  if (status != nullptr && StringOr(*status, "State") == from) status->as_object()["State"] = to;
}

}  // namespace

EmrWorld::EmrWorld(Core core, Random& ids, Ledger& ledger, emr_model::EmrModel::EventSink on_event)
    : core_(core),
      ledger_(ledger),
      on_event_(std::move(on_event)),
      model_(ModelOptions([this](const ClusterId& id) { return DrawTimings(id); }), core_.clock,
             ids, *this, [this](const Json& event) { OnEvent(event); }) {}

Result<Json> EmrWorld::Apply(const Region& region, std::string_view operation,
                             const Json& request) {
  if (std::optional<Error> refused = Refuse(operation)) return Fail(*std::move(refused));
  if (operation == "RunJobFlow") creating_ = StringOr(request, "Name");
  if (operation == "TerminateJobFlows") NoteWhatEnds(region, request);
  const ClusterId asked(StringOr(request, "ClusterId"));
  if (!asked.empty() && IsForgotten(asked)) return Fail(NotValid(asked));
  Result<Json> answer = model_.Call(region, operation, request);
  if (!answer) return answer;
  if (operation == "RunJobFlow") OnCreated(request, *answer);
  // A cluster to which somebody has added steps says itself when it is done with them.
  const Json* state = Find(*answer, {"Cluster", "Status", "State"});
  if (state != nullptr && *state == "TERMINATING") MarkEnding(asked);
  if (operation == "ListSteps" || operation == "DescribeCluster") Disguise(asked, *answer);
  if (operation == "TerminateJobFlows") {
    for (const Json& id : FindArray(request, "JobFlowIds")) {
      CheckSweep(ClusterId(std::string(id.as_string())));
      MarkEnding(ClusterId(std::string(id.as_string())));
    }
  }
  return answer;
}

void EmrWorld::NoteWhatEnds(const Region& region, const Json& request) {
  for (const Json& id : FindArray(request, "JobFlowIds")) {
    const auto known = ledger_.clusters.find(ClusterId(std::string(id.as_string())));
    if (known == ledger_.clusters.end()) continue;
    if (known->second.ending) {
      core_.faults.Count(Fault::kEndRaces, Site::kTerminateJobFlows);
      continue;
    }
    const Result<Json> cluster =
        model_.Call(region, "DescribeCluster", JsonObject{{"ClusterId", id}});
    const Json* state = cluster ? Find(*cluster, {"Cluster", "Status", "State"}) : nullptr;
    if (state != nullptr && *state == "STARTING") {
      core_.faults.Count(Fault::kEndedWhileStarting, Site::kTerminateJobFlows);
    }
  }
}

bool EmrWorld::IsForgotten(const ClusterId& cluster) {
  const auto planned = forget_after_.find(cluster);
  if (planned == forget_after_.end()) return false;
  const ClusterTruth& truth = ledger_.clusters.at(cluster);
  if (!truth.ended || core_.scheduler.now() < *truth.ended + planned->second) return false;
  // However often somebody asks, it is one fault: worlds settle after the last one.
  if (forgotten_.insert(cluster).second) core_.faults.Count(Fault::kForgotten, Site::kCluster);
  return true;
}

void EmrWorld::Disguise(const ClusterId& cluster, Json& answer) const {
  if (Json* steps = answer.as_object().if_contains("Steps")) {
    for (Json& step : steps->as_array()) {
      if (interrupted_.contains(cluster)) Rename(step, "CANCELLED", "INTERRUPTED");
      if (unstarted_.contains(StepId(StringOr(step, "Id")))) Rename(step, "RUNNING", "PENDING");
    }
  }
  Json* one = answer.as_object().if_contains("Cluster");
  if (one == nullptr || !misleading_.contains(cluster)) return;
  Rename(*one, "TERMINATED_WITH_ERRORS", "TERMINATED");
  Json* status = one->as_object().if_contains("Status");
  Json* reason = status == nullptr ? nullptr : status->as_object().if_contains("StateChangeReason");
  if (reason != nullptr && StringOr(*reason, "Code") == "STEP_FAILURE") {
    *reason = JsonObject{{"Code", "ALL_STEPS_COMPLETED"}, {"Message", "Steps completed"}};
  }
}

bool EmrWorld::HasYoung() const {
  return std::ranges::any_of(ledger_.clusters, [this](const auto& cluster) {
    return core_.scheduler.now() - cluster.second.created < kMostListLag;
  });
}

void EmrWorld::KeepPast(const ClusterId& cluster) {
  if (!core_.faults.MayHappen(Fault::kStaleAnswer)) return;
  const Region region{std::string(kRegion)};
  const Json request = JsonObject{{"ClusterId", cluster.str()}};
  Result<Json> described = model_.Call(region, "DescribeCluster", request);
  Result<Json> steps = model_.Call(region, "ListSteps", request);
  if (!described || !steps) return;
  Disguise(cluster, *described);
  Disguise(cluster, *steps);
  Looks& looks = looks_[cluster];
  looks.before = std::move(looks.now);
  looks.until = core_.scheduler.now();
  looks.now = std::pair(*std::move(described), *std::move(steps));
}

const Json* EmrWorld::FindPast(const ClusterId& cluster, std::string_view operation) const {
  const auto found = looks_.find(cluster);
  if (found == looks_.end() || !found->second.before) return nullptr;
  if (core_.scheduler.now() - found->second.until >= kMostStale) return nullptr;
  const auto& [described, steps] = *found->second.before;
  return operation == "DescribeCluster" ? &described : &steps;
}

std::optional<Error> EmrWorld::Refuse(std::string_view operation) {
  CallCount& count = calls_.try_emplace(std::string(operation)).first->second;
  if (const auto caller = IndexOfRun(core_.scheduler.current_name())) {
    if (*caller < ledger_.executions.size()) ++ledger_.executions[*caller].emr_calls;
  }
  std::optional<Error> refused;
  if (quotas_) refused = quotas_->Refuse(operation, ledger_.live_clusters, core_.scheduler.now());
  if (!refused) {
    ++count.done;
    return refused;
  }
  core_.faults.Count(Fault::kQuota, SiteOfEmrCall(operation));
  ++(refused->kind == ErrorKind::kThrottled ? count.throttled : count.over_quota);
  core_.timeline.Note(core_.scheduler.now(), core_.scheduler.current_name(),
                      {"QUOTA", operation, refused->message});
  return refused;
}

Result<Json> EmrWorld::ApplyWithLag(const Region& region, const Json& request) {
  if (std::optional<Error> refused = Refuse("ListClusters")) return Fail(*std::move(refused));
  Result<Json> answer = model_.Call(region, "ListClusters", request);
  Json* clusters = answer ? answer->as_object().if_contains("Clusters") : nullptr;
  if (clusters == nullptr) return answer;
  JsonArray seen;
  for (const Json& cluster : clusters->as_array()) {
    const auto known = ledger_.clusters.find(ClusterId(StringOr(cluster, "Id")));
    const bool young = known != ledger_.clusters.end() &&
                       core_.scheduler.now() - known->second.created < kMostListLag;
    if (!young) seen.push_back(cluster);
  }
  *clusters = std::move(seen);
  return answer;
}

const std::string* EmrWorld::FindLog(const std::string& step) const {
  const auto found = logs_.find(step);
  return found == logs_.end() ? nullptr : &found->second;
}

void EmrWorld::OnCreated(const Json& request, const Json& answer) {
  const ClusterId id(StringOr(answer, "JobFlowId"));
  const std::string name = StringOr(request, "Name");
  core_.timeline.Note(core_.scheduler.now(), id.str(), {"created as", name});
  const std::optional<std::size_t> index = IndexOfRun(name);
  if (!index || *index >= ledger_.executions.size()) {
    ledger_.strays.push_back(id);
    return;
  }
  ExecutionTruth& owner = ledger_.executions[*index];
  ClusterTruth truth;
  truth.id = id;
  truth.execution = *index;
  truth.created = core_.scheduler.now();
  ledger_.clusters.emplace(id, truth);
  ++ledger_.live_clusters;
  owner.clusters.push_back(id);
  if (owner.clusters.size() == 2) ledger_.with_twins.push_back(*index);
}

void EmrWorld::OnEvent(const Json& event) {
  const Json& detail = event.at("detail");
  const std::string state = StringOr(detail, "state");
  const ClusterId id(StringOr(detail, "clusterId"));
  const bool of_step = detail.as_object().contains("stepId");
  core_.timeline.Note(core_.scheduler.now(), id.str(), {of_step ? "step is" : "is", state});
  const auto cluster = ledger_.clusters.find(id);
  if (!of_step && state.starts_with("TERMINATED") && cluster != ledger_.clusters.end()) {
    cluster->second.ended = core_.scheduler.now();
    --ledger_.live_clusters;
  }
  if (cluster != ledger_.clusters.end()) KeepPast(id);
  // No event tells of INTERRUPTED.
  if (of_step && interrupted_.contains(id)) return;
  on_event_(event);
}

/// Redriven while a sweep may still have been under way that had found it ended.
bool EmrWorld::IsFresh(const ExecutionTruth& execution) const {
  return execution.redriven && core_.scheduler.now() - *execution.redriven < minutes{3};
}

void EmrWorld::CheckSweep(const ClusterId& cluster) {
  if (!core_.scheduler.current_name().contains(" sweep#")) return;
  const auto found = ledger_.clusters.find(cluster);
  if (found != ledger_.clusters.end()) {
    const ExecutionTruth& execution = ledger_.executions[found->second.execution];
    const bool healthy = !execution.ended && core_.scheduler.now() < execution.deadline &&
                         execution.clusters.size() == 1 && !IsFresh(execution);
    if (!healthy) return;
  }
  ledger_.wronged.push_back(cluster);
}

void EmrWorld::AddNeighbours(int count) {
  for (int i = 0; i < count; ++i) {
    is_neighbour_ = true;
    const Json request =
        JsonObject{{"Name", "ecm-sim-2-nightly-" + std::to_string(i)},
                   {"ReleaseLabel", "emr-7.5.0"},
                   {"ServiceRole", "EMR_DefaultRole"},
                   {"JobFlowRole", "EMR_EC2_DefaultRole"},
                   {"Tags", JsonArray{JsonObject{{"Key", "ecm:stage"}, {"Value", "sim-2"}}}},
                   {"Instances", JsonObject{{"MasterInstanceType", "m5.xlarge"},
                                            {"SlaveInstanceType", "m5.xlarge"},
                                            {"InstanceCount", 2},
                                            {"KeepJobFlowAliveWhenNoSteps", true}}}};
    const Result<Json> made = model_.Call(Region(std::string(kRegion)), "RunJobFlow", request);
    is_neighbour_ = false;
    core_.timeline.Note(core_.scheduler.now(), "another stage",
                        {"creates", made ? StringOr(*made, "JobFlowId") : made.error().message});
  }
}

void EmrWorld::MarkEnding(const ClusterId& cluster) {
  const auto found = ledger_.clusters.find(cluster);
  if (found != ledger_.clusters.end() && !found->second.ending) {
    found->second.ending = core_.scheduler.now();
  }
}

}  // namespace ecm::sim
