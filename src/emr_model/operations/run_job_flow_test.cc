#include <gmock/gmock.h>

#include "emr_model/testing/fixture.h"

namespace ecm::emr_model {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class RunJobFlowTest : public ModelFixture {
 protected:
  template <class Value>
  static Json Set(std::string_view member, const Value& value) {
    JsonObject request = Request({Step("one")});
    request[member] = value;
    return request;
  }
  static Json Without(std::string_view member) {
    JsonObject request = Request({Step("one")});
    request.erase(member);
    return request;
  }
  static Json SetInstances(std::string_view member, Json value) {
    JsonObject request = Request({Step("one")});
    request["Instances"].get_object()[member] = std::move(value);
    return request;
  }
  static Json WithGroups(std::string_view groups) {
    JsonObject request = Request({Step("one")});
    request["Instances"] = JsonObject{{"InstanceGroups", *ParseJson(groups)}};
    return request;
  }
  static Json WithFleets(std::string_view fleets) {
    JsonObject request = Request({Step("one")});
    request["Instances"] = JsonObject{{"InstanceFleets", *ParseJson(fleets)}};
    return request;
  }
  std::string Refusal(const Json& request) { return ModelFixture::Refusal("RunJobFlow", request); }
};

TEST_F(RunJobFlowTest, AnswersWithIdAndArn) {
  const Json answer = Answer("RunJobFlow", Request());
  const std::string id = StringOr(answer, "JobFlowId");
  EXPECT_THAT(id, testing::MatchesRegex("j-[A-Z0-9]{13}"));
  EXPECT_EQ(StringOr(answer, "ClusterArn"),
            "arn:aws:elasticmapreduce:eu-west-1:000000000000:cluster/" + id);
}

TEST_F(RunJobFlowTest, EchoesWhatWasAskedInDescribeCluster) {
  JsonObject request = Request({Step("one")});
  request["Applications"] = JsonArray{JsonObject{{"Name", "Spark"}}};
  request["Tags"] = JsonArray{JsonObject{{"Key", "k"}, {"Value", "v"}}};
  request["ScaleDownBehavior"] = "TERMINATE_AT_TASK_COMPLETION";
  request["Instances"].get_object()["Ec2SubnetId"] = "subnet-1";
  const Json cluster = Describe(Run(request));
  EXPECT_EQ(StringOr(cluster, "Name"), "demo");
  EXPECT_EQ(StringOr(cluster, "ReleaseLabel"), "emr-7.10.0");
  EXPECT_EQ(StringOr(cluster, "LogUri"), "s3://logs/emr/");
  EXPECT_EQ(StringOr(cluster, "ServiceRole"), "EMR_DefaultRole");
  EXPECT_EQ(cluster.at("Applications"), request["Applications"]);
  EXPECT_EQ(cluster.at("Tags"), request["Tags"]);
  EXPECT_EQ(FindBool(cluster, "AutoTerminate"), true);
  EXPECT_EQ(FindBool(cluster, "TerminationProtected"), false);
  EXPECT_EQ(FindInt(cluster, "StepConcurrencyLevel"), 1);
  EXPECT_EQ(StringOr(cluster, "ScaleDownBehavior"), "TERMINATE_AT_TASK_COMPLETION");
  const Json& ec2 = cluster.at("Ec2InstanceAttributes");
  EXPECT_EQ(StringOr(ec2, "Ec2SubnetId"), "subnet-1");
  EXPECT_EQ(StringOr(ec2, "IamInstanceProfile"), "EMR_EC2_DefaultRole");
}

TEST_F(RunJobFlowTest, NeedsBothRolesAndARelease) {
  EXPECT_EQ(Refusal(Without("ServiceRole")),
            "ValidationException: ServiceRole is required for creating cluster.");
  EXPECT_EQ(Refusal(Without("JobFlowRole")),
            "ValidationException: InstanceProfile is required for creating cluster");
  EXPECT_EQ(Refusal(Without("ReleaseLabel")),
            "ValidationException: Must specify exactly one of the following: release label, AMI "
            "version, or Hadoop version.");
  EXPECT_EQ(Refusal(Set("AmiVersion", "3.11.0")),
            "ValidationException: Must specify exactly one of the following: release label, AMI "
            "version, or Hadoop version.");
}

TEST_F(RunJobFlowTest, RefusesAReleaseThatIsNone) {
  for (const std::string_view label : {"emr-x", "7.10.0", "emr-7", "emr-7.1", "emr-7.1.0.0",
                                       "emr-7.1.0 ", "emr--7.1.0", "emr-7.-1.0", "EMR-7.1.0"}) {
    EXPECT_EQ(
        Refusal(Set("ReleaseLabel", label)),
        "ValidationException: The supplied release label is invalid: " + std::string(label) + ".");
  }
}

TEST_F(RunJobFlowTest, TakesCustomAmisFromTheReleaseOnThatHasThem) {
  JsonObject request = Request({Step("one")});
  request["CustomAmiId"] = "ami-0123456789abcdef0";
  request["ReleaseLabel"] = "emr-5.6.0";
  EXPECT_EQ(Refusal(request), "ValidationException: Custom AMI is not allowed");
  request["ReleaseLabel"] = "emr-5.7.0";
  EXPECT_EQ(StringOr(Describe(Run(request)), "CustomAmiId"), "ami-0123456789abcdef0");
}

TEST_F(RunJobFlowTest, RefusesCharactersInTheName) {
  for (const char character : std::string_view("<>$|`")) {
    EXPECT_THAT(Refusal(Set("Name", std::string("a") + character)),
                StartsWith("ValidationException: The cluster name "));
  }
  EXPECT_THAT(Refusal(Set("Name", std::string("a\x01", 2))),
              HasSubstr("at 'name' failed to satisfy constraint: Member must satisfy regular "
                        "expression pattern"));
  EXPECT_THAT(Refusal(Set("Name", std::string(257, 'n'))),
              HasSubstr("Member must have length less than or equal to 256"));
}

TEST_F(RunJobFlowTest, RefusesMembersThatTheServiceDoesNotHave) {
  EXPECT_EQ(Refusal(Set("KeepJobFlowAliveWhenNoSteps", true)),
            "ValidationException: 1 validation error detected: Member "
            "'keepJobFlowAliveWhenNoSteps' is not known");
}

TEST_F(RunJobFlowTest, WantsOneKindOfInstances) {
  const std::string one_kind =
      "ValidationException: Please configure instances using one and only one of the following: "
      "instance groups; instance fleets; instance count, master and slave instance type.";
  EXPECT_EQ(Refusal(SetInstances("InstanceFleets", JsonArray{})), one_kind);
  EXPECT_EQ(Refusal(SetInstances("InstanceCount", 3)), one_kind);
  EXPECT_EQ(Refusal(Set("Instances", JsonObject{})), one_kind);
  EXPECT_EQ(Refusal(SetInstances("Ec2SubnetIds", JsonArray{"subnet-1", "subnet-2"})),
            "ValidationException: Only one subnet may be specified for clusters configured with "
            "instance groups.");
}

TEST_F(RunJobFlowTest, RefusesGroupsThatMakeNoCluster) {
  const std::string master =
      R"({"InstanceRole": "MASTER", "InstanceType": "m5.xlarge", "InstanceCount": 1})";
  const std::string task =
      R"({"InstanceRole": "TASK", "InstanceType": "m5.xlarge", "InstanceCount": 1})";
  EXPECT_EQ(Refusal(WithGroups("[]")),
            "ValidationException: A cluster has exactly one MASTER instance group.");
  EXPECT_EQ(Refusal(WithGroups("[" + master + "," + master + "]")),
            "ValidationException: A cluster has exactly one MASTER instance group.");
  EXPECT_EQ(Refusal(WithGroups("[" + master + "," + task + "]")),
            "ValidationException: A TASK instance group needs a CORE instance group.");
  EXPECT_EQ(Refusal(WithGroups(
                R"([{"InstanceRole": "MASTER", "InstanceType": "m5", "InstanceCount": 1}])")),
            "ValidationException: Instance type 'm5' is not supported.");
  EXPECT_EQ(
      Refusal(WithGroups(
          R"([{"InstanceRole": "MASTER", "InstanceType": "m5.xlarge", "InstanceCount": 2}])")),
      "ValidationException: The MASTER group has 2 instances; a cluster has 1 or 3 primaries.");
  EXPECT_THAT(
      Refusal(WithGroups(
          R"([{"InstanceRole": "MASTER", "InstanceType": "m5.xlarge", "InstanceCount": 0}])")),
      StartsWith("ValidationException: InstanceCount 0 of the MASTER group"));
  EXPECT_THAT(Refusal(WithGroups(R"([{"InstanceRole": "MASTER"}])")),
              StartsWith("ValidationException: 2 validation errors detected: Value null at "
                         "'instances.instanceGroups.1.member.instanceType'"));
}

TEST_F(RunJobFlowTest, ChecksTheBidOfASpotGroup) {
  const auto refusal = [&](std::string_view market, std::string_view bid) {
    const Json request =
        WithGroups(R"([{"InstanceRole": "MASTER", "InstanceType": "m5.xlarge",
        "InstanceCount": 1, "Market": ")" +
                   std::string(market) + R"(", "BidPrice": ")" + std::string(bid) + R"("}])");
    return Call("RunJobFlow", request).has_value() ? "" : Refusal(request);
  };
  EXPECT_EQ(refusal("SPOT", "0.125"), "");
  for (const std::string_view bid : {"0", "0.1234", "-1", "1.2.3", "abc", "", "."}) {
    EXPECT_THAT(refusal("SPOT", bid), HasSubstr("is not a price above zero")) << bid;
  }
  EXPECT_THAT(refusal("ON_DEMAND", "0.1"), HasSubstr("not of market SPOT"));
}

TEST_F(RunJobFlowTest, TakesTheOldFormOfInstances) {
  JsonObject request = Request();
  request["Instances"] = JsonObject{{"InstanceCount", 3},
                                    {"MasterInstanceType", "m5.xlarge"},
                                    {"SlaveInstanceType", "m5.2xlarge"}};
  const ClusterId cluster = Run(request);
  const Json groups = Answer("ListInstanceGroups", JsonObject{{"ClusterId", cluster.str()}});
  ASSERT_EQ(FindArray(groups, "InstanceGroups").size(), 2U);
  EXPECT_EQ(FindInt(FindArray(groups, "InstanceGroups")[1], "RequestedInstanceCount"), 2);
  request["Instances"] = JsonObject{{"InstanceCount", 3}, {"MasterInstanceType", "m5.xlarge"}};
  EXPECT_THAT(Refusal(request), HasSubstr("InstanceCount needs MasterInstanceType"));
}

TEST_F(RunJobFlowTest, TakesFleets) {
  const ClusterId cluster = Run(WithFleets(R"([
      {"InstanceFleetType": "MASTER", "TargetOnDemandCapacity": 1,
       "InstanceTypeConfigs": [{"InstanceType": "m5.xlarge"}]},
      {"InstanceFleetType": "CORE", "TargetSpotCapacity": 4, "InstanceTypeConfigs":
         [{"InstanceType": "m5.xlarge", "WeightedCapacity": 2}]}])"));
  EXPECT_EQ(StringOr(Describe(cluster), "InstanceCollectionType"), "INSTANCE_FLEET");
  const Json fleets = Answer("ListInstanceFleets", JsonObject{{"ClusterId", cluster.str()}});
  ASSERT_EQ(FindArray(fleets, "InstanceFleets").size(), 2U);
  EXPECT_EQ(FindInt(FindArray(fleets, "InstanceFleets")[1], "TargetSpotCapacity"), 4);
  EXPECT_EQ(ModelFixture::Refusal("ListInstanceGroups", JsonObject{{"ClusterId", cluster.str()}}),
            "InvalidRequestException: Instance fleets and instance groups are mutually exclusive. "
            "The EMR cluster specified in the request uses instance fleets. The "
            "ListInstanceGroups operation does not support clusters that use instance fleets. Use "
            "the ListInstanceFleets operation instead.");
}

TEST_F(RunJobFlowTest, RefusesFleetsThatMakeNoCluster) {
  EXPECT_THAT(Refusal(WithFleets(R"([{"InstanceFleetType": "MASTER", "TargetSpotCapacity": 2,
                  "InstanceTypeConfigs": [{"InstanceType": "m5.xlarge"}]}])")),
              HasSubstr("target capacity of the MASTER fleet is 2"));
  EXPECT_THAT(Refusal(WithFleets(R"([{"InstanceFleetType": "MASTER", "TargetSpotCapacity": 1,
                  "InstanceTypeConfigs": []}])")),
              HasSubstr("has 0 instance types"));
  EXPECT_THAT(Refusal(WithFleets(R"([{"InstanceFleetType": "MASTER", "TargetSpotCapacity": 1,
                  "InstanceTypeConfigs": [{"InstanceType": "m5.xlarge"}], "LaunchSpecifications":
                  {"SpotSpecification": {"TimeoutDurationMinutes": 4,
                   "TimeoutAction": "TERMINATE_CLUSTER"}}}])")),
              HasSubstr("TimeoutDurationMinutes 4 is not between 5 and 1440"));
}

TEST_F(RunJobFlowTest, TakesOneFleetOfEachRole) {
  const auto fleet = [](std::string_view role) {
    return R"({"InstanceFleetType": ")" + std::string(role) +
           R"(", "TargetSpotCapacity": 1, "InstanceTypeConfigs": [{"InstanceType": "m5.xlarge"}]})";
  };
  const auto refusal = [&](const std::vector<std::string_view>& roles) {
    std::string fleets;
    for (const std::string_view role : roles) fleets += (fleets.empty() ? "" : ",") + fleet(role);
    const Json request = WithFleets("[" + fleets + "]");
    return Call("RunJobFlow", request).has_value() ? "" : Refusal(request);
  };
  EXPECT_EQ(refusal({"MASTER", "CORE", "TASK"}), "");
  EXPECT_EQ(refusal({"CORE"}),
            "ValidationException: A cluster has exactly one MASTER instance fleet.");
  EXPECT_EQ(refusal({"MASTER", "CORE", "CORE"}),
            "ValidationException: A cluster has at most one CORE instance fleet.");
  EXPECT_EQ(refusal({"MASTER", "CORE", "TASK", "TASK"}),
            "ValidationException: A cluster has at most 1 TASK instance fleet.");
  EXPECT_EQ(refusal({"MASTER", "TASK"}),
            "ValidationException: A TASK instance fleet needs a CORE instance fleet.");
}

TEST_F(RunJobFlowTest, TakesThirtyTypesInAFleetWithAStrategyAndFiveWithout) {
  const auto refusal = [&](std::size_t types, std::string_view specification) {
    const JsonArray configs(types, JsonObject{{"InstanceType", "m5.xlarge"}});
    const Json request = WithFleets(R"([{"InstanceFleetType": "MASTER", "TargetSpotCapacity": 1,
        "LaunchSpecifications": )" + std::string(specification) +
                                    R"(, "InstanceTypeConfigs": )" + ToText(configs) + "}]");
    return Call("RunJobFlow", request).has_value() ? "" : Refusal(request);
  };
  constexpr std::string_view kStrategy =
      R"({"OnDemandSpecification": {"AllocationStrategy": "lowest-price"}})";
  EXPECT_EQ(refusal(5, "{}"), "");
  EXPECT_THAT(refusal(6, "{}"), HasSubstr("has 6 instance types; 1 to 5 are allowed"));
  EXPECT_EQ(refusal(30, kStrategy), "");
  EXPECT_THAT(refusal(31, kStrategy), HasSubstr("has 31 instance types; 1 to 30 are allowed"));
}

TEST_F(RunJobFlowTest, ChecksVolumes) {
  const auto refusal = [&](std::string_view volume, std::string_view device = "",
                           std::string_view ebs = "") {
    const Json request = WithGroups(R"([{"InstanceRole": "MASTER", "InstanceType": "m5.xlarge",
        "InstanceCount": 1, "EbsConfiguration": {"EbsBlockDeviceConfigs": [{"VolumeSpecification":
        {)" + std::string(volume) + "}" +
                                    std::string(device) + "}]" + std::string(ebs) + "}}]");
    return Call("RunJobFlow", request).has_value() ? "" : Refusal(request);
  };
  EXPECT_EQ(refusal(R"("VolumeType": "gp3", "SizeInGB": 1024, "Throughput": 1000)"), "");
  EXPECT_EQ(refusal(R"("VolumeType": "standard", "SizeInGB": 1)"), "");
  EXPECT_THAT(refusal(R"("VolumeType": "io9", "SizeInGB": 10)"),
              HasSubstr("VolumeType 'io9' is not one of gp3, gp2, io1, st1, sc1, standard"));
  for (const std::string_view size : {"0", "1025", "-1"}) {
    EXPECT_EQ(refusal(R"("VolumeType": "gp2", "SizeInGB": )" + std::string(size)),
              "ValidationException: SizeInGB " + std::string(size) + " is not between 1 and 1024.");
  }
  EXPECT_THAT(refusal(R"("VolumeType": "gp2", "SizeInGB": 9)", "", R"(, "EbsOptimized": true)"),
              HasSubstr("SizeInGB 9 is not between 10 and 1024"));
  EXPECT_THAT(refusal(R"("VolumeType": "gp2", "SizeInGB": 9, "Throughput": 125)"),
              HasSubstr("not of type gp3"));
  for (const std::string_view throughput : {"124", "1001"}) {
    EXPECT_THAT(
        refusal(R"("VolumeType": "gp3", "SizeInGB": 9, "Throughput": )" + std::string(throughput)),
        HasSubstr("is not between 125 and 1000 MiB/s"));
  }
  for (const std::string_view count : {"0", "26"}) {
    EXPECT_THAT(refusal(R"("VolumeType": "gp2", "SizeInGB": 9)",
                        R"(, "VolumesPerInstance": )" + std::string(count)),
                HasSubstr("is not between 1 and 25"));
  }
}

TEST_F(RunJobFlowTest, ChecksNumbers) {
  for (const int level : {0, 257}) {
    EXPECT_EQ(Refusal(Set("StepConcurrencyLevel", level)),
              "ValidationException: Invalid step concurrency level. Allowed level is from 1 to "
              "256");
  }
  EXPECT_THAT(Refusal(Set("AutoTerminationPolicy", JsonObject{{"IdleTimeout", 59}})),
              HasSubstr("IdleTimeout 59 is not between 60 and 604800 seconds"));
  const Json action =
      JsonObject{{"Name", "b"}, {"ScriptBootstrapAction", JsonObject{{"Path", "s3://b/x.sh"}}}};
  EXPECT_THAT(Refusal(Set("BootstrapActions", JsonArray(17, action))),
              HasSubstr("17 bootstrap actions; a cluster has at most 16"));
}

TEST_F(RunJobFlowTest, ChecksTags) {
  const auto refusal = [&](const Json& tag) { return Refusal(Set("Tags", JsonArray{tag})); };
  EXPECT_THAT(refusal(JsonObject{{"Value", "v"}}), HasSubstr("must have a key"));
  EXPECT_THAT(refusal(JsonObject{{"Key", ""}, {"Value", "v"}}), HasSubstr("must have a key"));
  EXPECT_THAT(refusal(JsonObject{{"Key", "k"}}), HasSubstr("has no value"));
  EXPECT_THAT(refusal(JsonObject{{"Key", "AWS:k"}, {"Value", "v"}}), HasSubstr("reserved"));
  EXPECT_THAT(refusal(JsonObject{{"Key", std::string(129, 'k')}, {"Value", "v"}}),
              HasSubstr("longer than 128"));
  EXPECT_THAT(refusal(JsonObject{{"Key", "k"}, {"Value", std::string(257, 'v')}}),
              HasSubstr("longer than 256"));
  const Json tag = JsonObject{{"Key", "k"}, {"Value", "v"}};
  EXPECT_THAT(Refusal(Set("Tags", JsonArray{tag, tag})), HasSubstr("given twice"));
  JsonArray many;
  for (int i = 0; i < 51; ++i) {
    many.push_back(JsonObject{{"Key", std::to_string(i)}, {"Value", ""}});
  }
  EXPECT_THAT(Refusal(Set("Tags", many)), HasSubstr("at most 50 tags"));
}

TEST_F(RunJobFlowTest, ChecksSteps) {
  EXPECT_EQ(Refusal(Request(JsonArray(257, Step("s")))),
            "ValidationException: Maximum number of active steps(State = 'Running', 'Pending' or "
            "'Cancel_Pending') for cluster exceeded.");
  JsonObject late_release = Request(JsonArray(101, Step("s")));
  late_release["ReleaseLabel"] = "emr-7.14.0";
  EXPECT_THAT(Refusal(late_release), HasSubstr("at most 100 are allowed from emr-7.14.0 on"));
  Json huge = Step("huge");
  huge.at("HadoopJarStep").at("Args") = JsonArray{std::string(5120, 'a'), std::string(5120, 'b')};
  EXPECT_THAT(Refusal(Request({huge})), HasSubstr("at most 10240 are allowed"));
  EXPECT_THAT(Refusal(Request({Step("s", "RETRY")})),
              HasSubstr("'steps.1.member.actionOnFailure' failed to satisfy constraint: Member "
                        "must satisfy enum value set: [TERMINATE_JOB_FLOW, "));
  JsonObject concurrent = Request({Step("s", "CANCEL_AND_WAIT")});
  concurrent["StepConcurrencyLevel"] = 2;
  EXPECT_EQ(Refusal(concurrent),
            "ValidationException: Action on failure 'CANCEL_AND_WAIT' is invalid.");
}

TEST_F(RunJobFlowTest, MakesNothingWhenItRefuses) {
  const std::vector<Json> none;
  EXPECT_NE(Refusal(Without("ServiceRole")), "");
  EXPECT_TRUE(model.LiveClusters().empty());
  EXPECT_EQ(events, none);
  EXPECT_EQ(model.NextDue(), std::nullopt);
}

TEST_F(RunJobFlowTest, RefusesOperationsThatItDoesNotHave) {
  const Result<Json> answer = Call("CreateStudio", JsonObject{});
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, "UnknownOperationException");
  EXPECT_EQ(answer.error().message,
            "Amazon EMR has the operation CreateStudio, the built-in EMR has not: use Amazon EMR "
            "for it.");
  EXPECT_EQ(answer.error().kind, ErrorKind::kInvalidJob);
}

TEST_F(RunJobFlowTest, RefusesOperationsThatNobodyHas) {
  const auto refusal = [&](std::string_view operation) {
    return ModelFixture::Refusal(operation, JsonObject{});
  };
  EXPECT_EQ(refusal("DescribeClusters"),
            "UnknownOperationException: Amazon EMR has no operation 'DescribeClusters'. Did you "
            "mean DescribeCluster?");
  EXPECT_EQ(refusal("MakeTea"),
            "UnknownOperationException: Amazon EMR has no operation 'MakeTea'.");
  EXPECT_EQ(refusal(""), "UnknownOperationException: Amazon EMR has no operation ''.");
  const std::string hostile = refusal("\x1b[2J\n" + std::string(100000, 'x'));
  EXPECT_EQ(hostile.find('\x1b'), std::string::npos);
  EXPECT_LT(hostile.size(), 300U);
}

}  // namespace
}  // namespace ecm::emr_model
