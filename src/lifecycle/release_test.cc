#include <gtest/gtest.h>

#include "lifecycle/testing/lifecycle_world.h"

namespace ecm::lifecycle {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

bool Verified(const Json& document) {
  const Json* release = Find(document, "release");
  return release != nullptr && FindBool(*release, "verified").value_or(false);
}

Json Failing(Json document) {
  document.as_object()["error"] = JsonObject{{"Error", "Lambda.Unknown"}, {"Cause", ""}};
  return document;
}

TEST(ReleaseTest, AJobThatNeverAskedForAClusterHasNoneToEnd) {
  LifecycleWorld world;
  const Json document = Release(Failing(world.FirstDocument()), world.ports).value();
  EXPECT_EQ(StringOr(document, "next"), "report");
  EXPECT_TRUE(Verified(document));
  EXPECT_TRUE(world.emr.calls.empty());
  EXPECT_NE(Find(document, "error"), nullptr);
}

TEST(ReleaseTest, TerminatesARunningClusterAndLooksUntilItIsGone) {
  LifecycleWorld world;
  const Json running = world.Running();
  Json document = Release(Failing(running), world.ports).value();
  EXPECT_EQ(StringOr(document, "next"), "wait");
  EXPECT_EQ(FindInt(document, "wait_seconds"), 20);
  EXPECT_EQ(world.runner.cancelled.size(), 1U);
  world.EndStep(false);
  document = Release(document, world.ports).value();
  EXPECT_EQ(StringOr(document, "next"), "report");
  EXPECT_TRUE(Verified(document));
  EXPECT_EQ(world.emr.Count("TerminateJobFlows"), 1U);
}

TEST(ReleaseTest, TheLongerAClusterTakesTheLongerThePause) {
  LifecycleWorld world;
  Json document = Release(Failing(world.Running()), world.ports).value();
  world.clock.Advance(seconds{400});
  document = Release(document, world.ports).value();
  EXPECT_EQ(FindInt(document, "wait_seconds"), 100);
  world.clock.Advance(seconds{3000});
  EXPECT_EQ(FindInt(Release(document, world.ports).value(), "wait_seconds"), 300);
}

TEST(ReleaseTest, LiftsTerminationProtection) {
  LifecycleWorld world;
  const Json running = world.Running();
  world.model
      .Call(world.ports.stack.region, "SetTerminationProtection",
            JsonObject{{"JobFlowIds", JsonArray{Json(world.Only().str())}},
                       {"TerminationProtected", true}})
      .value();
  Release(Failing(running), world.ports).value();
  EXPECT_EQ(world.emr.Count("SetTerminationProtection"), 1U);
  world.EndStep(false);
  EXPECT_TRUE(world.model.LiveClusters().empty());
}

TEST(ReleaseTest, AfterASuccessAnEndingClusterCostsNoWait) {
  LifecycleWorld world;
  const Json running = world.Running();
  world.EndStep(true);
  const Json inspected = Inspect(running, world.ports).value();
  const Json document = Release(inspected, world.ports).value();
  EXPECT_EQ(StringOr(document, "next"), "report");
  EXPECT_EQ(world.emr.Count("TerminateJobFlows"), 0U);
}

/// Inspect has seen every step COMPLETED; the cluster still RUNS.
Json SucceededOn(Json running) {
  running.as_object()["inspection"] = JsonObject{{"verdict", "Succeeded"}, {"message", ""}};
  return running;
}

TEST(ReleaseTest, AClusterThatLingersAfterASuccessIsToldToEndAndCostsNoWait) {
  LifecycleWorld world;
  const Json inspected = SucceededOn(world.Running());
  world.emr.calls.clear();
  const Json document = Release(inspected, world.ports).value();
  EXPECT_EQ(StringOr(document, "next"), "report");
  EXPECT_TRUE(Verified(document));
  EXPECT_EQ(world.emr.calls,
            (std::vector<std::string>{"DescribeCluster", "TerminateJobFlows", "DescribeCluster"}));
}

TEST(ReleaseTest, ALingeringClusterThatIsNotSeenEndingIsLookedAtAgain) {
  LifecycleWorld world;
  const Json inspected = SucceededOn(world.Running());
  world.emr.RefuseNext("TerminateJobFlows",
                       {ErrorKind::kInvalidJob, "they are termination protected.", ""});
  EXPECT_EQ(StringOr(Release(inspected, world.ports).value(), "next"), "wait");
}

TEST(ReleaseTest, AClusterThatDoesNotGoIsReportedAfterTheBound) {
  LifecycleWorld world;
  Json document = Release(Failing(world.Running()), world.ports).value();
  world.clock.Advance(hours{1});
  document = Release(document, world.ports).value();
  EXPECT_EQ(StringOr(document, "next"), "report");
  EXPECT_FALSE(Verified(document));
  EXPECT_NE(ToText(document).find("terminate it by hand"), std::string::npos);
}

TEST(ReleaseTest, FindsTheClusterOfACreationWithAnUnknownOutcome) {
  LifecycleWorld world;
  world.emr.LoseNextAnswer("RunJobFlow");
  const Json document = Submit(world.FirstDocument(), world.ports).value();
  ASSERT_TRUE(world.Record().cluster.empty());
  Release(Failing(document), world.ports).value();
  EXPECT_TRUE(world.Record().aborted);
  EXPECT_EQ(world.emr.Count("TerminateJobFlows"), 1U);
  world.Settle();
  EXPECT_TRUE(world.model.LiveClusters().empty());
}

TEST(ReleaseTest, ASubmitThatHasStoredNothingYetFindsItsTombstone) {
  LifecycleWorld world;
  const Json first = world.FirstDocument();
  const Json document = Release(Failing(first), world.ports).value();
  EXPECT_EQ(StringOr(document, "next"), "report");
  EXPECT_TRUE(world.Record().aborted);
  // Given up by its caller, it lives on.
  EXPECT_EQ(Submit(first, world.ports).error().kind, ErrorKind::kConflict);
  EXPECT_EQ(world.emr.Count("RunJobFlow"), 0U);
  // The outcome finds its place all the same.
  Report(document, world.ports).value();
  EXPECT_TRUE(world.Record().outcome.has_value());
  EXPECT_TRUE(world.Record().released);
}

TEST(ReleaseTest, LooksAgainForAClusterThatTheListDoesNotShowYet) {
  LifecycleWorld world;
  world.emr.RefuseNext("RunJobFlow", {ErrorKind::kUnknownOutcome, "timed out", ""});
  Json document =
      Release(Failing(Submit(world.FirstDocument(), world.ports).value()), world.ports).value();
  EXPECT_EQ(StringOr(document, "next"), "wait");
  // However wrong the clock of the sandbox is: the state machine waits.
  EXPECT_EQ(FindInt(document, "wait_seconds"), 120);
  document = Release(document, world.ports).value();
  EXPECT_EQ(StringOr(document, "next"), "report");
  EXPECT_TRUE(Verified(document));
  EXPECT_EQ(world.emr.Count("ListClusters"), 2U);
}

TEST(ReleaseTest, AClusterThatChangedMeanwhileIsLookedAtAgain) {
  LifecycleWorld world;
  const Json running = world.Running();
  world.emr.RefuseNext("TerminateJobFlows",
                       {ErrorKind::kInvalidJob, "they are termination protected.", ""});
  const Json document = Release(Failing(running), world.ports).value();
  EXPECT_EQ(StringOr(document, "next"), "wait");
  Release(document, world.ports).value();
  world.EndStep(false);
  EXPECT_TRUE(world.model.LiveClusters().empty());
}

TEST(ReleaseTest, ADeniedTerminationIsHandedOn) {
  LifecycleWorld world;
  const Json running = world.Running();
  world.emr.RefuseNext("TerminateJobFlows", {ErrorKind::kAccessDenied, "not authorized", ""});
  EXPECT_EQ(Release(Failing(running), world.ports).error().kind, ErrorKind::kAccessDenied);
}

}  // namespace
}  // namespace ecm::lifecycle
