#include "local/step_kinds.h"

#include <algorithm>
#include <array>

#include "local/buckets.h"

namespace ecm::local {
namespace {

constexpr std::string_view kSparkBin = "/usr/lib/spark/bin/";
constexpr std::string_view kUsrBin = "/usr/bin/";

/// The name of a program of a cluster's Spark, without the folders where EMR has it.
std::string_view ProgramName(std::string_view program) {
  for (const std::string_view folder : {kSparkBin, kUsrBin}) {
    if (program.starts_with(folder)) return program.substr(folder.size());
  }
  return program;
}

bool IsCommandRunner(std::string_view jar) {
  return jar == "command-runner.jar" ||
         jar == "/var/lib/aws/emr/step-runner/hadoop-jars/command-runner.jar";
}

bool NamesJvmProgram(std::string_view word) {
  constexpr std::array<std::string_view, 6> kPrograms{"spark-submit", "spark-shell", "spark-sql",
                                                      "spark-class",  "pyspark",     "run-example"};
  return std::ranges::any_of(kPrograms, [word](std::string_view program) {
    return word.find(program) != std::string_view::npos;
  });
}

}  // namespace

bool IsScriptRunner(std::string_view jar) {
  if (jar == "script-runner.jar") return true;
  const auto uri = ParseS3Uri(jar);
  return uri && uri->key == "libs/script-runner/script-runner.jar" &&
         (uri->bucket == "elasticmapreduce" || uri->bucket.ends_with(".elasticmapreduce"));
}

StepKind KindOf(const emr_model::StepLaunch& launch) {
  if (IsScriptRunner(launch.jar)) return StepKind::kScript;
  if (!IsCommandRunner(launch.jar)) return StepKind::kJar;
  if (launch.args.empty()) return StepKind::kProgram;
  const std::string_view program = ProgramName(launch.args.front());
  if (program == "spark-submit") return StepKind::kSparkSubmit;
  if (program == "spark-example" || program == "run-example") return StepKind::kSparkExample;
  return StepKind::kProgram;
}

bool TakesJvm(const emr_model::StepLaunch& launch) {
  return NeedsSpark(KindOf(launch)) || std::ranges::any_of(launch.args, NamesJvmProgram);
}

}  // namespace ecm::local
