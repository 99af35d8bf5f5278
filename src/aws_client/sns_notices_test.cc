#include "aws_client/sns_notices.h"

#include <gtest/gtest.h>

#include "aws_client/testing/scripted_http.h"

namespace ecm::aws_client {
namespace {

constexpr const char* kTopic = "arn:aws:sns:eu-central-1:123456789012:ecm-dev";

std::string BodyOf(const std::string& subject, const std::string& message) {
  ClientWorld world;
  world.http.Then(200, "<PublishResponse/>");
  const auto published = SnsNotices(world.client, kTopic).Publish(subject, message);
  EXPECT_TRUE(published.has_value()) << published.error().message;
  return world.http.requests.at(0).body;
}

TEST(SnsNoticesTest, PublishesInTheRegionOfTheTopic) {
  ClientWorld world;
  world.http.Then(200, "<PublishResponse/>");
  ASSERT_TRUE(SnsNotices(world.client, kTopic).Publish("s", "hi \"x\"\n").has_value());
  EXPECT_EQ(HostHeader(world.http.requests[0].origin), "sns.eu-central-1.amazonaws.com");
  EXPECT_EQ(world.http.requests[0].body,
            "Action=Publish&Version=2010-03-31&"
            "TopicArn=arn%3Aaws%3Asns%3Aeu-central-1%3A123456789012%3Aecm-dev&"
            "Message=hi%20%22x%22%0A&Subject=s");
}

TEST(SnsNoticesTest, WritesSubjectsAsSnsTakesThem) {
  EXPECT_TRUE(BodyOf(" a\nb", "m").ends_with("&Subject=a%20b"));
  EXPECT_TRUE(BodyOf("jöb", "m").ends_with("&Subject=j%3F%3Fb"));
  EXPECT_TRUE(
      BodyOf(std::string(101, 'x'), "m").ends_with("&Subject=" + std::string(97, 'x') + "..."));
  EXPECT_TRUE(BodyOf(std::string(100, 'x'), "m").ends_with("=" + std::string(100, 'x')));
  EXPECT_TRUE(BodyOf("", "m").ends_with("&Message=m"));
  EXPECT_TRUE(BodyOf("   ", "m").ends_with("&Message=m"));
}

TEST(SnsNoticesTest, CutsWhatSnsWouldRefuse) {
  const std::string body = BodyOf("", std::string(300 * 1024, 'x'));
  EXPECT_TRUE(body.ends_with("x%E2%80%A6"));
}

TEST(SnsNoticesTest, TriesAgainWhateverHappened) {
  ClientWorld world;
  world.http.ThenFail(ErrorKind::kUnknownOutcome);
  world.http.Then(200, "<PublishResponse/>");
  EXPECT_TRUE(SnsNotices(world.client, kTopic).Publish("s", "m").has_value());
}

TEST(SnsNoticesTest, RefusesWhatIsNoTopic) {
  for (const char* arn : {"", "topic", "arn:aws:sns:eu-west-1:1", "arn:aws:sqs:eu-west-1:1:queue",
                          "arn:aws:sns:eu-west-1:1:", "arn:aws:sns::1:t"}) {
    ClientWorld world;
    const auto published = SnsNotices(world.client, arn).Publish("s", "m");
    ASSERT_FALSE(published.has_value()) << arn;
    EXPECT_EQ(published.error().kind, ErrorKind::kInvalidJob);
    EXPECT_TRUE(world.http.requests.empty());
  }
}

}  // namespace
}  // namespace ecm::aws_client
