#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace ecm::local {

/// `spark-example [OPTIONS] CLASS ARGS…` as words for spark-submit: the class, in Spark's package
/// of examples unless it is named in full, of SPARK_HOME/examples/jars/spark-examples_*.jar. A
/// Spark without that jar, such as the PySpark of pip, has some of the examples as programs in
/// Python (SparkPi as pi.py): then that program with the same arguments.
/// Errors: kInvalidJob without a class; kNotFound for an example that this Spark has in neither
/// form.
Result<std::vector<std::string>> SparkExampleWords(const std::vector<std::string>& words,
                                                   const std::filesystem::path& spark_home);

}  // namespace ecm::local
