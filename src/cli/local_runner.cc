#include "cli/local_runner.h"

#include <filesystem>

#include "local/machine.h"
#include "local/spark_step_runner.h"
#include "local/step_environment.h"

namespace ecm::cli {

Result<local::LocalSparkSettings> FindSpark(const Context& context) {
  std::error_code error;
  return local::FindLocalSpark(context.environment,
                               std::filesystem::read_symlink("/proc/self/exe", error),
                               local::RealProbe());
}

local_stack::MakeStepRunner LocalRunners(
    const local_stack::StateFolder& folder, const Result<local::LocalSparkSettings>& spark,
    Context& context,
    std::function<void(const emr_model::StepLaunch&, const std::string&)> on_note) {
  local::SparkStepRunnerOptions options;
  options.state_dir = folder.path();
  options.spark = spark;
  options.machine = local::ReadMachine();
  options.environment = local::InheritedEnvironment(context.environment);
  return [options = std::move(options), &clock = context.clock, on_note = std::move(on_note)](
             boost::asio::io_context& io, local_stack::RunnerEvents events) {
    return std::make_unique<local::SparkStepRunner>(
        io, options, clock, std::move(events.on_step_exit), on_note,
        std::move(events.on_step_waits), std::move(events.on_bootstrap_exit));
  };
}

}  // namespace ecm::cli
