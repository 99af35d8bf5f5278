#include <fstream>
#include <sstream>

#include "aws_client/dynamodb_job_store.h"
#include "real_client.h"
#include "store/testing/job_store_contract.h"

namespace ecm::aws_client {
namespace {

Json TableDefinition() {
  std::ostringstream text;
  text << std::ifstream("deploy/job_table.json").rdbuf();
  return ParseJson(text.str()).value();
}

/// The store of a table of its own, made as a deployment makes it.
class FreshTable : public JobStore {
 public:
  FreshTable() {
    const Json definition = TableDefinition();
    for (const char* operation : {"CreateTable", "UpdateTimeToLive"}) {
      JsonObject input = definition.at(operation).as_object();
      input["TableName"] = name_;
      const auto made = Raw(operation, input);
      EXPECT_TRUE(made.has_value()) << made.error().message;
    }
  }

  Result<std::optional<JobRecord>> Get(const ExecutionArn& execution) override {
    return store_.Get(execution);
  }
  Result<std::optional<JobRecord>> FindByCluster(const ClusterId& cluster) override {
    return store_.FindByCluster(cluster);
  }
  Result<JobRecord> Put(const JobRecord& record) override { return store_.Put(record); }
  Result<std::vector<JobRecord>> ListOpen() override { return store_.ListOpen(); }

  Result<Json> Raw(std::string_view operation, const Json& input) {
    return real.client.Call({.service = aws_config::kDynamoDb,
                             .region = RealClient::Here(),
                             .operation = operation,
                             .input = input,
                             .repeat = Repeat::kLookUp});
  }
  const std::string& name() const { return name_; }

  RealClient real;

 private:
  std::string name_ = "jobs-" + RandomUuid(real.random);
  DynamoDbJobStore store_{
      real.client, real.random, {.region = RealClient::Here(), .table = name_, .stage = "dev"}};
};

INSTANTIATE_TEST_SUITE_P(DynamoDb, JobStoreContract, testing::Values([] {
                           return std::unique_ptr<JobStore>(std::make_unique<FreshTable>());
                         }));

JobRecord Sample() {
  JobRecord record;
  record.execution = ExecutionArn("arn:aws:states:eu-west-1:1:execution:ecm-dev:1");
  record.started = WallTime{std::chrono::seconds{1767323045}};
  record.deadline = record.started + std::chrono::hours{12};
  record.start_deadline = record.started;
  return record;
}

TEST(DynamoDbProof, TheTableForgetsJobsByTheAttributeThatIsWritten) {
  FreshTable table;
  ASSERT_TRUE(table.Put(Sample()).has_value());
  const Json named{{"TableName", table.name()}};
  const auto ttl = table.Raw("DescribeTimeToLive", named);
  ASSERT_TRUE(ttl.has_value()) << ttl.error().message;
  const Json& description = ttl->at("TimeToLiveDescription");
  EXPECT_EQ(StringOr(description, "TimeToLiveStatus"), "ENABLED");
  const auto items = table.Raw("Scan", named);
  ASSERT_TRUE(items.has_value()) << items.error().message;
  ASSERT_EQ(FindArray(*items, "Items").size(), 1U);
  const Json* const expires =
      Find(FindArray(*items, "Items")[0], StringOr(description, "AttributeName"));
  ASSERT_NE(expires, nullptr);
  EXPECT_EQ(StringOr(*expires, "N"), std::to_string(1767323045 + 12 * 3600 + 90 * 24 * 3600));
}

TEST(DynamoDbProof, APutWhoseAnswerIsLostIsFoundAgain) {
  FreshTable table;
  table.real.LoseTheAnswerTo("PutItem");
  const auto claimed = table.Put(Sample());
  ASSERT_TRUE(claimed.has_value()) << claimed.error().message;
  EXPECT_EQ(claimed->revision, 1);
  JobRecord changed = *claimed;
  changed.cluster = ClusterId("j-1");
  table.real.LoseTheAnswerTo("PutItem");
  const auto put = table.Put(changed);
  ASSERT_TRUE(put.has_value()) << put.error().message;
  EXPECT_EQ(put->revision, 2);
  EXPECT_EQ(table.Get(Sample().execution).value(), *put);
}

TEST(DynamoDbProof, OfTwoWritersOfTheSameWordsOneLoses) {
  FreshTable table;
  table.real.LoseTheAnswerTo("PutItem");
  ASSERT_TRUE(table.Put(Sample()).has_value());
  EXPECT_EQ(table.Put(Sample()).error().kind, ErrorKind::kConflict);
}

TEST(DynamoDbProof, APutThatNeverArrivedIsMadeAgain) {
  FreshTable table;
  table.real.LoseTheRequest("PutItem");
  ASSERT_TRUE(table.Put(Sample()).has_value());
  EXPECT_TRUE(table.Get(Sample().execution).value().has_value());
}

TEST(DynamoDbProof, ATableThatIsNotThereIsNamed) {
  RealClient real;
  DynamoDbJobStore store(real.client, real.random,
                         {.region = RealClient::Here(), .table = "no-such-table", .stage = "dev"});
  for (const auto& error :
       {store.Get(Sample().execution).error(), store.Put(Sample()).error(),
        store.ListOpen().error(), store.FindByCluster(ClusterId("j-1")).error()}) {
    EXPECT_EQ(error.kind, ErrorKind::kInternal);
    EXPECT_TRUE(error.message.contains("no-such-table")) << error.message;
    EXPECT_TRUE(error.message.contains("is the stack deployed")) << error.message;
  }
}

}  // namespace
}  // namespace ecm::aws_client
