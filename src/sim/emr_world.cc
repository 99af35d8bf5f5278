#include "sim/emr_world.h"

#include <algorithm>

namespace ecm::sim {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// For so long a new cluster may be missing in lists.
constexpr Duration kMostListLag = seconds{20};

emr_model::Options ModelOptions(std::function<emr_model::Timings(const ClusterId&)> timings) {
  emr_model::Options options;
  options.timings_of = std::move(timings);
  return options;
}

/// From seconds to hours, each power of two as likely as the next.
Duration DrawStepDuration(Random& chance) {
  const std::uint64_t magnitude = 4 + UniformBelow(chance, 10);
  return seconds{10 +
                 static_cast<std::int64_t>(UniformBelow(chance, std::uint64_t{1} << magnitude))};
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
  Result<Json> answer = model_.Call(region, operation, request);
  if (!answer) return answer;
  if (operation == "RunJobFlow") OnCreated(request, *answer);
  if (operation == "TerminateJobFlows") {
    for (const Json& id : FindArray(request, "JobFlowIds")) {
      CheckSweep(ClusterId(std::string(id.as_string())));
      MarkEnding(ClusterId(std::string(id.as_string())));
    }
  }
  return answer;
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

emr_model::Timings EmrWorld::DrawTimings(const ClusterId& cluster) {
  if (is_neighbour_) return {seconds{60}, seconds{60}, seconds{60}};
  if (work_of_) {
    const Work work = work_of_(creating_);
    planned_[cluster] = work.step;
    return work.timings;
  }
  emr_model::Timings timings{
      .provision = DrawBetween(core_.chance, seconds{40}, minutes{8}),
      .bootstrap = DrawBetween(core_.chance, seconds{20}, minutes{4}),
      .terminate = DrawBetween(core_.chance, seconds{10}, minutes{9}),
  };
  const auto happens = [&](Fault fault, double share) {
    const bool drawn = core_.faults.DrawWorld(Site::kCluster, fault, share);
    if (drawn) {
      core_.timeline.Note(core_.scheduler.now(), cluster.str(), {"FAULT", Name(fault)});
    }
    return drawn;
  };
  if (happens(Fault::kNoCapacity, 0.5)) timings.provision = emr_model::kNever;
  if (happens(Fault::kBootstrapHangs, 0.3)) timings.bootstrap = emr_model::kNever;
  if (happens(Fault::kSlowEnd, 0.5)) {
    timings.terminate = DrawBetween(core_.chance, minutes{30}, hours{2});
  }
  PlanTrouble(cluster, timings);
  PlanMeddling(cluster);
  return timings;
}

void EmrWorld::PlanTrouble(const ClusterId& cluster, const emr_model::Timings& timings) {
  for (const auto& [fault, code] : {std::pair{Fault::kRefusedLater, "VALIDATION_ERROR"},
                                    std::pair{Fault::kBootstrapFails, "BOOTSTRAP_FAILURE"}}) {
    if (!core_.faults.DrawWorld(Site::kCluster, fault, 0.5)) continue;
    const bool early = fault == Fault::kRefusedLater || timings.provision == emr_model::kNever;
    const Duration delay = early ? DrawBetween(core_.chance, seconds{1}, seconds{40})
                                 : timings.provision + seconds{10};
    core_.scheduler.After(delay, [this, cluster, fault, code] {
      core_.timeline.Note(core_.scheduler.now(), cluster.str(), {"FAULT", Name(fault)});
      MarkEnding(cluster);
      model_.FailProvisioning(cluster, code, "planned by the simulator");
    });
  }
  if (core_.faults.DrawWorld(Site::kCluster, Fault::kPrimaryLost, 0.5)) {
    core_.scheduler.After(DrawBetween(core_.chance, seconds{1}, hours{2}), [this, cluster] {
      core_.timeline.Note(core_.scheduler.now(), cluster.str(),
                          {"FAULT", Name(Fault::kPrimaryLost)});
      MarkEnding(cluster);
      model_.LosePrimary(cluster);
    });
  }
}

void EmrWorld::PlanMeddling(const ClusterId& cluster) {
  if (core_.faults.DrawWorld(Site::kPeople, Fault::kTerminatedByHand, 0.5)) {
    core_.scheduler.After(DrawBetween(core_.chance, seconds{1}, hours{1}), [this, cluster] {
      CallByHand("TerminateJobFlows", JsonObject{{"JobFlowIds", JsonArray{cluster.str()}}},
                 cluster);
    });
  }
  if (core_.faults.DrawWorld(Site::kPeople, Fault::kProtectedByHand, 0.5)) {
    core_.scheduler.After(DrawBetween(core_.chance, seconds{1}, hours{1}), [this, cluster] {
      CallByHand(
          "SetTerminationProtection",
          JsonObject{{"JobFlowIds", JsonArray{cluster.str()}}, {"TerminationProtected", true}},
          cluster);
    });
  }
}

void EmrWorld::CallByHand(std::string_view operation, const Json& request,
                          const ClusterId& cluster) {
  const Result<Json> answer = Apply(Region(std::string(kRegion)), operation, request);
  core_.timeline.Note(core_.scheduler.now(), "somebody",
                      {operation, cluster.str(), answer ? "ok" : answer.error().message});
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
  on_event_(event);
}

void EmrWorld::CheckSweep(const ClusterId& cluster) {
  if (!core_.scheduler.current_name().contains(" sweep#")) return;
  const auto found = ledger_.clusters.find(cluster);
  if (found != ledger_.clusters.end()) {
    const ExecutionTruth& execution = ledger_.executions[found->second.execution];
    const bool healthy = !execution.ended && core_.scheduler.now() < execution.deadline &&
                         execution.clusters.size() == 1;
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

void EmrWorld::Start(const emr_model::StepLaunch& launch) {
  processes_[launch.step] = Process{launch.cluster};
  if (const auto planned = planned_.find(launch.cluster); planned != planned_.end()) {
    core_.scheduler.After(planned->second,
                          [this, step = launch.step] { EndProcess(step, true, "completed"); });
    return;
  }
  const Duration duration = DrawStepDuration(core_.chance);
  if (core_.faults.DrawWorld(Site::kStep, Fault::kStepCancelled, 0.3)) {
    core_.scheduler.After(
        DrawBetween(core_.chance, seconds{1}, duration * 2),
        [this, cluster = launch.cluster, step = launch.step] {
          CallByHand("CancelSteps",
                     JsonObject{{"ClusterId", cluster.str()}, {"StepIds", JsonArray{step.str()}}},
                     cluster);
        });
  }
  if (core_.faults.DrawWorld(Site::kStep, Fault::kStepHangs, 0.5)) return;
  const bool fails = core_.faults.DrawWorld(Site::kStep, Fault::kStepFails, 1);
  core_.scheduler.After(duration, [this, step = launch.step, fails] {
    EndProcess(step, !fails, fails ? "failed" : "completed");
  });
}

void EmrWorld::Cancel(const ClusterId& /*cluster*/, const StepId& step, bool force) {
  if (const auto found = processes_.find(step); force && found != processes_.end()) {
    found->second.killed = true;
  }
  const Duration grace = force ? Duration{50} : DrawBetween(core_.chance, seconds{1}, seconds{8});
  core_.scheduler.After(grace, [this, step] { EndProcess(step, false, "killed"); });
}

void EmrWorld::EndProcess(const StepId& step, bool succeeded, std::string_view why) {
  const auto found = processes_.find(step);
  if (found == processes_.end() || !found->second.running) return;
  found->second.running = false;
  if (found->second.killed) {
    succeeded = false;
    why = "killed";
  }
  const ClusterId& id = found->second.cluster;
  core_.timeline.Note(core_.scheduler.now(), id.str(), {"process", why});
  const auto cluster = ledger_.clusters.find(id);
  if (cluster != ledger_.clusters.end() && succeeded) {
    cluster->second.completed = core_.scheduler.now();
  }
  emr_model::StepExit exit;
  exit.succeeded = succeeded;
  if (!succeeded) {
    exit.exit_code = 1;
    exit.failure_reason = "Unknown Error.";
    exit.log_file = "s3://logs/" + id.str() + "/steps/" + step.str() + "/stderr.gz";
    if (!core_.faults.DrawWorld(Site::kStep, Fault::kLogMissing)) {
      logs_[step.str()] = "Traceback (most recent call last):\nValueError: planned failure\n";
    }
  }
  MarkEnding(id);  // one step, no keep-alive: the cluster ends with it
  model_.OnStepExit(id, step, exit);
}

}  // namespace ecm::sim
