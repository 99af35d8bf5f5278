#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "aws/emr_client.h"
#include "emr_model/testing/fixture.h"

namespace ecm::emr_model {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::SizeIs;

class ClustersTest : public ModelFixture {
 protected:
  std::vector<std::string> Ids(const Json& answer) {
    std::vector<std::string> ids;
    for (const Json& cluster : FindArray(answer, "Clusters"))
      ids.push_back(StringOr(cluster, "Id"));
    return ids;
  }
  Json Window(WallTime after, WallTime before) {
    return JsonObject{{"CreatedAfter", ToEpochSeconds(after)},
                      {"CreatedBefore", ToEpochSeconds(before)}};
  }
};

TEST_F(ClustersTest, KnowsAClusterInItsRegionAlone) {
  const ClusterId cluster = Run(Request());
  const Json request = JsonObject{{"ClusterId", cluster.str()}};
  EXPECT_TRUE(Call("DescribeCluster", request).has_value());
  const Result<Json> elsewhere = model.Call(Region("us-east-1"), "DescribeCluster", request);
  ASSERT_FALSE(elsewhere.has_value());
  EXPECT_EQ(elsewhere.error().code, "InvalidRequestException");
  EXPECT_EQ(elsewhere.error().message, "Cluster id '" + cluster.str() + "' is not valid.");
  EXPECT_EQ(elsewhere.error().kind, ErrorKind::kNotFound);
  const Result<Json> list = model.Call(Region("us-east-1"), "ListClusters", JsonObject{});
  EXPECT_THAT(Ids(*list), SizeIs(0));
}

TEST_F(ClustersTest, ListsThoseOfATimeWindowNewestFirst) {
  std::vector<std::string> ids;
  std::vector<WallTime> times;
  for (int i = 0; i < 4; ++i) {
    ids.push_back(Run(Request()).str());
    times.push_back(clock.Wall());
    clock.Advance(seconds{1});
  }
  EXPECT_THAT(Ids(Answer("ListClusters", JsonObject{})),
              ElementsAre(ids[3], ids[2], ids[1], ids[0]));
  EXPECT_THAT(Ids(Answer("ListClusters", Window(times[1], times[2]))), ElementsAre(ids[2], ids[1]));
  EXPECT_THAT(Ids(Answer("ListClusters", Window(times[3] + seconds{5}, times[3] + seconds{9}))),
              SizeIs(0));
}

TEST_F(ClustersTest, ListsFiftyAPage) {
  std::set<std::string> expected;
  for (int i = 0; i < 120; ++i) expected.insert(Run(Request()).str());
  std::set<std::string> seen;
  std::vector<std::size_t> sizes;
  JsonObject request;
  for (int page = 0; page < 5; ++page) {
    const Json answer = Answer("ListClusters", request);
    const std::vector<std::string> ids = Ids(answer);
    sizes.push_back(ids.size());
    seen.insert(ids.begin(), ids.end());
    const std::string marker = StringOr(answer, "Marker");
    if (marker.empty()) break;
    request["Marker"] = marker;
  }
  EXPECT_THAT(sizes, ElementsAre(50, 50, 20));
  EXPECT_EQ(seen, expected);
}

TEST_F(ClustersTest, TellsNoClusterTwiceWhenOneIsCreatedBetweenPages) {
  for (int i = 0; i < 60; ++i) Run(Request());
  const Json first = Answer("ListClusters", JsonObject{});
  Run(Request());
  const Json second = Answer("ListClusters", JsonObject{{"Marker", StringOr(first, "Marker")}});
  EXPECT_THAT(Ids(second), SizeIs(10));
  std::vector<std::string> all = Ids(first);
  std::ranges::copy(Ids(second), std::back_inserter(all));
  std::ranges::sort(all);
  EXPECT_EQ(std::ranges::adjacent_find(all), all.end());
}

TEST_F(ClustersTest, ListsByState) {
  const ClusterId ended = RunAndBoot(Request());
  const ClusterId waiting = RunAndBoot(Request({}, true));
  const ClusterId starting = Run(Request());
  const auto in = [&](JsonArray states) {
    return Ids(Answer("ListClusters", JsonObject{{"ClusterStates", std::move(states)}}));
  };
  EXPECT_THAT(in({"TERMINATED"}), ElementsAre(ended.str()));
  EXPECT_THAT(in({"WAITING", "STARTING"}), ElementsAre(starting.str(), waiting.str()));
  EXPECT_THAT(in({"WAITING", "TERMINATED"}), ElementsAre(waiting.str(), ended.str()));
  EXPECT_THAT(in({"TERMINATED_WITH_ERRORS"}), SizeIs(0));
}

TEST_F(ClustersTest, ListsAFewStatesInOneOrderPageByPage) {
  std::vector<std::string> expected;
  for (int i = 0; i < 130; ++i) {
    // One that ends, one that waits, one that is only asked for.
    const ClusterId cluster = i % 3 == 2 ? Run(Request()) : RunAndBoot(Request({}, i % 3 == 1));
    if (i % 3 != 2) expected.push_back(cluster.str());
    clock.Advance(seconds{1});
    if (i % 3 == 2) model.FailProvisioning(cluster, "INTERNAL_ERROR", "EC2 is out of capacity");
  }
  std::ranges::reverse(expected);
  std::vector<std::string> told;
  JsonObject request{{"ClusterStates", JsonArray{"WAITING", "TERMINATED", "WAITING"}}};
  for (int page = 0; page < 5; ++page) {
    const Json answer = Answer("ListClusters", request);
    std::ranges::copy(Ids(answer), std::back_inserter(told));
    const std::string marker = StringOr(answer, "Marker");
    if (marker.empty()) break;
    request["Marker"] = marker;
  }
  EXPECT_EQ(told, expected);
}

TEST_F(ClustersTest, EndsAPageWhereTheWindowEnds) {
  std::vector<std::string> ids;
  for (int i = 0; i < 60; ++i) {
    ids.push_back(Run(Request()).str());
    clock.Advance(seconds{1});
  }
  const WallTime now = clock.Wall();
  JsonObject request = Window(now - seconds{55}, now - seconds{2}).get_object();
  const Json first = Answer("ListClusters", request);
  EXPECT_EQ(Ids(first).front(), ids[58]);
  ASSERT_EQ(Ids(first).size(), 50U);
  request["Marker"] = StringOr(first, "Marker");
  const Json second = Answer("ListClusters", request);
  EXPECT_THAT(Ids(second), ElementsAre(ids[8], ids[7], ids[6], ids[5]));
  request["CreatedBefore"] = ToEpochSeconds(now - seconds{54});  // earlier than the marker
  EXPECT_THAT(Ids(Answer("ListClusters", request)), ElementsAre(ids[6], ids[5]));
}

TEST_F(ClustersTest, ForgetsTwoMonthsAfterTheEndInEveryList) {
  const ClusterId ended = RunAndBoot(Request());
  model.Advance();
  clock.Advance(std::chrono::days{62});
  EXPECT_THAT(Ids(Answer("ListClusters", JsonObject{})), SizeIs(0));
  EXPECT_THAT(Ids(Answer("ListClusters", JsonObject{{"ClusterStates", JsonArray{"TERMINATED"}}})),
              SizeIs(0));
  EXPECT_EQ(Refusal("DescribeCluster", JsonObject{{"ClusterId", ended.str()}}),
            "InvalidRequestException: Cluster id '" + ended.str() + "' is not valid.");
}

TEST_F(ClustersTest, RefusesAMarkerThatItDidNotGive) {
  for (const std::string_view marker : {"x", "1", "1-", "-", "1-2-3"}) {
    EXPECT_EQ(Refusal("ListClusters", JsonObject{{"Marker", marker}}),
              "InvalidRequestException: Marker '" + std::string(marker) + "' is not valid.");
  }
}

TEST_F(ClustersTest, SpeaksTheLanguageOfTheTypedClient) {
  EmrClient client(model, Region(std::string(kRegion)));
  const Result<ClusterId> id = client.RunJobFlow(Request({Step("one"), Step("two")}));
  ASSERT_TRUE(id.has_value());
  model.Advance();
  const Result<ecm::Cluster> cluster = client.DescribeCluster(*id);
  ASSERT_TRUE(cluster.has_value());
  EXPECT_EQ(cluster->state, ClusterState::kRunning);
  EXPECT_EQ(cluster->created, clock.Wall());
  const auto steps = client.ListSteps(*id);
  ASSERT_TRUE(steps.has_value());
  ASSERT_EQ(steps->size(), 2U);
  EXPECT_EQ(steps->at(0).name, "one");
  EXPECT_EQ(steps->at(0).state, StepState::kRunning);
  const auto clusters = client.ListClusters(clock.Wall() - seconds{1}, clock.Wall());
  ASSERT_TRUE(clusters.has_value());
  EXPECT_EQ(clusters->at(0).id, *id);
}

}  // namespace
}  // namespace ecm::emr_model
