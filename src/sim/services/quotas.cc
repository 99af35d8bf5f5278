#include "sim/services/quotas.h"

#include <algorithm>

namespace ecm::sim {
namespace {

struct Quota {
  std::string_view operation;
  double per_second;
  double burst;
};

constexpr Quota kAccount{"", 5, 25};

constexpr std::array<Quota, 23> kQuotas = {{
    {"RunJobFlow", 0.5, 10},
    {"DescribeCluster", 1, 10},
    {"ListClusters", 0.5, 20},
    {"DescribeStep", 0.5, 10},
    {"ListSteps", 0.5, 10},
    {"CancelSteps", 0.5, 10},
    {"AddJobFlowSteps", 0.5, 10},
    {"TerminateJobFlows", 0.5, 10},
    {"ModifyCluster", 0.5, 10},
    {"ListInstances", 0.5, 10},
    {"ListInstanceGroups", 1, 10},
    {"ListBootstrapActions", 1, 10},
    {"ListInstanceFleets", 0.5, 5},
    {"AddTags", 0.5, 5},
    {"RemoveTags", 0.5, 5},
    {"AddInstanceFleet", 0.5, 5},
    {"ModifyInstanceFleet", 0.5, 5},
    {"ModifyInstanceGroups", 0.5, 5},
    {"PutAutoScalingPolicy", 0.5, 5},
    {"RemoveAutoScalingPolicy", 0.5, 5},
    {"SetTerminationProtection", 0.2, 5},
    {"SetVisibleToAllUsers", 0.2, 5},
    {"AddInstanceGroups", 0.2, 5},
}};

TokenBucket BucketOf(const Quota& quota, double share) {
  // A bucket that cannot hold one call lets none pass, ever.
  return {quota.per_second * share, std::max(1.0, quota.burst * share)};
}

Error Throttled() { return {ErrorKind::kThrottled, "Rate exceeded", "ThrottlingException"}; }

}  // namespace

bool TokenBucket::Take(WallTime now) {
  if (filled_) {
    const std::chrono::duration<double> passed = now - *filled_;
    tokens_ = std::min(burst_, tokens_ + passed.count() * per_second_);
  }
  filled_ = now;
  if (tokens_ < 1) return false;
  tokens_ -= 1;
  return true;
}

EmrQuotas::EmrQuotas(double share) : share_(share), account_(BucketOf(kAccount, share)) {}

std::optional<Error> EmrQuotas::Refuse(std::string_view operation, std::size_t active_clusters,
                                       WallTime now) {
  if (!account_.Take(now)) return Throttled();
  const auto* const quota = std::ranges::find(kQuotas, operation, &Quota::operation);
  if (quota != kQuotas.end()) {
    const auto bucket =
        operations_.try_emplace(std::string(operation), BucketOf(*quota, share_)).first;
    if (!bucket->second.Take(now)) return Throttled();
  }
  if (operation == "RunJobFlow" && active_clusters >= kActiveClusters) {
    // EMR's own words are not published.
    return Error{ErrorKind::kInvalidJob,
                 "The maximum number of active clusters of this account is exceeded.",
                 "InvalidRequestException"};
  }
  return std::nullopt;
}

}  // namespace ecm::sim
