#pragma once

#include <string>
#include <string_view>

#include "emr_model/step_runner.h"

namespace ecm::local {

/// What a step is, by its jar and the first of its arguments (facts: EMR API §7).
enum class StepKind {
  kSparkSubmit,   ///< command-runner.jar spark-submit …
  kSparkExample,  ///< command-runner.jar spark-example CLASS …
  kProgram,       ///< command-runner.jar bash -c …, or any other program
  kScript,        ///< script-runner.jar SCRIPT …
  kJar,           ///< a JAR of the user's own
};

StepKind KindOf(const emr_model::StepLaunch& launch);

/// Steps that cannot run without Spark's and Java's files.
inline bool NeedsSpark(StepKind kind) {
  return kind == StepKind::kSparkSubmit || kind == StepKind::kSparkExample ||
         kind == StepKind::kJar;
}

/// Whether a process of the step will be a JVM, so far as its words tell: a shell step that names
/// spark-submit counts, a script that calls it cannot be known.
bool TakesJvm(const emr_model::StepLaunch& launch);

/// "s3://REGION.elasticmapreduce/libs/script-runner/script-runner.jar" in any region, the same in
/// the bucket "elasticmapreduce", or the bare name.
bool IsScriptRunner(std::string_view jar);

}  // namespace ecm::local
