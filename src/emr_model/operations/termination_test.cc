#include <gmock/gmock.h>

#include <map>

#include "emr_model/testing/fixture.h"

namespace ecm::emr_model {
namespace {

class TerminationTest : public ModelFixture {
 protected:
  static Json Ids(const std::vector<ClusterId>& clusters) {
    JsonArray ids;
    for (const ClusterId& cluster : clusters) ids.emplace_back(cluster.str());
    return JsonObject{{"JobFlowIds", std::move(ids)}};
  }
  static Json Protection(const ClusterId& cluster, bool on) {
    JsonObject request = Ids({cluster}).get_object();
    request["TerminationProtected"] = on;
    return request;
  }
};

TEST_F(TerminationTest, RefusesAnEmptyList) {
  EXPECT_EQ(Refusal("TerminateJobFlows", Ids({})),
            "ValidationException: The JobFlowId list cannot be empty");
}

TEST_F(TerminationTest, RefusesMoreThanTenIds) {
  std::vector<ClusterId> clusters;
  for (int i = 0; i < 11; ++i) clusters.push_back(Run(Request()));
  EXPECT_THAT(Refusal("TerminateJobFlows", Ids(clusters)),
              testing::HasSubstr("Member must have length less than or equal to 10"));
  clusters.pop_back();
  EXPECT_EQ(Answer("TerminateJobFlows", Ids(clusters)), Json(JsonObject{}));
}

TEST_F(TerminationTest, TerminatesNothingWhenOneIdIsUnknownOrTwice) {
  const ClusterId cluster = Run(Request());
  EXPECT_EQ(Refusal("TerminateJobFlows", Ids({cluster, ClusterId("j-1K48XXXXXXHCB")})),
            "ValidationException: Specified job flow ID does not exist.");
  EXPECT_EQ(Refusal("TerminateJobFlows", Ids({cluster, cluster})),
            "ValidationException: Specified job flow ID does not exist");
  EXPECT_EQ(State(cluster), "STARTING");
  const Result<Json> unknown = Call("TerminateJobFlows", Ids({ClusterId("j-1K48XXXXXXHCB")}));
  EXPECT_EQ(unknown.error().kind, ErrorKind::kNotFound);
}

TEST_F(TerminationTest, SparesProtectedClustersAndEndsTheOthers) {
  const ClusterId is_protected = RunAndBoot(Request({}, true, true));
  const ClusterId other = RunAndBoot(Request({}, true));
  EXPECT_EQ(Refusal("TerminateJobFlows", Ids({is_protected, other})),
            "ValidationException: Could not shut down one or more job flows since they are "
            "termination protected.");
  EXPECT_EQ(State(is_protected), "WAITING");
  EXPECT_EQ(State(other), "TERMINATING");
  Answer("SetTerminationProtection", Protection(is_protected, false));
  Answer("TerminateJobFlows", Ids({is_protected}));
  EXPECT_EQ(State(is_protected), "TERMINATING");
}

TEST_F(TerminationTest, AcceptsClustersThatHaveEnded) {
  const ClusterId cluster = RunAndBoot(Request({}, false, /*termination_protected=*/true));
  EXPECT_EQ(State(cluster), "TERMINATED");
  EXPECT_EQ(Answer("TerminateJobFlows", Ids({cluster})), Json(JsonObject{}));
}

TEST_F(TerminationTest, DoesNotModifyClustersThatEnd) {
  const ClusterId cluster = RunAndBoot(Request());
  EXPECT_EQ(Refusal("SetTerminationProtection", Protection(cluster, true)),
            "ValidationException: A job flow that is shutting down, terminated, or finished may "
            "not be modified.");
}

TEST_F(TerminationTest, DoesNotKeepClustersAliveThatEnd) {
  const ClusterId cluster = RunAndBoot(Request());
  JsonObject request = Ids({cluster}).get_object();
  request["KeepJobFlowAliveWhenNoSteps"] = true;
  EXPECT_EQ(Refusal("SetKeepJobFlowAliveWhenNoSteps", request),
            "ValidationException: A job flow that is shutting down, terminated, or finished may "
            "not be modified.");
  EXPECT_EQ(FindBool(Describe(cluster), "AutoTerminate"), true);
}

TEST_F(TerminationTest, CountsTheIdsOfEveryOldOperation) {
  const std::vector<ClusterId> many(11, ClusterId("j-NONE"));
  for (const auto& [operation, member] : std::map<std::string, std::string>{
           {"SetTerminationProtection", "TerminationProtected"},
           {"SetKeepJobFlowAliveWhenNoSteps", "KeepJobFlowAliveWhenNoSteps"},
           {"SetUnhealthyNodeReplacement", "UnhealthyNodeReplacement"},
           {"SetVisibleToAllUsers", "VisibleToAllUsers"}}) {
    const auto refusal = [&](const std::vector<ClusterId>& clusters) {
      JsonObject request = Ids(clusters).get_object();
      request[member] = true;
      return Refusal(operation, request);
    };
    EXPECT_EQ(refusal({}), "ValidationException: The JobFlowId list cannot be empty") << operation;
    EXPECT_THAT(refusal(many), testing::HasSubstr("length less than or equal to 10")) << operation;
    EXPECT_EQ(refusal({ClusterId("j-NONE")}),
              "ValidationException: Specified job flow ID does not exist.")
        << operation;
  }
}

TEST_F(TerminationTest, KeepsTheFirstReason) {
  const ClusterId cluster = RunAndBoot(Request({Step("one")}));
  Exit(false);
  Answer("TerminateJobFlows", Ids({cluster}));
  model.LosePrimary(cluster);
  EXPECT_EQ(Status(cluster), "TERMINATING STEP_FAILURE Shut down as step failed");
}

}  // namespace
}  // namespace ecm::emr_model
