#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/emr_api.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/time.h"
#include "emr_model/step_runner.h"
#include "env/clock.h"
#include "env/random.h"
#include "store/document_store.h"

// Amazon EMR in memory: clusters, steps and their states as facts (EMR API, state machines) give
// them. The endpoint of the laptop and the world of the simulator are both made of it. One thread.

namespace ecm::emr_model {

/// A phase of this length never ends by itself: a cluster that waits for capacity for ever.
inline constexpr Duration kNever = Duration::max();

/// How long things take. Zero: at the next Advance.
struct Timings {
  Duration provision{0};  ///< STARTING
  Duration bootstrap{0};  ///< BOOTSTRAPPING
  Duration terminate{0};  ///< TERMINATING
  bool operator==(const Timings&) const = default;
};

struct Options {
  std::string partition = "aws";
  std::string account = "000000000000";
  Timings timings;
  /// Where it is set: the timings of each cluster, asked once when the cluster is created. It must
  /// not call the model.
  std::function<Timings(const ClusterId&)> timings_of;
  /// BOOTSTRAPPING runs the cluster's bootstrap actions at the StepRunner; without it they take no
  /// time and succeed.
  bool run_bootstrap_actions = false;
  bool keep_changes = false;  ///< for TakeChanges; otherwise nothing is remembered
  /// Where the documents of TakeChanges are committed, before TakeChanges is called again: clusters
  /// that have ended are read back from there. Without one they stay in memory.
  const DocumentStore* store = nullptr;
};

class EmrModel : public EmrApi {
 public:
  /// An EventBridge event in the service's shape (facts: events §1); called from inside Call,
  /// Advance and OnStepExit, after the state has changed. Sink and runner may call the model; what
  /// such a call causes is delivered after what is already on its way.
  using EventSink = std::function<void(const Json& event)>;

  EmrModel(Options options, const Clock& clock, Random& random, StepRunner& runner,
           EventSink on_event);
  ~EmrModel() override;

  Result<Json> Call(const Region& region, std::string_view operation, const Json& request) override;

  /// The step's process has ended. Ignored for steps that are over.
  void OnStepExit(const ClusterId& cluster, const StepId& step, const StepExit& exit);

  /// The bootstrap actions have ended. The first that fails ends the cluster: BOOTSTRAP_FAILURE.
  void OnBootstrapExit(const ClusterId& cluster, const BootstrapExit& exit);

  /// A RUNNING step that has no process yet waits for `message` ("a place on this machine: 3 steps
  /// are before it"), which DescribeStep shows as the message of its StateChangeReason; "" when it
  /// goes on.
  void OnStepWaits(const ClusterId& cluster, const StepId& step, std::string message);

  /// Makes every transition that is due at the clock's Wall().
  void Advance();
  /// When the next transition is due; nothing while all is quiet.
  std::optional<WallTime> NextDue() const;

  /// The primary is lost: INSTANCE_FAILURE, the steps of the cluster CANCELLED. Nothing happens to
  /// a cluster that is ending.
  void LosePrimary(const ClusterId& cluster);

  /// The machines of all clusters are lost, and none takes time to end: they are over as soon as
  /// the last of their processes is. What was ending already ends as what it was.
  void LoseAll();

  /// A cluster that is STARTING or BOOTSTRAPPING ends with `reason_code` (VALIDATION_ERROR,
  /// INTERNAL_ERROR, BOOTSTRAP_FAILURE, …) although RunJobFlow had answered with its id. Nothing
  /// happens to a cluster that is past that.
  void FailProvisioning(const ClusterId& cluster, std::string_view reason_code,
                        std::string_view message);

  /// How many clusters it holds with all that it knows of them: with Options::store those that
  /// live and the few ended ones that were asked for last.
  std::size_t ClustersInMemory() const;
  /// Clusters that are not in a final state, in the order of their creation.
  std::vector<ClusterId> LiveClusters() const;
  /// The regions that have a cluster, in order.
  std::vector<Region> Regions() const;

  // --- durability --------------------------------------------------------------------------------
  /// What has changed since the last call, of the kinds "emr_cluster" (without its steps),
  /// "emr_step" (id "{cluster}/{number, 8 digits}"), "emr_ended" (one short line for each cluster
  /// that is over) and "emr_account" (what belongs to a region). Reading operations change nothing.
  /// Empty unless Options::keep_changes or Options::store is set.
  std::vector<Document> TakeChanges();
  /// What was taken last could not be committed: the next TakeChanges gives it again.
  void PutBackChanges();
  /// Brings back what TakeChanges gave, into an empty model. The machines of the old process are
  /// gone: what was not in a final state has lost its primary (INSTANCE_FAILURE, its unfinished
  /// steps CANCELLED); what was ending ends as it would have.
  Result<void> Restore(const DocumentStore& store);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ecm::emr_model
