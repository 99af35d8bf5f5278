#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ecm::local {

/// What stands behind "spark-submit" in a step, read as spark-submit reads it (Spark 3.5,
/// SparkSubmitOptionParser): options up to the first word that is none, the primary resource, then
/// the application's own arguments.
struct SparkArguments {
  struct Option {
    std::string name;   ///< "--py-files"; "-c" is "--conf", "--name=value" is taken apart
    std::string value;  ///< "" for a switch
    bool is_switch = false;
  };
  std::vector<Option> options;              ///< without --conf
  std::map<std::string, std::string> conf;  ///< the last of equal keys wins, as in Spark
  std::string primary;                      ///< "s3://…/job.py"
  std::vector<std::string> application;
};

/// Errors: kInvalidJob for an option that spark-submit does not know or that lacks its value, and
/// for a missing primary resource.
Result<SparkArguments> ParseSparkArguments(const std::vector<std::string>& words);

/// The last value of an option, or "".
std::string LastValue(const SparkArguments& arguments, std::string_view option);

/// Back to words, in the same order, conf first.
std::vector<std::string> ToWords(const SparkArguments& arguments);

}  // namespace ecm::local
