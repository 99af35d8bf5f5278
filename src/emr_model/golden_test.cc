#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "emr_model/testing/fixture.h"
#include "env/real/real_env.h"

// The answers and events of one story with everything in it, as files that other tools check: the
// Python test parses them with botocore. After a change that is meant, write them again with
//   ECM_REGENERATE_GOLDEN=1 ecm_emr_model_test --gtest_filter='GoldenTest.*'
// and read the difference.

namespace ecm::emr_model {
namespace {

class GoldenTest : public ModelFixture {
 protected:
  static std::string PathOf(const std::string& name) { return "tests/golden/emr_model/" + name; }

  static void Compare(const std::string& name, const Json& content) {
    const std::string text = ToPrettyText(content) + "\n";
    if (ProcessEnvironment().Get("ECM_REGENERATE_GOLDEN").has_value()) {
      std::ofstream(PathOf(name)) << text;
    }
    std::ostringstream golden;
    golden << std::ifstream(PathOf(name)).rdbuf();
    EXPECT_EQ(golden.str(), text) << "tests/golden/emr_model/" << name;
  }

  /// Calls and remembers request and answer.
  Json Tell(std::string_view operation, const Json& request) {
    Json answer = Answer(operation, request);
    story_.push_back(
        JsonObject{{"operation", operation}, {"request", request}, {"answer", answer}});
    return answer;
  }
  void TellRefusal(std::string_view operation, const Json& request) {
    const Result<Json> answer = Call(operation, request);
    ASSERT_FALSE(answer.has_value()) << operation;
    story_.push_back(JsonObject{
        {"operation", operation},
        {"request", request},
        {"error", JsonObject{{"code", answer.error().code}, {"message", answer.error().message}}}});
  }
  /// Everything that can be asked about a cluster.
  void TellAll(const ClusterId& cluster, bool fleets = false) {
    const Json request = JsonObject{{"ClusterId", cluster.str()}};
    Tell("DescribeCluster", request);
    const Json steps = Tell("ListSteps", request);
    for (const Json& step : FindArray(steps, "Steps")) {
      Tell("DescribeStep", JsonObject{{"ClusterId", cluster.str()}, {"StepId", step.at("Id")}});
    }
    Tell(fleets ? "ListInstanceFleets" : "ListInstanceGroups", request);
    Tell("ListBootstrapActions", request);
  }

  JsonArray story_;
};

/// A request with about every member that a cluster can be asked for.
Json RichRequest() {
  return *ParseJson(R"({
    "Name": "ecm-dev-wordcount", "ReleaseLabel": "emr-7.10.0", "LogUri": "s3://logs/emr/",
    "ServiceRole": "EMR_DefaultRole", "JobFlowRole": "EMR_EC2_DefaultRole",
    "AutoScalingRole": "EMR_AutoScaling_DefaultRole", "ScaleDownBehavior":
    "TERMINATE_AT_TASK_COMPLETION", "EbsRootVolumeSize": 32, "SecurityConfiguration": "sec",
    "VisibleToAllUsers": true, "OSReleaseLabel": "2023.3.20231211.4",
    "StepExecutionRoleArn": "arn:aws:iam::123456789012:role/step",
    "AutoTerminationPolicy": {"IdleTimeout": 3600},
    "Applications": [{"Name": "Spark"}, {"Name": "Hadoop"}],
    "Configurations": [{"Classification": "spark-env", "Properties": {}, "Configurations":
      [{"Classification": "export", "Properties": {"PYSPARK_PYTHON": "python3"}}]}],
    "Tags": [{"Key": "for-use-with-amazon-emr-managed-policies", "Value": "true"}],
    "BootstrapActions": [{"Name": "install", "ScriptBootstrapAction":
      {"Path": "s3://code/install.sh", "Args": ["numpy"]}}],
    "Instances": {"KeepJobFlowAliveWhenNoSteps": true, "TerminationProtected": true,
      "Ec2KeyName": "key", "Ec2SubnetId": "subnet-1", "EmrManagedMasterSecurityGroup": "sg-1",
      "EmrManagedSlaveSecurityGroup": "sg-2", "AdditionalMasterSecurityGroups": ["sg-3"],
      "InstanceGroups": [
        {"InstanceRole": "MASTER", "InstanceType": "m5.xlarge", "InstanceCount": 1},
        {"InstanceRole": "CORE", "InstanceType": "r5.2xlarge", "InstanceCount": 3,
         "Market": "SPOT", "BidPrice": "0.25", "EbsConfiguration": {"EbsOptimized": true,
         "EbsBlockDeviceConfigs": [{"VolumesPerInstance": 2, "VolumeSpecification":
         {"VolumeType": "gp3", "SizeInGB": 100, "Iops": 3000, "Throughput": 125}}]}}]},
    "Steps": [
      {"Name": "ecm-one", "ActionOnFailure": "CONTINUE", "HadoopJarStep":
        {"Jar": "command-runner.jar", "Args": ["spark-submit", "s3://code/main.py"]}},
      {"Name": "ecm-two", "ActionOnFailure": "CANCEL_AND_WAIT", "HadoopJarStep":
        {"Jar": "s3://code/x.jar", "MainClass": "Main", "Properties":
        [{"Key": "k", "Value": "v"}]}, "StepMonitoringConfiguration":
        {"S3MonitoringConfiguration": {"LogUri": "s3://logs/steps/"}}},
      {"Name": "ecm-three", "HadoopJarStep": {"Jar": "command-runner.jar"}}]})");
}

Json FleetRequest() {
  return *ParseJson(R"({
    "Name": "fleets", "ReleaseLabel": "emr-6.15.0", "ServiceRole": "EMR_DefaultRole",
    "JobFlowRole": "EMR_EC2_DefaultRole",
    "Instances": {"Ec2SubnetIds": ["subnet-1", "subnet-2"], "InstanceFleets": [
      {"InstanceFleetType": "MASTER", "TargetOnDemandCapacity": 1,
       "InstanceTypeConfigs": [{"InstanceType": "m5.xlarge"}]},
      {"Name": "workers", "InstanceFleetType": "CORE", "TargetSpotCapacity": 8,
       "LaunchSpecifications": {"SpotSpecification": {"TimeoutDurationMinutes": 20,
         "TimeoutAction": "SWITCH_TO_ON_DEMAND", "AllocationStrategy": "capacity-optimized"}},
       "InstanceTypeConfigs": [
         {"InstanceType": "r5.xlarge", "WeightedCapacity": 4,
          "BidPriceAsPercentageOfOnDemandPrice": 80.5},
         {"InstanceType": "r5.2xlarge", "WeightedCapacity": 8}]}]}})");
}

TEST_F(GoldenTest, TellsTheSameStoryAsBefore) {
  const ClusterId cluster(StringOr(Tell("RunJobFlow", RichRequest()), "JobFlowId"));
  TellAll(cluster);
  clock.Advance(std::chrono::seconds(61));
  model.Advance();
  TellAll(cluster);
  Exit(true);
  clock.Advance(std::chrono::milliseconds(1234));
  Exit(false);  // CANCEL_AND_WAIT
  TellAll(cluster);

  const Json ids = JsonArray{Json(cluster.str())};
  Tell("AddTags", JsonObject{{"ResourceId", cluster.str()},
                             {"Tags", JsonArray{JsonObject{{"Key", "a"}, {"Value", ""}}}}});
  Tell("RemoveTags", JsonObject{{"ResourceId", cluster.str()}, {"TagKeys", JsonArray{"a"}}});
  const Json added = Tell("AddJobFlowSteps", JsonObject{{"JobFlowId", cluster.str()},
                                                        {"Steps", JsonArray{Step("four")}}});
  Tell("CancelSteps", JsonObject{{"ClusterId", cluster.str()},
                                 {"StepIds", JsonArray{added.at("StepIds").at(0), "s-NONE"}},
                                 {"StepCancellationOption", "SEND_INTERRUPT"}});
  TellRefusal("TerminateJobFlows", JsonObject{{"JobFlowIds", ids}});
  Tell("SetTerminationProtection",
       JsonObject{{"JobFlowIds", ids}, {"TerminationProtected", false}});
  Tell("SetKeepJobFlowAliveWhenNoSteps",
       JsonObject{{"JobFlowIds", ids}, {"KeepJobFlowAliveWhenNoSteps", true}});
  Tell("TerminateJobFlows", JsonObject{{"JobFlowIds", ids}});
  model.Advance();
  TellAll(cluster);

  const ClusterId fleets(StringOr(Tell("RunJobFlow", FleetRequest()), "JobFlowId"));
  TellAll(fleets, /*fleets=*/true);
  model.FailProvisioning(fleets, "VALIDATION_ERROR", "EMR service role arn is invalid");
  model.Advance();
  TellAll(fleets, /*fleets=*/true);
  Tell("ListClusters", JsonObject{{"CreatedAfter", 1767323045.678},
                                  {"ClusterStates", JsonArray{"TERMINATED_WITH_ERRORS"}}});
  Tell("ListClusters", JsonObject{});
  TellRefusal("DescribeCluster", JsonObject{{"ClusterId", "j-NONE"}});
  TellRefusal("RunJobFlow", JsonObject{{"Name", "n"}});

  Compare("answers.json", story_);
  Compare("events.json", JsonArray(events.begin(), events.end()));
}

TEST_F(GoldenTest, TellsOfSettingsAsBefore) {
  const ClusterId cluster(StringOr(Tell("RunJobFlow", RichRequest()), "JobFlowId"));
  const Json id = Json(cluster.str());
  const Json ids = JsonArray{id};
  Tell("ModifyCluster", JsonObject{{"ClusterId", id}, {"StepConcurrencyLevel", 3}});
  Tell("ModifyCluster", JsonObject{{"ClusterId", id}, {"ExtendedSupport", true}});
  TellRefusal("ModifyCluster", JsonObject{{"ClusterId", id}, {"StepConcurrencyLevel", 257}});
  Tell("SetVisibleToAllUsers", JsonObject{{"JobFlowIds", ids}, {"VisibleToAllUsers", false}});
  Tell("SetUnhealthyNodeReplacement",
       JsonObject{{"JobFlowIds", ids}, {"UnhealthyNodeReplacement", false}});
  Tell("DescribeCluster", JsonObject{{"ClusterId", id}});

  Compare("settings.json", story_);
}

TEST_F(GoldenTest, TellsOfPoliciesAsBefore) {
  const ClusterId cluster(StringOr(Tell("RunJobFlow", RichRequest()), "JobFlowId"));
  const Json of_cluster = JsonObject{{"ClusterId", cluster.str()}};
  Tell("GetAutoTerminationPolicy", of_cluster);
  const auto idle = [&](std::int64_t seconds) {
    return JsonObject{{"ClusterId", cluster.str()},
                      {"AutoTerminationPolicy", JsonObject{{"IdleTimeout", seconds}}}};
  };
  Tell("PutAutoTerminationPolicy", idle(604800));
  TellRefusal("PutAutoTerminationPolicy", idle(604801));
  Tell("GetAutoTerminationPolicy", of_cluster);
  Tell("RemoveAutoTerminationPolicy", of_cluster);
  Tell("GetAutoTerminationPolicy", of_cluster);

  const auto scaling = [&](std::int64_t least) {
    const Json limits = JsonObject{{"UnitType", "Instances"},
                                   {"MinimumCapacityUnits", least},
                                   {"MaximumCapacityUnits", 10},
                                   {"MaximumOnDemandCapacityUnits", 5},
                                   {"MaximumCoreCapacityUnits", 3}};
    return JsonObject{{"ClusterId", cluster.str()},
                      {"ManagedScalingPolicy", JsonObject{{"ComputeLimits", limits}}}};
  };
  Tell("GetManagedScalingPolicy", of_cluster);
  Tell("PutManagedScalingPolicy", scaling(2));
  TellRefusal("PutManagedScalingPolicy", scaling(11));
  Tell("GetManagedScalingPolicy", of_cluster);
  Tell("RemoveManagedScalingPolicy", of_cluster);
  Tell("GetManagedScalingPolicy", of_cluster);

  Compare("policies.json", story_);
}

TEST_F(GoldenTest, TellsOfReleasesAsBefore) {
  Tell("ListReleaseLabels", JsonObject{{"MaxResults", 2}});
  Tell("ListReleaseLabels", JsonObject{{"MaxResults", 2}, {"NextToken", "2"}});
  Tell("ListReleaseLabels",
       JsonObject{{"Filters", JsonObject{{"Prefix", "emr-6"}, {"Application", "spark@3.4.1"}}}});
  Tell("DescribeReleaseLabel", JsonObject{{"ReleaseLabel", "emr-7.10.0"}});
  TellRefusal("DescribeReleaseLabel", JsonObject{{"ReleaseLabel", "emr-0"}});

  Compare("releases.json", story_);
}

TEST_F(GoldenTest, TellsOfResizesAsBefore) {
  const ClusterId cluster(StringOr(Tell("RunJobFlow", RichRequest()), "JobFlowId"));
  model.Advance();
  clock.Advance(std::chrono::seconds(61));
  const Json group =
      JsonObject{{"InstanceRole", "TASK"}, {"InstanceType", "c5.xlarge"}, {"InstanceCount", 2}};
  const Json added = Tell("AddInstanceGroups", JsonObject{{"JobFlowId", cluster.str()},
                                                          {"InstanceGroups", JsonArray{group}}});
  const auto resize = [&](std::int64_t count) {
    return JsonObject{{"ClusterId", cluster.str()},
                      {"InstanceGroups",
                       JsonArray{JsonObject{{"InstanceGroupId", added.at("InstanceGroupIds").at(0)},
                                            {"InstanceCount", count}}}}};
  };
  Tell("ModifyInstanceGroups", resize(1));
  TellRefusal("ModifyInstanceGroups", resize(2001));
  Tell("ListInstanceGroups", JsonObject{{"ClusterId", cluster.str()}});
  Tell("ListInstances",
       JsonObject{{"ClusterId", cluster.str()}, {"InstanceGroupTypes", JsonArray{"TASK"}}});

  Compare("resizes.json", story_);
}

TEST_F(GoldenTest, TellsOfFleetsAsBefore) {
  JsonObject request = FleetRequest().get_object();
  request["Instances"].get_object()["KeepJobFlowAliveWhenNoSteps"] = true;
  const ClusterId cluster = RunAndBoot(request);
  const auto ask = [&](JsonObject fleet) {
    return JsonObject{{"ClusterId", cluster.str()}, {"InstanceFleet", std::move(fleet)}};
  };
  const JsonObject fleet{
      {"InstanceFleetType", "TASK"},
      {"TargetOnDemandCapacity", 2},
      {"InstanceTypeConfigs", JsonArray{JsonObject{{"InstanceType", "c5.xlarge"}}}}};
  const Json added = Tell("AddInstanceFleet", ask(fleet));
  TellRefusal("AddInstanceFleet", ask(fleet));
  JsonObject change{{"InstanceFleetId", added.at("InstanceFleetId")}, {"TargetSpotCapacity", 1}};
  TellRefusal("ModifyInstanceFleet", ask(change));
  change["TargetOnDemandCapacity"] = 1;
  Tell("ModifyInstanceFleet", ask(change));
  Tell("ListInstanceFleets", JsonObject{{"ClusterId", cluster.str()}});
  Tell("ListInstances",
       JsonObject{{"ClusterId", cluster.str()}, {"InstanceFleetId", added.at("InstanceFleetId")}});

  Compare("fleets.json", story_);
}

TEST_F(GoldenTest, TellsOfInstanceTypesAsBefore) {
  const auto after = [](std::string_view marker) {
    return JsonObject{{"ReleaseLabel", "emr-7.10.0"}, {"Marker", marker}};
  };
  Tell("ListSupportedInstanceTypes", after("x2iedn.xlarge"));
  TellRefusal("ListSupportedInstanceTypes", after("m5.large"));

  Compare("instance_types.json", story_);
}

TEST_F(GoldenTest, TellsOfTheAccountAsBefore) {
  const auto put = [](std::int64_t most) {
    const Json range = JsonObject{{"MinRange", 22}, {"MaxRange", most}};
    return JsonObject{{"BlockPublicAccessConfiguration",
                       JsonObject{{"BlockPublicSecurityGroupRules", true},
                                  {"PermittedPublicSecurityGroupRuleRanges", JsonArray{range}}}}};
  };
  Tell("GetBlockPublicAccessConfiguration", JsonObject{});
  Tell("PutBlockPublicAccessConfiguration", put(23));
  TellRefusal("PutBlockPublicAccessConfiguration", put(21));
  Tell("GetBlockPublicAccessConfiguration", JsonObject{});

  Compare("account.json", story_);
}

TEST_F(GoldenTest, TellsOfInstancesAsBefore) {
  const ClusterId groups(StringOr(Tell("RunJobFlow", RichRequest()), "JobFlowId"));
  const Json of_groups = JsonObject{{"ClusterId", groups.str()}};
  Tell("ListInstances", of_groups);
  clock.Advance(std::chrono::seconds(61));
  model.Advance();
  Tell("ListInstances", JsonObject{{"ClusterId", groups.str()},
                                   {"InstanceGroupTypes", JsonArray{"CORE"}},
                                   {"InstanceStates", JsonArray{"RUNNING"}}});
  TellRefusal("ListInstances",
              JsonObject{{"ClusterId", groups.str()}, {"InstanceFleetType", "CORE"}});
  const ClusterId fleets(StringOr(Tell("RunJobFlow", FleetRequest()), "JobFlowId"));
  model.FailProvisioning(fleets, "VALIDATION_ERROR", "EMR service role arn is invalid");
  model.Advance();
  Tell("ListInstances", JsonObject{{"ClusterId", fleets.str()}, {"InstanceFleetType", "CORE"}});

  Compare("instances.json", story_);
}

}  // namespace
}  // namespace ecm::emr_model
