#include "aws_client/cloudwatch_logs.h"

#include <gtest/gtest.h>

#include "aws_client/testing/scripted_http.h"

namespace ecm::aws_client {
namespace {

class CloudWatchLogsTest : public testing::Test {
 protected:
  Result<std::vector<LoggedLine>> Find(std::size_t max_lines = 100) {
    return CloudWatchLogs(world_.client)
        .FindLines(ClientWorld::Here(), "/aws/lambda/ecm-dev-submit", "arn:aws:states:x",
                   WallTime{Duration{1000}}, WallTime{Duration{2000}}, max_lines);
  }
  Json Sent(std::size_t number) const {
    return ParseJson(world_.http.requests[number].body).value();
  }

  ClientWorld world_;
};

TEST_F(CloudWatchLogsTest, AsksForThePhraseWithinTheTime) {
  world_.http.Then(200, R"({"events":[{"timestamp":1500,"message":"{\"a\":1}\n"}]})");
  const auto lines = Find();
  ASSERT_TRUE(lines.has_value()) << lines.error().message;
  ASSERT_EQ(lines->size(), 1U);
  EXPECT_EQ((*lines)[0].time, WallTime{Duration{1500}});
  EXPECT_EQ((*lines)[0].text, "{\"a\":1}\n");
  EXPECT_EQ(HeaderOf(world_.http.requests[0], "x-amz-target"), "Logs_20140328.FilterLogEvents");
  EXPECT_EQ(HostHeader(world_.http.requests[0].origin), "logs.eu-west-1.amazonaws.com");
  const Json expected{{"logGroupName", "/aws/lambda/ecm-dev-submit"},
                      {"filterPattern", "\"arn:aws:states:x\""},
                      {"startTime", 1000},
                      {"endTime", 2000},
                      {"limit", 100}};
  EXPECT_EQ(Sent(0), expected);
}

TEST_F(CloudWatchLogsTest, GoesOnAfterAnEmptyPage) {
  world_.http.Then(200, R"({"events":[{"timestamp":1,"message":"one"}],"nextToken":"t-1"})");
  world_.http.Then(200, R"({"events":[],"nextToken":"t-2"})");
  world_.http.Then(200, R"({"events":[{"timestamp":2,"message":"two"}]})");
  const auto lines = Find();
  ASSERT_TRUE(lines.has_value()) << lines.error().message;
  EXPECT_EQ(lines->size(), 2U);
  EXPECT_EQ(ecm::Find(Sent(0), "nextToken"), nullptr);
  EXPECT_EQ(StringOr(Sent(1), "nextToken"), "t-1");
  EXPECT_EQ(StringOr(Sent(2), "nextToken"), "t-2");
}

TEST_F(CloudWatchLogsTest, GivesNoMoreLinesThanItMay) {
  world_.http.Then(200, R"({"events":[{"timestamp":1,"message":"one"}],"nextToken":"t-1"})");
  world_.http.Then(200, R"({"events":[{"timestamp":2,"message":"two"},
                                      {"timestamp":3,"message":"three"}],"nextToken":"t-2"})");
  EXPECT_EQ(Find(2)->size(), 2U);
  EXPECT_EQ(FindInt(Sent(1), "limit"), 1);
  EXPECT_EQ(world_.http.requests.size(), 2U);
}

TEST_F(CloudWatchLogsTest, EndsThoughThePagesDoNot) {
  for (int page = 0; page < 2'000; ++page) world_.http.Then(200, R"({"nextToken":"again"})");
  EXPECT_TRUE(Find()->empty());
  EXPECT_EQ(world_.http.requests.size(), 1'000U);
}

TEST_F(CloudWatchLogsTest, SaysThatThereIsNoSuchGroup) {
  world_.http.Then(400, R"({"__type":"ResourceNotFoundException",
                            "message":"The specified log group does not exist."})");
  EXPECT_EQ(Find().error().kind, ErrorKind::kNotFound);
}

}  // namespace
}  // namespace ecm::aws_client
