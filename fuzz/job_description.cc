// A job description: the text of a file, the input of an execution.

#include "fuzz.h"
#include "job/job.h"
#include "plan/plan.h"

namespace ecm::fuzz {
namespace {

void CheckPrinting(const Json& document) {
  for (const std::string& text : {ToText(document), ToPrettyText(document)}) {
    const Result<Json> again = ParseJson(text);
    Must(again.has_value(), "what is printed can be read", text);
    Must(ToText(*again) == ToText(document), "reading what is printed gives the same", text);
  }
}

void CheckPlan(const Job& job) {
  StackConfig stack;
  stack.region = job.region.empty() ? Region("eu-west-1") : job.region;
  stack.log_bucket = "logs";
  const ExecutionIdentity execution{
      ExecutionArn("arn:aws:states:eu-west-1:123456789012:execution:ecm-dev:run-1"), "run-1",
      WallTime{std::chrono::seconds{1767323045}}};
  const Result<Plan> plan = MakePlan(job, stack, execution);
  if (!plan) {
    Must(plan.error().kind == ErrorKind::kInvalidJob, "a plan fails for the job's sake alone",
         plan.error().message);
    return;
  }
  CheckPrinting(plan->request);
  Must(plan->cluster_name.size() <= 256 && plan->cluster_name.starts_with("ecm-dev-"),
       "a cluster's name has our prefix and is short", plan->cluster_name);
  Must(FindString(plan->request, "Name") == plan->cluster_name, "the request has that name");
  const Json* keep = Find(plan->request, {"Instances", "KeepJobFlowAliveWhenNoSteps"});
  Must(keep != nullptr && keep->is_bool() && !keep->get_bool(), "a cluster dies with its job",
       ToText(plan->request));
  Must(FindArray(plan->request, "Steps").size() == plan->step_names.size(),
       "every step is expected", ToText(plan->request));
}

void Check(std::string_view text) {
  const JobReading reading = ReadJob(text);
  Must(reading.job.has_value() == reading.problems.empty(), "a job, or what is wrong with it");
  Must(reading.problems.size() <= 1000, "a description has a bounded number of problems");
  if (!reading.problems.empty()) static_cast<void>(ToError(reading.problems));
  const Result<Json> document = ParseJson(text);
  if (!document) {
    Must(!reading.job, "no job comes out of what is no JSON");
    MustBeFitForPeople(document.error());
    return;
  }
  CheckPrinting(*document);
  const JobReading same = ReadJob(*document);
  Must(same.problems == reading.problems && same.warnings == reading.warnings,
       "text and document say the same");
  if (reading.job) CheckPlan(*reading.job);
}

}  // namespace
}  // namespace ecm::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ecm::fuzz::Check(ecm::fuzz::Text(data, size));
  return 0;
}
