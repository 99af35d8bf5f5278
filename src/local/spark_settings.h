#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "env/environment.h"

namespace ecm::local {

/// Where local Spark is. All paths are absolute.
struct LocalSparkSettings {
  std::filesystem::path spark_home;  ///< has bin/spark-submit
  std::filesystem::path python;      ///< runs the driver and the workers
  std::filesystem::path java_home;   ///< has bin/java of a version that Spark 3.5 runs on
};

/// What the search may ask of the machine.
struct SparkProbe {
  std::function<bool(const std::filesystem::path&)> exists;
  /// The folders in `folder`, full paths in order; none where there is no such folder.
  std::function<std::vector<std::filesystem::path>(const std::filesystem::path&)> list;
  /// The path with symbolic links resolved, or the path itself.
  std::function<std::filesystem::path(const std::filesystem::path&)> resolve;
  /// The text of a small file, "" where it cannot be read.
  std::function<std::string(const std::filesystem::path&)> read;
};
SparkProbe RealProbe();

/// The one that finds Spark: $EMRCTL_SPARK_HOME, $SPARK_HOME, then the virtual environment `.venv`
/// in the folder of `executable` or one above it. Java: $JAVA_HOME, `java` on $PATH, then
/// /usr/lib/jvm. Python: $PYSPARK_PYTHON, the environment's own, `python3` on $PATH.
/// The error says what is missing and which command installs it.
Result<LocalSparkSettings> FindLocalSpark(const Environment& environment,
                                          const std::filesystem::path& executable,
                                          const SparkProbe& probe);

/// The feature release that a JDK's `release` file tells: JAVA_VERSION="17.0.21" is 17,
/// "1.8.0_412" is 8. Nothing where the file does not say.
std::optional<int> JavaFeatureRelease(std::string_view release_file);

}  // namespace ecm::local
