#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "emr_model/step_runner.h"
#include "env/clock.h"
#include "local/bootstrap_runner.h"
#include "local/machine.h"
#include "local/spark_settings.h"

namespace boost::asio {
class io_context;
}

namespace ecm::local {

struct SparkStepRunnerOptions {
  std::filesystem::path state_dir;  ///< DIR, absolute; buckets are the folders in DIR/s3
  /// Where Spark is; an error fails every step that is made of Spark, with its message as reason.
  Result<LocalSparkSettings> spark = Fail(ErrorKind::kInternal, "local Spark was not looked for");
  Machine machine;
  std::map<std::string, std::string> environment;  ///< InheritedEnvironment
  Duration cancel_grace{10'000};                   ///< from a cancel's SIGTERM to SIGKILL
  int max_processes = 64;  ///< process trees at once, steps' and bootstrap actions'
  int max_spark = 0;       ///< of these with a JVM; 0: what the machine has room for (SparkPlaces)
};

/// Runs steps on this machine, each as a process tree of its own (process_tree.h): Spark on real
/// local Spark, programs and scripts as they are. What finds no place on the machine waits
/// (places.h). Lives on the thread of its io_context; what takes long at the end of a step (reading
/// and packing logs) happens on a thread of its own.
class SparkStepRunner : public emr_model::StepRunner {
 public:
  /// From the io_context, never from inside Start or Cancel; by then the logs are in their bucket.
  using OnExit = std::function<void(const ClusterId& cluster, const StepId& step,
                                    const emr_model::StepExit& exit)>;
  /// What a person should know: memory that was scaled, options that do not apply here.
  using OnNote = std::function<void(const emr_model::StepLaunch& launch, const std::string& note)>;

  /// A step waits for a place, and why; "" when it goes on. From the io_context, as OnExit.
  using OnWaits =
      std::function<void(const ClusterId& cluster, const StepId& step, const std::string& message)>;
  using OnBootstrapExit = BootstrapRunner::OnExit;

  /// Publishes the logs that a process which was killed has left in DIR/work.
  SparkStepRunner(boost::asio::io_context& io, SparkStepRunnerOptions options, const Clock& clock,
                  OnExit on_exit, OnNote on_note, OnWaits on_waits = nullptr,
                  OnBootstrapExit on_bootstrap_exit = nullptr);
  /// Kills what runs and waits until it is gone; nothing is called any more.
  ~SparkStepRunner() override;
  SparkStepRunner(const SparkStepRunner&) = delete;
  SparkStepRunner& operator=(const SparkStepRunner&) = delete;

  void Start(const emr_model::StepLaunch& launch) override;
  /// A step that waits for a place ends at once.
  void Cancel(const ClusterId& cluster, const StepId& step, bool force) override;
  void StartBootstrap(const emr_model::BootstrapLaunch& launch) override;
  void CancelBootstrap(const ClusterId& cluster) override;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

/// DIR/work/{cluster}/{step}: while a step runs, its stdout, stderr and controller grow there. It
/// is gone when they are in their bucket.
std::filesystem::path StepWorkDir(const std::filesystem::path& state_dir, const ClusterId& cluster,
                                  const StepId& step);

}  // namespace ecm::local
