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

/// EMR as it answers, but the list of steps is the one of `past`, as often as this.
class OldSteps : public EmrApi {
 public:
  OldSteps(EmrApi& emr, Json past, int times) : emr_(emr), past_(std::move(past)), times_(times) {}
  Result<Json> Call(const Region& region, std::string_view operation,
                    const Json& request) override {
    if (operation == "ListSteps" && times_-- > 0) return past_;
    return emr_.Call(region, operation, request);
  }

 private:
  EmrApi& emr_;
  Json past_;
  int times_;
};

TEST(InspectTest, AnOldListOfStepsDoesNotTurnASuccessIntoAFailure) {
  LifecycleWorld world;
  const Json running = world.Running();
  const Json request = JsonObject{{"ClusterId", world.Only().str()}};
  const Json past = world.emr.Call(world.ports.stack.region, "ListSteps", request).value();
  world.EndStep(true);
  world.model
      .Call(world.ports.stack.region, "TerminateJobFlows",
            JsonObject{{"JobFlowIds", JsonArray{Json(world.Only().str())}}})
      .value();
  OldSteps emr(world.emr, past, 1);
  Ports ports = WithEmr(world.ports, emr);
  const Json again = Inspect(running, ports).value();
  EXPECT_EQ(StringOr(again, "next"), "wait");
  EXPECT_EQ(VerdictIn(Inspect(again, ports).value()), "Succeeded");
}

TEST(InspectTest, StepsThatNeverSayHowTheyEndedEndWithTheirCluster) {
  LifecycleWorld world;
  Json document = world.Running();
  const Json request = JsonObject{{"ClusterId", world.Only().str()}};
  const Json past = world.emr.Call(world.ports.stack.region, "ListSteps", request).value();
  world.model.LosePrimary(world.Only());
  world.EndStep(false);
  OldSteps emr(world.emr, past, 100);
  Ports ports = WithEmr(world.ports, emr);
  int looks = 0;
  while (VerdictIn(document).empty() && ++looks < 50) document = Inspect(document, ports).value();
  EXPECT_EQ(VerdictIn(document), "JobFailed");
  EXPECT_NE(ToText(document).find("INSTANCE_FAILURE"), std::string::npos);
  EXPECT_EQ(looks, 4);
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
