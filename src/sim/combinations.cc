#include "sim/campaign.h"
#include "sim/experiments.h"

// The twelve combinations of two faults that break naive designs, as the fault catalogue has them.

namespace ecm::sim {
namespace {

struct Recipe {
  std::string_view name;
  std::vector<Aim> aims;
  std::vector<Fault> wanted;
};

Aim At(Fault fault, int passage = 0) { return {fault, SitesOf(fault)[0], passage}; }

Recipe RecipeOf(int number) {
  switch (number) {
    case 1:
      return {"1: B2 × B4, a lost answer and a list that lags",
              {{Fault::kCrashAfter, Site::kRunJobFlow, 0}, At(Fault::kListLags)},
              {Fault::kCrashAfter, Fault::kListLags}};
    case 2:
      return {"2: B3 × D1, the creator dies and the execution is aborted",
              {{Fault::kCrashAfter, Site::kRunJobFlow, 0}, At(Fault::kAborted)},
              {Fault::kCrashAfter, Fault::kAborted}};
    case 3:
      return {"3: C7 × F8, interrupted steps and lost events",
              Each(Fault::kEventLost, Site::kEvent, 6) +
                  std::vector{At(Fault::kPrimaryLost), At(Fault::kStepsInterrupted)},
              {Fault::kStepsInterrupted, Fault::kEventLost}};
    case 4:
      return {"4: D6 × E1, terminating is throttled on the way out",
              {At(Fault::kStepHangs), {Fault::kFlooded, Site::kTerminateJobFlows, 0}},
              {Fault::kStepHangs, Fault::kFlooded}};
    case 5:
      return {"5: D8 × D10, redriven by other functions",
              {At(Fault::kAborted), At(Fault::kRedriven), At(Fault::kRedeployed)},
              {Fault::kRedriven, Fault::kRedeployed}};
    case 6:
      return {"6: E3 × D2, protected and the machine times out",
              {At(Fault::kStepHangs), At(Fault::kProtectedByHand), At(Fault::kMachineTimesOut)},
              {Fault::kProtectedByHand, Fault::kMachineTimesOut}};
    case 7:
      return {"7: F1 × D2, nobody can be told before the machine times out",
              Each(Fault::kPublishRefused, Site::kPublish, 10) +
                  std::vector{At(Fault::kStepFails), At(Fault::kMachineTimesOut)},
              {Fault::kPublishRefused, Fault::kMachineTimesOut}};
    case 8:
      return {"8: A10 × B5, two handlers and the twin on page two",
              {{Fault::kInvokeLost, Site::kInvoke, 0},
               {Fault::kAnswerLost, Site::kRunJobFlow, 0},
               {Fault::kSmallPages, Site::kListClusters, 0},
               {Fault::kSmallPages, Site::kListClusters, 1},
               At(Fault::kCrowd)},
              {Fault::kInvokeLost, Fault::kCrowd}};
    case 9:
      return {"9: C13 × auto-termination, what hangs is not idle",
              {At(Fault::kStepHangs), At(Fault::kIdlePolicy)},
              {Fault::kStepHangs, Fault::kIdlePolicy}};
    case 10:
      return {"10: E9 × A12, the sweep's clock is ahead",
              Each(Fault::kClockSkew, Site::kInvoke, 40) +
                  std::vector{Aim{Fault::kStatusLags, Site::kDescribeExecution, 0}},
              {Fault::kClockSkew}};
    case 11:
      return {"11: B7 × R-NAME, the cluster that is found again is dead",
              {At(Fault::kRefusedLater), {Fault::kAnswerLost, Site::kRunJobFlow, 0}},
              {Fault::kRefusedLater, Fault::kAnswerLost}};
    default:
      return {"12: D10 × C23, redriven when EMR has forgotten the cluster",
              {At(Fault::kAborted), At(Fault::kRedriven), At(Fault::kForgotten)},
              {Fault::kRedriven, Fault::kForgotten}};
  }
}

}  // namespace

std::vector<Experiment> Combination(int number, std::uint64_t tries, std::uint64_t first) {
  const Recipe recipe = RecipeOf(number);
  std::vector<Experiment> experiments;
  for (std::uint64_t seed = first; seed < first + tries; ++seed) {
    Experiment experiment{.name = std::string(recipe.name), .seed = seed, .wanted = recipe.wanted};
    experiment.plan.aims = recipe.aims;
    experiments.push_back(std::move(experiment));
  }
  return experiments;
}

}  // namespace ecm::sim
