#include "sim/faults.h"

#include <algorithm>

namespace ecm::sim {
namespace {

constexpr std::array<std::string_view, kFaults> kFaultNames = {
    "crash before",      "crash in flight", "crash after",     "answer lost",  "server error",
    "throttled",         "unavailable",     "quota",           "slow",         "invocation refused",
    "invocation lost",   "list lags",       "index lags",      "status lags",  "event lost",
    "event duplicated",  "event late",      "publish refused", "publish lost", "no capacity",
    "refused later",     "bootstrap fails", "bootstrap hangs", "slow end",     "primary lost",
    "step fails",        "step hangs",      "log missing",     "aborted",      "terminated by hand",
    "protected by hand", "step cancelled",  "invalid job",
};

constexpr std::array<std::string_view, kSites> kSiteNames = {
    "emr RunJobFlow",
    "emr DescribeCluster",
    "emr ListClusters",
    "emr ListSteps",
    "emr TerminateJobFlows",
    "emr SetTerminationProtection",
    "emr other",
    "store Get",
    "store Put",
    "store FindByCluster",
    "store ListOpen",
    "states SendTaskSuccess",
    "states DescribeExecution",
    "states ListExecutions",
    "sns Publish by a handler",
    "objects ReadTail",
    "lambda Invoke",
    "sns Publish",
    "events",
    "cluster",
    "step",
    "people",
};

constexpr std::array kAtCalls = {Fault::kCrashBefore, Fault::kCrashInFlight, Fault::kCrashAfter,
                                 Fault::kAnswerLost,  Fault::kServerError,   Fault::kThrottled,
                                 Fault::kUnavailable, Fault::kSlow};

FaultPlan::Aimed DrawAim(Random& random) {
  FaultPlan::Aimed aim{};
  aim.fault = kAtCalls[UniformBelow(random, kAtCalls.size())];
  aim.site = static_cast<Site>(UniformBelow(random, static_cast<std::size_t>(Site::kInvoke)));
  aim.passage = static_cast<int>(UniformBelow(random, 4));
  return aim;
}

}  // namespace

std::string_view Name(Fault fault) { return kFaultNames[static_cast<std::size_t>(fault)]; }
std::string_view Name(Site site) { return kSiteNames[static_cast<std::size_t>(site)]; }

Site SiteOfEmrCall(std::string_view operation) {
  for (std::size_t site = 0; site < static_cast<std::size_t>(Site::kOtherEmrCall); ++site) {
    if (kSiteNames[site].substr(kSiteNames[site].find(' ') + 1) == operation) {
      return static_cast<Site>(site);
    }
  }
  return Site::kOtherEmrCall;
}

std::uint64_t Coverage::total() const {
  std::uint64_t sum = 0;
  for (const auto& row : counts_) {
    for (const std::uint64_t count : row) sum += count;
  }
  return sum;
}

void Coverage::AddSeed(const Coverage& run) {
  for (std::size_t fault = 0; fault < kFaults; ++fault) {
    for (std::size_t site = 0; site < kSites; ++site) {
      if (run.counts_[fault][site] > 0) ++counts_[fault][site];
    }
  }
}

void Coverage::Add(const Coverage& other) {
  for (std::size_t fault = 0; fault < kFaults; ++fault) {
    for (std::size_t site = 0; site < kSites; ++site) {
      counts_[fault][site] += other.counts_[fault][site];
    }
  }
}

FaultPlan CalmPlan() { return {}; }

FaultPlan DrawFaultPlan(Random& random) {
  FaultPlan plan;
  if (UniformBelow(random, 10) == 0) return plan;
  constexpr std::array kCallRates = {0.0, 0.02, 0.05, 0.1, 0.3};
  constexpr std::array kWorldRates = {0.0, 0.05, 0.15, 0.3};
  plan.call_rate = kCallRates[UniformBelow(random, kCallRates.size())];
  plan.world_rate = kWorldRates[UniformBelow(random, kWorldRates.size())];
  // Up to more than any Retry of the state machine but Throttled's endures.
  plan.budget = 1 + static_cast<int>(UniformBelow(random, 14));
  // Some kinds not at all, some often: combinations that an even mix would never reach.
  for (int& weight : plan.weights) weight = static_cast<int>(UniformBelow(random, 4));
  if (UniformBelow(random, 2) == 0) plan.aimed = DrawAim(random);
  return plan;
}

std::optional<Fault> Faults::DrawCall(Site site, std::initializer_list<Fault> candidates) {
  const int passage = passages_[static_cast<std::size_t>(site)]++;
  if (plan_.aimed && plan_.aimed->site == site && plan_.aimed->passage == passage &&
      std::ranges::find(candidates, plan_.aimed->fault) != candidates.end()) {
    coverage_.Count(plan_.aimed->fault, site);
    return plan_.aimed->fault;
  }
  if (plan_.budget <= 0 || plan_.call_rate <= 0) return std::nullopt;
  if (UniformUnit(random_) >= plan_.call_rate) return std::nullopt;
  int sum = 0;
  for (const Fault fault : candidates) sum += plan_.weights[static_cast<std::size_t>(fault)];
  if (sum == 0) return std::nullopt;
  int drawn = static_cast<int>(UniformBelow(random_, static_cast<std::uint64_t>(sum)));
  for (const Fault fault : candidates) {
    drawn -= plan_.weights[static_cast<std::size_t>(fault)];
    if (drawn >= 0) continue;
    --plan_.budget;
    coverage_.Count(fault, site);
    return fault;
  }
  return std::nullopt;
}

bool Faults::DrawWorld(Site site, Fault fault, double share) {
  const double rate =
      plan_.world_rate * share * plan_.weights[static_cast<std::size_t>(fault)] / 3.0;
  if (rate <= 0 || UniformUnit(random_) >= rate) return false;
  coverage_.Count(fault, site);
  return true;
}

}  // namespace ecm::sim
