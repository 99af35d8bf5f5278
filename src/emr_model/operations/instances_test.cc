#include <gmock/gmock.h>

#include <set>

#include "emr_model/testing/fixture.h"

namespace ecm::emr_model {
namespace {

using std::chrono::days;
using testing::ElementsAre;
using testing::MatchesRegex;
using testing::SizeIs;

class InstancesTest : public ModelFixture {
 protected:
  static JsonObject Of(const ClusterId& cluster) { return {{"ClusterId", cluster.str()}}; }
  Json List(const ClusterId& cluster, const JsonObject& filters = {}) {
    JsonObject request = Of(cluster);
    for (const auto& filter : filters) request[filter.key()] = filter.value();
    return Answer("ListInstances", request);
  }
  static std::vector<std::string> Members(const Json& answer, std::string_view member) {
    std::vector<std::string> values;
    for (const Json& instance : FindArray(answer, "Instances")) {
      values.push_back(StringOr(instance, member));
    }
    return values;
  }
  std::set<std::string> StatesOf(const ClusterId& cluster) {
    const Json answer = List(cluster);
    std::set<std::string> states;
    for (const Json& instance : FindArray(answer, "Instances")) {
      states.insert(StringOr(instance.at("Status"), "State"));
    }
    return states;
  }
  static JsonObject Group(std::string_view role, std::int64_t count, std::string_view type) {
    return {{"InstanceRole", role}, {"InstanceType", type}, {"InstanceCount", count}};
  }
  static JsonObject WithGroups(JsonArray groups) {
    JsonObject request = Request({}, true);
    request["Instances"].as_object()["InstanceGroups"] = std::move(groups);
    return request;
  }
  static JsonObject WithFleets() {
    JsonObject request = Request({}, true);
    request["Instances"] = *ParseJson(R"({"KeepJobFlowAliveWhenNoSteps": true, "InstanceFleets": [
      {"InstanceFleetType": "MASTER", "TargetOnDemandCapacity": 1,
       "InstanceTypeConfigs": [{"InstanceType": "m5.xlarge"}]},
      {"InstanceFleetType": "CORE", "TargetOnDemandCapacity": 4, "TargetSpotCapacity": 9,
       "InstanceTypeConfigs": [{"InstanceType": "r5.xlarge", "WeightedCapacity": 4},
                               {"InstanceType": "r5.2xlarge", "WeightedCapacity": 8}]}]})");
    return request;
  }
};

TEST_F(InstancesTest, StandUnderTheIdsOfTheirGroups) {
  const ClusterId cluster = RunAndBoot(Request({}, true));
  const Json groups = Answer("ListInstanceGroups", Of(cluster)).at("InstanceGroups");
  const std::string primary = StringOr(groups.at(0), "Id");
  const std::string core = StringOr(groups.at(1), "Id");
  const Json answer = List(cluster);
  EXPECT_THAT(Members(answer, "InstanceGroupId"), ElementsAre(primary, core, core));
  EXPECT_THAT(Members(answer, "InstanceType"), ElementsAre("m5.xlarge", "m5.xlarge", "m5.xlarge"));
  EXPECT_THAT(Members(answer, "Market"), ElementsAre("ON_DEMAND", "ON_DEMAND", "ON_DEMAND"));
  EXPECT_THAT(Members(List(cluster, {{"InstanceGroupId", core}}), "InstanceGroupId"),
              ElementsAre(core, core));
  EXPECT_THAT(Members(List(cluster, {{"InstanceGroupTypes", JsonArray{"MASTER", "TASK"}}}),
                      "InstanceGroupId"),
              ElementsAre(primary));
}

TEST_F(InstancesTest, KeepTheirOwnIds) {
  const ClusterId cluster = RunAndBoot(Request({}, true));
  const std::vector<std::string> ids = Members(List(cluster), "Id");
  const std::vector<std::string> ec2_ids = Members(List(cluster), "Ec2InstanceId");
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 3U);
  EXPECT_EQ(std::set<std::string>(ec2_ids.begin(), ec2_ids.end()).size(), 3U);
  EXPECT_THAT(ids, testing::Each(MatchesRegex("ci-[A-Z0-9]{13}")));
  EXPECT_THAT(ec2_ids, testing::Each(MatchesRegex("i-[0-9a-f]{17}")));
  EXPECT_EQ(Members(List(cluster, {{"InstanceGroupTypes", JsonArray{"CORE"}}}), "Id"),
            std::vector<std::string>(ids.begin() + 1, ids.end()));
  const ClusterId other = RunAndBoot(Request({}, true));
  EXPECT_NE(Members(List(other), "Id"), ids);
}

TEST_F(InstancesTest, FollowTheStateOfTheirCluster) {
  const ClusterId cluster = Run(Request({Step("one")}));
  EXPECT_THAT(StatesOf(cluster), ElementsAre("PROVISIONING"));
  model.Advance();
  EXPECT_THAT(StatesOf(cluster), ElementsAre("RUNNING"));
  EXPECT_THAT(
      Members(List(cluster, {{"InstanceStates", JsonArray{"RUNNING", "BOOTSTRAPPING"}}}), "Id"),
      SizeIs(3));
  EXPECT_THAT(Members(List(cluster, {{"InstanceStates", JsonArray{"TERMINATED"}}}), "Id"),
              SizeIs(0));
  Exit(true);
  model.Advance();
  EXPECT_THAT(StatesOf(cluster), ElementsAre("TERMINATED"));
  const Json status = List(cluster).at("Instances").at(0).at("Status");
  EXPECT_EQ(StringOr(status.at("StateChangeReason"), "Code"), "CLUSTER_TERMINATED");
  EXPECT_NE(Find(status, {"Timeline", "EndDateTime"}), nullptr);
}

TEST_F(InstancesTest, AreForgottenThirtyDaysAfterTheirEnd) {
  const ClusterId cluster = Run(Request());
  model.Advance();
  clock.Advance(days{30});
  EXPECT_THAT(Members(List(cluster), "Id"), SizeIs(3));
  clock.Advance(std::chrono::seconds{1});
  EXPECT_THAT(Members(List(cluster), "Id"), SizeIs(0));
}

TEST_F(InstancesTest, FillAFleetWithItsFirstType) {
  const ClusterId cluster = RunAndBoot(WithFleets());
  const Json workers = List(cluster, {{"InstanceFleetType", "CORE"}});
  EXPECT_THAT(Members(workers, "Market"), ElementsAre("ON_DEMAND", "SPOT", "SPOT", "SPOT"));
  EXPECT_THAT(Members(workers, "InstanceType"), testing::Each("r5.xlarge"));
  const std::vector<std::string> ids = Members(workers, "Id");
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 4U);
  const std::string fleet = Members(workers, "InstanceFleetId").front();
  EXPECT_EQ(List(cluster, {{"InstanceFleetId", fleet}}), workers);
}

TEST_F(InstancesTest, RefuseFiltersOfTheOtherKind) {
  constexpr std::string_view kExclude =
      "InvalidRequestException: Instance fleets and instance groups are mutually exclusive.";
  const std::string groups = Run(Request()).str();
  const std::string fleets = Run(WithFleets()).str();
  EXPECT_EQ(Refusal("ListInstances",
                    JsonObject{{"ClusterId", fleets}, {"InstanceGroupTypes", JsonArray{"CORE"}}}),
            kExclude);
  EXPECT_EQ(
      Refusal("ListInstances", JsonObject{{"ClusterId", fleets}, {"InstanceGroupId", "ig-1"}}),
      kExclude);
  EXPECT_EQ(
      Refusal("ListInstances", JsonObject{{"ClusterId", groups}, {"InstanceFleetType", "CORE"}}),
      kExclude);
  EXPECT_EQ(
      Refusal("ListInstances", JsonObject{{"ClusterId", groups}, {"InstanceFleetId", "if-1"}}),
      kExclude);
}

TEST_F(InstancesTest, RefuseIdsAndMarkersThatAreNotTheirs) {
  const std::string cluster = Run(Request()).str();
  EXPECT_EQ(
      Refusal("ListInstances", JsonObject{{"ClusterId", cluster}, {"InstanceGroupId", "ig-1"}}),
      "InvalidRequestException: Instance group id 'ig-1' is not valid.");
  for (const std::string_view marker : {"x", "0", "-1", "4", "1 "}) {
    EXPECT_EQ(Refusal("ListInstances", JsonObject{{"ClusterId", cluster}, {"Marker", marker}}),
              "InvalidRequestException: Marker '" + std::string(marker) + "' is not valid.");
  }
  EXPECT_EQ(Refusal("ListInstances", JsonObject{{"ClusterId", "j-NONE"}}),
            "InvalidRequestException: Cluster id 'j-NONE' is not valid.");
}

TEST_F(InstancesTest, ComeFiftyAPageAndTwoThousandAtMost) {
  const ClusterId cluster =
      RunAndBoot(WithGroups({Group("MASTER", 1, "m5.xlarge"), Group("CORE", 1998, "r5.xlarge"),
                             Group("TASK", 70, "c5.xlarge")}));
  std::set<std::string> ids;
  std::string marker;
  int pages = 0;
  do {
    const Json answer =
        List(cluster, marker.empty() ? JsonObject{} : JsonObject{{"Marker", marker}});
    for (std::string& id : Members(answer, "Id")) ids.insert(std::move(id));
    marker = StringOr(answer, "Marker");
    ++pages;
  } while (!marker.empty() && pages < 100);
  EXPECT_EQ(pages, 40);
  EXPECT_EQ(ids.size(), 2000U);
  const Json task = List(cluster, {{"InstanceGroupTypes", JsonArray{"TASK"}}});
  EXPECT_THAT(Members(task, "InstanceType"),
              testing::AllOf(SizeIs(50), testing::Each("c5.xlarge")));
  EXPECT_EQ(StringOr(task, "Marker"), "50");
}

}  // namespace
}  // namespace ecm::emr_model
