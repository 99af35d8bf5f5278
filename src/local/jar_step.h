#pragma once

#include <string>
#include <utility>
#include <vector>

#include "emr_model/step_runner.h"
#include "local/spark_conf.h"
#include "local/spark_settings.h"

namespace ecm::local {

/// The name of a step's own JAR in its work folder, which is its working directory.
inline constexpr const char* kStepJar = "step.jar";

/// The command of a plain JAR, as `hadoop jar` runs one: java with Spark's and Hadoop's classes and
/// conf/ beside the JAR. A MainClass is started as it is; without one Hadoop's RunJar takes the
/// manifest's Main-Class or else the first argument. `conf` and the step's Properties become
/// system properties, so that a Spark in it finds its configuration.
std::vector<std::string> JarCommand(const emr_model::StepLaunch& launch,
                                    const LocalSparkSettings& spark, const SparkConf& conf,
                                    long long heap_mib, const std::string& tmp);

/// The text of a Hadoop configuration file: the spark.hadoop.* keys without that prefix.
std::string CoreSite(const SparkConf& conf);

}  // namespace ecm::local
