#include "sim/world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/campaign.h"
#include "sim/faults/catalogue.h"

namespace ecm::sim {
namespace {

using testing::IsEmpty;

bool Mentions(const WorldReport& world, std::string_view text) {
  return std::ranges::any_of(world.lines,
                             [&](const std::string& line) { return line.contains(text); });
}

TEST(WorldTest, EveryJobSucceedsWhereNothingGoesWrong) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const WorldReport world = RunSeed({.seed = seed, .calm = true});
    EXPECT_THAT(world.violations, IsEmpty()) << "sim --seed " << seed;
    // A step may take longer than its job allows; nothing else can happen.
    for (const auto& [ending, count] : world.endings) {
      EXPECT_TRUE(ending == "Succeeded" || ending == "OutOfTime") << ending << ", seed " << seed;
    }
    EXPECT_EQ(world.coverage.total(), 0u);
  }
}

TEST(WorldTest, OneSeedIsOneHistory) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const WorldReport with_text = RunSeed({.seed = seed, .keep_text = true});
    const WorldReport without = RunSeed({.seed = seed});
    EXPECT_EQ(with_text.hash, without.hash) << "sim --seed " << seed;
    EXPECT_EQ(with_text.steps, without.steps);
    EXPECT_EQ(with_text.endings, without.endings);
  }
}

TEST(WorldTest, OtherSeedsAreOtherHistories) {
  EXPECT_NE(RunSeed({.seed = 1}).hash, RunSeed({.seed = 2}).hash);
}

TEST(WorldTest, TellsTheLifeOfAJob) {
  const WorldReport world = RunSeed({.seed = 1, .keep_text = true, .calm = true});
  for (const char* part :
       {"TaskStateEntered Submit", "emr RunJobFlow ok", "created as ecm-sim-", "process completed",
        "SendTaskSuccess ok", "TaskStateEntered Report", "ENDED SUCCEEDED"}) {
    EXPECT_TRUE(Mentions(world, part)) << part;
  }
}

TEST(CampaignTest, SomeHundredSeedsBreakNoInvariantAndMeetTheirFaults) {
  const CampaignReport report = RunCampaign({.first = 1, .seeds = 600});
  for (const Failure& failure : report.failures) {
    ADD_FAILURE() << failure.violation.invariant << ": " << failure.violation.what
                  << "\nreplay: sim --seed " << failure.seed;
  }
  EXPECT_EQ(report.worlds, 600u);
  for (const Fault fault : {Fault::kCrashBefore, Fault::kCrashInFlight, Fault::kCrashAfter,
                            Fault::kAnswerLost, Fault::kThrottled}) {
    EXPECT_GT(report.injected.of(fault), 0u) << Name(fault);
  }
  for (const char* ending : {"Succeeded", "JobFailed", "OutOfTime", "NoCapacity", "ABORTED"}) {
    EXPECT_TRUE(report.endings.contains(ending)) << ending;
  }
}

TEST(CampaignTest, EveryRowOfTheCatalogueThatIsSimulatedHappens) {
  const CampaignReport report = RunCampaign({.first = 1, .seeds = 4000});
  EXPECT_EQ(report.failed_worlds, 0u);
  EXPECT_THAT(MissingRows(report.injected), IsEmpty());
  EXPECT_LE(report.settling, kSettleBound);
}

TEST(CampaignTest, IsTheSameWithMoreThreads) {
  const CampaignReport one = RunCampaign({.first = 1, .seeds = 200, .jobs = 1});
  std::vector<std::uint64_t> told;
  const CampaignReport two =
      RunCampaign({.first = 1,
                   .seeds = 200,
                   .jobs = 2,
                   .on_progress = [&](std::uint64_t worlds, std::uint64_t failed) {
                     told.push_back(worlds);
                     EXPECT_EQ(failed, 0u);
                   }});
  ASSERT_FALSE(told.empty());
  EXPECT_TRUE(std::ranges::is_sorted(told));
  EXPECT_EQ(told.back(), 200u);
  EXPECT_EQ(one.hash, two.hash);
  EXPECT_EQ(one.executions, two.executions);
  EXPECT_EQ(one.injected.total(), two.injected.total());
  EXPECT_EQ(one.endings, two.endings);
}

TEST(CampaignTest, RunsEveryWorldTwiceWhenAsked) {
  const CampaignReport report = RunCampaign({.first = 1, .seeds = 100, .check_determinism = true});
  EXPECT_EQ(report.failed_worlds, 0u);
}

TEST(CampaignTest, NamesTheSeedOfAViolation) {
  WorldReport broken;
  broken.seed = 17;
  broken.violations.push_back({"I1", "cluster j-1 of run-1 is never going to end"});
  CampaignReport report;
  report.Add(broken);
  ASSERT_EQ(report.failures.size(), 1u);
  EXPECT_EQ(report.failures[0].seed, 17u);
  EXPECT_EQ(report.failed_worlds, 1u);
}

}  // namespace
}  // namespace ecm::sim
