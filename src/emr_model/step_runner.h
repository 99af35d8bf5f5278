#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/json.h"

namespace ecm::emr_model {

/// One step that its cluster is ready to run.
struct StepLaunch {
  ClusterId cluster;
  StepId step;
  std::string cluster_name;
  std::string name;
  std::string jar;  ///< "command-runner.jar"
  std::vector<std::string> args;
  std::string log_uri;  ///< of the cluster, "" without logs
  Json configurations;  ///< of the cluster
};

/// How a step's process ended.
struct StepExit {
  bool succeeded = false;
  int exit_code = 0;
  std::string failure_reason;   ///< FailureDetails.Reason; "Unknown Error." where nothing was found
  std::string failure_message;  ///< first line of the error
  std::string log_file;         ///< s3://…/stderr.gz
};

/// Runs steps. Start returns at once; the end comes back through EmrModel::OnStepExit, also after
/// a cancel. The laptop runs real processes, the simulator draws a duration.
class StepRunner {
 public:
  virtual ~StepRunner() = default;
  virtual void Start(const StepLaunch& launch) = 0;
  /// SIGTERM to the step, SIGKILL with `force`. Unknown steps are ignored.
  virtual void Cancel(const ClusterId& cluster, const StepId& step, bool force) = 0;
};

}  // namespace ecm::emr_model
