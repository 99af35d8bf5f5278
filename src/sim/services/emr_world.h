#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "emr_model/emr_model.h"
#include "sim/services/door.h"
#include "sim/services/quotas.h"
#include "sim/truth/ledger.h"

namespace ecm::sim {

/// How long a cluster's phases and its step take.
struct Work {
  emr_model::Timings timings;
  Duration step{};
};

/// How often an operation was called.
struct CallCount {
  std::uint64_t done = 0;
  std::uint64_t throttled = 0;
  std::uint64_t over_quota = 0;  ///< refused because the account has too many clusters
};

/// Amazon EMR in the simulated account: the model that ships, on virtual time, with clusters and
/// steps that take their time, fail, hang and are meddled with by people. What really happens to
/// them goes into the ledger.
class EmrWorld : private emr_model::StepRunner {
 public:
  /// `on_event` hears EMR's EventBridge events.
  EmrWorld(Core core, Random& ids, Ledger& ledger, emr_model::EmrModel::EventSink on_event);

  /// From now on calls are refused that the account's quotas do not let pass.
  void SetQuotas(EmrQuotas quotas) { quotas_ = std::move(quotas); }
  /// From now on clusters take the time that this gives for their name, and nothing happens to
  /// them.
  void SetWork(std::function<Work(std::string_view name)> work_of) {
    work_of_ = std::move(work_of);
  }
  const std::map<std::string, CallCount, std::less<>>& calls() const { return calls_; }

  /// One API call, applied now.
  Result<Json> Apply(const Region& region, std::string_view operation, const Json& request);
  /// Lists of this moment do not show the youngest clusters.
  Result<Json> ApplyWithLag(const Region& region, const Json& request);

  /// Whether a list may not show one of the clusters yet.
  bool HasYoung() const;
  /// What DescribeCluster or ListSteps may still answer though it is no longer so; nullptr where
  /// there is no such thing.
  const Json* FindPast(const ClusterId& cluster, std::string_view operation) const;

  /// Clusters of another stage whose names begin as ours do ("ecm-sim-2-…"), for good.
  void AddNeighbours(int count);

  /// To be called whenever time moves on.
  void Advance() { model_.Advance(); }
  std::optional<WallTime> NextDue() const { return model_.NextDue(); }
  /// The driver's stderr, where the step of this id failed and its log arrived.
  const std::string* FindLog(const std::string& step) const;

 private:
  struct Process {
    ClusterId cluster;
    bool ours = true;  ///< not a step that somebody has added
    bool running = true;
    bool killed = false;  ///< by SIGKILL: it cannot end well any more
  };

  /// What DescribeCluster and ListSteps answer now, and answered before the last change.
  struct Looks {
    std::optional<std::pair<Json, Json>> now{};
    std::optional<std::pair<Json, Json>> before{};
    WallTime until{};
  };

  void Start(const emr_model::StepLaunch& launch) override;
  void Cancel(const ClusterId& cluster, const StepId& step, bool force) override;

  std::optional<Error> Refuse(std::string_view operation);
  void NoteWhatEnds(const Region& region, const Json& request);
  bool IsForgotten(const ClusterId& cluster);
  /// What EMR answers of this cluster where it does not say what happened.
  void Disguise(const ClusterId& cluster, Json& answer) const;
  void KeepPast(const ClusterId& cluster);
  static bool IsOurs(const emr_model::StepLaunch& launch);
  bool IsFresh(const ExecutionTruth& execution) const;
  void OnCreated(const Json& request, const Json& answer);
  void OnEvent(const Json& event);
  void MarkEnding(const ClusterId& cluster);

  // emr_trouble.cc
  emr_model::Timings DrawTimings(const ClusterId& cluster);
  void PlanTrouble(const ClusterId& cluster, const emr_model::Timings& timings);
  void PlanLoss(const ClusterId& cluster);
  void PlanMeddling(const ClusterId& cluster);
  void AddStepByHand(const ClusterId& cluster);
  void FailProvisioning(const ClusterId& cluster, Fault fault, std::string_view code,
                        std::string_view message);
  bool Happens(const ClusterId& cluster, Fault fault, double share);
  /// Somebody at a console.
  void CallByHand(Fault fault, std::string_view operation, const Json& request,
                  const ClusterId& cluster);

  // emr_steps.cc
  void EndProcess(const StepId& step, bool succeeded, std::string_view why);
  emr_model::StepExit FailedExit(const StepId& step, const ClusterId& cluster);
  /// The sweep ends a cluster: may it?
  void CheckSweep(const ClusterId& cluster);

  Core core_;
  Ledger& ledger_;
  emr_model::EmrModel::EventSink on_event_;
  std::map<StepId, Process> processes_;
  std::map<ClusterId, Duration> forget_after_;  ///< their end
  std::set<ClusterId> forgotten_;               ///< and somebody has noticed
  std::map<ClusterId, Looks> looks_;
  std::set<ClusterId> interrupted_;  ///< their steps are, of which no event tells
  std::set<ClusterId> misleading_;   ///< they say that all steps completed
  std::set<ClusterId> shared_;       ///< somebody has added a step
  std::set<StepId> unstarted_;       ///< they look PENDING
  std::map<std::string, std::string> logs_;
  bool is_neighbour_ = false;  ///< what is just being created
  std::string creating_;       ///< its name
  std::optional<EmrQuotas> quotas_;
  std::function<Work(std::string_view name)> work_of_;
  std::map<ClusterId, Duration> planned_;  ///< the time of steps by SetWork
  std::map<std::string, CallCount, std::less<>> calls_;
  emr_model::EmrModel model_;
};

/// The region and the stage of every world.
inline constexpr std::string_view kRegion = "eu-west-1";
inline constexpr std::string_view kStage = "sim";

}  // namespace ecm::sim
