#include "emr_model/rules/step_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/text.h"
#include "emr_model/answers.h"
#include "emr_model/errors.h"
#include "emr_model/operations/operations.h"
#include "emr_model/rules/characters.h"

namespace ecm::emr_model {
namespace {

constexpr std::size_t kMaxStepCharacters = 10240;
constexpr std::size_t kMaxPerRequestSince714 = 100;

std::size_t CountActive(const ClusterRecord& cluster) {
  return static_cast<std::size_t>(
      std::count_if(cluster.steps.begin() + static_cast<std::ptrdiff_t>(cluster.first_unsettled),
                    cluster.steps.end(), [](const StepRecord& s) { return !IsFinal(s.state); }));
}

/// The strings of HadoopJarStep together.
std::size_t CharactersOf(const StepRecord& step) {
  std::size_t sum = Characters(step.jar) + Characters(step.main_class);
  for (const std::string& arg : step.args) sum += Characters(arg);
  for (const auto& [key, value] : step.properties) sum += Characters(key) + Characters(value);
  return sum;
}

Result<ActionOnFailure> ReadAction(const Json& config, std::int64_t concurrency) {
  const std::string asked = StringOr(config, "ActionOnFailure");
  if (asked.empty()) {
    // Recorded from the API for one step at a time; with more of them nothing but CONTINUE is
    // possible (facts: EMR API, constraints and states).
    return concurrency > 1 ? ActionOnFailure::kContinue : ActionOnFailure::kTerminateCluster;
  }
  const auto action = ParseActionOnFailure(asked);
  if (!action.has_value() || (concurrency > 1 && action != ActionOnFailure::kContinue)) {
    return ValidationError("Action on failure '" + asked + "' is invalid.");
  }
  return *action;
}

Result<StepRecord> ReadStep(const Json& config, const ClusterRecord& cluster, Random& random) {
  StepRecord step;
  step.name = StringOr(config, "Name");
  ECM_TRY(step.action, ReadAction(config, cluster.step_concurrency));
  const Json& jar_step = config.at("HadoopJarStep");
  step.jar = StringOr(jar_step, "Jar");
  step.main_class = StringOr(jar_step, "MainClass");
  for (const Json& arg : FindArray(jar_step, "Args")) step.args.emplace_back(arg.get_string());
  for (const Json& property : FindArray(jar_step, "Properties")) {
    step.properties.emplace_back(StringOr(property, "Key"), StringOr(property, "Value"));
  }
  if (step.jar.empty()) {
    return ValidationError("The step '" + ToOneLine(step.name) + "' has no Jar.");
  }
  if (const std::size_t size = CharactersOf(step); size > kMaxStepCharacters) {
    return ValidationError(
        fmt::format("The strings of HadoopJarStep of the step '{}' have {} characters together; "
                    "at most {} are allowed.",
                    ToOneLine(step.name), size, kMaxStepCharacters));
  }
  const std::initializer_list<std::string_view> monitoring = {"StepMonitoringConfiguration",
                                                              "S3MonitoringConfiguration"};
  if (const Json* logs = Find(config, monitoring)) {
    step.log_uri = StringOr(*logs, "LogUri");
    step.encryption_key_arn = StringOr(*logs, "EncryptionKeyArn");
  }
  step.execution_role_arn = cluster.step_execution_role_arn;
  step.id = StepId(NewId(random, "s-"));
  return step;
}

}  // namespace

std::size_t MaxStepsPerRequest(std::pair<int, int> release) {
  return release >= std::pair(7, 14) ? kMaxPerRequestSince714
                                     : std::numeric_limits<std::size_t>::max();
}

Result<std::vector<StepRecord>> ReadSteps(const JsonArray& configs, const ClusterRecord& cluster,
                                          Random& random) {
  if (configs.size() + CountActive(cluster) > kMaxActiveSteps) {
    return ValidationError(
        "Maximum number of active steps(State = 'Running', 'Pending' or 'Cancel_Pending') for "
        "cluster exceeded.");
  }
  if (configs.size() > MaxStepsPerRequest(cluster.release)) {
    return ValidationError(
        fmt::format("{} steps in one request; at most {} are allowed from emr-7.14.0 on.",
                    configs.size(), MaxStepsPerRequest(cluster.release)));
  }
  std::vector<StepRecord> steps;
  steps.reserve(configs.size());
  for (const Json& config : configs) {
    ECM_TRY(StepRecord step, ReadStep(config, cluster, random));
    steps.push_back(std::move(step));
  }
  return steps;
}

}  // namespace ecm::emr_model
