#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "aws/emr_api.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/time.h"
#include "emr_model/step_runner.h"
#include "env/clock.h"
#include "env/random.h"

// Amazon EMR in memory: clusters, steps and their states as facts (EMR API, state machines) give
// them. The endpoint of the laptop and the world of the simulator are both made of it. One thread.

namespace ecm::emr_model {

/// How long things take. Zero: at the next Advance.
struct Timings {
  Duration provision{0};  ///< STARTING
  Duration bootstrap{0};  ///< BOOTSTRAPPING
  Duration terminate{0};  ///< TERMINATING
};

struct Options {
  std::string partition = "aws";
  std::string account = "000000000000";
  Timings timings;
};

class EmrModel : public EmrApi {
 public:
  /// An EventBridge event in the service's shape (facts: events §1); called from inside Call,
  /// Advance and OnStepExit, after the state has changed.
  using EventSink = std::function<void(const Json& event)>;

  EmrModel(Options options, const Clock& clock, Random& random, StepRunner& runner,
           EventSink on_event);
  ~EmrModel() override;

  Result<Json> Call(const Region& region, std::string_view operation, const Json& request) override;

  /// The step's process has ended. Ignored for steps that are over.
  void OnStepExit(const ClusterId& cluster, const StepId& step, const StepExit& exit);

  /// Makes every transition that is due at the clock's Wall().
  void Advance();
  /// When the next transition is due; nothing while all is quiet.
  std::optional<WallTime> NextDue() const;

  /// The primary is lost: INSTANCE_FAILURE, the steps of the cluster CANCELLED.
  void LosePrimary(const ClusterId& cluster);

  /// Clusters that are not in a final state, in the order of their creation.
  std::vector<ClusterId> LiveClusters() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ecm::emr_model
