#include "cli/account/terminate_command.h"

#include "cli/testing/account_world.h"

namespace ecm::cli {
namespace {

using std::chrono::minutes;
using testing::HasSubstr;
using testing::Not;

class TerminateTest : public AccountWorld {
 protected:
  ExitCode Terminate(const std::string& id, bool any = false, bool force = false) {
    return RunTerminate(account, {options, id, any, force, json_}, context);
  }
  std::string StartOurs() {
    StartNamed("run");
    return OnlyCluster();
  }
  /// A cluster of somebody else.
  std::string Make(const std::string& name, const std::string& stage_tag) {
    JsonArray tags;
    if (!stage_tag.empty()) tags.push_back(JsonObject{{"Key", "ecm:stage"}, {"Value", stage_tag}});
    const auto made = CallEmrModel(
        "RunJobFlow", JsonObject{{"Name", name},
                                 {"ReleaseLabel", "emr-7.5.0"},
                                 {"ServiceRole", "EMR_DefaultRole"},
                                 {"JobFlowRole", "EMR_EC2_DefaultRole"},
                                 {"Tags", tags},
                                 {"Instances", JsonObject{{"InstanceCount", 1},
                                                          {"MasterInstanceType", "m5.xlarge"},
                                                          {"KeepJobFlowAliveWhenNoSteps", true}}}});
    EXPECT_TRUE(made.has_value()) << made.error().message;
    return made ? StringOr(*made, "JobFlowId") : "";
  }
  void Protect(const std::string& id) {
    ASSERT_TRUE(CallEmrModel(
                    "SetTerminationProtection",
                    JsonObject{{"JobFlowIds", JsonArray{Json(id)}}, {"TerminationProtected", true}})
                    .has_value());
  }
  bool json_ = false;
};

TEST_F(TerminateTest, EndsAClusterOfOurs) {
  const std::string id = StartOurs();
  EXPECT_EQ(Terminate(id), ExitCode::kSuccess);
  EXPECT_EQ(ClusterState(id), "TERMINATING");
  EXPECT_THAT(streams.TakeErr(), HasSubstr("told cluster " + id + " (ecm-dev-count-run) to end"));
  EXPECT_EQ(Terminate(id), ExitCode::kSuccess);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("is already TERMINATING"));
}

TEST_F(TerminateTest, FindsTheClusterOfAnExecution) {
  const std::string id = StartOurs();
  json_ = true;
  EXPECT_EQ(Terminate("run"), ExitCode::kSuccess);
  EXPECT_EQ(ClusterState(id), "TERMINATING");
  const auto told = ParseJson(streams.TakeOut());
  EXPECT_EQ(StringOr(*told, "cluster_id"), id);
  EXPECT_EQ(FindBool(*told, "terminated"), true);
}

TEST_F(TerminateTest, LeavesTheClustersOfOthersAlone) {
  const std::string other = Make("nightly", "dev");
  EXPECT_EQ(Terminate(other), ExitCode::kInvalid);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("does not begin with ecm-dev-"));
  const std::string untagged = Make("ecm-dev-x", "");
  EXPECT_EQ(Terminate(untagged), ExitCode::kInvalid);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("it has no tag ecm:stage"));
  const std::string prod = Make("ecm-dev-x", "prod");
  EXPECT_EQ(Terminate(prod), ExitCode::kInvalid);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("its tag ecm:stage is 'prod', not dev"));
  EXPECT_EQ(emr.Count("TerminateJobFlows"), 0U);
  EXPECT_EQ(Terminate(other, /*any=*/true), ExitCode::kSuccess);
  EXPECT_EQ(ClusterState(other), "TERMINATING");
}

TEST_F(TerminateTest, ProtectionIsLiftedOnlyByForce) {
  const std::string id = StartOurs();
  Protect(id);
  EXPECT_EQ(Terminate(id), ExitCode::kInvalid);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("--force lifts the protection"));
  EXPECT_EQ(Terminate(id, /*any=*/true), ExitCode::kInvalid);
  EXPECT_EQ(Terminate(id, /*any=*/false, /*force=*/true), ExitCode::kSuccess);
  EXPECT_EQ(ClusterState(id), "TERMINATING");
}

TEST_F(TerminateTest, ErrorsAreTold) {
  EXPECT_EQ(Terminate("j-NOPE"), ExitCode::kInvalid);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("there is no cluster j-NOPE in eu-west-1"));
  EXPECT_EQ(Terminate("run"), ExitCode::kInvalid);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("there is no execution run"));
  const std::string id = StartOurs();
  emr.RefuseNext("TerminateJobFlows", Denied());
  EXPECT_EQ(Terminate(id), ExitCode::kAccessDenied);
  emr.RefuseNext("DescribeCluster", Throttled());
  EXPECT_EQ(Terminate(id), ExitCode::kToolError);
}

TEST_F(TerminateTest, AnExecutionWithoutAClusterSaysSo) {
  run_functions = false;
  StartNamed("run");
  EXPECT_EQ(Terminate("run"), ExitCode::kInvalid);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("emrctl stop ends it before it gets one"));
}

}  // namespace
}  // namespace ecm::cli
