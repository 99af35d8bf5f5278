#include <algorithm>

#include "sim/services/emr_world.h"

// The processes of steps.

namespace ecm::sim {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// From seconds to hours, each power of two as likely as the next.
Duration DrawStepDuration(Random& chance) {
  const std::uint64_t magnitude = 4 + UniformBelow(chance, 10);
  return seconds{10 +
                 static_cast<std::int64_t>(UniformBelow(chance, std::uint64_t{1} << magnitude))};
}

}  // namespace

bool EmrWorld::IsOurs(const emr_model::StepLaunch& launch) {
  return launch.name.starts_with("ecm-");
}

void EmrWorld::Start(const emr_model::StepLaunch& launch) {
  const bool ours = IsOurs(launch);
  processes_[launch.step] = Process{.cluster = launch.cluster, .ours = ours};
  if (const auto truth = ledger_.clusters.find(launch.cluster); truth != ledger_.clusters.end()) {
    truth->second.started = true;
  }
  if (const auto planned = planned_.find(launch.cluster); planned != planned_.end()) {
    core_.scheduler.After(planned->second,
                          [this, step = launch.step] { EndProcess(step, true, "completed"); });
    return;
  }
  Duration duration = DrawStepDuration(core_.chance);
  if (!ours) {
    if (UniformBelow(core_.chance, 2) == 0) return;  // it hangs
    core_.scheduler.After(duration,
                          [this, step = launch.step] { EndProcess(step, true, "completed"); });
    return;
  }
  const auto happens = [&](Fault fault, double share) {
    if (!core_.faults.DrawWorld(Site::kStep, fault, share)) return false;
    core_.timeline.Note(core_.scheduler.now(), launch.cluster.str(), {"FAULT", Name(fault)});
    return true;
  };
  if (happens(Fault::kTaskNodeLost, 0.5)) duration *= 2;
  if (happens(Fault::kNodeSick, 0.3)) duration += DrawBetween(core_.chance, minutes{45}, hours{3});
  if (core_.faults.DrawPlanned(Site::kPeople, Fault::kStepCancelled, 0.3)) {
    core_.scheduler.After(
        DrawBetween(core_.chance, seconds{1}, duration),
        [this, cluster = launch.cluster, step = launch.step] {
          CallByHand(Fault::kStepCancelled, "CancelSteps",
                     JsonObject{{"ClusterId", cluster.str()}, {"StepIds", JsonArray{step.str()}}},
                     cluster);
        });
  }
  if (core_.faults.DrawPlanned(Site::kPeople, Fault::kStepAdded, 0.4)) {
    core_.scheduler.After(DrawBetween(core_.chance, seconds{1}, duration),
                          [this, cluster = launch.cluster] { AddStepByHand(cluster); });
  }
  if (happens(Fault::kStepNeverStarts, 0.3)) {
    unstarted_.insert(launch.step);
    return;
  }
  if (happens(Fault::kStepHangs, 0.5)) return;
  const bool core_lost = happens(Fault::kCoreLost, 0.5);
  const bool fails = happens(Fault::kStepFails, 1) || core_lost;
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

emr_model::StepExit EmrWorld::FailedExit(const StepId& step, const ClusterId& cluster) {
  emr_model::StepExit exit;
  exit.exit_code = 1;
  exit.log_file = "s3://logs/" + cluster.str() + "/steps/" + step.str() + "/stderr.gz";
  if (!core_.faults.DrawWorld(Site::kStep, Fault::kDetailsMissing)) {
    exit.failure_reason = "Unknown Error.";
  }
  if (!core_.faults.DrawWorld(Site::kStep, Fault::kLogMissing)) {
    logs_[step.str()] = "Traceback (most recent call last):\nValueError: planned failure\n";
  }
  return exit;
}

void EmrWorld::EndProcess(const StepId& step, bool succeeded, std::string_view why) {
  const auto found = processes_.find(step);
  if (found == processes_.end() || !found->second.running) return;
  Process& process = found->second;
  process.running = false;
  if (process.killed) {
    succeeded = false;
    why = "killed";
  }
  const ClusterId id = process.cluster;
  core_.timeline.Note(core_.scheduler.now(), id.str(), {"process", why});
  const auto cluster = ledger_.clusters.find(id);
  if (cluster != ledger_.clusters.end() && succeeded && process.ours) {
    cluster->second.completed = core_.scheduler.now();
  }
  const bool failed = process.ours && !succeeded && why == "failed";
  if (failed && core_.faults.DrawWorld(Site::kCluster, Fault::kReasonMisleads, 0.5)) {
    misleading_.insert(id);
  }
  emr_model::StepExit exit;
  exit.succeeded = succeeded;
  if (!succeeded) exit = FailedExit(step, id);
  // One step, no keep-alive: the cluster ends with it, unless somebody has added another.
  if (!shared_.contains(id)) {
    MarkEnding(id);
  } else {
    core_.scheduler.After(seconds{1}, [this, id] {
      const bool busy = std::ranges::any_of(processes_, [&](const auto& other) {
        return other.second.running && other.second.cluster == id;
      });
      if (!busy) MarkEnding(id);
    });
  }
  model_.OnStepExit(id, step, exit);
}

}  // namespace ecm::sim
