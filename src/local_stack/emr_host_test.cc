#include "local_stack/emr_host.h"

#include <gtest/gtest.h>

#include "emr_model/testing/recording_runner.h"
#include "env/real/real_env.h"
#include "local_stack/reaper.h"
#include "store/memory_document_store.h"

namespace ecm::local_stack {
namespace {

/// A disk that is full.
class FullStore : public MemoryDocumentStore {
 public:
  Result<void> Commit(const std::vector<Document>& documents) override {
    if (full) return Fail(ErrorKind::kInternal, "the disk is full");
    return MemoryDocumentStore::Commit(documents);
  }
  bool full = false;
};

class EmrHostTest : public testing::Test {
 protected:
  EmrHost MakeHost() {
    return EmrHost(io_, {}, clock_, random_, log_, store_,
                   [](boost::asio::io_context&, const RunnerEvents&) {
                     return std::make_unique<emr_model::RecordingRunner>();
                   },
                   {.on_event = [](const Json&) {},
                    .on_created = [](const ClusterId&, const Json&) {},
                    .on_cluster = [this](const ClusterId&,
                                         const std::string& state) { states_.push_back(state); },
                    .on_settled = [] {}});
  }
  static Json Cluster() {
    return ParseJson(R"({"Name": "x", "ReleaseLabel": "emr-7.5.0", "JobFlowRole": "p",
                         "ServiceRole": "r", "Instances": {"MasterInstanceType": "m5.xlarge",
                         "InstanceCount": 1, "KeepJobFlowAliveWhenNoSteps": true}})")
        .value();
  }

  const Region region_{"eu-west-1"};
  boost::asio::io_context io_;
  SystemClock clock_;
  SystemRandom random_;
  NullLog log_;
  FullStore store_;
  std::vector<std::string> states_;
};

TEST_F(EmrHostTest, StoresAClusterBeforeItAnswers) {
  EmrHost host = MakeHost();
  const Result<Json> answer = host.Call(region_, "RunJobFlow", Cluster());
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  const auto stored = store_.Load("emr_cluster");
  ASSERT_TRUE(stored.has_value());
  ASSERT_EQ(stored->size(), 1U);
  EXPECT_EQ(stored->front().id, StringOr(*answer, "JobFlowId"));
}

TEST_F(EmrHostTest, DoesNotClaimWhatItCouldNotStore) {
  EmrHost host = MakeHost();
  store_.full = true;
  const Result<Json> answer = host.Call(region_, "RunJobFlow", Cluster());
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ErrorKind::kUnknownOutcome);
  EXPECT_NE(answer.error().message.find("the disk is full"), std::string::npos);
}

TEST_F(EmrHostTest, StoresWithTheNextChangeWhatItCouldNotStore) {
  EmrHost host = MakeHost();
  store_.full = true;
  EXPECT_FALSE(host.Call(region_, "RunJobFlow", Cluster()).has_value());
  EXPECT_TRUE(states_.empty());
  store_.full = false;
  io_.run();
  EXPECT_EQ(store_.Load("emr_cluster")->size(), 1U);
  EXPECT_EQ(states_.back(), "WAITING");
}

TEST_F(EmrHostTest, TellsEveryStateOfACluster) {
  EmrHost host = MakeHost();
  ASSERT_TRUE(host.Call(region_, "RunJobFlow", Cluster()).has_value());
  io_.run();
  EXPECT_EQ(states_.front(), "STARTING");
  EXPECT_EQ(states_.back(), "WAITING");
  ASSERT_TRUE(EndCluster(region_, host.LiveClusters().front(), host).has_value());
  io_.restart();
  io_.run();
  EXPECT_EQ(states_.back(), "TERMINATED");
  EXPECT_TRUE(host.LiveClusters().empty());
}

TEST_F(EmrHostTest, ReadsAClusterThatHasEndedFromTheStore) {
  EmrHost host = MakeHost();
  ASSERT_TRUE(host.Call(region_, "RunJobFlow", Cluster()).has_value());
  io_.run();
  const ClusterId cluster = host.LiveClusters().front();
  ASSERT_TRUE(EndCluster(region_, cluster, host).has_value());
  io_.restart();
  io_.run();
  ASSERT_TRUE(host.Call(region_, "ListClusters", JsonObject{}).has_value());
  ASSERT_TRUE(store_.Commit({{"emr_cluster", cluster.str(), nullptr}}).has_value());
  const Result<Json> answer =
      host.Call(region_, "DescribeCluster", JsonObject{{"ClusterId", cluster.str()}});
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ErrorKind::kInternal);
  EXPECT_NE(answer.error().message.find("is not in the store"), std::string::npos);
}

}  // namespace
}  // namespace ecm::local_stack
