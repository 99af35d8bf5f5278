#include <gmock/gmock.h>

#include <functional>

#include "emr_model/testing/restart_fixture.h"

namespace ecm::emr_model {
namespace {

using std::chrono::seconds;

/// A writing operation, asked of a running and a waiting cluster.
struct Write {
  std::string operation;
  std::function<Json(const ClusterId& running, const ClusterId& waiting, RestartFixture& test)>
      request;
  bool visible = true;  ///< to a reading operation

  friend std::ostream& operator<<(std::ostream& out, const Write& write) {
    return out << write.operation;
  }
};

Json JobFlows(const ClusterId& cluster, std::string_view member, const Json& value) {
  return JsonObject{{"JobFlowIds", JsonArray{cluster.str()}}, {member, value}};
}

class WriteTest : public RestartFixture, public testing::WithParamInterface<Write> {
 public:
  Json FirstGroup(const ClusterId& cluster, std::string_view type) {
    const Json answer = Answer("ListInstanceGroups", JsonObject{{"ClusterId", cluster.str()}});
    for (const Json& group : FindArray(answer, "InstanceGroups")) {
      if (StringOr(group, "InstanceGroupType") == type) return group;
    }
    return nullptr;
  }
  /// A saved cluster of fleets, so that only the write itself is new.
  ClusterId FleetCluster() {
    JsonObject request = Request({}, /*keep_alive=*/true);
    request["Instances"] = ParseJson(R"({"KeepJobFlowAliveWhenNoSteps": true, "InstanceFleets": [
        {"InstanceFleetType": "MASTER", "TargetOnDemandCapacity": 1,
         "InstanceTypeConfigs": [{"InstanceType": "m5.xlarge"}]},
        {"InstanceFleetType": "CORE", "TargetOnDemandCapacity": 2, "TargetSpotCapacity": 4,
         "InstanceTypeConfigs": [{"InstanceType": "r5.xlarge"}]}]})")
                               .value();
    const ClusterId cluster = RunAndBoot(request);
    Save();
    return cluster;
  }
  std::string LastFleet(const ClusterId& cluster) {
    const Json answer = Answer("ListInstanceFleets", JsonObject{{"ClusterId", cluster.str()}});
    return StringOr(FindArray(answer, "InstanceFleets").back(), "Id");
  }
  Json LastStep(const ClusterId& cluster) {
    const Json answer = Answer("ListSteps", JsonObject{{"ClusterId", cluster.str()}});
    return FindArray(answer, "Steps").front();
  }
};

using Cluster = const ClusterId&;
using Test = RestartFixture&;

const std::vector<Write>& Writes() {
  static const std::vector<Write> kWrites = {
      {"RunJobFlow",
       [](Cluster, Cluster, Test) -> Json {
         return ParseJson(R"({
           "Name": "fleets", "ReleaseLabel": "emr-7.10.0", "ServiceRole": "r", "JobFlowRole": "p",
           "Steps": [{"Name": "s", "HadoopJarStep": {"Jar": "j", "MainClass": "M",
             "Properties": [{"Key": "k", "Value": "v"}], "Args": ["a"]}}],
           "BootstrapActions": [{"Name": "b", "ScriptBootstrapAction":
             {"Path": "s3://b/boot.sh", "Args": ["1"]}}],
           "Configurations": [{"Classification": "spark", "Properties": {"a": "b"}}],
           "Tags": [{"Key": "team", "Value": "data"}],
           "AutoTerminationPolicy": {"IdleTimeout": 60},
           "ManagedScalingPolicy": {"ComputeLimits": {"UnitType": "InstanceFleetUnits",
             "MinimumCapacityUnits": 1, "MaximumCapacityUnits": 4}},
           "Instances": {"KeepJobFlowAliveWhenNoSteps": true, "TerminationProtected": true,
             "InstanceFleets": [
               {"InstanceFleetType": "MASTER", "TargetOnDemandCapacity": 1,
                "InstanceTypeConfigs": [{"InstanceType": "m5.xlarge"}]},
               {"InstanceFleetType": "CORE", "TargetSpotCapacity": 4,
                "InstanceTypeConfigs": [{"InstanceType": "r5.xlarge", "WeightedCapacity": 2}]}]}
         })")
             .value();
       }},
      {"AddJobFlowSteps",
       [](Cluster, Cluster waiting, Test) -> Json {
         return ParseJson(R"({"JobFlowId": ")" + waiting.str() + R"(", "ExecutionRoleArn":
           "arn:aws:iam::000000000000:role/r", "Steps": [{"Name": "late", "ActionOnFailure":
           "CONTINUE", "HadoopJarStep": {"Jar": "j"}, "StepMonitoringConfiguration":
           {"S3MonitoringConfiguration": {"LogUri": "s3://l/", "EncryptionKeyArn": "k"}}}]})")
             .value();
       }},
      {"CancelSteps",
       [](Cluster running, Cluster, Test test) -> Json {
         const Json step = static_cast<WriteTest&>(test).LastStep(running);
         return JsonObject{{"ClusterId", running.str()}, {"StepIds", JsonArray{step.at("Id")}}};
       }},
      {"TerminateJobFlows",
       [](Cluster running, Cluster waiting, Test) -> Json {
         return JsonObject{{"JobFlowIds", JsonArray{running.str(), waiting.str()}}};
       }},
      {"SetTerminationProtection",
       [](Cluster running, Cluster, Test) {
         return JobFlows(running, "TerminationProtected", true);
       }},
      {"SetKeepJobFlowAliveWhenNoSteps",
       [](Cluster running, Cluster, Test) {
         return JobFlows(running, "KeepJobFlowAliveWhenNoSteps", true);
       }},
      {"SetUnhealthyNodeReplacement",
       [](Cluster, Cluster waiting, Test) {
         return JobFlows(waiting, "UnhealthyNodeReplacement", false);
       }},
      {"SetVisibleToAllUsers",
       [](Cluster, Cluster waiting, Test) { return JobFlows(waiting, "VisibleToAllUsers", false); },
       /*visible=*/false},
      {"ModifyCluster",
       [](Cluster, Cluster waiting, Test) -> Json {
         return JsonObject{
             {"ClusterId", waiting.str()}, {"StepConcurrencyLevel", 9}, {"ExtendedSupport", true}};
       }},
      {"PutAutoTerminationPolicy",
       [](Cluster, Cluster waiting, Test) -> Json {
         return JsonObject{{"ClusterId", waiting.str()},
                           {"AutoTerminationPolicy", JsonObject{{"IdleTimeout", 120}}}};
       }},
      {"RemoveAutoTerminationPolicy",
       [](Cluster, Cluster waiting, Test) -> Json {
         return JsonObject{{"ClusterId", waiting.str()}};
       }},
      {"PutManagedScalingPolicy",
       [](Cluster running, Cluster, Test) -> Json {
         return ParseJson(R"({"ClusterId": ")" + running.str() + R"(", "ManagedScalingPolicy":
           {"ComputeLimits": {"UnitType": "Instances", "MinimumCapacityUnits": 2,
            "MaximumCapacityUnits": 5}}})")
             .value();
       }},
      {"RemoveManagedScalingPolicy",
       [](Cluster, Cluster waiting, Test) -> Json {
         return JsonObject{{"ClusterId", waiting.str()}};
       }},
      {"AddInstanceGroups",
       [](Cluster running, Cluster, Test) -> Json {
         return JsonObject{{"JobFlowId", running.str()},
                           {"InstanceGroups", JsonArray{JsonObject{{"InstanceRole", "TASK"},
                                                                   {"InstanceType", "m5.xlarge"},
                                                                   {"InstanceCount", 2}}}}};
       }},
      {"ModifyInstanceGroups",  // without the cluster's name: it is looked for
       [](Cluster, Cluster waiting, Test test) -> Json {
         const Json group = static_cast<WriteTest&>(test).FirstGroup(waiting, "CORE");
         return JsonObject{
             {"InstanceGroups",
              JsonArray{JsonObject{{"InstanceGroupId", group.at("Id")}, {"InstanceCount", 1}}}}};
       }},
      {"AddInstanceFleet",
       [](Cluster, Cluster, Test test) -> Json {
         const ClusterId cluster = static_cast<WriteTest&>(test).FleetCluster();
         return ParseJson(R"({"ClusterId": ")" + cluster.str() + R"(", "InstanceFleet":
           {"InstanceFleetType": "TASK", "TargetSpotCapacity": 3,
            "InstanceTypeConfigs": [{"InstanceType": "c5.xlarge"}]}})")
             .value();
       }},
      {"ModifyInstanceFleet",  // fewer of both kinds: their places are remembered
       [](Cluster, Cluster, Test test) -> Json {
         const ClusterId cluster = static_cast<WriteTest&>(test).FleetCluster();
         const std::string fleet = static_cast<WriteTest&>(test).LastFleet(cluster);
         return ParseJson(R"({"ClusterId": ")" + cluster.str() + R"(", "InstanceFleet":
           {"InstanceFleetId": ")" +
                          fleet + R"(", "TargetOnDemandCapacity": 1,
            "TargetSpotCapacity": 1}})")
             .value();
       }},
      {"PutBlockPublicAccessConfiguration",
       [](Cluster, Cluster, Test) -> Json {
         return ParseJson(R"({"BlockPublicAccessConfiguration":
           {"BlockPublicSecurityGroupRules": false}})")
             .value();
       }},
      {"AddTags",
       [](Cluster, Cluster waiting, Test) -> Json {
         return JsonObject{{"ResourceId", waiting.str()},
                           {"Tags", JsonArray{JsonObject{{"Key", "k"}, {"Value", "v"}}}}};
       }},
      {"RemoveTags",
       [](Cluster, Cluster waiting, Test) -> Json {
         return JsonObject{{"ResourceId", waiting.str()}, {"TagKeys", JsonArray{"first"}}};
       }},
  };
  return kWrites;
}

TEST(WritesTest, AreAllThatTheModelHas) {
  std::vector<std::string> tested;
  for (const Write& write : Writes()) tested.push_back(write.operation);
  std::ranges::sort(tested);
  EXPECT_EQ(tested, Operations(/*reading=*/false))
      << "a new operation needs its place among Writes(), so that what it writes survives";
}

TEST_P(WriteTest, IsFoundAgainByEveryReadingOperation) {
  JsonObject request = Request({Step("done", "CONTINUE")}, /*keep_alive=*/true);
  request["Tags"] = JsonArray{JsonObject{{"Key", "first"}, {"Value", "1"}}};
  request["AutoTerminationPolicy"] = JsonObject{{"IdleTimeout", 60}};
  request["ManagedScalingPolicy"] =
      JsonObject{{"ComputeLimits", JsonObject{{"UnitType", "Instances"},
                                              {"MinimumCapacityUnits", 1},
                                              {"MaximumCapacityUnits", 3}}}};
  const ClusterId waiting = RunAndBoot(request);
  clock.Advance(seconds{2});
  Exit(false);
  const ClusterId running = RunAndBoot(Request({Step("one"), Step("two")}));
  Save();
  const auto before = Everything(model);

  clock.Advance(seconds{3});
  Answer(GetParam().operation, GetParam().request(running, waiting, *this));
  Save();
  EXPECT_EQ(Everything(model) != before, GetParam().visible);

  // What follows is not saved: it happens to both, so that only what was saved can tell them apart.
  const auto restarted = Restart();
  restarted->model->Advance();
  LoseAllPrimaries();
  const auto expected = Everything(model);
  const auto found = Everything(*restarted->model);
  ASSERT_EQ(found.size(), expected.size());
  for (const auto& [asked, answer] : expected) {
    ASSERT_TRUE(found.contains(asked)) << asked;
    EXPECT_EQ(ToPrettyText(found.at(asked)), ToPrettyText(answer)) << asked;
  }
}

INSTANTIATE_TEST_SUITE_P(All, WriteTest, testing::ValuesIn(Writes()),
                         [](const auto& write) { return write.param.operation; });

}  // namespace
}  // namespace ecm::emr_model
