#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "emr_model/step_runner.h"
#include "env/environment.h"
#include "local/machine.h"
#include "local/spark_settings.h"

namespace ecm::local {

/// Where a step runs.
struct StepPlace {
  std::filesystem::path state_dir;   ///< DIR
  std::filesystem::path work_dir;    ///< DIR/work/{cluster}/{step}
  std::vector<std::string> buckets;  ///< in DIR/s3
  Machine machine;
  std::map<std::string, std::string> environment;  ///< InheritedEnvironment
};

/// An object that must be there before the step starts.
struct StepInput {
  std::string what;  ///< "entry point"
  std::string uri;   ///< s3://, s3a:// or s3n://
};

/// How a step becomes a process.
struct StepCommand {
  std::vector<std::string> argv;
  std::map<std::string, std::string> environment;  ///< complete
  std::string spark_defaults;  ///< the text of {work_dir}/conf/spark-defaults.conf
  std::vector<StepInput> inputs;
  std::vector<std::string> notes;  ///< for people: what is other than on EMR
};

/// The variables of this process that a step may see: paths, locale, proxies. Credentials and
/// whatever else is in a developer's environment stay out.
std::map<std::string, std::string> InheritedEnvironment(const Environment& environment);

/// Turns a step into a command, as command-runner.jar does on a cluster: an argument vector, no
/// shell. `spark-submit` is changed so that it runs on this machine alone; every process of the
/// step finds the same configuration through SPARK_CONF_DIR.
/// Errors: kInvalidJob with a message fit for FailureDetails.Reason.
Result<StepCommand> BuildStepCommand(const emr_model::StepLaunch& launch,
                                     const LocalSparkSettings& spark, const StepPlace& place);

}  // namespace ecm::local
