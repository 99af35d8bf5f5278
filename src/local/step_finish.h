#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "emr_model/step_runner.h"
#include "local/buckets.h"
#include "local/process_tree.h"

namespace ecm::local {

/// A step whose processes are gone.
struct EndedStep {
  emr_model::StepLaunch launch;
  std::filesystem::path work_dir;
  ProcessExit exit;
  std::string refusal;  ///< not empty: why it was never started
};

struct FinishedStep {
  emr_model::StepExit exit;
  std::vector<std::string> notes;
};

/// Finds the reason of a failure, puts the logs where EMR puts them, removes the scratch folder.
/// Reads and writes only the step's own files: it may run on any thread.
FinishedStep FinishStep(const EndedStep& step, const Buckets& buckets);

/// Whether a step that ended so has succeeded.
bool Succeeded(const EndedStep& step);

}  // namespace ecm::local
