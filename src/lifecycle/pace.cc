#include "lifecycle/pace.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ecm::lifecycle {
namespace {

struct Rate {
  std::string_view operation;
  double per_second;  ///< half of the quota's refill
  double at_once;
};

constexpr std::array<Rate, 6> kRates = {{
    {"DescribeCluster", 0.5, 4},
    {"ListClusters", 0.25, 12},  // the quota allows 20 at once: 500 clusters are 10 pages
    {"TerminateJobFlows", 0.25, 4},
    {"SetTerminationProtection", 0.1, 2},
    {"DescribeExecution", 5, 20},
    {"ListExecutions", 1, 5},
}};
/// ListSteps, and what else there may be.
constexpr Rate kOther{"", 0.25, 4};

const Rate& RateOf(std::string_view operation) {
  const auto* const found = std::ranges::find(kRates, operation, &Rate::operation);
  return found == kRates.end() ? kOther : *found;
}

}  // namespace

Result<void> Pace::Wait(std::string_view operation) {
  if (refused_) return Fail(ErrorKind::kThrottled, "no more calls: the service refused one");
  const Rate& rate = RateOf(operation);
  const MonoTime now = clock_.Mono();
  Bucket& bucket = buckets_.try_emplace(std::string(operation), rate.at_once, now).first->second;
  const std::chrono::duration<double> passed = now - bucket.filled;
  bucket.turns = std::min(rate.at_once, bucket.turns + passed.count() * rate.per_second);
  bucket.filled = now;
  const double missing = std::max(0.0, 1 - bucket.turns);
  const Duration pause{std::llround(std::ceil(missing / rate.per_second * 1000))};
  if (now + pause >= stop_at_) {
    return Fail(ErrorKind::kThrottled,
                "no more calls: the time for this look is over, the next one goes on");
  }
  bucket.turns -= 1;
  if (pause > Duration{0}) clock_.SleepFor(pause);
  return {};
}

void Pace::OnError(const Error& error) {
  if (error.kind == ErrorKind::kThrottled) refused_ = true;
}

Result<Json> PacedEmr::Call(const Region& region, std::string_view operation, const Json& request) {
  ECM_TRY_VOID(pace_.Wait(operation));
  Result<Json> answer = emr_.Call(region, operation, request);
  if (!answer) pace_.OnError(answer.error());
  return answer;
}

Result<ExecutionState> PacedExecutions::Describe(const ExecutionArn& execution) {
  ECM_TRY_VOID(pace_.Wait("DescribeExecution"));
  Result<ExecutionState> state = executions_.Describe(execution);
  if (!state) pace_.OnError(state.error());
  return state;
}

Result<std::set<ExecutionArn>> PacedExecutions::ListRunning(const std::string& machine_arn) {
  ECM_TRY_VOID(pace_.Wait("ListExecutions"));
  Result<std::set<ExecutionArn>> running = executions_.ListRunning(machine_arn);
  if (!running) pace_.OnError(running.error());
  return running;
}

}  // namespace ecm::lifecycle
