#include "sim/faults/faults.h"

#include <gtest/gtest.h>

namespace ecm::sim {
namespace {

FaultPlan Always(int budget) {
  FaultPlan plan;
  plan.call_rate = plan.world_rate = 1;
  plan.budget = budget;
  plan.weights.fill(3);
  return plan;
}

TEST(FaultsTest, InjectsUntilTheBudgetIsSpentAndCountsEachOne) {
  SeededRandom random(1);
  Faults faults(Always(3), random);
  int injected = 0;
  for (int i = 0; i < 10; ++i) {
    injected += faults.DrawCall(Site::kStorePut, {Fault::kSlow, Fault::kThrottled}) ? 1 : 0;
  }
  EXPECT_EQ(injected, 3);
  EXPECT_EQ(faults.coverage().total(), 3u);
  EXPECT_EQ(faults.coverage().at(Fault::kSlow, Site::kStorePut) +
                faults.coverage().at(Fault::kThrottled, Site::kStorePut),
            3u);
}

TEST(FaultsTest, DrawsOnlyCandidatesWithWeight) {
  FaultPlan plan = Always(100);
  plan.weights[static_cast<std::size_t>(Fault::kSlow)] = 0;
  SeededRandom random(1);
  Faults faults(plan, random);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(faults.DrawCall(Site::kInvoke, {Fault::kSlow, Fault::kThrottled}), Fault::kThrottled);
  }
}

TEST(FaultsTest, DoesNothingInACalmWorld) {
  SeededRandom random(1);
  Faults faults(CalmPlan(), random);
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(faults.DrawCall(Site::kInvoke, {Fault::kSlow}));
    EXPECT_FALSE(faults.DrawWorld(Site::kCluster, Fault::kNoCapacity));
  }
  EXPECT_EQ(faults.coverage().total(), 0u);
}

TEST(FaultsTest, HitsWhatItAimsAtOnceAndThereAlone) {
  FaultPlan plan;
  plan.aims = {{Fault::kCrashAfter, Site::kRunJobFlow, 1}};
  SeededRandom random(1);
  Faults faults(plan, random);
  EXPECT_FALSE(faults.DrawCall(Site::kRunJobFlow, {Fault::kCrashAfter}));
  EXPECT_FALSE(faults.DrawCall(Site::kStorePut, {Fault::kCrashAfter}));
  EXPECT_EQ(faults.DrawCall(Site::kRunJobFlow, {Fault::kCrashAfter}), Fault::kCrashAfter);
  EXPECT_FALSE(faults.DrawCall(Site::kRunJobFlow, {Fault::kCrashAfter}));
}

TEST(FaultsTest, AimsAtWhatAFaultNeedsToComeAbout) {
  SeededRandom random(1);
  FaultPlan plan;
  AimAt(Fault::kLogMissing, random, plan);
  EXPECT_EQ(plan.aims, (std::vector<Aim>{{Fault::kLogMissing, Site::kStep, 0},
                                         {Fault::kStepFails, Site::kStep, 0}}));
}

TEST(FaultsTest, AimsNeverAtWhatHappensByItself) {
  SeededRandom random(1);
  FaultPlan plan;
  AimAt(Fault::kTokenLate, random, plan);
  EXPECT_TRUE(plan.aims.empty());
}

TEST(FaultsTest, KnowsWhatMayHappen) {
  SeededRandom random(1);
  EXPECT_TRUE(Faults(Always(1), random).MayHappen(Fault::kSlow));
  EXPECT_FALSE(Faults(CalmPlan(), random).MayHappen(Fault::kSlow));
}

TEST(FaultsTest, DrawsPlansThatDiffer) {
  int calm = 0;
  int aimed = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SeededRandom random(seed);
    const FaultPlan plan = DrawFaultPlan(random);
    calm += plan.call_rate == 0 && plan.world_rate == 0 && plan.aims.empty() ? 1 : 0;
    aimed += plan.aims.empty() ? 0 : 1;
  }
  EXPECT_GT(calm, 5);
  EXPECT_GT(aimed, 50);
}

TEST(CoverageTest, CountsSeedsApartFromInjections) {
  Coverage run;
  run.Count(Fault::kSlow, Site::kInvoke);
  run.Count(Fault::kSlow, Site::kInvoke);
  Coverage seeds;
  seeds.AddSeed(run);
  seeds.AddSeed(run);
  EXPECT_EQ(run.at(Fault::kSlow, Site::kInvoke), 2u);
  EXPECT_EQ(seeds.at(Fault::kSlow, Site::kInvoke), 2u);
  EXPECT_EQ(seeds.total(), 2u);
}

}  // namespace
}  // namespace ecm::sim
