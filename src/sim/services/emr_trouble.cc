#include <array>

#include "sim/services/emr_world.h"

// What happens to clusters, and who meddles with them.

namespace ecm::sim {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

enum class Moment { kAtOnce, kInBootstrap, kAtItsEnd, kAfterLongWait };

struct Refusal {
  Fault fault;
  Moment moment;
  std::string_view code;
  std::string_view message;
};

constexpr std::array kRefusals = {
    Refusal{Fault::kRefusedLater, Moment::kAtOnce, "VALIDATION_ERROR",
            "The instance profile is not there yet"},
    Refusal{Fault::kNoAddresses, Moment::kAtOnce, "VALIDATION_ERROR",
            "The subnet has too few free IP addresses"},
    Refusal{Fault::kTagPolicyDenies, Moment::kAtOnce, "VALIDATION_ERROR",
            "The service role is not authorized to call ec2:RunInstances"},
    Refusal{Fault::kQuotaLater, Moment::kAtOnce, "INSTANCE_FAILURE",
            "You have requested more vCPU capacity than your limit"},
    Refusal{Fault::kFleetTimeout, Moment::kAfterLongWait, "INSTANCE_FLEET_TIMEOUT",
            "The fleet got no Spot capacity in time"},
    Refusal{Fault::kBootstrapFails, Moment::kInBootstrap, "BOOTSTRAP_FAILURE",
            "bootstrap action 1 returned a non-zero return code"},
    Refusal{Fault::kDaemonFails, Moment::kAtItsEnd, "INTERNAL_ERROR",
            "a daemon of the primary does not come up"},
};

}  // namespace

bool EmrWorld::Happens(const ClusterId& cluster, Fault fault, double share) {
  if (!core_.faults.DrawWorld(Site::kCluster, fault, share)) return false;
  core_.timeline.Note(core_.scheduler.now(), cluster.str(), {"FAULT", Name(fault)});
  return true;
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
  if (Happens(cluster, Fault::kSlowStart, 0.5)) {
    timings.provision = DrawBetween(core_.chance, minutes{10}, minutes{70});
  }
  if (Happens(cluster, Fault::kNoCapacity, 0.5)) timings.provision = emr_model::kNever;
  if (Happens(cluster, Fault::kBootstrapHangs, 0.3)) timings.bootstrap = emr_model::kNever;
  if (Happens(cluster, Fault::kSlowEnd, 0.5)) {
    timings.terminate = DrawBetween(core_.chance, minutes{30}, hours{2});
  }
  if (core_.faults.DrawPlanned(Site::kCluster, Fault::kForgotten, 0.3)) {
    forget_after_[cluster] = DrawBetween(core_.chance, seconds{1}, hours{1});
  }
  PlanTrouble(cluster, timings);
  PlanLoss(cluster);
  PlanMeddling(cluster);
  return timings;
}

void EmrWorld::PlanTrouble(const ClusterId& cluster, const emr_model::Timings& timings) {
  for (const Refusal& refusal : kRefusals) {
    if (!core_.faults.DrawPlanned(Site::kCluster, refusal.fault, 0.3)) continue;
    Duration delay = DrawBetween(core_.chance, seconds{1}, seconds{40});
    const bool comes_up =
        timings.provision != emr_model::kNever && timings.bootstrap != emr_model::kNever;
    if (refusal.moment == Moment::kAfterLongWait) {
      delay = DrawBetween(core_.chance, minutes{1}, minutes{30});
    } else if (refusal.moment == Moment::kInBootstrap && comes_up) {
      delay = timings.provision + seconds{10};
    } else if (refusal.moment == Moment::kAtItsEnd && comes_up) {
      delay = timings.provision + timings.bootstrap - seconds{1};
    }
    core_.scheduler.After(delay, [this, cluster, &refusal] {
      FailProvisioning(cluster, refusal.fault, refusal.code, refusal.message);
    });
  }
}

void EmrWorld::FailProvisioning(const ClusterId& cluster, Fault fault, std::string_view code,
                                std::string_view message) {
  const auto truth = ledger_.clusters.find(cluster);
  if (truth == ledger_.clusters.end() || truth->second.ending || truth->second.started) return;
  core_.timeline.Note(core_.scheduler.now(), cluster.str(), {"FAULT", Name(fault)});
  core_.faults.Count(fault, Site::kCluster);
  MarkEnding(cluster);
  model_.FailProvisioning(cluster, code, message);
}

void EmrWorld::PlanLoss(const ClusterId& cluster) {
  if (!core_.faults.DrawPlanned(Site::kCluster, Fault::kPrimaryLost, 0.5)) return;
  const bool interrupts = core_.faults.DrawPlanned(Site::kCluster, Fault::kStepsInterrupted, 3);
  core_.scheduler.After(DrawBetween(core_.chance, minutes{1}, hours{1}), [this, cluster,
                                                                          interrupts] {
    const auto truth = ledger_.clusters.find(cluster);
    if (truth == ledger_.clusters.end() || truth->second.ending) return;
    core_.timeline.Note(core_.scheduler.now(), cluster.str(), {"FAULT", Name(Fault::kPrimaryLost)});
    core_.faults.Count(Fault::kPrimaryLost, Site::kCluster);
    if (interrupts) {
      core_.faults.Count(Fault::kStepsInterrupted, Site::kCluster);
      interrupted_.insert(cluster);
    }
    MarkEnding(cluster);
    model_.LosePrimary(cluster);
  });
}

void EmrWorld::PlanMeddling(const ClusterId& cluster) {
  const auto later = [&](Fault fault, std::string_view operation, JsonObject request) {
    if (!core_.faults.DrawPlanned(Site::kPeople, fault, 0.4)) return;
    core_.scheduler.After(DrawBetween(core_.chance, seconds{1}, hours{1}),
                          [this, cluster, fault, operation, request = std::move(request)] {
                            CallByHand(fault, operation, request, cluster);
                          });
  };
  const JsonArray ids{cluster.str()};
  later(Fault::kTerminatedByHand, "TerminateJobFlows", {{"JobFlowIds", ids}});
  later(Fault::kProtectedByHand, "SetTerminationProtection",
        {{"JobFlowIds", ids}, {"TerminationProtected", true}});
  later(Fault::kTagsRemoved, "RemoveTags",
        {{"ResourceId", cluster.str()}, {"TagKeys", JsonArray{"ecm:stage", "ecm:execution"}}});
}

/// While it runs, which is when people do that.
void EmrWorld::AddStepByHand(const ClusterId& cluster) {
  shared_.insert(cluster);
  CallByHand(
      Fault::kStepAdded, "AddJobFlowSteps",
      JsonObject{{"JobFlowId", cluster.str()},
                 {"Steps", JsonArray{JsonObject{
                               {"Name", "by-hand"},
                               {"ActionOnFailure", "CONTINUE"},
                               {"HadoopJarStep", JsonObject{{"Jar", "command-runner.jar"},
                                                            {"Args", JsonArray{"sleep", "1"}}}}}}}},
      cluster);
}

void EmrWorld::CallByHand(Fault fault, std::string_view operation, const Json& request,
                          const ClusterId& cluster) {
  const Result<Json> answer = Apply(Region(std::string(kRegion)), operation, request);
  core_.timeline.Note(core_.scheduler.now(), "somebody",
                      {operation, cluster.str(), answer ? "ok" : answer.error().message});
  if (answer) core_.faults.Count(fault, Site::kPeople);
}

}  // namespace ecm::sim
