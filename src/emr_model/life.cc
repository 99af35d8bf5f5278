#include "emr_model/life.h"

#include <algorithm>

#include "emr_model/bootstrap.h"
#include "emr_model/events.h"

namespace ecm::emr_model {
namespace {

StateReason StepsCompleted() { return {"ALL_STEPS_COMPLETED", "Steps completed"}; }
StateReason UserRequest() { return {"USER_REQUEST", "Terminated by user request"}; }
StateReason StepFailure() { return {"STEP_FAILURE", "Shut down as step failed"}; }
StateReason PrimaryLost() { return {"INSTANCE_FAILURE", "The master node was terminated"}; }

/// PENDING, RUNNING or CANCEL_PENDING.
bool IsActive(const StepRecord& step) { return !IsFinal(step.state); }

bool EndsWell(const StateReason& reason) {
  return reason.code == "ALL_STEPS_COMPLETED" || reason.code == "USER_REQUEST";
}

bool AnyStep(const ClusterRecord& cluster, bool (*matches)(const StepRecord&)) {
  return std::any_of(cluster.steps.begin() + static_cast<std::ptrdiff_t>(cluster.first_unsettled),
                     cluster.steps.end(), matches);
}

}  // namespace

void Life::Create(ClusterRecord cluster) {
  cluster.created = clock_.Wall();
  cluster.timings = TimingsOf(cluster.id);
  std::vector<StepRecord> steps = std::move(cluster.steps);
  cluster.steps.clear();
  ClusterRecord& added = registry_.Add(std::move(cluster));
  Enter(added, ClusterState::kStarting, {});
  ScheduleLife(added, added.timings.provision);
  AddSteps(added, std::move(steps));
}

Timings Life::TimingsOf(const ClusterId& cluster) const {
  return options_.timings_of ? options_.timings_of(cluster) : options_.timings;
}

void Life::Resume(ClusterRecord& cluster) {
  cluster.timings = TimingsOf(cluster.id);
  if (cluster.state != ClusterState::kTerminating) {
    LosePrimary(cluster);
  } else {
    ScheduleEnd(cluster);
  }
}

void Life::AddSteps(ClusterRecord& cluster, std::vector<StepRecord> steps) {
  if (steps.empty()) return;
  const WallTime now = clock_.Wall();
  for (StepRecord& step : steps) {
    step.created = now;
    cluster.steps.push_back(std::move(step));
    registry_.changes().Mark(cluster, cluster.steps.back());
    TellStep(cluster, cluster.steps.back());
  }
  if (IsUp(cluster.state)) registry_.Schedule(cluster, Due::kWork, now);
}

void Life::CancelStep(ClusterRecord& cluster, StepRecord& step, bool force) {
  if (step.process_open) outbox_.Cancel(cluster.id, step.id, force);
  if (step.state == StepState::kCancelPending) return;
  Enter(cluster, step, StepState::kCancelPending);
  if (!step.process_open) registry_.Schedule(cluster, Due::kWork, clock_.Wall());
}

void Life::TerminateByUser(ClusterRecord& cluster) {
  Terminate(cluster, UserRequest(), StepState::kInterrupted);
}

void Life::LosePrimary(ClusterRecord& cluster) {
  Terminate(cluster, PrimaryLost(), StepState::kCancelled);
}

void Life::EndNow(ClusterRecord& cluster) {
  LosePrimary(cluster);
  cluster.terminate_at = clock_.Wall();
  ScheduleEnd(cluster);
}

void Life::FailProvisioning(ClusterRecord& cluster, StateReason reason) {
  const bool coming_up =
      cluster.state == ClusterState::kStarting || cluster.state == ClusterState::kBootstrapping;
  if (coming_up) Terminate(cluster, std::move(reason), StepState::kCancelled);
}

void Life::SetKeepAlive(ClusterRecord& cluster, bool keep_alive) {
  cluster.keep_alive = keep_alive;
  if (IsUp(cluster.state)) registry_.Schedule(cluster, Due::kWork, clock_.Wall());
}

void Life::SetIdleTimeout(ClusterRecord& cluster, std::optional<Duration> timeout) {
  cluster.idle_timeout = timeout;
  if (cluster.state == ClusterState::kWaiting) ScheduleIdle(cluster);
}

void Life::SetStepConcurrency(ClusterRecord& cluster, std::int64_t level) {
  cluster.step_concurrency = level;
  if (IsUp(cluster.state)) registry_.Schedule(cluster, Due::kWork, clock_.Wall());
}

void Life::OnStepExit(const ClusterId& cluster_id, const StepId& step_id, const StepExit& exit) {
  ClusterRecord* cluster = registry_.FindToChange(cluster_id);
  if (cluster == nullptr) return;
  StepRecord* step = FindOpen(*cluster, step_id);
  if (step == nullptr) return;
  step->process_open = false;
  step->waits_for.clear();
  --cluster->open_processes;

  if (cluster->state == ClusterState::kTerminating) {
    ScheduleEnd(*cluster);
    return;
  }
  if (exit.succeeded) {
    Enter(*cluster, *step, StepState::kCompleted);
  } else if (step->state == StepState::kCancelPending) {
    Enter(*cluster, *step, StepState::kCancelled);
  } else {
    // EMR finds the details by reading logs: without logs there are none.
    if (!cluster->log_uri.empty() || !step->log_uri.empty()) {
      step->failure = FailureDetails{exit.failure_reason, exit.failure_message, exit.log_file};
    }
    Enter(*cluster, *step, StepState::kFailed);
    ActOnFailure(*cluster, *step);
  }
  Dispatch(*cluster);
}

StepRecord* Life::FindOpen(ClusterRecord& cluster, const StepId& id) {
  const auto open = cluster.steps.begin() + static_cast<std::ptrdiff_t>(cluster.first_unsettled);
  const auto step = std::find_if(open, cluster.steps.end(), [&](const StepRecord& candidate) {
    return candidate.process_open && candidate.id == id;
  });
  return step == cluster.steps.end() ? nullptr : &*step;
}

void Life::OnStepWaits(const ClusterId& cluster_id, const StepId& step_id, std::string message) {
  ClusterRecord* cluster = registry_.FindToChange(cluster_id);
  if (cluster == nullptr) return;
  if (StepRecord* step = FindOpen(*cluster, step_id)) step->waits_for = std::move(message);
}

void Life::StartBootstrap(ClusterRecord& cluster) {
  cluster.bootstrap_open = true;
  outbox_.StartBootstrap(MakeBootstrapLaunch(cluster));
}

void Life::OnBootstrapExit(const ClusterId& id, const BootstrapExit& exit) {
  ClusterRecord* cluster = registry_.FindToChange(id);
  if (cluster == nullptr || !cluster->bootstrap_open) return;
  cluster->bootstrap_open = false;
  if (cluster->state == ClusterState::kTerminating) {
    ScheduleEnd(*cluster);
  } else if (exit.failed_action > 0) {
    BootstrapFailure failure = ExplainBootstrapFailure(*cluster, exit);
    cluster->error_details = std::move(failure.error_details);
    Terminate(*cluster, std::move(failure.reason), StepState::kCancelled);
  } else if (cluster->timings.bootstrap != kNever) {
    registry_.Schedule(*cluster, Due::kLife, std::max(clock_.Wall(), cluster->bootstrap_at));
  }
}

void Life::Advance() {
  const WallTime now = clock_.Wall();
  while (const auto due = registry_.PopDue(now)) OnDue(*due->first, due->second);
}

void Life::OnDue(ClusterRecord& cluster, Due kind) {
  switch (kind) {
    case Due::kLife:
      if (cluster.state == ClusterState::kStarting) {
        FinishProvisioning(cluster);
      } else if (cluster.state == ClusterState::kBootstrapping) {
        FinishBootstrapping(cluster);
      } else if (cluster.state == ClusterState::kTerminating) {
        Finish(cluster);
      }
      return;
    case Due::kWork:
      SettleCancelledBeforeTheirStart(cluster);
      Dispatch(cluster);
      return;
    case Due::kIdle:
      if (cluster.state == ClusterState::kWaiting && !cluster.termination_protected) {
        TerminateByUser(cluster);
      }
      return;
  }
}

void Life::FinishProvisioning(ClusterRecord& cluster) {
  Enter(cluster, ClusterState::kBootstrapping, {"", "Configuring cluster software"});
  if (options_.run_bootstrap_actions && !cluster.bootstrap_actions.empty()) {
    if (cluster.timings.bootstrap != kNever) {
      cluster.bootstrap_at = clock_.Wall() + cluster.timings.bootstrap;
    }
    StartBootstrap(cluster);
  } else {
    ScheduleLife(cluster, cluster.timings.bootstrap);
  }
}

void Life::FinishBootstrapping(ClusterRecord& cluster) {
  cluster.ready = clock_.Wall();
  SettleCancelledBeforeTheirStart(cluster);
  const bool has_work = AnyStep(cluster, IsActive);
  if (has_work) {
    Enter(cluster, ClusterState::kRunning, {"", "Running step"});
    Dispatch(cluster);
  } else if (cluster.keep_alive) {
    Rest(cluster);
  } else {
    Terminate(cluster, StepsCompleted(), StepState::kCancelled);
  }
}

void Life::Rest(ClusterRecord& cluster) {
  Enter(cluster, ClusterState::kWaiting, {"", "Waiting for steps to run"});
  ScheduleIdle(cluster);
}

void Life::ScheduleIdle(ClusterRecord& cluster) {
  if (cluster.idle_timeout.has_value()) {
    registry_.Schedule(cluster, Due::kIdle, clock_.Wall() + *cluster.idle_timeout);
  } else {
    registry_.Unschedule(cluster, Due::kIdle);
  }
}

void Life::Dispatch(ClusterRecord& cluster) {
  if (!IsUp(cluster.state)) return;
  while (cluster.first_unsettled < cluster.steps.size() &&
         IsFinal(cluster.steps[cluster.first_unsettled].state)) {
    ++cluster.first_unsettled;
  }
  if (!AnyStep(cluster, IsActive)) {
    if (!cluster.keep_alive) {
      Terminate(cluster, StepsCompleted(), StepState::kCancelled);
    } else if (cluster.state != ClusterState::kWaiting) {
      Rest(cluster);
    }
    return;
  }
  if (cluster.state == ClusterState::kWaiting) {
    registry_.Unschedule(cluster, Due::kIdle);
    Enter(cluster, ClusterState::kRunning, {"", "Running step"});
  }
  for (std::size_t i = cluster.first_unsettled; i < cluster.steps.size(); ++i) {
    if (cluster.open_processes >= cluster.step_concurrency) return;
    if (cluster.steps[i].state == StepState::kPending) StartStep(cluster, cluster.steps[i]);
  }
}

void Life::StartStep(ClusterRecord& cluster, StepRecord& step) {
  step.started = clock_.Wall();
  step.process_open = true;
  ++cluster.open_processes;
  Enter(cluster, step, StepState::kRunning);
  outbox_.Start({cluster.id, step.id, cluster.name, step.name, step.jar, step.args,
                 step.log_uri.empty() ? cluster.log_uri : step.log_uri, cluster.configurations,
                 step.main_class, step.properties});
}

void Life::SettleCancelledBeforeTheirStart(ClusterRecord& cluster) {
  for (std::size_t i = cluster.first_unsettled; i < cluster.steps.size(); ++i) {
    StepRecord& step = cluster.steps[i];
    if (step.state == StepState::kCancelPending && !step.process_open) {
      Enter(cluster, step, StepState::kCancelled);
    }
  }
}

/// The table of facts: EMR API, "ActionOnFailure outcome". With several steps at a time it never
/// acts.
void Life::ActOnFailure(ClusterRecord& cluster, const StepRecord& step) {
  if (cluster.step_concurrency > 1) return;
  switch (step.action) {
    case ActionOnFailure::kContinue:
      return;
    case ActionOnFailure::kCancelAndWait:
      CancelPending(cluster);
      return;
    case ActionOnFailure::kTerminateJobFlow:
    case ActionOnFailure::kTerminateCluster:
      // Protection keeps up only a cluster that would not end after its steps anyway.
      if (cluster.keep_alive && cluster.termination_protected) return;
      Terminate(cluster, StepFailure(), StepState::kCancelled);
      return;
  }
}

void Life::CancelPending(ClusterRecord& cluster) {
  for (std::size_t i = cluster.first_unsettled; i < cluster.steps.size(); ++i) {
    StepRecord& step = cluster.steps[i];
    if (IsActive(step) && !step.process_open) Enter(cluster, step, StepState::kCancelled);
  }
}

void Life::Terminate(ClusterRecord& cluster, StateReason reason, StepState running_become) {
  if (IsEnding(cluster.state)) return;
  for (const Due kind : {Due::kLife, Due::kWork, Due::kIdle}) registry_.Unschedule(cluster, kind);
  CancelPending(cluster);
  for (std::size_t i = cluster.first_unsettled; i < cluster.steps.size(); ++i) {
    StepRecord& step = cluster.steps[i];
    if (!step.process_open) continue;
    const bool was_cancelled = step.state == StepState::kCancelPending;
    Enter(cluster, step, was_cancelled ? StepState::kCancelled : running_become);
    outbox_.Cancel(cluster.id, step.id, /*force=*/true);
  }
  if (cluster.bootstrap_open) outbox_.CancelBootstrap(cluster.id);
  Enter(cluster, ClusterState::kTerminating, std::move(reason));
  if (cluster.timings.terminate == kNever) return;
  cluster.terminate_at = clock_.Wall() + cluster.timings.terminate;
  ScheduleEnd(cluster);
}

void Life::ScheduleEnd(ClusterRecord& cluster) {
  if (cluster.open_processes > 0 || cluster.bootstrap_open) return;
  if (cluster.timings.terminate == kNever) return;
  registry_.Schedule(cluster, Due::kLife, std::max(clock_.Wall(), cluster.terminate_at));
}

void Life::Finish(ClusterRecord& cluster) {
  cluster.ended = clock_.Wall();
  registry_.MarkEnded(cluster);
  Enter(cluster,
        EndsWell(cluster.reason) ? ClusterState::kTerminated : ClusterState::kTerminatedWithErrors,
        cluster.reason);
}

void Life::Enter(ClusterRecord& cluster, ClusterState state, StateReason reason) {
  registry_.SetState(cluster, state);
  cluster.reason = std::move(reason);
  registry_.changes().Mark(cluster);
  if (!outbox_.WantsEvents()) return;
  if (auto event = ClusterEvent(cluster, options_.account, clock_.Wall(), random_)) {
    outbox_.Event(*std::move(event));
  }
}

void Life::Enter(ClusterRecord& cluster, StepRecord& step, StepState state) {
  step.state = state;
  if (IsFinal(state)) step.ended = clock_.Wall();
  registry_.changes().Mark(cluster, step);
  TellStep(cluster, step);
}

void Life::TellStep(const ClusterRecord& cluster, const StepRecord& step) {
  if (!outbox_.WantsEvents()) return;
  if (auto event = StepEvent(cluster, step, options_.account, clock_.Wall(), random_)) {
    outbox_.Event(*std::move(event));
  }
}

void Life::ScheduleLife(ClusterRecord& cluster, Duration after) {
  if (after != kNever) registry_.Schedule(cluster, Due::kLife, clock_.Wall() + after);
}

}  // namespace ecm::emr_model
