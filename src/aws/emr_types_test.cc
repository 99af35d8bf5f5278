#include "aws/emr_types.h"

#include <gtest/gtest.h>

namespace ecm {
namespace {

constexpr std::string_view kCluster = R"({
  "Id": "j-1", "Name": "ecm-dev-x", "LogUri": "s3n://logs/", "AutoTerminate": true,
  "TerminationProtected": true, "Tags": [{"Key": "stage", "Value": "dev"}],
  "Status": {"State": "TERMINATED_WITH_ERRORS",
    "StateChangeReason": {"Code": "STEP_FAILURE", "Message": "Shut down as step failed"},
    "ErrorDetails": [{"ErrorCode": "E", "ErrorMessage": "m"}],
    "Timeline": {"CreationDateTime": 1436475075.199, "EndDateTime": 1436475175}}})";

TEST(EmrTypesTest, ReadsACluster) {
  const Cluster cluster = ParseCluster(ParseJson(kCluster).value());
  EXPECT_EQ(cluster.id.str(), "j-1");
  EXPECT_EQ(cluster.state, ClusterState::kTerminatedWithErrors);
  EXPECT_EQ(cluster.reason_code, "STEP_FAILURE");
  EXPECT_EQ(cluster.error_details, std::vector<std::string>{"E: m"});
  EXPECT_EQ(ToIso8601(cluster.created.value()), "2015-07-09T20:51:15.199Z");
  EXPECT_FALSE(cluster.ready.has_value());
  EXPECT_TRUE(cluster.termination_protected);
  EXPECT_EQ(cluster.tags.at(0).second, "dev");
}

TEST(EmrTypesTest, EveryMemberMayBeMissing) {
  const Json whole = ParseJson(kCluster).value();
  for (const auto& member : whole.get_object()) {
    Json part = whole;
    part.get_object().erase(member.key());
    ParseCluster(part);
  }
  for (const auto& member : Find(whole, "Status")->get_object()) {
    Json part = whole;
    part.at("Status").get_object().erase(member.key());
    ParseCluster(part);
  }
  EXPECT_EQ(ParseCluster(JsonObject{}).state, ClusterState::kOther);
  EXPECT_EQ(ParseStep(JsonObject{}).state, StepState::kOther);
}

TEST(EmrTypesTest, AStateThatWeDoNotKnowIsNeitherFinalNorKnown) {
  EXPECT_EQ(ParseClusterState("HIBERNATING"), ClusterState::kOther);
  EXPECT_FALSE(IsFinal(ClusterState::kOther));
  EXPECT_FALSE(IsFinal(ParseStepState("DREAMING")));
  EXPECT_TRUE(IsFinal(ParseStepState("INTERRUPTED")));
}

TEST(EmrTypesTest, NamesLeadBackToTheirStates) {
  for (const char* name : {"STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING", "TERMINATING",
                           "TERMINATED", "TERMINATED_WITH_ERRORS"}) {
    EXPECT_EQ(Name(ParseClusterState(name)), name);
  }
  for (const char* name : {"PENDING", "CANCEL_PENDING", "RUNNING", "COMPLETED", "CANCELLED",
                           "FAILED", "INTERRUPTED"}) {
    EXPECT_EQ(Name(ParseStepState(name)), name);
  }
}

}  // namespace
}  // namespace ecm
