#pragma once

#include <optional>
#include <vector>

#include "emr_model/cluster.h"
#include "emr_model/outbox.h"
#include "emr_model/registry.h"
#include "env/clock.h"
#include "env/random.h"

namespace ecm::emr_model {

/// The transitions of clusters and steps (facts: EMR API, state machines). It changes records and
/// queues what others must hear; EmrModel delivers that at the end of each of its calls.
class Life {
 public:
  Life(const Options& options, const Clock& clock, Random& random, Registry& registry,
       Outbox& outbox)
      : options_(options), clock_(clock), random_(random), registry_(registry), outbox_(outbox) {}

  /// STARTING, with its steps PENDING. `cluster` has its id; times, state and timings are set here.
  void Create(ClusterRecord cluster);
  void AddSteps(ClusterRecord& cluster, std::vector<StepRecord> steps);
  /// A PENDING or RUNNING step; one that is CANCEL_PENDING may be asked again with `force`.
  void CancelStep(ClusterRecord& cluster, StepRecord& step, bool force);
  /// By the API. Nothing happens to a cluster that is ending.
  void TerminateByUser(ClusterRecord& cluster);
  void LosePrimary(ClusterRecord& cluster);
  /// As LosePrimary, without the time that TERMINATING takes.
  void EndNow(ClusterRecord& cluster);
  void FailProvisioning(ClusterRecord& cluster, StateReason reason);
  /// A cluster that waits and is no longer kept alive ends at the next Advance.
  void SetKeepAlive(ClusterRecord& cluster, bool keep_alive);
  /// The time of a cluster that waits is counted anew; none: it waits on.
  void SetIdleTimeout(ClusterRecord& cluster, std::optional<Duration> timeout);
  /// More steps may start at the next Advance; what runs beyond a lower level runs on.
  void SetStepConcurrency(ClusterRecord& cluster, std::int64_t level);

  /// A cluster of an earlier process, whose machines are gone. One that was ending ends as it would
  /// have, any other has lost its primary.
  void Resume(ClusterRecord& cluster);

  void OnStepExit(const ClusterId& cluster, const StepId& step, const StepExit& exit);
  void OnStepWaits(const ClusterId& cluster, const StepId& step, std::string message);
  void OnBootstrapExit(const ClusterId& cluster, const BootstrapExit& exit);
  void Advance();

 private:
  void OnDue(ClusterRecord& cluster, Due kind);
  void FinishProvisioning(ClusterRecord& cluster);
  void StartBootstrap(ClusterRecord& cluster);
  void FinishBootstrapping(ClusterRecord& cluster);
  /// WAITING
  void Rest(ClusterRecord& cluster);
  void ScheduleIdle(ClusterRecord& cluster);
  /// Starts what may run, or ends or rests the cluster where nothing is left to run.
  void Dispatch(ClusterRecord& cluster);
  void SettleCancelledBeforeTheirStart(ClusterRecord& cluster);
  void ActOnFailure(ClusterRecord& cluster, const StepRecord& step);
  void CancelPending(ClusterRecord& cluster);
  Timings TimingsOf(const ClusterId& cluster) const;
  /// TERMINATING; what runs becomes `running_become` and is killed.
  void Terminate(ClusterRecord& cluster, StateReason reason, StepState running_become);
  /// A cluster that is TERMINATING is gone only when nothing of it runs.
  void ScheduleEnd(ClusterRecord& cluster);
  void Finish(ClusterRecord& cluster);

  /// The step if its process is open, or nullptr.
  static StepRecord* FindOpen(ClusterRecord& cluster, const StepId& step);
  void Enter(ClusterRecord& cluster, ClusterState state, StateReason reason);
  void Enter(ClusterRecord& cluster, StepRecord& step, StepState state);
  void StartStep(ClusterRecord& cluster, StepRecord& step);
  void TellStep(const ClusterRecord& cluster, const StepRecord& step);
  /// Not where `after` is kNever.
  void ScheduleLife(ClusterRecord& cluster, Duration after);

  const Options& options_;
  const Clock& clock_;
  Random& random_;
  Registry& registry_;
  Outbox& outbox_;
};

}  // namespace ecm::emr_model
