#include "cli/validate_command.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/job_file.h"
#include "plan/plan.h"

namespace ecm::cli {
namespace {

Json ToJson(const std::vector<JobProblem>& problems) {
  JsonArray array;
  for (const JobProblem& problem : problems) {
    array.push_back(JsonObject{{"pointer", problem.pointer}, {"message", problem.message}});
  }
  return array;
}

void PrintOne(const std::string& file, std::string_view kind, const JobProblem& problem,
              Context& context) {
  const std::string pointer = problem.pointer.empty() ? "" : ToOneLine(problem.pointer) + ": ";
  context.console.Err(fmt::format("{}: {}{}{}", file, kind, pointer, ToOneLine(problem.message)));
}

/// What only the whole request shows (the size of its step). Region and roles are the stack's.
void AddPlanProblems(JobReading& reading, const Context& context) {
  if (!reading.job) return;
  StackConfig stack;
  stack.region = reading.job->region.empty() ? Region("us-east-1") : reading.job->region;
  const ExecutionIdentity execution{ExecutionArn("EXECUTION"), "EXECUTION", context.clock.Wall()};
  const Result<Plan> plan = MakePlan(*reading.job, stack, execution);
  if (plan) return;
  reading.job.reset();
  reading.problems.push_back({"", plan.error().message});
}

}  // namespace

void PrintProblems(const std::string& file, const JobReading& reading, Context& context) {
  for (const JobProblem& problem : reading.problems) PrintOne(file, "", problem, context);
  for (const JobProblem& warning : reading.warnings) PrintOne(file, "warning: ", warning, context);
}

ExitCode RunValidate(const ValidateOptions& options, Context& context) {
  bool all_valid = true;
  JsonArray report;
  for (const std::string& file : options.files) {
    const Result<std::string> text = ReadJobFile(file);
    JobReading reading;
    if (text) {
      reading = ReadJob(*text);
      AddPlanProblems(reading, context);
    } else {
      reading.problems.push_back({"", text.error().message});
    }
    all_valid = all_valid && reading.job.has_value();
    if (options.json) {
      report.push_back(JsonObject{{"file", file},
                                  {"valid", reading.job.has_value()},
                                  {"problems", ToJson(reading.problems)},
                                  {"warnings", ToJson(reading.warnings)}});
      continue;
    }
    PrintProblems(file, reading, context);
    if (reading.job) context.console.Out(file + ": valid");
  }
  if (options.json) context.console.Out(ToPrettyText(report));
  return all_valid ? ExitCode::kSuccess : ExitCode::kInvalid;
}

}  // namespace ecm::cli
