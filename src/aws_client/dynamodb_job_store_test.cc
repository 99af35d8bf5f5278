#include "aws_client/dynamodb_job_store.h"

#include <gtest/gtest.h>

#include "aws_client/testing/scripted_http.h"

// What a real table does is proved in tests/aws_client; here are the days on which it does not.

namespace ecm::aws_client {
namespace {

constexpr const char* kConflict =
    R"({"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",)"
    R"("message":"The conditional request failed"})";

class DynamoDbJobStoreTest : public testing::Test {
 protected:
  static JobRecord Sample() {
    JobRecord record;
    record.execution = ExecutionArn("arn:aws:states:eu-west-1:1:execution:ecm-dev:1");
    record.cluster = ClusterId("j-1");
    record.started = WallTime{std::chrono::seconds{1767323045}};
    record.deadline = record.started + std::chrono::hours{12};
    record.start_deadline = record.started;
    return record;
  }
  static Json ItemOf(const JobRecord& record) {
    return JsonObject{{"execution", JsonObject{{"S", record.execution.str()}}},
                      {"document", JsonObject{{"S", ToText(ToJson(record))}}}};
  }
  Json Sent(std::size_t request) {
    return ParseJson(world_.http.requests.at(request).body).value();
  }
  void Then(const Json& answer) { world_.http.Then(200, ToText(answer)); }
  /// GetItem answers the item of the Put before it, as the table holds it if that one arrived.
  void ThenGiveWhatWasPut() {
    world_.http.Then([this](const HttpRequest& /*request*/) -> Result<HttpResponse> {
      return HttpResponse{200, {}, ToText(JsonObject{{"Item", Sent(0).at("Item")}})};
    });
  }

  ClientWorld world_{{.attempts = 2}};
  SeededRandom random_{1};
  DynamoDbJobStore store_{
      world_.client, random_, {.region = ClientWorld::Here(), .table = "jobs", .stage = "dev"}};
};

TEST_F(DynamoDbJobStoreTest, WritesAnItemThatExpiresAndCanBeFound) {
  world_.http.Then(200, "{}");
  ASSERT_TRUE(store_.Put(Sample()).has_value());
  EXPECT_EQ(HeaderOf(world_.http.requests[0], "x-amz-target"), "DynamoDB_20120810.PutItem");
  const Json sent = Sent(0);
  EXPECT_EQ(StringOr(sent, "ConditionExpression"), "attribute_not_exists(#key)");
  EXPECT_EQ(sent.at("Item").at("revision").at("N"), "1");
  EXPECT_EQ(sent.at("Item").at("cluster").at("S"), "j-1");
  EXPECT_EQ(sent.at("Item").at("open").at("S"), "dev");
  EXPECT_EQ(StringOr(sent.at("Item").at("expires"), "N"),
            std::to_string(1767323045 + 12 * 3600 + 90 * 24 * 3600));
}

TEST_F(DynamoDbJobStoreTest, KeepsWhatIsNotThereOutOfTheIndexes) {
  JobRecord record = Sample();
  record.revision = 7;
  record.cluster = ClusterId();
  record.outcome = JsonObject{{"verdict", "Succeeded"}};
  world_.http.Then(200, "{}");
  ASSERT_TRUE(store_.Put(record).has_value());
  const Json sent = Sent(0);
  EXPECT_EQ(Find(sent, {"Item", "cluster"}), nullptr);
  EXPECT_EQ(Find(sent, {"Item", "open"}), nullptr);
  EXPECT_EQ(StringOr(sent, "ConditionExpression"), "#revision = :revision");
  EXPECT_EQ(sent.at("ExpressionAttributeValues").at(":revision").at("N"), "7");
  EXPECT_EQ(sent.at("Item").at("revision").at("N"), "8");
}

TEST_F(DynamoDbJobStoreTest, FindsItsOwnWriteWhenTheFirstTryHadArrived) {
  world_.http.ThenFail(ErrorKind::kUnknownOutcome);
  world_.http.Then(400, kConflict);
  ThenGiveWhatWasPut();
  const auto put = store_.Put(Sample());
  ASSERT_TRUE(put.has_value()) << put.error().message;
  EXPECT_EQ(put->revision, 1);
  EXPECT_EQ(world_.http.requests[0].body, world_.http.requests[1].body);
  EXPECT_EQ(Find(Sent(2), "ConsistentRead")->as_bool(), true);
}

TEST_F(DynamoDbJobStoreTest, FindsItsOwnWriteWhenNoAnswerEverCame) {
  world_.http.ThenFail(ErrorKind::kUnknownOutcome);
  world_.http.ThenFail(ErrorKind::kUnknownOutcome);
  ThenGiveWhatWasPut();
  EXPECT_TRUE(store_.Put(Sample()).has_value());
}

/// Two handlers may write the same words in the same millisecond; only one of them has the job.
TEST_F(DynamoDbJobStoreTest, DoesNotTakeTheSameWordsOfAnotherForItsOwn) {
  world_.http.Then(400, kConflict);
  world_.http.Then([this](const HttpRequest& /*request*/) -> Result<HttpResponse> {
    Json item = Sent(0).at("Item");
    item.as_object()["writer"] = JsonObject{{"S", "another"}};
    return HttpResponse{200, {}, ToText(JsonObject{{"Item", item}})};
  });
  const auto put = store_.Put(Sample());
  ASSERT_FALSE(put.has_value());
  EXPECT_EQ(put.error().kind, ErrorKind::kConflict);
}

TEST_F(DynamoDbJobStoreTest, DoesNotKnowWhatItCannotLookUp) {
  world_.http.Then(400, kConflict);
  world_.http.Then(403, R"({"__type":"AccessDeniedException","message":"no GetItem"})");
  const auto put = store_.Put(Sample());
  ASSERT_FALSE(put.has_value());
  EXPECT_EQ(put.error().kind, ErrorKind::kUnknownOutcome);
  EXPECT_TRUE(put.error().message.contains("no GetItem")) << put.error().message;
}

TEST_F(DynamoDbJobStoreTest, LeavesOpenWhatIsOpenAfterALookThatFindsNothing) {
  world_.http.ThenFail(ErrorKind::kUnknownOutcome);
  world_.http.ThenFail(ErrorKind::kUnknownOutcome);
  world_.http.Then(200, "{}");
  EXPECT_EQ(store_.Put(Sample()).error().kind, ErrorKind::kUnknownOutcome);
}

TEST_F(DynamoDbJobStoreTest, LooksAgainAtWhatAnIndexSays) {
  Then(JsonObject{{"Items", JsonArray{ItemOf(Sample())}}});
  JobRecord moved = Sample();
  moved.cluster = ClusterId("j-2");
  Then(JsonObject{{"Item", ItemOf(moved)}});
  EXPECT_FALSE(store_.FindByCluster(ClusterId("j-1")).value().has_value());
  EXPECT_FALSE(store_.FindByCluster(ClusterId("")).value().has_value());
  JobRecord settled = Sample();
  settled.outcome = JsonObject{{"verdict", "Succeeded"}};
  Then(JsonObject{{"Items", JsonArray{ItemOf(settled)}}});
  Then(JsonObject{{"Responses", JsonObject{{"jobs", JsonArray{ItemOf(settled)}}}}});
  EXPECT_TRUE(store_.ListOpen().value().empty());
}

TEST_F(DynamoDbJobStoreTest, ListsAllPagesAndAsksAgainForWhatWasLeft) {
  JobRecord second = Sample();
  second.execution = ExecutionArn("arn:2");
  const Json key = JsonObject{{"execution", JsonObject{{"S", "arn:2"}}}};
  Then(JsonObject{{"Items", JsonArray{ItemOf(Sample())}}, {"LastEvaluatedKey", key}});
  Then(JsonObject{{"Items", JsonArray{ItemOf(second)}}});
  Then(JsonObject{{"Responses", JsonObject{{"jobs", JsonArray{ItemOf(Sample())}}}},
                  {"UnprocessedKeys", JsonObject{{"jobs", JsonObject{{"Keys", JsonArray{key}}}}}}});
  Then(JsonObject{{"Responses", JsonObject{{"jobs", JsonArray{ItemOf(second)}}}}});
  EXPECT_EQ(store_.ListOpen().value(), (std::vector<JobRecord>{Sample(), second}));
  EXPECT_EQ(Sent(1).at("ExclusiveStartKey"), key);
  EXPECT_EQ(Sent(3).at("RequestItems").at("jobs").at("Keys").as_array().size(), 1U);
}

TEST_F(DynamoDbJobStoreTest, DoesNotAskForEverForWhatIsNeverGiven) {
  const Json key = JsonObject{{"execution", JsonObject{{"S", Sample().execution.str()}}}};
  Then(JsonObject{{"Items", JsonArray{ItemOf(Sample())}}});
  Then(JsonObject{{"Responses", JsonObject{}},
                  {"UnprocessedKeys", JsonObject{{"jobs", JsonObject{{"Keys", JsonArray{key}}}}}}});
  EXPECT_EQ(store_.ListOpen().error().kind, ErrorKind::kThrottled);
}

TEST_F(DynamoDbJobStoreTest, SaysWhichTableIsMissing) {
  world_.http.Then(400, R"({"__type":"x#ResourceNotFoundException","message":"not found"})");
  const auto got = store_.Get(Sample().execution);
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().kind, ErrorKind::kInternal);
  EXPECT_EQ(got.error().message,
            "the job table jobs: GetItem in eu-west-1: not found; is the stack deployed in this "
            "region?");
}

TEST_F(DynamoDbJobStoreTest, NamesAnItemThatIsNoRecord) {
  for (const char* document : {"", "{", "{\"v\":2}"}) {
    Then(JsonObject{{"Item", JsonObject{{"execution", JsonObject{{"S", "arn:1"}}},
                                        {"document", JsonObject{{"S", document}}}}}});
    const auto got = store_.Get(Sample().execution);
    ASSERT_FALSE(got.has_value());
    EXPECT_EQ(got.error().kind, ErrorKind::kInternal);
    EXPECT_TRUE(got.error().message.starts_with("the item of arn:1: ")) << got.error().message;
  }
}

}  // namespace
}  // namespace ecm::aws_client
