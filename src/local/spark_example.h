#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace ecm::local {

/// `spark-example [OPTIONS] CLASS ARGS…` as words for spark-submit: the class, in Spark's package
/// of examples unless it is named in full, of SPARK_HOME/examples/jars/spark-examples_*.jar.
/// Errors: kInvalidJob without a class; kNotFound where this Spark came without that jar, as the
/// PySpark of pip does.
Result<std::vector<std::string>> SparkExampleWords(const std::vector<std::string>& words,
                                                   const std::filesystem::path& spark_home);

}  // namespace ecm::local
