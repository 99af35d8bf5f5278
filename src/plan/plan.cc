#include "plan/plan.h"

#include <fmt/format.h>

#include "plan/names.h"
#include "plan/overrides.h"
#include "plan/request.h"

namespace ecm {
namespace {

/// EMR's bound on the strings of one step together (facts: EMR API, AddJobFlowSteps).
constexpr std::size_t kMaxStepCharacters = 10240;

Result<Region> ChooseRegion(const Job& job, const StackConfig& stack) {
  if (job.region.empty() && stack.region.empty()) {
    return Fail(ErrorKind::kInvalidJob,
                "/region: is missing, and the stack has no region of its own: name one such as "
                "eu-west-1");
  }
  if (!job.region.empty() && !stack.region.empty() && job.region != stack.region) {
    return Fail(ErrorKind::kInvalidJob,
                fmt::format("/region: the job asks for {}, but this stack serves its own region, "
                            "{}: leave the member out, or submit the job to a stack in {}",
                            job.region.str(), stack.region.str(), job.region.str()));
  }
  return job.region.empty() ? stack.region : job.region;
}

/// Characters as EMR counts them, which is as Java does: in UTF-16.
std::size_t CountUtf16(std::string_view utf8) {
  std::size_t count = 0;
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) count += byte >= 0xF0 ? 2 : 1;
  }
  return count;
}

Result<void> CheckStepSize(const Job& job) {
  std::size_t total = CountUtf16("command-runner.jar");
  for (const std::string& arg : SparkSubmitArgs(job)) total += CountUtf16(arg);
  if (total <= kMaxStepCharacters) return {};
  return Fail(ErrorKind::kInvalidJob,
              fmt::format("the step would have {} characters, EMR allows {}: put long values of "
                          "arguments or spark_conf into an object on S3 and pass its address",
                          total, kMaxStepCharacters));
}

std::string LogUriOf(const Json& request) {
  std::string uri = StringOr(request, "LogUri");
  if (!uri.empty() && !uri.ends_with('/')) uri += '/';
  return uri;
}

}  // namespace

Result<Plan> MakePlan(const Job& job, const StackConfig& stack,
                      const ExecutionIdentity& execution) {
  ECM_TRY_VOID(CheckIdentity(stack, execution));
  ECM_TRY(Region region, ChooseRegion(job, stack));
  ECM_TRY_VOID(CheckStepSize(job));

  Plan plan;
  plan.region = std::move(region);
  plan.cluster_name = ClusterName(job, stack.stage, execution.name);
  plan.step_names = {StepName(job, stack.stage)};
  plan.deadline = execution.started + job.timeout;
  plan.start_deadline = std::min(execution.started + job.start_timeout, plan.deadline);
  const RequestParts parts = {
      job, stack, execution, plan.cluster_name, plan.step_names.front(), plan.deadline};
  ECM_TRY(plan.request, WithOverrides(BaseRequest(parts), job));
  plan.log_uri = LogUriOf(plan.request);
  return plan;
}

}  // namespace ecm
