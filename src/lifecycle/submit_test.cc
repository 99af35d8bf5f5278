#include <gtest/gtest.h>

#include "lifecycle/testing/lifecycle_world.h"
#include "lifecycle/turn.h"

namespace ecm::lifecycle {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

TEST(SubmitTest, CreatesOneClusterAndSavesItsId) {
  LifecycleWorld world;
  const Result<Json> answer = Submit(world.FirstDocument(), world.ports);
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(StringOr(*answer, "next"), "await");
  EXPECT_EQ(FindInt(*answer, "heartbeat_seconds"), 4 * 3600);
  EXPECT_EQ(Find(*answer, "job"), nullptr);
  EXPECT_EQ(world.model.LiveClusters(), std::vector<ClusterId>{world.Only()});
  EXPECT_EQ(world.emr.calls, std::vector<std::string>{"RunJobFlow"});
}

TEST(SubmitTest, WithoutASweepTheJobItselfLooksAtItsStartDeadline) {
  LifecycleWorld world;
  world.ports.patience.sweep_watches_starts = false;
  EXPECT_EQ(FindInt(world.Submitted(), "heartbeat_seconds"), 3602);
}

TEST(SubmitTest, ASecondCallAdoptsWhatTheFirstCreated) {
  LifecycleWorld world;
  Submit(world.FirstDocument(), world.ports).value();
  const Json again = Submit(world.FirstDocument(), world.ports).value();
  EXPECT_EQ(StringOr(again, "cluster_id"), world.Only().str());
  EXPECT_EQ(world.emr.Count("RunJobFlow"), 1U);
}

TEST(SubmitTest, AnInvalidJobNamesEveryProblem) {
  LifecycleWorld world;
  Json document = world.FirstDocument();
  document.at("job").as_object().erase("release");
  document.at("job").as_object()["slave_typ"] = "m5.xlarge";
  const Result<Json> answer = Submit(document, world.ports);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ErrorKind::kInvalidJob);
  EXPECT_NE(answer.error().message.find("release"), std::string::npos);
  EXPECT_NE(answer.error().message.find("slave_type"), std::string::npos);
  EXPECT_TRUE(world.emr.calls.empty());
}

TEST(SubmitTest, WaitsItsTurnWhenThrottledAndNeedsNoLookUpAfterwards) {
  LifecycleWorld world;
  world.emr.RefuseNext("RunJobFlow", {ErrorKind::kThrottled, "Rate exceeded", ""});
  const Json waiting = Submit(world.FirstDocument(), world.ports).value();
  EXPECT_EQ(StringOr(waiting, "next"), "wait");
  EXPECT_NE(Find(waiting, "job"), nullptr);
  EXPECT_GE(FindInt(waiting, "wait_seconds").value(), 1);
  EXPECT_LE(FindInt(waiting, "wait_seconds").value(), 60);
  EXPECT_EQ(StringOr(Submit(waiting, world.ports).value(), "next"), "await");
  EXPECT_EQ(world.emr.Count("ListClusters"), 0U);
}

/// So many others have drawn a turn before us.
void QueueUp(LifecycleWorld& world, int others) {
  for (int i = 0; i < others; ++i) DrawTurn(world.ports.stack.region, world.ports).value();
}

TEST(SubmitTest, InACrowdItWaitsForItsTurnAndCallsOnce) {
  LifecycleWorld world;
  QueueUp(world, 44);
  const Json waiting = Submit(world.FirstDocument(), world.ports).value();
  EXPECT_EQ(StringOr(waiting, "next"), "wait");
  EXPECT_EQ(FindInt(waiting, "wait_seconds"), 100);
  EXPECT_TRUE(world.emr.calls.empty());
  // Known, so that an abort can be told, and without a call whose outcome could be unknown.
  EXPECT_EQ(world.Record().attempts, 0);
  EXPECT_FALSE(world.Record().attempted.has_value());

  world.clock.Advance(seconds{100});
  QueueUp(world, 30);  // who comes later changes nothing
  const Json submitted = Submit(waiting, world.ports).value();
  EXPECT_EQ(StringOr(submitted, "next"), "await");
  EXPECT_EQ(world.emr.calls, std::vector<std::string>{"RunJobFlow"});
}

TEST(SubmitTest, ATurnThatEmrRefusedIsUsedUp) {
  LifecycleWorld world;
  QueueUp(world, 5);
  const Json first = Submit(world.FirstDocument(), world.ports).value();
  world.clock.Advance(seconds{3});
  world.emr.RefuseNext("RunJobFlow", {ErrorKind::kThrottled, "Rate exceeded", ""});
  const Json refused = Submit(first, world.ports).value();
  EXPECT_EQ(Find(refused, "turn"), nullptr);
  QueueUp(world, 20);
  world.clock.Advance(seconds{1});
  EXPECT_NE(Find(Submit(refused, world.ports).value(), "turn"), nullptr);
}

TEST(SubmitTest, AnAbortWhileItWaitsForItsTurnCreatesNothing) {
  LifecycleWorld world;
  QueueUp(world, 44);
  const Json waiting = Submit(world.FirstDocument(), world.ports).value();
  JobRecord record = world.Record();
  record.aborted = true;
  record = world.jobs.Put(record).value();
  world.clock.Advance(seconds{100});
  EXPECT_EQ(Submit(waiting, world.ports).error().kind, ErrorKind::kConflict);
  EXPECT_TRUE(world.emr.calls.empty());
}

TEST(SubmitTest, ATurnAfterTheStartDeadlineIsNotWaitedFor) {
  LifecycleWorld world;
  QueueUp(world, 2000);
  const Json waiting = Submit(world.FirstDocument(), world.ports).value();
  EXPECT_EQ(FindInt(waiting, "wait_seconds"), 3600);
  world.clock.Advance(hours{1});
  EXPECT_EQ(Submit(waiting, world.ports).error().kind, ErrorKind::kNoCapacity);
  EXPECT_TRUE(world.emr.calls.empty());
}

TEST(SubmitTest, WaitsMinutesForAPlaceAmongTheAccountsClusters) {
  LifecycleWorld world;
  world.emr.RefuseNext("RunJobFlow",
                       {ErrorKind::kInvalidJob, "The number of clusters exceeds the quota", ""});
  const Json waiting = Submit(world.FirstDocument(), world.ports).value();
  EXPECT_EQ(StringOr(waiting, "next"), "wait");
  EXPECT_GE(FindInt(waiting, "wait_seconds").value(), 60);
  EXPECT_LE(FindInt(waiting, "wait_seconds").value(), 120);
  EXPECT_FALSE(world.Record().attempted.has_value());
  EXPECT_EQ(StringOr(Submit(waiting, world.ports).value(), "next"), "await");
}

TEST(SubmitTest, LooksForTheClusterAfterALostAnswer) {
  LifecycleWorld world;
  world.emr.LoseNextAnswer("RunJobFlow");
  const Json waiting = Submit(world.FirstDocument(), world.ports).value();
  EXPECT_EQ(StringOr(waiting, "next"), "wait");
  EXPECT_EQ(FindInt(waiting, "wait_seconds"), 120);
  const Json adopted = Submit(waiting, world.ports).value();
  EXPECT_EQ(StringOr(adopted, "next"), "await");
  EXPECT_EQ(world.emr.Count("RunJobFlow"), 1U);
  EXPECT_EQ(world.model.LiveClusters().size(), 1U);
}

TEST(SubmitTest, CreatesAgainOnlyWhenTheListHasHadTimeToSettle) {
  LifecycleWorld world;
  world.emr.RefuseNext("RunJobFlow", {ErrorKind::kUnknownOutcome, "timed out", ""});
  Submit(world.FirstDocument(), world.ports).value();
  // A retry of the first call, in a sandbox whose clock is far ahead: only the state machine's own
  // pause counts.
  world.clock.Advance(hours{1} / 2);
  const Json waiting = Submit(world.FirstDocument(), world.ports).value();
  EXPECT_EQ(FindInt(waiting, "wait_seconds"), 120);
  EXPECT_EQ(world.emr.Count("RunJobFlow"), 1U);
  EXPECT_EQ(StringOr(Submit(waiting, world.ports).value(), "next"), "await");
  EXPECT_EQ(world.emr.Count("RunJobFlow"), 2U);
  EXPECT_EQ(world.model.LiveClusters().size(), 1U);
}

TEST(SubmitTest, LetsTheCallOfATwinSettleToo) {
  LifecycleWorld world;
  world.emr.RefuseNext("RunJobFlow", {ErrorKind::kUnknownOutcome, "timed out", ""});
  const Json waiting = Submit(world.FirstDocument(), world.ports).value();
  JobRecord record = world.Record();
  ++record.attempts;  // a twin has waited for the first one and called once more
  world.jobs.Put(record).value();
  EXPECT_EQ(FindInt(Submit(waiting, world.ports).value(), "wait_seconds"), 120);
  EXPECT_EQ(world.emr.Count("RunJobFlow"), 1U);
}

TEST(SubmitTest, ATwinWhoseClusterWasSavedFirstKeepsIt) {
  LifecycleWorld world;
  world.emr.LoseNextAnswer("RunJobFlow");
  Json document = Submit(world.FirstDocument(), world.ports).value();
  world.emr.RefuseNext("ListClusters", {ErrorKind::kThrottled, "Rate exceeded", ""});
  EXPECT_EQ(Submit(document, world.ports).error().kind, ErrorKind::kThrottled);
  // Two clusters of one name: the oldest is kept, the other ended.
  const ClusterId oldest = world.model.LiveClusters().at(0);
  world.clock.Advance(seconds{1});
  JobRecord record = world.Record();
  record.attempted.reset();
  record = world.jobs.Put(record).value();
  world.emr.LoseNextAnswer("RunJobFlow");
  document = Submit(world.FirstDocument(), world.ports).value();
  ASSERT_EQ(world.model.LiveClusters().size(), 2U);
  Submit(document, world.ports).value();
  world.Settle();
  EXPECT_EQ(world.Only(), oldest);
  EXPECT_EQ(world.model.LiveClusters(), std::vector<ClusterId>{oldest});
}

TEST(SubmitTest, ALosingClusterThatCouldNotBeEndedIsEndedByTheNextCall) {
  LifecycleWorld world;
  world.emr.LoseNextAnswer("RunJobFlow");
  Json document = Submit(world.FirstDocument(), world.ports).value();
  // A twin that called RunJobFlow too, and was the first to save.
  JobRecord record = world.Record();
  world.clock.Advance(seconds{121});
  record.attempted.reset();
  record = world.jobs.Put(record).value();
  document = Submit(document, world.ports).value();
  ASSERT_EQ(world.model.LiveClusters().size(), 2U);
  const ClusterId kept = world.Only();
  world.emr.RefuseNext("TerminateJobFlows", {ErrorKind::kThrottled, "Rate exceeded", ""});
  EXPECT_EQ(Submit(world.FirstDocument(), world.ports).error().kind, ErrorKind::kThrottled);
  EXPECT_EQ(StringOr(Submit(world.FirstDocument(), world.ports).value(), "next"), "await");
  world.Settle();
  EXPECT_EQ(world.model.LiveClusters(), std::vector<ClusterId>{kept});
}

TEST(SubmitTest, EndsTheClusterOfAJobThatWasAbortedMeanwhile) {
  LifecycleWorld world;
  world.emr.LoseNextAnswer("RunJobFlow");
  const Json waiting = Submit(world.FirstDocument(), world.ports).value();
  JobRecord record = world.Record();
  record.aborted = true;
  world.jobs.Put(record).value();
  // Redriven: what its cluster has done, and why it ended, is still to be told.
  EXPECT_EQ(StringOr(Submit(waiting, world.ports).value(), "next"), "await");
  EXPECT_EQ(world.emr.Count("TerminateJobFlows"), 1U);
  EXPECT_EQ(world.Record().cluster, world.Only());
}

TEST(SubmitTest, AnAbortedJobGetsNoOtherCluster) {
  LifecycleWorld world;
  world.emr.RefuseNext("RunJobFlow", {ErrorKind::kUnknownOutcome, "timed out", ""});
  const Json waiting = Submit(world.FirstDocument(), world.ports).value();
  JobRecord record = world.Record();
  record.aborted = true;
  world.jobs.Put(record).value();
  EXPECT_EQ(StringOr(Submit(world.FirstDocument(), world.ports).value(), "next"), "wait");
  EXPECT_EQ(Submit(waiting, world.ports).error().kind, ErrorKind::kConflict);
  EXPECT_EQ(world.emr.Count("RunJobFlow"), 1U);
}

TEST(SubmitTest, GivesUpAtTheStartDeadline) {
  LifecycleWorld world;
  world.emr.RefuseNext("RunJobFlow", {ErrorKind::kThrottled, "Rate exceeded", ""});
  const Json waiting = Submit(world.FirstDocument(), world.ports).value();
  world.clock.Advance(hours{1});
  const Result<Json> answer = Submit(waiting, world.ports);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ErrorKind::kNoCapacity);
  EXPECT_EQ(world.emr.Count("RunJobFlow"), 1U);
}

TEST(SubmitTest, ARefusalIsFinalAndLeavesNothingToLookFor) {
  LifecycleWorld world;
  world.emr.RefuseNext("RunJobFlow",
                       {ErrorKind::kAccessDenied, "not authorized: iam:PassRole", ""});
  const Result<Json> answer = Submit(world.FirstDocument(), world.ports);
  EXPECT_EQ(answer.error().kind, ErrorKind::kAccessDenied);
  EXPECT_EQ(answer.error().message, "RunJobFlow: not authorized: iam:PassRole");
  EXPECT_FALSE(world.Record().attempted.has_value());
}

TEST(SubmitTest, RefusesADocumentOfAnotherVersion) {
  LifecycleWorld world;
  Json document = world.FirstDocument();
  document.as_object()["v"] = 3;
  EXPECT_EQ(Submit(document, world.ports).error().kind, ErrorKind::kInternal);
}

}  // namespace
}  // namespace ecm::lifecycle
