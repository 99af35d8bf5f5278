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
  std::string log_uri;     ///< of the step, or else of the cluster; "" without logs
  Json configurations;     ///< of the cluster
  std::string main_class;  ///< HadoopJarStep.MainClass, "" without
  std::vector<std::pair<std::string, std::string>> properties;  ///< HadoopJarStep.Properties
};

/// How a step's process ended.
struct StepExit {
  bool succeeded = false;
  int exit_code = 0;
  std::string failure_reason;   ///< FailureDetails.Reason; "Unknown Error." where nothing was found
  std::string failure_message;  ///< first line of the error
  std::string log_file;         ///< s3://…/stderr.gz
};

/// The bootstrap actions of a cluster that is BOOTSTRAPPING, in their order.
struct BootstrapLaunch {
  struct Action {
    std::string name;
    std::string path;  ///< s3://… or a path on the instance
    std::vector<std::string> args;
  };
  ClusterId cluster;
  std::string cluster_name;
  std::string instance;  ///< EC2 id of the primary, as ListInstances tells it
  std::vector<Action> actions;
  std::string log_uri;  ///< of the cluster, "" without logs
  Json configurations;
};

struct BootstrapExit {
  std::size_t failed_action = 0;  ///< from 1; 0: all have succeeded
  int exit_code = 0;              ///< of the failed one
  std::string failure_message;    ///< where it could not be run at all, "" otherwise
};

/// Runs steps. Start returns at once; the end comes back through EmrModel::OnStepExit, also after
/// a cancel. The laptop runs real processes, the simulator draws a duration.
class StepRunner {
 public:
  virtual ~StepRunner() = default;
  virtual void Start(const StepLaunch& launch) = 0;
  /// SIGTERM to the step, SIGKILL with `force`. Unknown steps are ignored.
  virtual void Cancel(const ClusterId& cluster, const StepId& step, bool force) = 0;

  /// Called only where Options::run_bootstrap_actions is set. Returns at once; the end comes back
  /// through EmrModel::OnBootstrapExit, also after a cancel.
  virtual void StartBootstrap(const BootstrapLaunch& /*launch*/) {}
  /// SIGKILL to the actions of the cluster; unknown clusters are ignored.
  virtual void CancelBootstrap(const ClusterId& /*cluster*/) {}
};

}  // namespace ecm::emr_model
