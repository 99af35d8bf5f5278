#include <algorithm>
#include <array>

#include "sim/faults/faults.h"

namespace ecm::sim {
namespace {

/// Faults that only come about beside another one.
struct Need {
  Fault fault;
  Fault needs;
};
constexpr std::array kNeeds = {
    Need{Fault::kStepsInterrupted, Fault::kPrimaryLost},
    Need{Fault::kReasonMisleads, Fault::kStepFails},
    Need{Fault::kDetailsMissing, Fault::kStepFails},
    Need{Fault::kLogMissing, Fault::kStepFails},
    Need{Fault::kLogDenied, Fault::kStepFails},
    Need{Fault::kPublishRefused, Fault::kStepFails},
    Need{Fault::kPublishLost, Fault::kStepFails},
    Need{Fault::kTopicClosed, Fault::kStepFails},
    Need{Fault::kRedriven, Fault::kAborted},
};

/// Whoever dies with the answer leaves a cluster that is looked for at once.
constexpr Aim kDiesWithTheAnswer{Fault::kCrashAfter, Site::kRunJobFlow, 0};

/// Calls that a job makes only where something else has gone wrong.
std::optional<Fault> NeedOf(Site site) {
  switch (site) {
    case Site::kTerminateJobFlows:
      return Fault::kStepHangs;
    case Site::kSetTerminationProtection:
      return Fault::kProtectedByHand;
    case Site::kReadObject:
      return Fault::kStepFails;
    case Site::kPublishNotice:
      return Fault::kAborted;
    case Site::kListClusters:
      return Fault::kAnswerLost;
    default:
      return std::nullopt;
  }
}

void AddAim(Fault fault, Site site, int passage, FaultPlan& plan) {
  const Aim aim{fault, site, passage};
  if (std::ranges::find(plan.aims, aim) == plan.aims.end()) plan.aims.push_back(aim);
}

}  // namespace

FaultPlan CalmPlan() { return {}; }

std::vector<Aim> Each(Fault fault, Site site, int count) {
  std::vector<Aim> aims;
  aims.reserve(static_cast<std::size_t>(count));
  for (int passage = 0; passage < count; ++passage) aims.push_back({fault, site, passage});
  return aims;
}

std::vector<Aim> operator+(std::vector<Aim> a, const std::vector<Aim>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

void AimAt(Fault fault, Random& random, FaultPlan& plan) {
  const std::span<const Site> sites = SitesOf(fault);
  const Site site = sites[UniformBelow(random, sites.size())];
  // The first passage is the likeliest to be passed at all.
  const bool once = (sites.size() == 1 && site >= Site::kCluster) || fault == Fault::kDenied ||
                    fault == Fault::kFlooded;
  const int passage =
      once ? 0 : static_cast<int>(UniformBelow(random, 1 + UniformBelow(random, 4)));
  if (!HappensByItself(fault)) AddAim(fault, site, passage, plan);
  for (const Need& need : kNeeds) {
    if (need.fault == fault) AddAim(need.needs, SitesOf(need.needs)[0], 0, plan);
  }
  if (fault == Fault::kSmallPages && site == Site::kListSteps) {
    AddAim(Fault::kStepAdded, Site::kPeople, 0, plan);
  }
  if (fault == Fault::kListLags) {
    AddAim(kDiesWithTheAnswer.fault, kDiesWithTheAnswer.site, 0, plan);
    return;
  }
  const std::optional<Fault> needed = NeedOf(site);
  if (!needed || *needed == fault) return;
  const Site at = *needed == Fault::kAnswerLost ? Site::kRunJobFlow : SitesOf(*needed)[0];
  AddAim(*needed, at, 0, plan);
  if (*needed == Fault::kProtectedByHand) AddAim(Fault::kStepHangs, Site::kStep, 0, plan);
}

FaultPlan DrawFaultPlan(Random& random) {
  FaultPlan plan;
  if (UniformBelow(random, 10) == 0) return plan;
  constexpr std::array kCallRates = {0.0, 0.02, 0.05, 0.1, 0.3};
  constexpr std::array kWorldRates = {0.0, 0.05, 0.15, 0.3};
  plan.call_rate = kCallRates[UniformBelow(random, kCallRates.size())];
  plan.world_rate = kWorldRates[UniformBelow(random, kWorldRates.size())];
  // Up to more than any Retry of the state machine but Throttled's endures.
  plan.budget = 1 + static_cast<int>(UniformBelow(random, 14));
  // Most kinds not at all, some often: combinations that an even mix would never reach.
  for (int& weight : plan.weights) {
    weight = std::max(0, static_cast<int>(UniformBelow(random, 6)) - 2);
  }
  // … and none, one, two or three that surely come.
  for (std::uint64_t i = UniformBelow(random, 4); i > 0; --i) {
    AimAt(static_cast<Fault>(UniformBelow(random, kFaults)), random, plan);
  }
  return plan;
}

}  // namespace ecm::sim
