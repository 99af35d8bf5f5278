#include <gmock/gmock.h>

#include "emr_model/testing/fixture.h"

namespace ecm::emr_model {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class ResizeTest : public ModelFixture {
 protected:
  static JsonObject Group(std::string_view role, std::int64_t count) {
    return {{"InstanceRole", role}, {"InstanceType", "c5.xlarge"}, {"InstanceCount", count}};
  }
  static Json Add(const ClusterId& cluster, JsonArray groups) {
    return JsonObject{{"JobFlowId", cluster.str()}, {"InstanceGroups", std::move(groups)}};
  }
  static Json Resize(const std::string& group, std::int64_t count) {
    return JsonObject{{"InstanceGroupId", group}, {"InstanceCount", count}};
  }
  static Json Modify(JsonArray changes) {
    return JsonObject{{"InstanceGroups", std::move(changes)}};
  }
  JsonArray Groups(const ClusterId& cluster) {
    const Json answer = Answer("ListInstanceGroups", JsonObject{{"ClusterId", cluster.str()}});
    return FindArray(answer, "InstanceGroups");
  }
  std::vector<std::int64_t> Counts(const ClusterId& cluster) {
    std::vector<std::int64_t> counts;
    const JsonArray groups = Groups(cluster);
    for (const Json& group : groups) counts.push_back(*FindInt(group, "RunningInstanceCount"));
    return counts;
  }
  std::string GroupId(const ClusterId& cluster, std::size_t place) {
    const JsonArray groups = Groups(cluster);
    return StringOr(groups.at(place), "Id");
  }
  std::vector<std::string> InstanceIds(const std::string& cluster, const std::string& group) {
    const Json answer =
        Answer("ListInstances", JsonObject{{"ClusterId", cluster}, {"InstanceGroupId", group}});
    std::vector<std::string> ids;
    for (const Json& instance : FindArray(answer, "Instances")) {
      ids.push_back(StringOr(instance, "Id"));
    }
    return ids;
  }
};

TEST_F(ResizeTest, AddsTaskGroupsToARunningCluster) {
  const ClusterId cluster = RunAndBoot(Request({}, true));
  clock.Advance(std::chrono::seconds{100});
  const Json answer =
      Answer("AddInstanceGroups", Add(cluster, {Group("TASK", 3), Group("TASK", 0)}));
  EXPECT_EQ(StringOr(answer, "JobFlowId"), cluster.str());
  EXPECT_EQ(StringOr(answer, "ClusterArn"), StringOr(Describe(cluster), "ClusterArn"));
  EXPECT_THAT(Counts(cluster), ElementsAre(1, 2, 3, 0));
  const std::string id(answer.at("InstanceGroupIds").at(0).get_string());
  EXPECT_EQ(id, GroupId(cluster, 2));
  EXPECT_THAT(InstanceIds(cluster.str(), id), SizeIs(3));
  const JsonArray groups = Groups(cluster);
  const Json& timeline = groups.at(2).at("Status").at("Timeline");
  EXPECT_EQ(FindDouble(timeline, "CreationDateTime"), ToEpochSeconds(clock.Wall()));
  EXPECT_EQ(FindDouble(timeline, "ReadyDateTime"), ToEpochSeconds(clock.Wall()));
}

TEST_F(ResizeTest, RefusesGroupsThatDoNotFit) {
  const ClusterId cluster = RunAndBoot(Request({}, true));
  const auto refusal = [&](JsonArray groups) {
    return Refusal("AddInstanceGroups", Add(cluster, std::move(groups)));
  };
  EXPECT_EQ(refusal({}), "ValidationException: The list of InstanceGroups cannot be empty");
  EXPECT_EQ(refusal({Group("CORE", 1)}),
            "ValidationException: Only TASK instance groups can be added to a cluster.");
  EXPECT_THAT(refusal(JsonArray(49, Group("TASK", 1))),
              HasSubstr("at most 48 TASK instance groups"));
  EXPECT_THAT(refusal({Group("TASK", 2001)}), HasSubstr("is not between 0 and 2000"));
  EXPECT_THAT(Counts(cluster), ElementsAre(1, 2));
  EXPECT_EQ(Refusal("AddInstanceGroups", Add(ClusterId("j-1"), {Group("TASK", 1)})),
            "ValidationException: Specified job flow ID not valid");
}

TEST_F(ResizeTest, ChangesCountsWithoutUsingAnIdTwice) {
  const ClusterId cluster = RunAndBoot(Request({}, true));
  const std::string core = GroupId(cluster, 1);
  const std::vector<std::string> before = InstanceIds(cluster.str(), core);
  Answer("ModifyInstanceGroups", Modify({Resize(core, 1)}));
  EXPECT_THAT(Counts(cluster), ElementsAre(1, 1));
  EXPECT_THAT(InstanceIds(cluster.str(), core), ElementsAre(before[1]));
  Answer("ModifyInstanceGroups",
         JsonObject{{"ClusterId", cluster.str()}, {"InstanceGroups", JsonArray{Resize(core, 2)}}});
  const std::vector<std::string> after = InstanceIds(cluster.str(), core);
  EXPECT_THAT(after, ElementsAre(before[1], testing::Ne(before[0])));
}

TEST_F(ResizeTest, ChangesAllGroupsOrNone) {
  const ClusterId cluster = RunAndBoot(Request({}, true));
  const std::string primary = GroupId(cluster, 0);
  const std::string core = GroupId(cluster, 1);
  EXPECT_EQ(Refusal("ModifyInstanceGroups", Modify({Resize(core, 5), Resize(primary, 3)})),
            "ValidationException: The MASTER group cannot be resized.");
  EXPECT_EQ(Refusal("ModifyInstanceGroups", Modify({Resize(core, 5), Resize("ig-1", 3)})),
            "ValidationException: Instance group id 'ig-1' is not valid.");
  EXPECT_THAT(Refusal("ModifyInstanceGroups", Modify({Resize(core, 0)})),
              HasSubstr("is not between 1 and 2000"));
  EXPECT_EQ(Refusal("ModifyInstanceGroups",
                    Modify({JsonObject{{"InstanceGroupId", core},
                                       {"EC2InstanceIdsToTerminate", JsonArray{"i-1"}}}})),
            "ValidationException: The built-in EMR changes the InstanceCount of a group alone: "
            "leave out EC2InstanceIdsToTerminate.");
  EXPECT_THAT(Counts(cluster), ElementsAre(1, 2));
}

TEST_F(ResizeTest, LeavesClustersThatEndAlone) {
  constexpr std::string_view kEnding =
      "ValidationException: A job flow that is shutting down, terminated, or finished may not be "
      "modified.";
  const ClusterId cluster = RunAndBoot(Request());
  EXPECT_EQ(Refusal("AddInstanceGroups", Add(cluster, {Group("TASK", 1)})), kEnding);
  JsonObject change = Modify({Resize(GroupId(cluster, 1), 3)}).get_object();
  change["ClusterId"] = cluster.str();
  EXPECT_EQ(Refusal("ModifyInstanceGroups", change), kEnding);
}

}  // namespace
}  // namespace ecm::emr_model
