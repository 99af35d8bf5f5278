#include <gmock/gmock.h>

#include "emr_model/testing/fixture.h"

namespace ecm::emr_model {
namespace {

using testing::SizeIs;

class SettingsTest : public ModelFixture {
 protected:
  static Json Set(const ClusterId& cluster, std::string_view member, bool on) {
    return JsonObject{{"JobFlowIds", JsonArray{Json(cluster.str())}}, {member, on}};
  }
  static Json Level(const ClusterId& cluster, std::int64_t level) {
    return JsonObject{{"ClusterId", cluster.str()}, {"StepConcurrencyLevel", level}};
  }
};

TEST_F(SettingsTest, LetMoreStepsRunAtATime) {
  const ClusterId cluster = RunAndBoot(Request(JsonArray(3, Step("s", "CONTINUE")), true));
  EXPECT_EQ(StepStates(cluster), "RUNNING,PENDING,PENDING");
  EXPECT_EQ(ToText(Answer("ModifyCluster", Level(cluster, 2))), R"({"StepConcurrencyLevel":2})");
  model.Advance();
  EXPECT_EQ(StepStates(cluster), "RUNNING,RUNNING,PENDING");
  EXPECT_EQ(FindInt(Describe(cluster), "StepConcurrencyLevel"), 2);
}

TEST_F(SettingsTest, LetStepsRunOnBeyondALowerLevel) {
  JsonObject request = Request(JsonArray(3, Step("s", "CONTINUE")), true);
  request["StepConcurrencyLevel"] = 2;
  const ClusterId cluster = RunAndBoot(request);
  Answer("ModifyCluster", Level(cluster, 1));
  model.Advance();
  EXPECT_EQ(StepStates(cluster), "RUNNING,RUNNING,PENDING");
  Exit(runner.started[0], true);
  EXPECT_EQ(StepStates(cluster), "COMPLETED,RUNNING,PENDING");
  Exit(runner.started[1], true);
  EXPECT_EQ(StepStates(cluster), "COMPLETED,COMPLETED,RUNNING");
  EXPECT_THAT(runner.started, SizeIs(3));
}

TEST_F(SettingsTest, KnowTheLevelsOfConcurrency) {
  const ClusterId cluster = RunAndBoot(Request({}, true));
  for (const int level : {0, 257}) {
    EXPECT_EQ(Refusal("ModifyCluster", Level(cluster, level)),
              "InvalidRequestException: Invalid step concurrency level. Allowed level is from 1 to "
              "256");
  }
  EXPECT_EQ(FindInt(Answer("ModifyCluster", Level(cluster, 256)), "StepConcurrencyLevel"), 256);
  EXPECT_EQ(Refusal("ModifyCluster", Level(ClusterId("j-NONE"), 1)),
            "InvalidRequestException: Cluster id 'j-NONE' is not valid.");
}

TEST_F(SettingsTest, OfExtendedSupportAreKept) {
  const ClusterId cluster = RunAndBoot(Request({}, true));
  const Json request = JsonObject{{"ClusterId", cluster.str()}, {"ExtendedSupport", true}};
  EXPECT_EQ(ToText(Answer("ModifyCluster", request)),
            R"({"StepConcurrencyLevel":1,"ExtendedSupport":true})");
  EXPECT_EQ(FindBool(Describe(cluster), "ExtendedSupport"), true);
}

TEST_F(SettingsTest, OfNodeReplacementAreKept) {
  const ClusterId cluster = RunAndBoot(Request({}, true));
  EXPECT_EQ(FindBool(Describe(cluster), "UnhealthyNodeReplacement"), true);
  EXPECT_EQ(Answer("SetUnhealthyNodeReplacement", Set(cluster, "UnhealthyNodeReplacement", false)),
            Json(JsonObject{}));
  EXPECT_EQ(FindBool(Describe(cluster), "UnhealthyNodeReplacement"), false);
}

TEST_F(SettingsTest, OfVisibilityHaveNoEffect) {
  const ClusterId cluster = RunAndBoot(Request({}, true));
  EXPECT_EQ(Answer("SetVisibleToAllUsers", Set(cluster, "VisibleToAllUsers", false)),
            Json(JsonObject{}));
  EXPECT_EQ(FindBool(Describe(cluster), "VisibleToAllUsers"), true);
  EXPECT_EQ(Refusal("SetVisibleToAllUsers", Set(ClusterId("j-NONE"), "VisibleToAllUsers", true)),
            "ValidationException: Specified job flow ID does not exist.");
}

TEST_F(SettingsTest, AreNotModifiedOnClustersThatEnd) {
  constexpr std::string_view kEnding =
      "A job flow that is shutting down, terminated, or finished may not be modified.";
  const ClusterId cluster = RunAndBoot(Request());
  EXPECT_EQ(Refusal("ModifyCluster", Level(cluster, 2)),
            "InvalidRequestException: " + std::string(kEnding));
  EXPECT_EQ(Refusal("SetUnhealthyNodeReplacement", Set(cluster, "UnhealthyNodeReplacement", true)),
            "ValidationException: " + std::string(kEnding));
  EXPECT_EQ(Refusal("SetVisibleToAllUsers", Set(cluster, "VisibleToAllUsers", true)),
            "ValidationException: " + std::string(kEnding));
}

}  // namespace
}  // namespace ecm::emr_model
