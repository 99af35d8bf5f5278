#include "local/step_command.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"
#include "local/jar_step.h"
#include "local/spark_arguments.h"
#include "local/spark_command.h"
#include "local/spark_conf.h"
#include "local/spark_example.h"
#include "local/step_environment.h"

namespace ecm::local {
namespace {

namespace fs = std::filesystem;
using emr_model::StepLaunch;

/// Programs of command-runner.jar that need what a local cluster does not have.
constexpr std::array<std::string_view, 6> kNotHere{"hadoop-streaming", "hive-script", "pig-script",
                                                   "s3-dist-cp",       "hadoop-lzo",  "hadoop"};

/// The step "Setup Hadoop Debugging" of so many clusters; most of them end if it fails.
constexpr std::string_view kDebugging = "state-pusher-script";

constexpr const char* kScriptName = "script";

Result<void> CheckWords(const StepLaunch& launch) {
  const StepKind kind = KindOf(launch);
  if (kind == StepKind::kScript && launch.args.empty()) {
    return Fail(ErrorKind::kInvalidJob,
                "script-runner.jar was given no script: its first argument must be one "
                "(s3://BUCKET/KEY)");
  }
  if (kind != StepKind::kProgram) return {};
  if (launch.args.empty()) {
    return Fail(ErrorKind::kInvalidJob, "command-runner.jar was given nothing to run");
  }
  const std::string& program = launch.args.front();
  if (std::ranges::find(kNotHere, program) == kNotHere.end()) return {};
  return Fail(ErrorKind::kInvalidJob, "a local cluster has no " + program +
                                          ": it runs spark-submit, spark-example, scripts, JARs "
                                          "and plain programs");
}

/// Programs and scripts: what they are is run as it is.
void FillProgram(const StepLaunch& launch, const StepPlace& place, StepCommand& command) {
  command.argv = launch.args;
  if (KindOf(launch) == StepKind::kScript) {
    const fs::path script = place.work_dir / kScriptName;
    command.files.push_back({"script", launch.args.front(), script, /*executable=*/true});
    command.argv.front() = script.string();
  } else if (command.argv.front() == kDebugging) {
    command.argv = {"true"};
    command.notes.push_back(
        "EMR's debugging tool is not here: nothing was set up; the server's page shows all logs");
  }
  for (const auto& [key, value] : launch.properties) {
    command.notes.push_back("the step's property " + ToOneLine(key) +
                            " does not apply to a program");
  }
}

/// What every Spark of this step must have, whoever starts it.
SparkConf LocalConf(const StepPlace& place) {
  SparkConf conf = BucketConf(place.state_dir / "s3", place.buckets);
  conf["spark.ui.enabled"] = "false";
  conf["spark.driver.host"] = "127.0.0.1";
  conf["spark.driver.bindAddress"] = "127.0.0.1";
  conf["spark.jars.ivy"] = (place.state_dir / "ivy").string();
  return conf;
}

/// The Properties of a step of Spark are defaults before those of its cluster.
void AddProperties(const StepLaunch& launch, ClusterConf& cluster) {
  for (const auto& [key, value] : launch.properties) {
    if (key == "spark.master") {
      cluster.master = value;
    } else if (key.starts_with("spark.") && !IsReserved(key) && !NamesAmazonClass(value)) {
      cluster.spark[key] = value;
    } else if (KindOf(launch) != StepKind::kJar) {
      cluster.notes.push_back("the step's property " + ToOneLine(key) +
                              " does not apply to local Spark");
    }
  }
}

/// What a driver in a container of YARN has in its environment: spark.yarn.appMasterEnv.NAME.
void AddDriverEnvironment(const SparkConf& conf, std::map<std::string, std::string>& exports) {
  constexpr std::string_view kPrefix = "spark.yarn.appMasterEnv.";
  for (const auto& [key, value] : conf) {
    if (key.starts_with(kPrefix)) exports[key.substr(kPrefix.size())] = value;
  }
}

/// The variables of local Spark are not the cluster's to choose.
void NoteLostExports(const std::map<std::string, std::string>& exports, StepCommand& command) {
  for (const auto& [name, value] : exports) {
    const auto found = command.environment.find(name);
    if (name == "PATH" || (found != command.environment.end() && found->second == value)) continue;
    command.notes.push_back("the exported variable " + ToOneLine(name) +
                            " does not apply to local Spark");
  }
}

/// The words of spark-submit; nothing for a step that is none.
Result<std::optional<SparkArguments>> ReadSubmit(const StepLaunch& launch,
                                                 const fs::path& spark_home) {
  const StepKind kind = KindOf(launch);
  if (kind != StepKind::kSparkSubmit && kind != StepKind::kSparkExample) return std::nullopt;
  std::vector<std::string> words{launch.args.begin() + 1, launch.args.end()};
  if (kind == StepKind::kSparkExample) {
    ECM_TRY(words, SparkExampleWords(words, spark_home));
  }
  ECM_TRY(SparkArguments arguments, ParseSparkArguments(words));
  return arguments;
}

/// A step on a machine that has Spark; also a shell finds it, with the same configuration.
Result<void> FillOnSpark(const StepLaunch& launch, LocalSparkSettings spark, const StepPlace& place,
                         ClusterConf cluster, StepCommand& command) {
  const StepKind kind = KindOf(launch);
  if (NeedsSpark(kind)) AddProperties(launch, cluster);
  command.notes = cluster.notes;
  ECM_TRY(const auto arguments, ReadSubmit(launch, spark.spark_home));
  ECM_TRY(const SparkShape shape,
          ShapeSpark(arguments.value_or(SparkArguments{}), cluster, place.machine));
  command.need = {TakesJvm(launch), shape.memory_mib};
  const fs::path tmp = place.work_dir / "tmp";
  if (shape.master.workers > 0) {
    // A worker keeps its executors' files in SPARK_HOME/work: the step gets a home of its own.
    command.spark_home = std::exchange(spark.spark_home, tmp / "spark");
  }
  SparkConf conf = cluster.spark;
  // Hadoop's Path, which reads this one, does not decode percent signs.
  conf.try_emplace("spark.sql.warehouse.dir", "file:" + (place.state_dir / "warehouse").string());
  for (const auto& [key, value] : LocalConf(place)) conf[key] = value;
  SetShape(shape, tmp, conf);
  if (arguments) {
    FillSparkSubmit(*arguments, cluster, shape, spark.spark_home, command);
    if (command.cluster_mode) {
      AddDriverEnvironment(cluster.spark, cluster.exports);
      AddDriverEnvironment(arguments->conf, cluster.exports);
    }
  } else if (kind == StepKind::kJar) {
    command.notes.push_back(shape.memory.note);
    command.files.push_back({"jar", launch.jar, place.work_dir / kStepJar, /*executable=*/false});
    SparkConf hadoop = conf;
    hadoop["spark.hadoop.hadoop.tmp.dir"] = tmp.string();
    command.core_site = CoreSite(hadoop);
    command.argv = JarCommand(launch, spark, conf, shape.memory.heap_mib, tmp.string());
  } else {
    FillProgram(launch, place, command);
  }
  command.spark_defaults = ToProperties(conf);
  command.environment = SparkEnvironment(place.environment, spark, cluster.exports, place.work_dir);
  NoteLostExports(cluster.exports, command);
  return {};
}

}  // namespace

Result<StepCommand> BuildStepCommand(const StepLaunch& launch,
                                     const Result<LocalSparkSettings>& spark,
                                     const StepPlace& place) {
  ECM_TRY_VOID(CheckWords(launch));
  ClusterConf cluster = ReadClusterConf(launch.configurations);
  StepCommand command;
  if (spark) {
    ECM_TRY_VOID(FillOnSpark(launch, *spark, place, std::move(cluster), command));
    return command;
  }
  if (NeedsSpark(KindOf(launch))) return Fail(spark.error());
  FillProgram(launch, place, command);
  command.environment = PlainEnvironment(place.environment, place.work_dir / "tmp");
  Export(cluster.exports, command.environment);
  return command;
}

}  // namespace ecm::local
