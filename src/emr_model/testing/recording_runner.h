#pragma once

#include <tuple>
#include <vector>

#include "emr_model/step_runner.h"

namespace ecm::emr_model {

/// Remembers what it was asked; a test reports the ends itself.
class RecordingRunner : public StepRunner {
 public:
  struct Cancelled {
    ClusterId cluster;
    StepId step;
    bool force = false;
    auto operator<=>(const Cancelled&) const = default;
  };

  void Start(const StepLaunch& launch) override { started.push_back(launch); }
  void Cancel(const ClusterId& cluster, const StepId& step, bool force) override {
    cancelled.push_back({cluster, step, force});
  }

  void StartBootstrap(const BootstrapLaunch& launch) override { bootstraps.push_back(launch); }
  void CancelBootstrap(const ClusterId& cluster) override {
    cancelled_bootstraps.push_back(cluster);
  }

  std::vector<StepLaunch> started;
  std::vector<Cancelled> cancelled;
  std::vector<BootstrapLaunch> bootstraps;
  std::vector<ClusterId> cancelled_bootstraps;
};

}  // namespace ecm::emr_model
