#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lifecycle/testing/sweep_world.h"

// Which clusters the sweep ends, and which it never touches.

namespace ecm::lifecycle {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(SweepClusterTest, LeavesAHealthyJobAlone) {
  SweepWorld world;
  world.StartJob();
  world.Pass(hours{2});
  const Json report = world.SweepAll();
  EXPECT_THAT(SweepWorld::Ended(report), IsEmpty());
  EXPECT_EQ(world.StateOf(world.Only()), ClusterState::kRunning);
  EXPECT_THAT(world.tokens.answered, IsEmpty());
  EXPECT_EQ(SweepWorld::Problems(report), 0U);
  EXPECT_FALSE(SweepWorld::Unfinished(report));
  EXPECT_EQ(ToText(report.at("looked_at")), R"({"clusters":1,"jobs":1})");
  // A job that is well costs no call but the list.
  EXPECT_EQ(world.emr.Count("DescribeCluster"), 0U);
}

TEST(SweepClusterTest, EndsTheClusterOfAnExecutionThatIsGone) {
  SweepWorld world;
  const ClusterId cluster = world.MakeCluster("ecm-dev-job-run-9", world.TagsOf("run-9"));
  world.Pass(minutes{31});
  EXPECT_THAT(SweepWorld::Ended(world.SweepAll()), ElementsAre(cluster.str() + " gone"));
  EXPECT_TRUE(world.IsEnding(cluster));
  ASSERT_EQ(world.notices.published.size(), 1U);
  EXPECT_THAT(world.notices.published[0].message, HasSubstr(cluster.str()));
  EXPECT_THAT(world.notices.published[0].message, HasSubstr("run-9"));
}

TEST(SweepClusterTest, AYoungClusterWhoseExecutionIsNotKnownYetLives) {
  SweepWorld world;
  const ClusterId cluster = world.MakeCluster("ecm-dev-job-run-9", world.TagsOf("run-9"));
  world.Pass(minutes{29});
  EXPECT_THAT(SweepWorld::Ended(world.SweepAll()), IsEmpty());
  EXPECT_FALSE(world.IsEnding(cluster));
}

TEST(SweepClusterTest, EndsTheClusterOfASettledJob) {
  SweepWorld world;
  world.StartJob();
  JobRecord record = world.Record();
  record.outcome = JsonObject{{"verdict", "CleanupUnverified"}};
  record.notified = true;
  world.jobs.Put(record).value();
  world.EndExecution(ExecutionStatus::kFailed);
  EXPECT_THAT(SweepWorld::Ended(world.SweepAll()), ElementsAre(world.Only().str() + " failed"));
  EXPECT_EQ(world.Record().outcome, record.outcome);
  EXPECT_EQ(world.notices.published.size(), 1U);
}

TEST(SweepClusterTest, LiftsProtection) {
  SweepWorld world;
  const ClusterId cluster =
      world.MakeCluster("ecm-dev-job-run-9", world.TagsOf("run-9"), /*is_protected=*/true);
  world.Pass(minutes{31});
  EXPECT_THAT(SweepWorld::Ended(world.SweepAll()), ElementsAre(cluster.str() + " gone"));
  EXPECT_EQ(world.emr.Count("SetTerminationProtection"), 1U);
  EXPECT_TRUE(world.IsEnding(cluster));
}

TEST(SweepClusterTest, NeverTouchesAnotherStage) {
  SweepWorld world;
  const ClusterId other =
      world.MakeCluster("ecm-dev-2-job-run-9",
                        {{"ecm:stage", "dev-2"},
                         {"ecm:execution", "arn:aws:states:eu-west-1:1:execution:ecm-dev-2:run-9"},
                         {"ecm:deadline", "2001-01-01T00:00:00.000Z"}});
  const ClusterId foreign = world.MakeCluster("nightly", {});
  world.Pass(hours{24});
  const Json report = world.SweepAll();
  EXPECT_THAT(SweepWorld::Ended(report), IsEmpty());
  EXPECT_EQ(SweepWorld::Problems(report), 0U);
  EXPECT_FALSE(world.IsEnding(other));
  EXPECT_FALSE(world.IsEnding(foreign));
  EXPECT_THAT(world.notices.published, IsEmpty());
  EXPECT_EQ(world.executions.calls, 0);
}

TEST(SweepClusterTest, TellsOfAClusterWithoutOurTagsOnceAndLeavesIt) {
  SweepWorld world;
  const ClusterId unmarked = world.MakeCluster("ecm-dev-mine", {});
  world.Pass(hours{24});
  const Json first = world.SweepAll();
  EXPECT_THAT(SweepWorld::Ended(first), IsEmpty());
  ASSERT_EQ(SweepWorld::Problems(first), 1U);
  EXPECT_EQ(FindBool(first.at("problems").at(0), "lasting"), true);
  EXPECT_FALSE(SweepWorld::Unfinished(first));
  ASSERT_EQ(world.notices.published.size(), 1U);
  EXPECT_THAT(world.notices.published[0].message, HasSubstr(unmarked.str()));
  EXPECT_EQ(SweepWorld::Problems(world.SweepAll()), 1U);
  EXPECT_EQ(world.notices.published.size(), 1U);
  EXPECT_FALSE(world.IsEnding(unmarked));
  EXPECT_TRUE(world.jobs.ListOpen().value().empty());
}

TEST(SweepClusterTest, AnExecutionOfAnotherMachineIsNoMarkOfOurs) {
  SweepWorld world;
  const ClusterId odd = world.MakeCluster("ecm-dev-x-run-9", {{"ecm:stage", "dev"},
                                                              {"ecm:execution",
                                                               "arn:aws:states:eu-west-1:1:"
                                                               "execution:theirs:run-9"}});
  world.Pass(hours{24});
  const Json report = world.SweepAll();
  EXPECT_THAT(SweepWorld::Ended(report), IsEmpty());
  EXPECT_EQ(SweepWorld::Problems(report), 1U);
  EXPECT_FALSE(world.IsEnding(odd));
  EXPECT_EQ(world.executions.calls, 0);
}

TEST(SweepClusterTest, NameAndRecordTogetherStandForTags) {
  SweepWorld world;
  world.StartJob();
  JobRecord record = world.Record();
  // The tags of a cluster that is not the settled record's are of no use: it has none.
  record.cluster_name = "ecm-dev-job-untagged";
  record.cluster = world.MakeCluster("ecm-dev-job-untagged", {});
  record.outcome = JsonObject{{"verdict", "JobFailed"}};
  record.notified = true;
  world.jobs.Put(record).value();
  world.EndExecution(ExecutionStatus::kFailed);
  const Json report = world.SweepAll();
  EXPECT_THAT(SweepWorld::Ended(report), testing::Contains(record.cluster.str() + " failed"));
  EXPECT_TRUE(world.IsEnding(record.cluster));
}

TEST(SweepClusterTest, ARecordOfAnotherNameDoesNotStandForTags) {
  SweepWorld world;
  world.StartJob();
  JobRecord record = world.Record();
  record.cluster = world.MakeCluster("ecm-dev-renamed", {});
  record.outcome = JsonObject{{"verdict", "JobFailed"}};
  record.notified = true;
  world.jobs.Put(record).value();
  world.EndExecution(ExecutionStatus::kFailed);
  world.SweepAll();
  EXPECT_FALSE(world.IsEnding(record.cluster));
}

TEST(SweepClusterTest, EndsASecondClusterOfOneExecution) {
  SweepWorld world;
  world.StartJob();
  const ClusterId twin = world.MakeCluster(world.Record().cluster_name, world.TagsOf("run-1"));
  EXPECT_THAT(SweepWorld::Ended(world.SweepAll()), ElementsAre(twin.str() + " twin"));
  EXPECT_TRUE(world.IsEnding(twin));
  EXPECT_FALSE(world.IsEnding(world.Record().cluster));
}

TEST(SweepClusterTest, AClusterThatItsJobDoesNotKnowYetIsNoTwin) {
  SweepWorld world;
  JobRecord record;
  record.execution = SweepWorld::Arn("run-1");
  record.cluster_name = "ecm-dev-job-run-1";
  record.region = world.ports.stack.region;
  record.started = record.attempted.emplace(world.clock.Wall());
  record.deadline = record.started + hours{12};
  world.jobs.Put(record).value();
  world.executions.Set(record.execution, ExecutionStatus::kRunning);
  const ClusterId marked = world.MakeCluster(record.cluster_name, world.TagsOf("run-1"));
  const ClusterId unmarked = world.MakeCluster(record.cluster_name, {});
  const Json report = world.SweepAll();
  EXPECT_THAT(SweepWorld::Ended(report), IsEmpty());
  EXPECT_EQ(SweepWorld::Problems(report), 0U);
  EXPECT_FALSE(world.IsEnding(marked) || world.IsEnding(unmarked));
}

TEST(SweepClusterTest, EndsWhatIsFarPastItsDeadlineThoughItsExecutionRuns) {
  SweepWorld world;
  world.StartJob();
  world.Pass(world.Record().deadline - world.clock.Wall() + minutes{29});
  EXPECT_THAT(SweepWorld::Ended(world.SweepAll()), IsEmpty());
  world.Pass(minutes{1});
  EXPECT_THAT(SweepWorld::Ended(world.SweepAll()), ElementsAre(world.Only().str() + " deadline"));
  // The execution finds that out and tells it as what it is.
  EXPECT_FALSE(world.Record().aborted);
  EXPECT_EQ(world.Verdict(), "");
  EXPECT_THAT(world.notices.published, IsEmpty());
}

TEST(SweepClusterTest, TakesTheDeadlineOfTheTagWhereThereIsNoRecord) {
  SweepWorld world;
  SweepWorld::Tags tags = world.TagsOf("run-9");
  tags[2].second = ToIso8601(world.clock.Wall() + hours{1});
  const ClusterId late = world.MakeCluster("ecm-dev-job-run-9", tags);
  SweepWorld::Tags unreadable = world.TagsOf("run-8");
  unreadable[2].second = "yesterday";
  const ClusterId spared = world.MakeCluster("ecm-dev-job-run-8", unreadable);
  world.executions.Set(SweepWorld::Arn("run-9"), ExecutionStatus::kRunning);
  world.executions.Set(SweepWorld::Arn("run-8"), ExecutionStatus::kRunning);
  world.Pass(minutes{89});
  EXPECT_THAT(SweepWorld::Ended(world.SweepAll()), IsEmpty());
  world.Pass(minutes{1});
  EXPECT_THAT(SweepWorld::Ended(world.SweepAll()), ElementsAre(late.str() + " deadline"));
  EXPECT_FALSE(world.IsEnding(spared));
}

TEST(SweepClusterTest, ARedrivenExecutionThatRunsAgainKeepsItsCluster) {
  SweepWorld world;
  world.StartJob();
  world.EndExecution(ExecutionStatus::kAborted);
  world.executions.Set(world.Record().execution, ExecutionStatus::kRunning);
  // The event of the abort comes late.
  EXPECT_THAT(SweepWorld::Ended(world.SweepEvent(world.Record().execution, "ABORTED")), IsEmpty());
  EXPECT_FALSE(world.Record().aborted);
  EXPECT_FALSE(world.IsEnding(world.Only()));
}

TEST(SweepClusterTest, AStatusThatNobodyKnowsIsNoEnd) {
  SweepWorld world;
  world.StartJob();
  world.EndExecution(ExecutionStatus::kOther);
  EXPECT_THAT(SweepWorld::Ended(world.SweepAll()), IsEmpty());
  EXPECT_FALSE(world.IsEnding(world.Only()));
}

TEST(SweepClusterTest, ReadsEveryPage) {
  SweepWorld world;
  const ClusterId oldest = world.MakeCluster("ecm-dev-job-run-9", world.TagsOf("run-9"));
  world.Pass(minutes{31});
  for (int i = 0; i < 120; ++i) world.MakeCluster("others", {});
  EXPECT_THAT(SweepWorld::Ended(world.SweepAll()), ElementsAre(oldest.str() + " gone"));
}

TEST(SweepClusterTest, OneClusterThatCannotBeEndedDoesNotStopTheOthers) {
  SweepWorld world;
  const ClusterId one = world.MakeCluster("ecm-dev-job-run-8", world.TagsOf("run-8"));
  const ClusterId two = world.MakeCluster("ecm-dev-job-run-9", world.TagsOf("run-9"));
  world.Pass(minutes{31});
  const auto deny = [&] {
    world.emr.RefuseNext("TerminateJobFlows", {ErrorKind::kAccessDenied, "not authorized", ""});
  };
  deny();
  const Json report = world.SweepAll();
  EXPECT_EQ(SweepWorld::Ended(report).size(), 1U);
  EXPECT_NE(world.IsEnding(one), world.IsEnding(two));
  ASSERT_EQ(SweepWorld::Problems(report), 1U);
  EXPECT_THAT(StringOr(report.at("problems").at(0), "what"), HasSubstr("not authorized"));
  // One notice of the end, one of the cluster that somebody must see to; that one comes once.
  EXPECT_EQ(world.notices.published.size(), 2U);
  deny();
  world.SweepAll();
  EXPECT_EQ(world.notices.published.size(), 2U);
  world.SweepAll();
  EXPECT_TRUE(world.IsEnding(one) && world.IsEnding(two));
}

TEST(SweepClusterTest, AnEndWithAnUnknownOutcomeIsTriedAgainTheNextTime) {
  SweepWorld world;
  const ClusterId cluster = world.MakeCluster("ecm-dev-job-run-9", world.TagsOf("run-9"));
  world.Pass(minutes{31});
  world.emr.RefuseNext("TerminateJobFlows", {ErrorKind::kUnknownOutcome, "reset", ""});
  const Json report = world.SweepAll();
  EXPECT_TRUE(SweepWorld::Unfinished(report));
  EXPECT_EQ(FindBool(report.at("problems").at(0), "lasting"), false);
  EXPECT_THAT(world.notices.published, IsEmpty());
  EXPECT_THAT(SweepWorld::Ended(world.SweepAll()), ElementsAre(cluster.str() + " gone"));
}

TEST(SweepClusterTest, AClusterThatRefusesToEndAsItIsWaitsForTheNextLook) {
  SweepWorld world;
  world.MakeCluster("ecm-dev-job-run-9", world.TagsOf("run-9"));
  world.Pass(minutes{31});
  world.emr.RefuseNext("TerminateJobFlows", {ErrorKind::kInvalidJob, "termination protected", ""});
  const Json report = world.SweepAll();
  EXPECT_THAT(SweepWorld::Ended(report), IsEmpty());
  EXPECT_EQ(SweepWorld::Problems(report), 0U);
  EXPECT_EQ(SweepWorld::Ended(world.SweepAll()).size(), 1U);
}

TEST(SweepClusterTest, AClusterThatEndsMeanwhileIsWhatWasWanted) {
  SweepWorld world;
  world.MakeCluster("ecm-dev-job-run-9", world.TagsOf("run-9"));
  world.Pass(minutes{31});
  world.emr.RefuseNext("DescribeCluster", {ErrorKind::kNotFound, "no such cluster", ""});
  EXPECT_EQ(SweepWorld::Problems(world.SweepAll()), 0U);
  EXPECT_EQ(world.emr.Count("TerminateJobFlows"), 0U);
}

TEST(SweepClusterTest, AnExecutionThatCannotBeAskedForKeepsItsCluster) {
  SweepWorld world;
  const ClusterId cluster = world.MakeCluster("ecm-dev-job-run-9", world.TagsOf("run-9"));
  world.Pass(hours{24});
  world.executions.refusals.push_back({ErrorKind::kAccessDenied, "not authorized", ""});
  const Json report = world.SweepAll();
  EXPECT_EQ(SweepWorld::Problems(report), 1U);
  EXPECT_FALSE(world.IsEnding(cluster));
  EXPECT_EQ(world.notices.published.size(), 1U);
}

}  // namespace
}  // namespace ecm::lifecycle
