#include <gmock/gmock.h>

#include "emr_model/testing/fixture.h"

namespace ecm::emr_model {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Ne;
using testing::SizeIs;

class FleetsTest : public ModelFixture {
 protected:
  static JsonObject WithFleets(std::string_view release = "emr-7.10.0") {
    JsonObject request = Request({}, true);
    request["ReleaseLabel"] = release;
    request["Instances"] = *ParseJson(R"({"KeepJobFlowAliveWhenNoSteps": true, "InstanceFleets": [
      {"InstanceFleetType": "MASTER", "TargetOnDemandCapacity": 1,
       "InstanceTypeConfigs": [{"InstanceType": "m5.xlarge"}]},
      {"InstanceFleetType": "CORE", "TargetOnDemandCapacity": 4, "TargetSpotCapacity": 8,
       "InstanceTypeConfigs": [{"InstanceType": "r5.xlarge", "WeightedCapacity": 4}]}]})");
    return request;
  }
  static JsonObject Fleet(std::string_view role = "TASK") {
    return {{"InstanceFleetType", role},
            {"TargetSpotCapacity", 2},
            {"InstanceTypeConfigs", JsonArray{JsonObject{{"InstanceType", "c5.xlarge"}}}}};
  }
  static Json Add(const ClusterId& cluster, JsonObject fleet) {
    return JsonObject{{"ClusterId", cluster.str()}, {"InstanceFleet", std::move(fleet)}};
  }
  static Json Resize(const ClusterId& cluster, std::string_view fleet, std::int64_t on_demand,
                     std::int64_t spot) {
    return Add(cluster, {{"InstanceFleetId", fleet},
                         {"TargetOnDemandCapacity", on_demand},
                         {"TargetSpotCapacity", spot}});
  }
  JsonArray Fleets(const ClusterId& cluster) {
    const Json answer = Answer("ListInstanceFleets", JsonObject{{"ClusterId", cluster.str()}});
    return FindArray(answer, "InstanceFleets");
  }
  std::string FleetId(const ClusterId& cluster, std::size_t place) {
    const JsonArray fleets = Fleets(cluster);
    return StringOr(fleets.at(place), "Id");
  }
  /// Of a fleet, those on demand first.
  std::vector<std::string> InstanceIds(const ClusterId& cluster, const std::string& fleet) {
    const Json answer = Answer(
        "ListInstances", JsonObject{{"ClusterId", cluster.str()}, {"InstanceFleetId", fleet}});
    std::vector<std::string> ids;
    for (const Json& instance : FindArray(answer, "Instances")) {
      ids.push_back(StringOr(instance, "Id"));
    }
    return ids;
  }
};

TEST_F(FleetsTest, AddATaskFleetToARunningCluster) {
  const ClusterId cluster = RunAndBoot(WithFleets());
  clock.Advance(std::chrono::seconds{100});
  const Json answer = Answer("AddInstanceFleet", Add(cluster, Fleet()));
  EXPECT_EQ(StringOr(answer, "ClusterId"), cluster.str());
  EXPECT_EQ(StringOr(answer, "ClusterArn"), StringOr(Describe(cluster), "ClusterArn"));
  const JsonArray fleets = Fleets(cluster);
  ASSERT_THAT(fleets, SizeIs(3));
  const std::string id = StringOr(answer, "InstanceFleetId");
  EXPECT_EQ(StringOr(fleets.at(2), "Id"), id);
  EXPECT_EQ(FindInt(fleets.at(2), "TargetSpotCapacity"), 2);
  EXPECT_EQ(FindInt(fleets.at(2), "ProvisionedSpotCapacity"), 2);
  EXPECT_EQ(FindDouble(fleets.at(2).at("Status").at("Timeline"), "CreationDateTime"),
            ToEpochSeconds(clock.Wall()));
  EXPECT_THAT(InstanceIds(cluster, id), SizeIs(2));
}

TEST_F(FleetsTest, RefuseAFleetThatDoesNotFit) {
  const ClusterId cluster = RunAndBoot(WithFleets());
  const auto refusal = [&](JsonObject fleet) {
    return Refusal("AddInstanceFleet", Add(cluster, std::move(fleet)));
  };
  constexpr std::string_view kOnlyTask =
      "InvalidRequestException: Only a TASK instance fleet can be added to a cluster.";
  EXPECT_EQ(refusal(Fleet("CORE")), kOnlyTask);
  EXPECT_EQ(refusal(Fleet("MASTER")), kOnlyTask);
  JsonObject empty = Fleet();
  empty["TargetSpotCapacity"] = 0;
  EXPECT_THAT(refusal(empty), HasSubstr("target capacity of the TASK fleet is 0"));
  JsonObject types = Fleet();
  types["InstanceTypeConfigs"] = JsonArray(6, JsonObject{{"InstanceType", "c5.xlarge"}});
  EXPECT_EQ(refusal(types),
            "InvalidRequestException: The TASK fleet has 6 instance types; 1 to 5 are allowed.");
  types["LaunchSpecifications"] = *ParseJson(R"({"SpotSpecification": {"TimeoutDurationMinutes": 5,
      "TimeoutAction": "TERMINATE_CLUSTER", "AllocationStrategy": "capacity-optimized"}})");
  EXPECT_TRUE(Call("AddInstanceFleet", Add(cluster, types)).has_value());
  EXPECT_EQ(refusal(Fleet()),
            "InvalidRequestException: A cluster has at most 1 TASK instance fleet.");
  EXPECT_EQ(Refusal("AddInstanceFleet", Add(ClusterId("j-NONE"), Fleet())),
            "InvalidRequestException: Cluster id 'j-NONE' is not valid.");
}

TEST_F(FleetsTest, ChangeTheirUnitsWithoutUsingAnIdTwice) {
  const ClusterId cluster = RunAndBoot(WithFleets());
  const std::string core = FleetId(cluster, 1);
  const std::vector<std::string> before = InstanceIds(cluster, core);
  ASSERT_THAT(before, SizeIs(3));  // one on demand, two spot, each of four units
  Answer("ModifyInstanceFleet", Resize(cluster, core, 8, 4));
  const std::vector<std::string> shifted = InstanceIds(cluster, core);
  EXPECT_THAT(shifted, ElementsAre(before[0], Ne(before[1]), before[2]));
  const JsonArray fleets = Fleets(cluster);
  EXPECT_EQ(FindInt(fleets.at(1), "TargetOnDemandCapacity"), 8);
  EXPECT_EQ(FindInt(fleets.at(1), "ProvisionedSpotCapacity"), 4);
  Answer("ModifyInstanceFleet", Resize(cluster, core, 4, 8));
  EXPECT_THAT(InstanceIds(cluster, core),
              ElementsAre(shifted[1], before[2], testing::AllOf(Ne(before[0]), Ne(before[1]))));
}

TEST_F(FleetsTest, MayBeEmptiedIfTheyAreOfTasks) {
  const ClusterId cluster = RunAndBoot(WithFleets());
  const Json added = Answer("AddInstanceFleet", Add(cluster, Fleet()));
  const std::string task = StringOr(added, "InstanceFleetId");
  Answer("ModifyInstanceFleet", Resize(cluster, task, 0, 0));
  EXPECT_THAT(InstanceIds(cluster, task), SizeIs(0));
  EXPECT_EQ(Refusal("ModifyInstanceFleet", Resize(cluster, FleetId(cluster, 1), 0, 0)),
            "InvalidRequestException: The target capacity of the CORE fleet is 0; it must be "
            "above 0.");
}

TEST_F(FleetsTest, RefuseChangesThatTheyCannotMake) {
  const ClusterId cluster = RunAndBoot(WithFleets());
  const std::string core = FleetId(cluster, 1);
  EXPECT_EQ(Refusal("ModifyInstanceFleet", Resize(cluster, FleetId(cluster, 0), 1, 0)),
            "InvalidRequestException: The MASTER fleet cannot be resized.");
  EXPECT_EQ(Refusal("ModifyInstanceFleet", Resize(cluster, "if-1", 1, 0)),
            "InvalidRequestException: Instance fleet id 'if-1' is not valid.");
  EXPECT_EQ(Refusal("ModifyInstanceFleet",
                    Add(cluster, {{"InstanceFleetId", core}, {"TargetSpotCapacity", 2}})),
            "InvalidRequestException: The instance fleet (" + core +
                ") should have both targetOnDemandCapacity and targetSpotCapacity specified.");
  JsonObject types = Resize(cluster, core, 4, 4).get_object();
  types["InstanceFleet"].get_object()["InstanceTypeConfigs"] =
      JsonArray{JsonObject{{"InstanceType", "c5.xlarge"}}};
  EXPECT_THAT(Refusal("ModifyInstanceFleet", types), HasSubstr("leave out InstanceTypeConfigs"));
  EXPECT_THAT(InstanceIds(cluster, core), SizeIs(3));
}

TEST_F(FleetsTest, WaitForCapacityWithinBounds) {
  const ClusterId cluster = RunAndBoot(WithFleets());
  const std::string core = FleetId(cluster, 1);
  const auto resize = [&](std::int64_t minutes) {
    JsonObject request = Resize(cluster, core, 4, 4).get_object();
    request["InstanceFleet"].get_object()["ResizeSpecifications"] =
        JsonObject{{"SpotResizeSpecification", JsonObject{{"TimeoutDurationMinutes", minutes}}}};
    return request;
  };
  for (const std::int64_t minutes : {4, 10081}) {
    EXPECT_EQ(Refusal("ModifyInstanceFleet", resize(minutes)),
              "InvalidRequestException: TimeoutDurationMinutes " + std::to_string(minutes) +
                  " of SpotResizeSpecification is not between 5 and 10080.");
  }
  Answer("ModifyInstanceFleet", resize(10080));
  EXPECT_THAT(ToText(Fleets(cluster).at(1)), HasSubstr(R"("TimeoutDurationMinutes":10080)"));
}

TEST_F(FleetsTest, AreNotForClustersOfGroupsNorGroupsForThem) {
  const ClusterId groups = RunAndBoot(Request({}, true));
  constexpr std::string_view kGroups =
      "InvalidRequestException: Instance fleets and instance groups are mutually exclusive. The "
      "EMR cluster specified in the request uses instance groups. The ";
  constexpr std::string_view kNot =
      " operation does not support clusters that use instance groups. Use the ";
  EXPECT_EQ(Refusal("AddInstanceFleet", Add(groups, Fleet())),
            std::string(kGroups) + "AddInstanceFleet" + std::string(kNot) +
                "AddInstanceGroups operation instead.");
  EXPECT_EQ(Refusal("ModifyInstanceFleet", Resize(groups, "if-1", 1, 1)),
            std::string(kGroups) + "ModifyInstanceFleet" + std::string(kNot) +
                "ModifyInstanceGroups operation instead.");
  EXPECT_EQ(Refusal("ListInstanceFleets", JsonObject{{"ClusterId", groups.str()}}),
            std::string(kGroups) + "ListInstanceFleets" + std::string(kNot) +
                "ListInstanceGroups operation instead.");
  const ClusterId fleets = RunAndBoot(WithFleets());
  const Json group =
      JsonObject{{"InstanceRole", "TASK"}, {"InstanceType", "c5.xlarge"}, {"InstanceCount", 1}};
  EXPECT_EQ(Refusal("AddInstanceGroups",
                    JsonObject{{"JobFlowId", fleets.str()}, {"InstanceGroups", JsonArray{group}}}),
            "ValidationException: Instance fleets and instance groups are mutually exclusive.");
}

TEST_F(FleetsTest, LeaveClustersThatEndAlone) {
  constexpr std::string_view kEnding =
      "InvalidRequestException: A job flow that is shutting down, terminated, or finished may not "
      "be modified.";
  const ClusterId cluster = RunAndBoot(WithFleets());
  const std::string core = FleetId(cluster, 1);
  Answer("TerminateJobFlows", JsonObject{{"JobFlowIds", JsonArray{Json(cluster.str())}}});
  EXPECT_EQ(Refusal("AddInstanceFleet", Add(cluster, Fleet())), kEnding);
  EXPECT_EQ(Refusal("ModifyInstanceFleet", Resize(cluster, core, 1, 1)), kEnding);
}

TEST_F(FleetsTest, NeedAReleaseThatHasThem) {
  EXPECT_TRUE(Call("RunJobFlow", WithFleets("emr-4.8.0")).has_value());
  for (const std::string_view release : {"emr-4.7.2", "emr-5.0.3"}) {
    EXPECT_THAT(Refusal("RunJobFlow", WithFleets(release)), HasSubstr("has no instance fleets"));
  }
}

TEST_F(FleetsTest, WeighTheirTypes) {
  JsonObject request = WithFleets();
  const auto weigh = [&](std::size_t fleet, std::int64_t weight) {
    JsonObject changed = request;
    changed["Instances"]
        .at("InstanceFleets")
        .at(fleet)
        .at("InstanceTypeConfigs")
        .at(0)
        .get_object()["WeightedCapacity"] = weight;
    return changed;
  };
  EXPECT_THAT(Refusal("RunJobFlow", weigh(0, 2)),
              HasSubstr("The WeightedCapacity of the MASTER fleet is not 1."));
  EXPECT_THAT(Refusal("RunJobFlow", weigh(1, 0)),
              HasSubstr("of the CORE fleet is 0, not 1 or more"));
}

}  // namespace
}  // namespace ecm::emr_model
