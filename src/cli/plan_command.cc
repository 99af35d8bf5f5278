#include "cli/plan_command.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/job_file.h"
#include "cli/region.h"
#include "cli/validate_command.h"

namespace ecm::cli {
namespace {

std::string Line(std::string_view title, std::string_view text) {
  return fmt::format("  {:<10} {}", title, ToOneLine(text));
}

/// The arguments of the step as one could type them; only for eyes.
std::string CommandLine(const Json& step) {
  const Json* jar_step = Find(step, "HadoopJarStep");
  std::string line;
  if (jar_step == nullptr) return line;
  for (const Json& argument : FindArray(*jar_step, "Args")) {
    if (!line.empty()) line += ' ';
    line += argument.is_string() ? std::string(argument.get_string()) : ToText(argument);
  }
  return line;
}

/// From the final request: emr_overrides may have changed everything.
std::string Machines(const Json& request) {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  const Json* instances = Find(request, "Instances");
  if (instances != nullptr) {
    for (const Json& group : FindArray(*instances, "InstanceGroups")) {
      add(fmt::format("{} × {} {}", FindInt(group, "InstanceCount").value_or(0),
                      StringOr(group, "InstanceType"), StringOr(group, "InstanceRole")));
    }
    for (const Json& fleet : FindArray(*instances, "InstanceFleets")) {
      add(fmt::format("a fleet of {} ({} on demand, {} spot)", StringOr(fleet, "InstanceFleetType"),
                      FindInt(fleet, "TargetOnDemandCapacity").value_or(0),
                      FindInt(fleet, "TargetSpotCapacity").value_or(0)));
    }
  }
  add(StringOr(request, "ReleaseLabel"));
  return text;
}

}  // namespace

std::vector<std::string> DescribePlan(const Job& job, const Plan& plan) {
  std::vector<std::string> lines;
  const std::string what =
      job.resource.empty() ? job.job_name : job.job_name + " on " + job.resource;
  lines.push_back(Line("job", what));
  lines.push_back(Line("cluster", plan.cluster_name));
  lines.push_back(Line("machines", Machines(plan.request)));
  lines.push_back(
      Line("memory", fmt::format("driver {}, executors {}", job.mem_driver, job.mem_executor)));
  for (const Json& step : FindArray(plan.request, "Steps")) {
    lines.push_back(Line("step", CommandLine(step)));
  }
  lines.push_back(Line("region", plan.region.str()));
  lines.push_back(Line("logs", plan.log_uri.empty() ? "none: give log_bucket" : plan.log_uri));
  lines.push_back(Line(
      "limits", fmt::format("the first step within {}, everything within {}",
                            ToHumanDuration(job.start_timeout), ToHumanDuration(job.timeout))));
  return lines;
}

ExitCode RunPlan(const PlanOptions& options, Context& context) {
  const Result<std::string> text = ReadJobFile(options.file);
  if (!text) {
    context.console.Err("emrctl: " + text.error().message);
    return ExitCode::kInvalid;
  }
  const JobReading reading = ReadJob(*text);
  PrintProblems(options.file, reading, context);
  if (!reading.job) return ExitCode::kInvalid;

  StackConfig stack;
  stack.stage = options.stage;
  stack.region = ChooseRegion(options.region, *reading.job, context.environment);
  stack.log_bucket = options.log_bucket;
  stack.subnet = options.subnet;
  const ExecutionIdentity execution{ExecutionArn("EXECUTION"), "EXECUTION", context.clock.Wall()};
  const Result<Plan> plan = MakePlan(*reading.job, stack, execution);
  if (!plan) {
    context.console.Err(options.file + ": " + plan.error().message);
    if (stack.region.empty()) context.console.Err("  or give one with --region or AWS_REGION");
    return ExitCodeOf(plan.error());
  }
  if (options.json) {
    context.console.Out(ToPrettyText(plan->request));
    return ExitCode::kSuccess;
  }
  for (const std::string& line : DescribePlan(*reading.job, *plan)) context.console.Out(line);
  return ExitCode::kSuccess;
}

}  // namespace ecm::cli
