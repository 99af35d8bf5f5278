#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "emr_model/step_runner.h"
#include "local/buckets.h"
#include "local/cluster_mode.h"
#include "local/process_tree.h"

namespace ecm::local {

/// A step whose processes are gone.
struct EndedStep {
  emr_model::StepLaunch launch;
  std::filesystem::path work_dir;
  ProcessExit exit;
  std::string refusal;  ///< not empty: why it was never started
  /// In cluster mode: the driver, whose output is in ContainerFolder(work_dir).
  std::optional<DriverApplication> driver;
  WallTime when{};
};

struct FinishedStep {
  emr_model::StepExit exit;
  std::vector<std::string> notes;
};

/// Finds the reason of a failure and puts the logs where EMR puts them. Then the step's folder is
/// gone; it stays, without its scratch, where there is no bucket for the logs.
/// Reads and writes only the step's own files: it may run on any thread.
FinishedStep FinishStep(const EndedStep& step, const Buckets& buckets);

/// Whether a step that ended so has succeeded.
bool Succeeded(const EndedStep& step);

}  // namespace ecm::local
