#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lifecycle/testing/sweep_world.h"

// What the sweep does for jobs that nobody has settled.

namespace ecm::lifecycle {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(SweepJobTest, SettlesAnAbortedJob) {
  SweepWorld world;
  world.StartJob();
  world.EndExecution(ExecutionStatus::kAborted);
  const Json first = world.SweepAll();
  EXPECT_THAT(SweepWorld::Ended(first), ElementsAre(world.Only().str() + " aborted"));
  EXPECT_TRUE(world.Record().aborted);
  // The outcome waits for the cluster.
  EXPECT_THAT(SweepWorld::Settled(first), IsEmpty());
  EXPECT_THAT(world.notices.published, IsEmpty());
  world.EndStep(false);
  const Json second = world.SweepAll();
  EXPECT_THAT(SweepWorld::Settled(second), ElementsAre("Cancelled"));
  EXPECT_EQ(FindInt(second, "notices"), 1);
  const JobRecord record = world.Record();
  EXPECT_TRUE(record.notified && record.released);
  EXPECT_EQ(record.verdict, "Cancelled");
  EXPECT_EQ(StringOr(*record.outcome, "execution"), record.execution.str());
  EXPECT_EQ(StringOr(*record.outcome, "cluster_id"), record.cluster.str());
  EXPECT_EQ(FindArray(*record.outcome, "steps").size(), 1U);
  ASSERT_EQ(world.notices.published.size(), 1U);
  EXPECT_THAT(world.notices.published[0].subject, HasSubstr("Cancelled"));
  EXPECT_THAT(world.notices.published[0].message, HasSubstr(record.execution.str()));
  // Settled is settled.
  const Json third = world.SweepAll();
  EXPECT_THAT(SweepWorld::Settled(third), IsEmpty());
  EXPECT_EQ(world.notices.published.size(), 1U);
  EXPECT_EQ(world.Record(), record);
}

TEST(SweepJobTest, TheVerdictSaysHowTheExecutionEnded) {
  const auto verdict = [](std::optional<ExecutionStatus> status) {
    SweepWorld world;
    world.StartJob();
    world.EndStep(true);
    world.Pass(hours{1});
    world.executions.states.clear();
    if (status) world.EndExecution(*status);
    world.SweepAll();
    return world.Verdict();
  };
  EXPECT_EQ(verdict(ExecutionStatus::kAborted), "Cancelled");
  EXPECT_EQ(verdict(ExecutionStatus::kTimedOut), "OutOfTime");
  EXPECT_EQ(verdict(ExecutionStatus::kFailed), "InternalError");
  EXPECT_EQ(verdict(ExecutionStatus::kSucceeded), "Succeeded");
  EXPECT_EQ(verdict(std::nullopt), "InternalError");
}

TEST(SweepJobTest, NobodyIsToldOfASuccess) {
  SweepWorld world;
  world.StartJob();
  world.EndStep(true);
  world.EndExecution(ExecutionStatus::kSucceeded);
  world.SweepAll();
  EXPECT_EQ(world.Verdict(), "Succeeded");
  EXPECT_THAT(world.notices.published, IsEmpty());
  EXPECT_TRUE(world.jobs.ListOpen().value().empty());
}

TEST(SweepJobTest, TheEventOfAnAbortSettlesThatJobOnly) {
  SweepWorld world;
  world.StartJob();
  world.MakeCluster("ecm-dev-job-run-9", world.TagsOf("run-9"));
  world.Pass(hours{1});
  world.EndExecution(ExecutionStatus::kAborted);
  const Json report = world.SweepEvent(world.Record().execution, "ABORTED");
  EXPECT_THAT(SweepWorld::Ended(report), ElementsAre(world.Record().cluster.str() + " aborted"));
  EXPECT_EQ(world.emr.Count("ListClusters"), 0U);
  EXPECT_TRUE(world.Record().aborted);
}

TEST(SweepJobTest, AnAbortBeforeTheClaimLeavesATombstone) {
  SweepWorld world;
  const Json document = world.FirstDocument();
  world.executions.Set(SweepWorld::Arn("run-1"), ExecutionStatus::kAborted, world.clock.Wall());
  const Json report = world.SweepEvent(SweepWorld::Arn("run-1"), "ABORTED");
  EXPECT_THAT(SweepWorld::Settled(report), ElementsAre("Cancelled"));
  EXPECT_EQ(world.notices.published.size(), 1U);
  // The submit that was under way comes too late.
  EXPECT_EQ(Submit(document, world.ports).error().kind, ErrorKind::kConflict);
  EXPECT_EQ(world.emr.Count("RunJobFlow"), 0U);
}

TEST(SweepJobTest, FindsTheClusterOfACallThatNobodyCameBackFrom) {
  SweepWorld world;
  world.emr.LoseNextAnswer("RunJobFlow");
  Submit(world.FirstDocument(), world.ports).value();
  world.Settle();
  ASSERT_TRUE(world.Record().cluster.empty());
  world.EndExecution(ExecutionStatus::kAborted);
  const Json report = world.SweepEvent(SweepWorld::Arn("run-1"), "ABORTED");
  ASSERT_FALSE(world.Only().empty());
  EXPECT_THAT(SweepWorld::Ended(report), ElementsAre(world.Only().str() + " aborted"));
}

TEST(SweepJobTest, ACallThatMayStillArriveIsWaitedFor) {
  SweepWorld world;
  world.emr.RefuseNext("RunJobFlow", {ErrorKind::kUnknownOutcome, "reset", ""});
  Submit(world.FirstDocument(), world.ports).value();
  world.EndExecution(ExecutionStatus::kAborted);
  EXPECT_THAT(SweepWorld::Settled(world.SweepAll()), IsEmpty());
  EXPECT_TRUE(world.Record().aborted);
  world.Pass(world.ports.patience.settle);
  EXPECT_THAT(SweepWorld::Settled(world.SweepAll()), ElementsAre("Cancelled"));
  EXPECT_TRUE(Find(*world.Record().outcome, "cluster_id")->is_null());
}

/// A RunJobFlow of unknown outcome, and a release that never came to an answer: people are told,
/// and the execution has ended.
void EndUnverified(SweepWorld& world, Json document) {
  document.as_object()["error"] = JsonObject{{"Error", "States.Timeout"}, {"Cause", ""}};
  document.as_object()["release_error"] = JsonObject{{"Error", "Throttled"}, {"Cause", ""}};
  Json reported = Report(document, world.ports).value();
  reported.as_object()["published"] = JsonObject{{"MessageId", "m"}};
  Report(reported, world.ports).value();
  world.EndExecution(ExecutionStatus::kFailed);
}

TEST(SweepJobTest, AnOutcomeIsNoReasonToForgetAClusterThatNobodyHasFound) {
  SweepWorld world;
  world.emr.LoseNextAnswer("RunJobFlow");
  EndUnverified(world, Submit(world.FirstDocument(), world.ports).value());
  world.Settle();
  const ClusterId lost = world.model.LiveClusters().at(0);
  world.model
      .Call(world.ports.stack.region, "RemoveTags",
            JsonObject{{"ResourceId", lost.str()},
                       {"TagKeys", JsonArray{"ecm:stage", "ecm:execution"}}})
      .value();
  EXPECT_THAT(SweepWorld::Ended(world.SweepAll()), ElementsAre(lost.str() + " failed"));
  EXPECT_EQ(world.Record().cluster, lost);
  EXPECT_EQ(world.Verdict(), "CleanupUnverified");
  EXPECT_THAT(world.notices.published, IsEmpty()) << "the execution itself has told";
  EXPECT_TRUE(world.jobs.ListOpen().value().empty());
}

TEST(SweepJobTest, WhatIsRuledOutIsLookedForNoMore) {
  SweepWorld world;
  world.emr.RefuseNext("RunJobFlow", {ErrorKind::kUnknownOutcome, "reset", ""});
  EndUnverified(world, Submit(world.FirstDocument(), world.ports).value());
  world.SweepAll();
  EXPECT_EQ(world.jobs.ListOpen().value().size(), 1U) << "the call may still arrive";
  world.Pass(world.ports.patience.settle);
  world.SweepAll();
  EXPECT_TRUE(world.Record().released);
  EXPECT_TRUE(world.jobs.ListOpen().value().empty());
  EXPECT_THAT(world.notices.published, IsEmpty());
}

TEST(SweepJobTest, AJobWhoseExecutionIsNotKnownYetIsLeftAlone) {
  SweepWorld world;
  world.Running();
  world.Pass(minutes{29});
  EXPECT_THAT(SweepWorld::Ended(world.SweepAll()), IsEmpty());
  EXPECT_FALSE(world.Record().aborted);
  world.Pass(minutes{1});
  EXPECT_THAT(SweepWorld::Ended(world.SweepAll()), ElementsAre(world.Only().str() + " gone"));
}

TEST(SweepJobTest, WhatWasReportedStaysAndIsToldOnce) {
  SweepWorld world;
  world.StartJob();
  world.EndStep(false);
  JobRecord record = world.Record();
  record.outcome = JsonObject{{"verdict", "JobFailed"}, {"execution", record.execution.str()}};
  record.released = true;
  record = world.jobs.Put(record).value();
  world.EndExecution(ExecutionStatus::kFailed);
  // Its topic was out of reach when the execution failed.
  const Json report = world.SweepEvent(record.execution, "FAILED");
  EXPECT_THAT(SweepWorld::Settled(report), IsEmpty());
  EXPECT_EQ(world.notices.published.size(), 1U);
  EXPECT_EQ(world.Record().outcome, record.outcome);
  EXPECT_TRUE(world.Record().notified);
  EXPECT_FALSE(world.Record().aborted);
  world.SweepEvent(record.execution, "FAILED");
  EXPECT_EQ(world.notices.published.size(), 1U);
}

TEST(SweepJobTest, AnOutcomeThatIsStoredMeanwhileStays) {
  SweepWorld world;
  world.StartJob();
  world.EndStep(false);
  world.EndExecution(ExecutionStatus::kFailed);
  /// A late Report is faster than the sweep, between its reading and its writing.
  struct Racing : EmrApi {
    explicit Racing(SweepWorld& raced) : world(raced) {}
    Result<Json> Call(const Region& region, std::string_view operation,
                      const Json& request) override {
      if (operation == "ListSteps") {
        JobRecord record = world.Record();
        record.outcome = JsonObject{{"verdict", "JobFailed"}, {"first", true}};
        world.jobs.Put(record).value();
      }
      return world.emr.Call(region, operation, request);
    }
    SweepWorld& world;
  };
  Racing racing(world);
  Ports ports = WithEmr(world.ports, racing);
  const Json report = Sweep(JsonObject{}, ports).value();
  EXPECT_THAT(SweepWorld::Settled(report), ElementsAre("JobFailed"));
  EXPECT_EQ(FindBool(*world.Record().outcome, "first"), true);
  EXPECT_EQ(world.notices.published.size(), 1U);
}

TEST(SweepJobTest, ANoticeThatCannotBePublishedIsTriedAgain) {
  SweepWorld world;
  world.StartJob();
  world.EndStep(false);
  world.EndExecution(ExecutionStatus::kAborted);
  world.notices.refusals.push_back({ErrorKind::kUnavailable, "no connection", ""});
  const Json report = world.SweepAll();
  EXPECT_TRUE(SweepWorld::Unfinished(report));
  EXPECT_EQ(world.Verdict(), "Cancelled");
  EXPECT_FALSE(world.Record().notified);
  const Json again = world.SweepAll();
  EXPECT_THAT(SweepWorld::Settled(again), IsEmpty());
  EXPECT_TRUE(world.Record().notified);
  EXPECT_EQ(world.notices.published.size(), 1U);
}

TEST(SweepJobTest, ATopicThatIsGoneMakesTheCallFailSoThatAnAlarmTells) {
  SweepWorld world;
  world.StartJob();
  world.EndStep(false);
  world.EndExecution(ExecutionStatus::kAborted);
  world.notices.refusals.push_back({ErrorKind::kNotFound, "Topic does not exist", ""});
  const Result<Json> report = Sweep(JsonObject{}, world.ports);
  ASSERT_FALSE(report.has_value());
  EXPECT_THAT(report.error().message, HasSubstr("Topic does not exist"));
  // What could be done was done.
  EXPECT_EQ(world.Verdict(), "Cancelled");
}

TEST(SweepJobTest, AStoreThatFailsAfterTheNoticeHasPeopleToldTwice) {
  SweepWorld world;
  world.StartJob();
  world.EndStep(false);
  world.EndExecution(ExecutionStatus::kAborted);
  world.SweepAll();
  JobRecord record = world.Record();
  record.notified = false;  // the crash came before the Put
  world.jobs.Put(record).value();
  world.SweepAll();
  EXPECT_EQ(world.notices.published.size(), 2U);
  EXPECT_TRUE(world.Record().notified);
}

TEST(SweepJobTest, AClusterThatEmrHasForgottenIsGone) {
  SweepWorld world;
  world.StartJob();
  world.EndExecution(ExecutionStatus::kFailed);
  JobRecord record = world.Record();
  record.cluster = ClusterId("j-FORGOTTEN");
  world.jobs.Put(record).value();
  EXPECT_THAT(SweepWorld::Settled(world.SweepEvent(record.execution, "FAILED")),
              ElementsAre("InternalError"));
}

TEST(SweepJobTest, AClusterThatWillNotGoIsReportedAsNotVerified) {
  SweepWorld world;
  world.StartJob();
  world.EndExecution(ExecutionStatus::kAborted);
  const auto refuse = [&] {
    world.emr.RefuseNext("TerminateJobFlows", {ErrorKind::kInvalidJob, "cannot be ended", ""});
  };
  refuse();
  EXPECT_THAT(SweepWorld::Settled(world.SweepAll()), IsEmpty());
  world.Pass(world.ports.patience.release_bound);
  refuse();
  EXPECT_THAT(SweepWorld::Settled(world.SweepAll()), ElementsAre("CleanupUnverified"));
  EXPECT_FALSE(world.Record().released);
  ASSERT_EQ(world.notices.published.size(), 1U);
  EXPECT_THAT(world.notices.published[0].message, HasSubstr("terminate it by hand"));
  // The outcome stays, and the cluster is still gone after.
  world.SweepAll();
  EXPECT_TRUE(world.IsEnding(world.Only()));
  EXPECT_EQ(world.Verdict(), "CleanupUnverified");
}

TEST(SweepJobTest, AnswersTheTokenOfAJobWhoseClusterIsGone) {
  SweepWorld world;
  world.StartJob();
  JobRecord record = world.Record();
  record.token = TaskToken("AAAA");
  world.jobs.Put(record).value();
  EXPECT_THAT(FindArray(world.SweepAll(), "woken"), IsEmpty());
  world.EndStep(true);
  const Json report = world.SweepAll();
  EXPECT_EQ(FindArray(report, "woken").size(), 1U);
  EXPECT_THAT(world.tokens.answered, ElementsAre("AAAA"));
  EXPECT_FALSE(world.Record().aborted);
}

TEST(SweepJobTest, WakesAJobWhoseClusterHasNotComeUpByItsStartDeadline) {
  SweepWorld world;
  // The model is not advanced: the cluster stays STARTING.
  world.Submitted();
  world.executions.Set(world.Record().execution, ExecutionStatus::kRunning);
  JobRecord record = world.Record();
  record.token = TaskToken("AAAA");
  record = world.jobs.Put(record).value();
  world.clock.Advance(minutes{59});
  EXPECT_THAT(FindArray(world.SweepAll(), "woken"), IsEmpty());
  world.clock.Advance(minutes{1});
  EXPECT_EQ(FindArray(world.SweepAll(), "woken").size(), 1u);
  EXPECT_EQ(world.tokens.answered, std::vector<std::string>{"AAAA"});
  // It looks for itself and ends: the sweep has told it and done nothing.
  EXPECT_FALSE(world.IsEnding(world.Only()));
}

TEST(SweepJobTest, AClusterThatRunsIsNotWokenAtTheStartDeadline) {
  SweepWorld world;
  world.StartJob();
  JobRecord record = world.Record();
  record.token = TaskToken("AAAA");
  record = world.jobs.Put(record).value();
  world.Pass(hours{2});
  EXPECT_THAT(FindArray(world.SweepAll(), "woken"), IsEmpty());
  EXPECT_THAT(world.tokens.answered, IsEmpty());
}

/// Many jobs that run, each with its cluster and its token.
void StartMany(SweepWorld& world, int count) {
  for (int i = 0; i < count; ++i) {
    JobRecord record;
    record.execution = SweepWorld::Arn("x-" + std::to_string(i));
    record.cluster_name = "ecm-dev-job-x-" + std::to_string(i);
    record.region = world.ports.stack.region;
    record.started = world.clock.Wall();
    record.deadline = record.start_deadline = record.started + hours{12};
    record.cluster = world.MakeCluster(record.cluster_name, world.TagsOf("x"));
    record.token = TaskToken("token-" + std::to_string(i));
    record = world.jobs.Put(record).value();
    world.executions.Set(record.execution, ExecutionStatus::kRunning);
  }
}

TEST(SweepJobTest, LostEventsCostPagesAndNotCallsForEachJob) {
  SweepWorld world;
  world.StartJob();
  StartMany(world, 300);
  // The events of fifty clusters that have ended were lost.
  for (int i = 0; i < 50; ++i) {
    const ExecutionArn execution = SweepWorld::Arn("x-" + std::to_string(i));
    EmrClient(world.model, world.ports.stack.region)
        .TerminateJobFlow(world.jobs.records().at(execution).cluster)
        .value();
  }
  world.Pass(minutes{5});
  world.emr.calls.clear();
  const Json report = world.SweepAll();
  EXPECT_EQ(FindArray(report, "woken").size(), 50u);
  EXPECT_EQ(world.tokens.answered.size(), 50u);
  EXPECT_FALSE(SweepWorld::Unfinished(report));
  EXPECT_EQ(world.emr.Count("ListClusters"), 6u);
  EXPECT_EQ(world.emr.calls.size(), 6u);
  EXPECT_EQ(world.executions.lists, 1);
  EXPECT_EQ(world.executions.calls, 0);
}

TEST(SweepJobTest, WithoutTheListEachExecutionIsAskedForByName) {
  SweepWorld world;
  world.StartJob();
  StartMany(world, 10);
  world.EndExecution(ExecutionStatus::kAborted);
  world.executions.list_refusals.push_back({ErrorKind::kAccessDenied, "not authorized", ""});
  const Json report = world.SweepAll();
  EXPECT_EQ(world.executions.calls, 11);
  EXPECT_THAT(SweepWorld::Ended(report), ElementsAre(world.Record().cluster.str() + " aborted"));
  EXPECT_EQ(SweepWorld::Problems(report), 0u);
}

TEST(SweepJobTest, AnExecutionThatIsNotListedIsAskedForByName) {
  SweepWorld world;
  world.StartJob();
  StartMany(world, 10);
  world.EndExecution(ExecutionStatus::kAborted);
  const Json report = world.SweepAll();
  EXPECT_EQ(world.executions.calls, 1);
  EXPECT_THAT(SweepWorld::Ended(report), ElementsAre(world.Record().cluster.str() + " aborted"));
}

TEST(SweepJobTest, ATokenThatNobodyWaitsForIsNoProblem) {
  SweepWorld world;
  world.StartJob();
  JobRecord record = world.Record();
  record.token = TaskToken("AAAA");
  world.jobs.Put(record).value();
  world.tokens.forgotten.push_back("AAAA");
  world.EndStep(true);
  const Json report = world.SweepAll();
  EXPECT_THAT(FindArray(report, "woken"), IsEmpty());
  EXPECT_EQ(SweepWorld::Problems(report), 0U);
}

TEST(SweepJobTest, AListThatIsNotWholeWakesNobody) {
  SweepWorld world;
  world.StartJob();
  JobRecord record = world.Record();
  record.token = TaskToken("AAAA");
  world.jobs.Put(record).value();
  world.EndStep(true);
  for (int i = 0; i < 60; ++i) world.MakeCluster("others", {});
  /// The second page cannot be had.
  struct Broken : EmrApi {
    explicit Broken(EmrApi& real) : emr(real) {}
    Result<Json> Call(const Region& region, std::string_view operation,
                      const Json& request) override {
      if (Find(request, "Marker") != nullptr) return Fail(ErrorKind::kUnavailable, "no connection");
      return emr.Call(region, operation, request);
    }
    EmrApi& emr;
  };
  Broken broken(world.emr);
  Ports ports = WithEmr(world.ports, broken);
  const Json report = Sweep(JsonObject{}, ports).value();
  EXPECT_TRUE(SweepWorld::Unfinished(report));
  EXPECT_THAT(world.tokens.answered, IsEmpty());
}

TEST(SweepJobTest, AJobPastItsDeadlineIsOutOfTimeAndNotCancelled) {
  SweepWorld world;
  const Json document = world.Running();
  world.executions.Set(world.Record().execution, ExecutionStatus::kRunning);
  world.Pass(world.Record().deadline - world.clock.Wall() + minutes{31});
  world.SweepAll();
  world.EndStep(false);
  const Json inspected = Inspect(document, world.ports).value();
  EXPECT_EQ(StringOr(*Find(inspected, "inspection"), "verdict"), "OutOfTime");
}

TEST(SweepJobTest, ATombstoneThatCannotBeSetLeavesTheClusterForTheNextTime) {
  SweepWorld world;
  world.StartJob();
  world.EndExecution(ExecutionStatus::kAborted);
  /// As a table that is out of reach for writes.
  struct ReadOnly : JobStore {
    explicit ReadOnly(JobStore& real) : jobs(real) {}
    Result<std::optional<JobRecord>> Get(const ExecutionArn& execution) override {
      return jobs.Get(execution);
    }
    Result<std::optional<JobRecord>> FindByCluster(const ClusterId& cluster) override {
      return jobs.FindByCluster(cluster);
    }
    Result<JobRecord> Put(const JobRecord& /*record*/) override {
      return Fail(ErrorKind::kConflict, "somebody was faster");
    }
    Result<std::vector<JobRecord>> ListOpen() override { return jobs.ListOpen(); }
    JobStore& jobs;
  };
  ReadOnly read_only(world.jobs);
  Ports& own = world.ports;
  Ports ports{own.clock,   own.random,     own.log,     own.emr,   read_only,   own.tokens,
              own.objects, own.executions, own.notices, own.stack, own.patience};
  const Json report = Sweep(JsonObject{}, ports).value();
  EXPECT_TRUE(SweepWorld::Unfinished(report));
  EXPECT_FALSE(world.IsEnding(world.Only()));
}

}  // namespace
}  // namespace ecm::lifecycle
