#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "emr_model/step_runner.h"
#include "local/machine.h"
#include "local/places.h"
#include "local/script_fetch.h"
#include "local/spark_settings.h"
#include "local/step_kinds.h"

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
  std::string spark_defaults;        ///< the text of {work_dir}/conf/spark-defaults.conf
  std::string core_site;             ///< of {work_dir}/conf/core-site.xml, "" for none
  std::filesystem::path spark_home;  ///< not "": {work_dir}/tmp/spark must stand for it
  std::vector<StepInput> inputs;
  std::vector<FileToFetch> files;
  std::vector<std::string> notes;  ///< for people: what is other than on EMR
  PlaceNeed need;
  bool cluster_mode = false;  ///< the driver's output belongs under containers/
};

/// Turns a step into a command, as the step runner of a cluster does: an argument vector, no
/// shell. `spark-submit` is changed so that it runs on this machine alone; every process of the
/// step finds the same configuration through SPARK_CONF_DIR. Only steps that are made of Spark
/// (step_kinds.h) need `spark`.
/// Errors: kInvalidJob with a message fit for FailureDetails.Reason, the error of `spark`.
Result<StepCommand> BuildStepCommand(const emr_model::StepLaunch& launch,
                                     const Result<LocalSparkSettings>& spark,
                                     const StepPlace& place);

}  // namespace ecm::local
