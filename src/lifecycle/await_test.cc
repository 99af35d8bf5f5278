#include <gtest/gtest.h>

#include "lifecycle/testing/lifecycle_world.h"

namespace ecm::lifecycle {
namespace {

Json Waiting(const Json& document) { return JsonObject{{"document", document}, {"token", "T1"}}; }

Json ClusterEvent(const std::string& cluster) {
  return JsonObject{{"detail-type", "EMR Cluster State Change"},
                    {"detail", JsonObject{{"clusterId", cluster}, {"state", "TERMINATED"}}}};
}

TEST(AwaitTest, StoresTheTokenAndLeavesARunningClusterAlone) {
  LifecycleWorld world;
  ASSERT_TRUE(Await(Waiting(world.Running()), world.ports).has_value());
  EXPECT_EQ(world.Record().token.str(), "T1");
  EXPECT_TRUE(world.tokens.answered.empty());
}

TEST(AwaitTest, AnswersAtOnceWhenTheClusterIsOver) {
  LifecycleWorld world;
  const Json document = world.Running();
  world.EndStep(true);
  ASSERT_TRUE(Await(Waiting(document), world.ports).has_value());
  EXPECT_EQ(world.tokens.answered, std::vector<std::string>{"T1"});
}

TEST(AwaitTest, ATokenThatNobodyWaitsForIsNoError) {
  LifecycleWorld world;
  const Json document = world.Running();
  world.EndStep(true);
  world.tokens.forgotten = {"T1"};
  EXPECT_TRUE(Await(Waiting(document), world.ports).has_value());
}

TEST(AwaitTest, ALookThatFailsIsMadeUpForByTheHeartbeat) {
  LifecycleWorld world;
  const Json document = world.Running();
  world.emr.RefuseNext("DescribeCluster", {ErrorKind::kThrottled, "Rate exceeded", ""});
  EXPECT_TRUE(Await(Waiting(document), world.ports).has_value());
  EXPECT_EQ(world.Record().token.str(), "T1");
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

TEST(WakeTest, AnEventBeforeTheTokenWakesNobody) {
  LifecycleWorld world;
  world.Running();
  EXPECT_TRUE(Wake(ClusterEvent(world.Only().str()), world.ports).has_value());
  EXPECT_TRUE(world.tokens.answered.empty());
}

TEST(WakeTest, ADuplicateIsIgnoredOnceTheTokenIsAnswered) {
  LifecycleWorld world;
  Await(Waiting(world.Running()), world.ports).value();
  world.tokens.forgotten = {"T1"};
  EXPECT_TRUE(Wake(ClusterEvent(world.Only().str()), world.ports).has_value());
}

}  // namespace
}  // namespace ecm::lifecycle
