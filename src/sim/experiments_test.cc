#include "sim/experiments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ecm::sim {
namespace {

void ExpectNothingBroke(const ExperimentReport& report) {
  EXPECT_GT(report.worlds, 0u);
  EXPECT_EQ(report.failed_worlds, 0u);
  for (const ExperimentFailure& failure : report.failures) {
    ADD_FAILURE() << failure.experiment.name << " breaks " << failure.violation.invariant << ": "
                  << failure.violation.what << "\nreplay: " << ReplayCommand(failure.experiment);
  }
}

TEST(ExperimentsTest, EveryCombinationComesAboutAndBreaksNothing) {
  for (int number = 1; number <= kCombinations; ++number) {
    const ExperimentReport report = RunExperiments(Combination(number, 150, 1));
    ExpectNothingBroke(report);
    ASSERT_EQ(report.came_about.size(), 1u);
    EXPECT_GT(report.came_about.begin()->second, 0u) << report.came_about.begin()->first;
  }
}

TEST(ExperimentsTest, ACrashAtAnyCallOfTheMainPathsBreaksNothing) {
  const ExperimentReport report = RunCrashes(1, 1);
  ExpectNothingBroke(report);
  EXPECT_EQ(report.came_about.size(), 13u);
  for (const auto& [path, worlds] : report.came_about) EXPECT_GT(worlds, 10u) << path;
}

TEST(ExperimentsTest, PairsAreAllPairsOfWhatCanBeInjected) {
  const std::vector<Experiment> pairs = AllPairs(1, 1);
  std::size_t injectable = 0;
  for (std::size_t f = 0; f < kFaults; ++f) {
    if (!HappensByItself(static_cast<Fault>(f))) ++injectable;
  }
  EXPECT_EQ(pairs.size(), injectable * (injectable - 1) / 2);
  for (const Experiment& pair : pairs) EXPECT_EQ(pair.wanted.size(), 2u);
}

TEST(ExperimentsTest, AreTheSameWithMoreThreads) {
  const std::vector<Experiment> triples = RandomTriples(100, 7);
  const ExperimentReport one = RunExperiments(triples, 1);
  const ExperimentReport two = RunExperiments(triples, 2);
  ExpectNothingBroke(one);
  EXPECT_EQ(one.hash, two.hash);
  EXPECT_EQ(one.came_about, two.came_about);
}

TEST(AimTest, IsReadAsItIsWritten) {
  for (std::size_t f = 0; f < kFaults; ++f) {
    for (const Site site : SitesOf(static_cast<Fault>(f))) {
      const Aim aim{static_cast<Fault>(f), site, 3};
      EXPECT_EQ(ParseAim(ToText(aim)), aim) << ToText(aim);
    }
  }
  for (const char* text : {"", "slow", "slow@lambda", "slow@emr RunJobFlow", "slow@emr RunJobFlow#",
                           "slow@emr RunJobFlow#-1", "slow@emr RunJobFlow#1x", "no@emr other#1"}) {
    EXPECT_FALSE(ParseAim(text).has_value()) << text;
  }
}

TEST(AimTest, ReplaysAWorldByItsSeedAndItsAims) {
  Experiment experiment{.seed = 17};
  experiment.plan.aims = {{Fault::kCrashAfter, Site::kRunJobFlow, 0}};
  EXPECT_EQ(ReplayCommand(experiment), "sim --seed 17 --aim 'crash after@emr RunJobFlow#0'");
}

}  // namespace
}  // namespace ecm::sim
