#include <gtest/gtest.h>

#include "lifecycle/testing/lifecycle_world.h"

namespace ecm::lifecycle {
namespace {

using std::chrono::hours;

std::string VerdictIn(const Json& document) {
  const Json* inspection = Find(document, "inspection");
  return inspection == nullptr ? "" : StringOr(*inspection, "verdict");
}

TEST(InspectTest, ARunningJobIsAwaited) {
  LifecycleWorld world;
  const Json document = Inspect(world.Running(), world.ports).value();
  EXPECT_EQ(StringOr(document, "next"), "await");
  EXPECT_EQ(FindInt(document, "heartbeat_seconds"), 4 * 3600);
}

TEST(InspectTest, SuccessIsEveryStepCompleted) {
  LifecycleWorld world;
  const Json running = world.Running();
  world.EndStep(true);
  const Json document = Inspect(running, world.ports).value();
  EXPECT_EQ(StringOr(document, "next"), "release");
  EXPECT_EQ(VerdictIn(document), "Succeeded");
}

TEST(InspectTest, AFailedStepIsAFailedJob) {
  LifecycleWorld world;
  const Json running = world.Running();
  world.EndStep(false);
  const Json document = Inspect(running, world.ports).value();
  EXPECT_EQ(VerdictIn(document), "JobFailed");
  EXPECT_NE(ToText(document).find("Unknown Error."), std::string::npos);
}

TEST(InspectTest, AClusterThatSomebodyTerminatedMeansCancelled) {
  LifecycleWorld world;
  const Json running = world.Running();
  world.model
      .Call(world.ports.stack.region, "TerminateJobFlows",
            JsonObject{{"JobFlowIds", JsonArray{Json(world.Only().str())}}})
      .value();
  world.EndStep(false);
  EXPECT_EQ(VerdictIn(Inspect(running, world.ports).value()), "Cancelled");
}

TEST(InspectTest, TheLostPrimaryFailsTheJob) {
  LifecycleWorld world;
  const Json running = world.Running();
  world.model.LosePrimary(world.Only());
  world.EndStep(false);
  const Json document = Inspect(running, world.ports).value();
  EXPECT_EQ(VerdictIn(document), "JobFailed");
  EXPECT_NE(ToText(document).find("INSTANCE_FAILURE"), std::string::npos);
}

TEST(InspectTest, ThePassedDeadlineEndsTheJob) {
  LifecycleWorld world;
  const Json running = world.Running();
  world.clock.Advance(hours{11} + std::chrono::minutes{30});
  EXPECT_EQ(FindInt(Inspect(running, world.ports).value(), "heartbeat_seconds"), 1802);
  world.clock.Advance(hours{1});
  EXPECT_EQ(VerdictIn(Inspect(running, world.ports).value()), "OutOfTime");
}

TEST(InspectTest, AClusterThatNeverStartsHasNoCapacity) {
  LifecycleWorld world;
  const Json submitted = world.Submitted();
  world.clock.Advance(hours{1});
  // The model was not advanced: the cluster is still STARTING.
  const Json document = Inspect(submitted, world.ports).value();
  EXPECT_EQ(VerdictIn(document), "NoCapacity");
}

TEST(InspectTest, AnErrorOfEmrIsHandedOn) {
  LifecycleWorld world;
  const Json running = world.Running();
  world.emr.RefuseNext("ListSteps", {ErrorKind::kThrottled, "Rate exceeded", ""});
  EXPECT_EQ(Inspect(running, world.ports).error().kind, ErrorKind::kThrottled);
}

}  // namespace
}  // namespace ecm::lifecycle
