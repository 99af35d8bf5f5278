#include <gtest/gtest.h>

#include "lifecycle/testing/lifecycle_world.h"
#include "lifecycle/wake_job.h"

namespace ecm::lifecycle {
namespace {

Json Waiting(const Json& document, const char* token = "T1") {
  return JsonObject{{"document", document}, {"token", token}};
}

Json ClusterEvent(const std::string& cluster, const std::string& name = "ecm-dev-other") {
  return JsonObject{
      {"detail-type", "EMR Cluster State Change"},
      {"detail", JsonObject{{"clusterId", cluster}, {"name", name}, {"state", "TERMINATED"}}}};
}

TEST(AwaitTest, StoresTheTokenAndLeavesARunningClusterAlone) {
  LifecycleWorld world;
  ASSERT_TRUE(Await(Waiting(world.Running()), world.ports).has_value());
  EXPECT_EQ(world.Record().token.str(), "T1");
  EXPECT_TRUE(world.tokens.answered.empty());
}

TEST(AwaitTest, AsksEmrNothing) {
  LifecycleWorld world;
  const Json document = world.Running();
  world.emr.calls.clear();
  ASSERT_TRUE(Await(Waiting(document), world.ports).has_value());
  EXPECT_TRUE(world.emr.calls.empty());
}

TEST(AwaitTest, AnswersItselfWhenAnEventCameBeforeTheToken) {
  LifecycleWorld world;
  const Json document = world.Running();
  Wake(ClusterEvent(world.Only().str()), world.ports).value();
  EXPECT_TRUE(world.Record().woken.has_value());
  ASSERT_TRUE(Await(Waiting(document), world.ports).has_value());
  EXPECT_EQ(world.tokens.answered, std::vector<std::string>{"T1"});
  // Once for each event: the next wait lasts.
  EXPECT_FALSE(world.Record().woken.has_value());
  ASSERT_TRUE(Await(Waiting(document, "T2"), world.ports).has_value());
  EXPECT_EQ(world.tokens.answered.size(), 1u);
}

TEST(AwaitTest, ATokenThatNobodyWaitsForIsNoError) {
  LifecycleWorld world;
  const Json document = world.Running();
  Wake(ClusterEvent(world.Only().str()), world.ports).value();
  world.tokens.forgotten = {"T1"};
  EXPECT_TRUE(Await(Waiting(document), world.ports).has_value());
}

TEST(AwaitTest, WithoutATokenNothingCanWait) {
  LifecycleWorld world;
  const Json document = world.Running();
  EXPECT_EQ(Await(JsonObject{{"document", document}}, world.ports).error().kind,
            ErrorKind::kInternal);
}

TEST(WakeTest, AnswersTheTokenOfTheClustersJob) {
  LifecycleWorld world;
  Await(Waiting(world.Running()), world.ports).value();
  ASSERT_TRUE(Wake(ClusterEvent(world.Only().str()), world.ports).has_value());
  EXPECT_EQ(world.tokens.answered, std::vector<std::string>{"T1"});
}

TEST(WakeTest, IgnoresClustersThatAreNotOursAndEventsWithoutOne) {
  LifecycleWorld world;
  Await(Waiting(world.Running()), world.ports).value();
  EXPECT_TRUE(Wake(ClusterEvent("j-SOMEBODYELSE"), world.ports).has_value());
  EXPECT_TRUE(Wake(JsonObject{{"detail", JsonObject{}}}, world.ports).has_value());
  EXPECT_TRUE(Wake(JsonObject{}, world.ports).has_value());
  EXPECT_TRUE(world.tokens.answered.empty());
}

TEST(WakeTest, AnEventBeforeTheClustersIdIsStoredFindsTheJobByItsName) {
  LifecycleWorld world;
  const Json document = world.Running();
  JobRecord record = world.Record();
  const ClusterId cluster = record.cluster;
  record.cluster = ClusterId();
  record = world.jobs.Put(record).value();
  ASSERT_TRUE(Wake(ClusterEvent(cluster.str(), record.cluster_name), world.ports).has_value());
  EXPECT_TRUE(world.Record().woken.has_value());
}

TEST(WakeTest, AnOldTokenOutOfAnIndexThatLagsGivesWayToTheNewOne) {
  LifecycleWorld world;
  const Json document = world.Running();
  Await(Waiting(document), world.ports).value();
  const JobRecord old = world.Record();
  Await(Waiting(document, "T2"), world.ports).value();
  world.tokens.forgotten = {"T1"};
  EXPECT_TRUE(WakeJob(old, world.ports).value());
  EXPECT_EQ(world.tokens.answered, std::vector<std::string>{"T2"});
  EXPECT_FALSE(world.Record().woken.has_value());
}

TEST(WakeTest, AJobThatIsBetweenTwoWaitsIsWokenInTheNext) {
  LifecycleWorld world;
  const Json document = world.Running();
  Await(Waiting(document), world.ports).value();
  world.tokens.forgotten = {"T1"};  // the heartbeat has gone on with it
  ASSERT_TRUE(Wake(ClusterEvent(world.Only().str()), world.ports).has_value());
  ASSERT_TRUE(Await(Waiting(document, "T2"), world.ports).has_value());
  EXPECT_EQ(world.tokens.answered, std::vector<std::string>{"T2"});
}

TEST(WakeTest, AJobThatHasItsOutcomeIsLeftAlone) {
  LifecycleWorld world;
  world.Running();
  JobRecord record = world.Record();
  record.outcome = JsonObject{{"verdict", "Succeeded"}};
  record = world.jobs.Put(record).value();
  ASSERT_TRUE(Wake(ClusterEvent(world.Only().str()), world.ports).has_value());
  EXPECT_EQ(world.Record(), record);
}

TEST(WakeTest, ATokenThatCannotBeAnsweredIsAnErrorThatLambdaTriesAgain) {
  LifecycleWorld world;
  Await(Waiting(world.Running()), world.ports).value();
  world.tokens.refusals.push_back({ErrorKind::kThrottled, "Rate exceeded", ""});
  EXPECT_EQ(Wake(ClusterEvent(world.Only().str()), world.ports).error().kind,
            ErrorKind::kThrottled);
}

TEST(WakeTest, ADuplicateIsIgnoredOnceTheTokenIsAnswered) {
  LifecycleWorld world;
  Await(Waiting(world.Running()), world.ports).value();
  world.tokens.forgotten = {"T1"};
  EXPECT_TRUE(Wake(ClusterEvent(world.Only().str()), world.ports).has_value());
}

}  // namespace
}  // namespace ecm::lifecycle
