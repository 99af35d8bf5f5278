#include <gmock/gmock.h>

#include "emr_model/testing/fixture.h"

namespace ecm::emr_model {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

class AutoTerminationTest : public ModelFixture {
 protected:
  static Json Of(const ClusterId& cluster) { return JsonObject{{"ClusterId", cluster.str()}}; }
  static Json Put(const ClusterId& cluster, std::int64_t idle_seconds) {
    return JsonObject{{"ClusterId", cluster.str()},
                      {"AutoTerminationPolicy", JsonObject{{"IdleTimeout", idle_seconds}}}};
  }
  std::optional<std::int64_t> IdleTimeout(const ClusterId& cluster) {
    const Json answer = Answer("GetAutoTerminationPolicy", Of(cluster));
    const Json* timeout = Find(answer, {"AutoTerminationPolicy", "IdleTimeout"});
    if (timeout == nullptr) return std::nullopt;
    return timeout->as_int64();
  }
};

TEST_F(AutoTerminationTest, EndsAClusterThatHasWaitedSinceThePolicyCame) {
  const ClusterId cluster = RunAndBoot(Request({}, true));
  EXPECT_EQ(model.NextDue(), std::nullopt);
  clock.Advance(seconds{500});
  Answer("PutAutoTerminationPolicy", Put(cluster, 60));
  EXPECT_EQ(model.NextDue(), clock.Wall() + seconds{60});
  clock.Advance(seconds{30});
  Answer("PutAutoTerminationPolicy", Put(cluster, 90));
  EXPECT_EQ(model.NextDue(), clock.Wall() + seconds{90});
  clock.Advance(seconds{90});
  model.Advance();
  EXPECT_EQ(State(cluster), "TERMINATED");
}

TEST_F(AutoTerminationTest, CountsFromTheEndOfTheLastStep) {
  const ClusterId cluster = RunAndBoot(Request({Step("one")}, true));
  Answer("PutAutoTerminationPolicy", Put(cluster, 60));
  EXPECT_EQ(model.NextDue(), std::nullopt);
  clock.Advance(seconds{500});
  Exit(true);
  EXPECT_EQ(model.NextDue(), clock.Wall() + seconds{60});
}

TEST_F(AutoTerminationTest, LetsAClusterWaitOnWhenThePolicyIsRemoved) {
  JsonObject request = Request({}, true);
  request["AutoTerminationPolicy"] = JsonObject{};
  const ClusterId cluster = RunAndBoot(request);
  EXPECT_EQ(IdleTimeout(cluster), 3600);
  Answer("RemoveAutoTerminationPolicy", Of(cluster));
  EXPECT_EQ(IdleTimeout(cluster), std::nullopt);
  EXPECT_EQ(model.NextDue(), std::nullopt);
  clock.Advance(seconds{3600});
  model.Advance();
  EXPECT_EQ(State(cluster), "WAITING");
  EXPECT_EQ(Answer("RemoveAutoTerminationPolicy", Of(cluster)), Json(JsonObject{}));
}

TEST_F(AutoTerminationTest, IsOneHourWhereNothingElseIsSaid) {
  const ClusterId cluster = RunAndBoot(Request({}, true));
  EXPECT_EQ(IdleTimeout(cluster), std::nullopt);
  Answer("PutAutoTerminationPolicy", Of(cluster));
  EXPECT_EQ(IdleTimeout(cluster), 3600);
}

TEST_F(AutoTerminationTest, TakesAMinuteToAWeek) {
  const ClusterId cluster = RunAndBoot(Request({}, true));
  for (const std::int64_t bad : {59, 604801, -60}) {
    EXPECT_EQ(Refusal("PutAutoTerminationPolicy", Put(cluster, bad)),
              "ValidationException: IdleTimeout " + std::to_string(bad) +
                  " is not between 60 and 604800 seconds.");
  }
  for (const std::int64_t good : {60, 604800}) {
    Answer("PutAutoTerminationPolicy", Put(cluster, good));
    EXPECT_EQ(IdleTimeout(cluster), good);
  }
}

TEST_F(AutoTerminationTest, NeedsAReleaseThatHasIt) {
  for (const std::string_view label : {"emr-5.29.0", "emr-6.0.1"}) {
    JsonObject request = Request({}, true);
    request["ReleaseLabel"] = label;
    EXPECT_THAT(Refusal("PutAutoTerminationPolicy", Put(RunAndBoot(request), 60)),
                HasSubstr("has no auto-termination policies"));
    request["AutoTerminationPolicy"] = JsonObject{};
    EXPECT_THAT(Refusal("RunJobFlow", request), HasSubstr("has no auto-termination policies"));
  }
  JsonObject request = Request({}, true);
  request["ReleaseLabel"] = "emr-5.30.0";
  Answer("PutAutoTerminationPolicy", Put(RunAndBoot(request), 60));
}

TEST_F(AutoTerminationTest, StaysAsItIsOnClustersThatEnd) {
  JsonObject request = Request();
  request["AutoTerminationPolicy"] = JsonObject{{"IdleTimeout", 120}};
  const ClusterId cluster = RunAndBoot(request);
  for (const std::string_view operation :
       {"PutAutoTerminationPolicy", "RemoveAutoTerminationPolicy"}) {
    EXPECT_EQ(Refusal(operation, Of(cluster)),
              "ValidationException: A job flow that is shutting down, terminated, or finished may "
              "not be modified.");
  }
  EXPECT_EQ(IdleTimeout(cluster), 120);
  EXPECT_EQ(Refusal("GetAutoTerminationPolicy", Of(ClusterId("j-NONE"))),
            "InvalidRequestException: Cluster id 'j-NONE' is not valid.");
}

class ManagedScalingTest : public ModelFixture {
 protected:
  static JsonObject Limits(std::string_view unit, std::int64_t least, std::int64_t most) {
    return {{"UnitType", unit}, {"MinimumCapacityUnits", least}, {"MaximumCapacityUnits", most}};
  }
  static Json Policy(JsonObject limits) {
    return JsonObject{{"ComputeLimits", std::move(limits)}, {"ScalingStrategy", "DEFAULT"}};
  }
  static Json Of(const ClusterId& cluster) { return JsonObject{{"ClusterId", cluster.str()}}; }
  static Json Put(const ClusterId& cluster, const Json& policy) {
    return JsonObject{{"ClusterId", cluster.str()}, {"ManagedScalingPolicy", policy}};
  }
};

TEST_F(ManagedScalingTest, IsKeptAndToldWithoutEffect) {
  JsonObject request = Request({}, true);
  const Json first = Policy(Limits("Instances", 1, 3));
  request["ManagedScalingPolicy"] = first;
  const ClusterId cluster = RunAndBoot(request);
  const Json groups = Answer("ListInstanceGroups", Of(cluster));
  const auto policy = [&] {
    return Answer("GetManagedScalingPolicy", Of(cluster)).at("ManagedScalingPolicy");
  };
  EXPECT_EQ(policy(), first);
  const Json second = Policy(Limits("VCPU", 8, 64));
  EXPECT_EQ(Answer("PutManagedScalingPolicy", Put(cluster, second)), Json(JsonObject{}));
  EXPECT_EQ(policy(), second);
  EXPECT_EQ(Answer("ListInstanceGroups", Of(cluster)), groups);
  EXPECT_EQ(Answer("RemoveManagedScalingPolicy", Of(cluster)), Json(JsonObject{}));
  EXPECT_EQ(Answer("GetManagedScalingPolicy", Of(cluster)), Json(JsonObject{}));
}

TEST_F(ManagedScalingTest, RefusesLimitsThatDoNotFit) {
  const ClusterId cluster = RunAndBoot(Request({}, true));
  const auto refusal = [&](const JsonObject& limits) {
    return Refusal("PutManagedScalingPolicy", Put(cluster, Policy(limits)));
  };
  EXPECT_EQ(refusal(Limits("InstanceFleetUnits", 1, 2)),
            "ValidationException: UnitType InstanceFleetUnits is not for a cluster of instance "
            "groups.");
  EXPECT_EQ(refusal(Limits("Instances", 3, 2)),
            "ValidationException: MinimumCapacityUnits 3 is not between 1 and "
            "MaximumCapacityUnits 2.");
  EXPECT_THAT(refusal(Limits("Instances", 0, 2)), HasSubstr("MinimumCapacityUnits 0 is not"));
  for (const std::string_view part : {"MaximumOnDemandCapacityUnits", "MaximumCoreCapacityUnits"}) {
    JsonObject limits = Limits("Instances", 1, 2);
    limits[part] = 3;
    EXPECT_EQ(refusal(limits), "ValidationException: " + std::string(part) +
                                   " 3 is not between 0 and MaximumCapacityUnits 2.");
  }
  JsonObject request = Request({}, true);
  request["ManagedScalingPolicy"] = Policy(Limits("Instances", 3, 2));
  EXPECT_THAT(Refusal("RunJobFlow", request), HasSubstr("MinimumCapacityUnits 3 is not"));
}

TEST_F(ManagedScalingTest, NeedsAReleaseThatHasItAndAClusterThatLives) {
  const Json policy = Policy(Limits("Instances", 1, 2));
  JsonObject request = Request({}, true);
  request["ReleaseLabel"] = "emr-6.0.0";
  EXPECT_THAT(Refusal("PutManagedScalingPolicy", Put(RunAndBoot(request), policy)),
              HasSubstr("Release emr-6.0 has no managed scaling policies"));
  const ClusterId ending = RunAndBoot(Request());
  EXPECT_EQ(Refusal("PutManagedScalingPolicy", Put(ending, policy)),
            "ValidationException: A job flow that is shutting down, terminated, or finished may "
            "not be modified.");
  EXPECT_EQ(Refusal("GetManagedScalingPolicy", Of(ClusterId("j-NONE"))),
            "InvalidRequestException: Cluster id 'j-NONE' is not valid.");
}

}  // namespace
}  // namespace ecm::emr_model
