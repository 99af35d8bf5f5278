#pragma once

#include <cstdint>
#include <filesystem>

#include "base/result.h"
#include "local/machine.h"
#include "local/spark_arguments.h"
#include "local/spark_conf.h"
#include "local/spark_master.h"
#include "local/spark_memory.h"
#include "local/step_command.h"

namespace ecm::local {

/// How large the Spark of a step is.
struct SparkShape {
  LocalMaster master;
  LocalMemory memory;           ///< of the driver's JVM
  std::int64_t memory_mib = 0;  ///< of all its JVMs
};

/// From what the step's own arguments ask, then the cluster's configuration. Errors: kInvalidJob
/// for a local-cluster that does not fit (spark_master.h).
Result<SparkShape> ShapeSpark(const SparkArguments& arguments, const ClusterConf& cluster,
                              const Machine& machine);

void SetShape(const SparkShape& shape, const std::filesystem::path& tmp, SparkConf& conf);

/// The command line of spark-submit: what a local cluster decides itself is taken out, with a note
/// where that changes something; what the step names in buckets is listed as its inputs.
void FillSparkSubmit(SparkArguments arguments, const ClusterConf& cluster, const SparkShape& shape,
                     const std::filesystem::path& spark_home, StepCommand& command);

}  // namespace ecm::local
