#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "lifecycle/pace.h"
#include "lifecycle/testing/sweep_world.h"

// How the sweep is called, how far it goes, and what it says.

namespace ecm::lifecycle {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Everything that could have changed.
std::string Writes(const SweepWorld& world) {
  std::string writes;
  for (const std::string& call : world.emr.calls) {
    const bool reads = call.starts_with("List") || call.starts_with("Describe");
    if (!reads) writes += call + " ";
  }
  return writes + std::to_string(world.notices.published.size()) + " notices, " +
         std::to_string(world.tokens.answered.size()) + " tokens";
}

TEST(SweepTest, ADryRunSaysWhatItWouldDoAndDoesNothing) {
  SweepWorld world;
  world.StartJob();
  world.EndExecution(ExecutionStatus::kAborted);
  const ClusterId leaked = world.MakeCluster("ecm-dev-job-run-9", world.TagsOf("run-9"), true);
  const ClusterId twin = world.MakeCluster(world.Record().cluster_name, world.TagsOf("run-1"));
  const ClusterId unmarked = world.MakeCluster("ecm-dev-mine", {});
  world.Pass(hours{1});
  world.emr.calls.clear();
  const auto records = world.jobs.records();
  const Json plan = world.DryRun();
  EXPECT_EQ(FindBool(plan, "dry_run"), true);
  EXPECT_THAT(SweepWorld::Ended(plan),
              testing::UnorderedElementsAre(leaked.str() + " gone", twin.str() + " twin",
                                            world.Record().cluster.str() + " aborted"));
  EXPECT_EQ(SweepWorld::Problems(plan), 1U);
  EXPECT_EQ(FindInt(plan, "notices"), 0);
  EXPECT_EQ(Writes(world), "0 notices, 0 tokens");
  EXPECT_EQ(world.jobs.records(), records);
  // The real one then does just that.
  EXPECT_EQ(SweepWorld::Ended(world.SweepAll()).size(), 3U);
  EXPECT_FALSE(world.IsEnding(unmarked));
}

TEST(SweepTest, OurOwnComeBeforeTheManyOfAnotherStage) {
  SweepWorld world;
  world.StartJob();
  JobRecord told = world.Record();
  told.outcome = JsonObject{{"verdict", "CleanupUnverified"}};
  told.notified = true;
  ASSERT_TRUE(world.jobs.Put(told));
  world.EndExecution(ExecutionStatus::kFailed);
  for (int i = 0; i < 30; ++i) {
    world.MakeCluster("ecm-dev-2-nightly-" + std::to_string(i), {{"ecm:stage", "dev-2"}});
  }
  world.emr.calls.clear();
  EXPECT_THAT(SweepWorld::Ended(world.SweepAll()), ElementsAre(told.cluster.str() + " failed"));
  EXPECT_THAT(std::vector(world.emr.calls.begin(), world.emr.calls.begin() + 3),
              ElementsAre("ListClusters", "DescribeCluster", "TerminateJobFlows"));
}

TEST(SweepTest, ADryRunSettlesAndWakesNobody) {
  SweepWorld world;
  world.StartJob();
  world.EndStep(false);
  world.EndExecution(ExecutionStatus::kAborted);
  const auto records = world.jobs.records();
  EXPECT_THAT(SweepWorld::Settled(world.DryRun()), ElementsAre("Cancelled"));
  EXPECT_EQ(world.jobs.records(), records);
  EXPECT_EQ(Writes(world), "RunJobFlow 0 notices, 0 tokens");
}

TEST(SweepTest, ALostClusterAndItsTwinAreEndedAsTheDryRunSaysInAnyOrder) {
  for (std::uint64_t seed = 1; seed < 9; ++seed) {
    SweepWorld world;
    world.random = SeededRandom(seed);  // which of them is looked at first
    world.emr.LoseNextAnswer("RunJobFlow");
    Submit(world.FirstDocument(), world.ports).value();
    world.Settle();
    world.MakeCluster(world.Record().cluster_name, world.TagsOf("run-1"));
    const std::vector<ClusterId> both = world.model.LiveClusters();
    ASSERT_EQ(both.size(), 2U);
    world.EndExecution(ExecutionStatus::kAborted);
    world.emr.calls.clear();
    EXPECT_EQ(SweepWorld::Ended(world.DryRun()).size(), 2U) << seed;
    EXPECT_EQ(Writes(world), "0 notices, 0 tokens");
    EXPECT_EQ(SweepWorld::Ended(world.SweepAll()).size(), 2U) << seed;
    EXPECT_TRUE(world.IsEnding(both[0]) && world.IsEnding(both[1])) << seed;
  }
}

TEST(SweepTest, WhatIsNotClearlyADryRunIsNoSweep) {
  SweepWorld world;
  for (const char* event : {R"({"dry_run": "true"})", R"({"dry_run": 1})", R"({"dry_run": null})",
                            R"([])", R"("dry_run")"}) {
    const Result<Json> report = Sweep(ParseJson(event).value(), world.ports);
    ASSERT_FALSE(report.has_value()) << event;
    EXPECT_EQ(report.error().kind, ErrorKind::kInvalidJob) << event;
  }
  EXPECT_THAT(world.emr.calls, IsEmpty());
}

TEST(SweepTest, TakesTheEventOfASchedule) {
  SweepWorld world;
  const Json event = JsonObject{{"source", "aws.scheduler"}, {"detail", JsonObject{}}};
  EXPECT_TRUE(Sweep(event, world.ports).has_value());
  EXPECT_EQ(world.emr.Count("ListClusters"), 1U);
}

TEST(SweepTest, TheEventOfAnotherMachineIsNoneOfOurs) {
  SweepWorld world;
  const Json report = world.SweepEvent(
      ExecutionArn("arn:aws:states:eu-west-1:1:execution:ecm-dev-2:run-1"), "ABORTED");
  EXPECT_EQ(ToText(report.at("looked_at")), R"({"clusters":0,"jobs":0})");
  EXPECT_TRUE(world.jobs.records().empty());
  EXPECT_EQ(world.executions.calls, 0);
}

TEST(SweepTest, AnEventIsOnlyAHint) {
  SweepWorld world;
  world.StartJob();
  EXPECT_THAT(SweepWorld::Ended(world.SweepEvent(world.Record().execution, "ABORTED")), IsEmpty());
  world.EndExecution(ExecutionStatus::kSucceeded);
  EXPECT_THAT(SweepWorld::Ended(world.SweepEvent(world.Record().execution, "FAILED")), IsEmpty());
  world.executions.states.clear();
  EXPECT_THAT(SweepWorld::Ended(world.SweepEvent(world.Record().execution, "FAILED")), IsEmpty());
  EXPECT_FALSE(world.Record().aborted);
}

TEST(SweepTest, AnExecutionThatCannotBeLookedAtIsAProblemOfTheEvent) {
  SweepWorld world;
  world.StartJob();
  world.executions.refusals.push_back({ErrorKind::kUnavailable, "no connection", ""});
  const Json report = world.SweepEvent(world.Record().execution, "ABORTED");
  EXPECT_EQ(SweepWorld::Problems(report), 1U);
  EXPECT_TRUE(SweepWorld::Unfinished(report));
}

TEST(SweepTest, StopsGentlyWhenAServiceGoesOnRefusing) {
  SweepWorld world;
  world.StartJob();
  for (int i = 0; i < 3; ++i) {
    const std::string run = "run-" + std::to_string(20 + i);
    world.MakeCluster("ecm-dev-job-" + run, world.TagsOf(run));
  }
  world.Pass(hours{1});
  for (int i = 0; i < 4; ++i) {
    world.emr.RefuseNext("DescribeCluster", {ErrorKind::kThrottled, "Rate exceeded", ""});
  }
  const Json report = world.SweepAll();
  EXPECT_TRUE(SweepWorld::Unfinished(report));
  EXPECT_EQ(world.emr.Count("DescribeCluster"), 4U);
  EXPECT_EQ(world.executions.calls, 0);
  EXPECT_THAT(world.notices.published, IsEmpty());
  EXPECT_EQ(SweepWorld::Ended(world.SweepAll()).size(), 3U);
}

TEST(SweepTest, AListThatIsRefusedForItsRateIsUnfinishedBusiness) {
  SweepWorld world;
  world.StartJob();
  for (int i = 0; i < 4; ++i) {
    world.emr.RefuseNext("ListClusters", {ErrorKind::kThrottled, "Rate exceeded", ""});
  }
  EXPECT_TRUE(SweepWorld::Unfinished(world.SweepAll()));
}

TEST(SweepTest, RefusalsOfOnePartDoNotCountForTheOtherAndNeitherIsAlwaysTheLast) {
  std::set<std::string> last;
  for (int draws = 0; draws < 20; ++draws) {
    SweepWorld world;
    for (int i = 0; i < draws; ++i) world.random.Next();
    world.StartJob();
    const ClusterId leaked = world.MakeCluster("ecm-dev-job-run-9", world.TagsOf("run-9"));
    world.EndExecution(ExecutionStatus::kAborted);
    world.Pass(hours{1});
    // Who comes first finds the account used up by others.
    for (int i = 0; i < 4; ++i) {
      world.emr.RefuseNext("DescribeCluster", {ErrorKind::kThrottled, "Rate exceeded", ""});
    }
    const Json report = world.SweepAll();
    EXPECT_TRUE(SweepWorld::Unfinished(report));
    EXPECT_THAT(SweepWorld::Ended(report),
                ElementsAre(testing::AnyOf(world.Record().cluster.str() + " aborted",
                                           leaked.str() + " gone")));
    for (const std::string& ended : SweepWorld::Ended(report)) {
      last.insert(ended.substr(ended.find(' ') + 1));
    }
  }
  EXPECT_THAT(last, ElementsAre("aborted", "gone"));
}

TEST(SweepTest, ARefusalOrTwoAreWaitedFor) {
  SweepWorld world;
  const ClusterId leaked = world.MakeCluster("ecm-dev-job-run-9", world.TagsOf("run-9"));
  world.Pass(hours{1});
  // Others leave so little that the last call of a pass is refused every time.
  for (int i = 0; i < 2; ++i) {
    world.emr.RefuseNext("TerminateJobFlows", {ErrorKind::kThrottled, "Rate exceeded", ""});
  }
  const WallTime before = world.clock.Wall();
  const Json report = world.SweepAll();
  EXPECT_THAT(SweepWorld::Ended(report), ElementsAre(leaked.str() + " gone"));
  EXPECT_FALSE(SweepWorld::Unfinished(report));
  EXPECT_EQ(world.clock.Wall() - before, seconds{6});
}

TEST(SweepTest, ABlindSweepFailsAfterItHasSeenToItsJobs) {
  SweepWorld world;
  world.StartJob();
  world.EndExecution(ExecutionStatus::kAborted);
  world.emr.RefuseNext("ListClusters", {ErrorKind::kAccessDenied, "not authorized", ""});
  const Result<Json> report = Sweep(JsonObject{}, world.ports);
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().kind, ErrorKind::kAccessDenied);
  EXPECT_THAT(report.error().message, HasSubstr("ListClusters"));
  EXPECT_TRUE(world.Record().aborted);
  EXPECT_TRUE(world.emr.Count("TerminateJobFlows") == 1U);
}

TEST(SweepTest, EndsInTimeAndGoesOnTheNextTime) {
  SweepWorld world;
  for (int i = 0; i < 100; ++i) {
    const std::string run = "run-" + std::to_string(100 + i);
    world.MakeCluster("ecm-dev-job-" + run, world.TagsOf(run));
  }
  world.Pass(hours{1});
  std::size_t ended = 0;
  int calls = 0;
  for (bool unfinished = true; unfinished && calls < 100; ++calls) {
    const WallTime before = world.clock.Wall();
    const Json report = world.SweepAll();
    EXPECT_LE(world.clock.Wall() - before, world.ports.patience.sweep_time);
    unfinished = SweepWorld::Unfinished(report);
    ended += SweepWorld::Ended(report).size();
    world.Pass(minutes{5});
  }
  EXPECT_EQ(ended, 100U);
  EXPECT_GT(calls, 3);
  EXPECT_LT(calls, 40);
}

TEST(SweepTest, JobsHaveTheirTurnWhereClustersWouldTakeAllTheTime) {
  SweepWorld world;
  world.StartJob();
  world.EndExecution(ExecutionStatus::kAborted);
  for (int i = 0; i < 100; ++i) world.MakeCluster("ecm-dev-unmarked", {});
  EXPECT_TRUE(SweepWorld::Unfinished(world.SweepAll()));
  EXPECT_TRUE(world.IsEnding(world.Record().cluster));
}

TEST(SweepTest, SaysThatItIsAlive) {
  SweepWorld world;
  world.SweepAll();
  EXPECT_TRUE(std::ranges::any_of(
      world.log.lines(), [](const std::string& line) { return line.contains("sweep done"); }));
}

TEST(PaceTest, TakesHalfOfTheQuotaAfterTheFirstCalls) {
  ManualClock clock;
  Pace pace(clock, hours{1});
  const WallTime start = clock.Wall();
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(pace.Wait("DescribeCluster"));
  EXPECT_EQ(clock.Wall(), start);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(pace.Wait("DescribeCluster"));
  EXPECT_EQ(clock.Wall() - start, seconds{20});
  // Another operation has a quota of its own.
  EXPECT_TRUE(pace.Wait("ListClusters"));
  EXPECT_EQ(clock.Wall() - start, seconds{20});
  // What was not used comes back, to a bound.
  clock.Advance(hours{1} - seconds{30});
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(pace.Wait("DescribeCluster"));
  EXPECT_EQ(clock.Wall() - start, hours{1} - seconds{10});
}

TEST(PaceTest, DoesNotSleepIntoTheEndOfItsTime) {
  ManualClock clock;
  Pace pace(clock, seconds{5});
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(pace.Wait("SetTerminationProtection"));
  const WallTime before = clock.Wall();
  EXPECT_EQ(pace.Wait("SetTerminationProtection").error().kind, ErrorKind::kThrottled);
  EXPECT_EQ(clock.Wall(), before);
  EXPECT_TRUE(pace.HasTime());
  EXPECT_TRUE(pace.Wait("DescribeCluster"));
}

TEST(PaceTest, NothingIsCalledAfterFourRefusalsInARow) {
  ManualClock clock;
  Pace pace(clock, hours{1});
  EXPECT_FALSE(pace.PauseAfter({ErrorKind::kUnavailable, "", ""}));
  EXPECT_TRUE(pace.HasTime());
  const Error refusal{ErrorKind::kThrottled, "Rate exceeded", "ThrottlingException"};
  EXPECT_TRUE(pace.PauseAfter(refusal));
  pace.OnSuccess();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(pace.PauseAfter(refusal));
  EXPECT_FALSE(pace.PauseAfter(refusal));
  EXPECT_FALSE(pace.HasTime());
  EXPECT_FALSE(pace.Wait("DescribeExecution"));
}

TEST(PaceTest, NoPauseGoesBeyondItsTime) {
  ManualClock clock;
  Pace pace(clock, seconds{2});
  EXPECT_FALSE(pace.PauseAfter({ErrorKind::kThrottled, "Rate exceeded", "ThrottlingException"}));
  EXPECT_FALSE(pace.HasTime());
}

}  // namespace
}  // namespace ecm::lifecycle
