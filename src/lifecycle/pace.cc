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

constexpr Duration kFirstPause = std::chrono::seconds{2};
constexpr int kMostRefusals = 3;

template <class T, class Call>
Result<T> Paced(Pace& pace, std::string_view operation, Call call) {
  for (;;) {
    ECM_TRY_VOID(pace.Wait(operation));
    Result<T> answer = call();
    if (answer) {
      pace.OnSuccess();
      return answer;
    }
    if (!pace.PauseAfter(answer.error())) return answer;
  }
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

bool Pace::PauseAfter(const Error& error) {
  if (error.kind != ErrorKind::kThrottled) return false;
  const Duration pause = kFirstPause * (1 << refusals_);
  if (++refusals_ > kMostRefusals || clock_.Mono() + pause >= stop_at_) {
    refused_ = true;
    return false;
  }
  clock_.SleepFor(pause);
  return true;
}

Result<Json> PacedEmr::Call(const Region& region, std::string_view operation, const Json& request) {
  return Paced<Json>(pace_, operation, [&] { return emr_.Call(region, operation, request); });
}

Result<ExecutionState> PacedExecutions::Describe(const ExecutionArn& execution) {
  return Paced<ExecutionState>(pace_, "DescribeExecution",
                               [&] { return executions_.Describe(execution); });
}

Result<std::set<ExecutionArn>> PacedExecutions::ListRunning(const std::string& machine_arn) {
  return Paced<std::set<ExecutionArn>>(pace_, "ListExecutions",
                                       [&] { return executions_.ListRunning(machine_arn); });
}

}  // namespace ecm::lifecycle
