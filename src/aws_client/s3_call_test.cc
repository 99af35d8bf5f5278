#include <gtest/gtest.h>

#include "aws_client/testing/scripted_http.h"

namespace ecm::aws_client {
namespace {

Result<HttpResponse> Get(ClientWorld& world, const std::string& bucket, const std::string& key) {
  return world.client.CallS3({.region = ClientWorld::Here(),
                              .bucket = bucket,
                              .key = key,
                              .query = {},
                              .headers = {{"range", "bytes=-10"}}});
}

std::string UrlOf(const HttpRequest& request) {
  return (request.origin.tls ? "https://" : "http://") + HostHeader(request.origin) +
         request.target;
}

TEST(S3CallTest, PutsTheBucketBeforeTheHost) {
  ClientWorld world;
  world.http.Then(206, "tail");
  const auto answer = Get(world, "my-logs", "emr/j-1/steps/s-1/stderr.gz");
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->body, "tail");
  const HttpRequest& request = world.http.requests[0];
  EXPECT_EQ(UrlOf(request),
            "https://my-logs.s3.eu-west-1.amazonaws.com/emr/j-1/steps/s-1/stderr.gz");
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(HeaderOf(request, "range"), "bytes=-10");
  const auto authorization = ParseAuthorization(HeaderOf(request, "authorization"));
  EXPECT_EQ(authorization->scope.service, "s3");
  EXPECT_EQ(authorization->signed_headers,
            (std::vector<std::string>{"host", "range", "x-amz-content-sha256", "x-amz-date"}));
}

TEST(S3CallTest, PutsOtherNamesIntoThePath) {
  for (const char* bucket : {"my.dotted.logs", "Old_Bucket", "ab", "-x-"}) {
    ClientWorld world;
    world.http.Then(200, "");
    ASSERT_TRUE(Get(world, bucket, "k").has_value());
    EXPECT_EQ(UrlOf(world.http.requests[0]),
              std::string("https://s3.eu-west-1.amazonaws.com/") + bucket + "/k");
  }
}

TEST(S3CallTest, UsesPathsAtAnEndpointOfOnesOwn) {
  for (const char* id : {"s3", ""}) {
    aws_config::Settings settings;
    settings.endpoint_urls[id] = "http://127.0.0.1:9000/base";
    ClientWorld world({}, settings);
    world.http.Then(200, "");
    ASSERT_TRUE(Get(world, "logs", "a/b").has_value());
    EXPECT_EQ(UrlOf(world.http.requests[0]), "http://127.0.0.1:9000/base/logs/a/b");
  }
}

TEST(S3CallTest, EncodesKeys) {
  ClientWorld world;
  world.http.Then(200, "");
  ASSERT_TRUE(Get(world, "logs", "a b/../ü?#%+&=~//x").has_value());
  EXPECT_EQ(world.http.requests[0].target, "/a%20b/../%C3%BC%3F%23%25%2B%26%3D~//x");
}

TEST(S3CallTest, AsksNobodyForWhatIsNoBucket) {
  for (const char* bucket : {"", "a/b", "a b", "a\r\nb", "x@y", "arn:aws:s3:::a", "a:80"}) {
    ClientWorld world;
    const auto answer = Get(world, bucket, "k");
    ASSERT_FALSE(answer.has_value()) << bucket;
    EXPECT_EQ(answer.error().kind, ErrorKind::kInvalidJob);
    EXPECT_TRUE(world.http.requests.empty());
  }
}

TEST(S3CallTest, FollowsABucketToItsRegionAndRemembersIt) {
  for (int how = 0; how < 2; ++how) {
    ClientWorld world;
    if (how == 0) {
      world.http.Then(301, "<Error><Code>PermanentRedirect</Code></Error>",
                      {{"x-amz-bucket-region", "eu-north-1"}});
    } else {
      world.http.Then(400,
                      "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-north-1</Region>"
                      "</Error>");
    }
    world.http.Then(200, "there");
    world.http.Then(200, "again");
    EXPECT_EQ(Get(world, "logs", "k")->body, "there");
    EXPECT_EQ(Get(world, "logs", "k")->body, "again");
    ASSERT_EQ(world.http.requests.size(), 3U);
    EXPECT_EQ(UrlOf(world.http.requests[1]), "https://logs.s3.eu-north-1.amazonaws.com/k");
    EXPECT_EQ(UrlOf(world.http.requests[2]), "https://logs.s3.eu-north-1.amazonaws.com/k");
    EXPECT_EQ(ParseAuthorization(HeaderOf(world.http.requests[1], "authorization"))->scope.region,
              "eu-north-1");
  }
}

TEST(S3CallTest, FollowsOnce) {
  ClientWorld world;
  world.http.Then(301, "", {{"x-amz-bucket-region", "eu-north-1"}});
  world.http.Then(301, "<Error><Code>PermanentRedirect</Code><Message>elsewhere</Message></Error>",
                  {{"x-amz-bucket-region", "eu-south-1"}});
  const auto answer = Get(world, "logs", "k");
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, "PermanentRedirect");
  EXPECT_EQ(world.http.requests.size(), 2U);
}

TEST(S3CallTest, FollowsNoHintThatIsNoRegion) {
  for (const char* hint : {"evil.example", "a/b", "x\r\ny", "eu-west-1"}) {
    ClientWorld world;
    world.http.Then(301, "", {{"x-amz-bucket-region", hint}});
    const auto answer = Get(world, "logs", "k");
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().kind, ErrorKind::kInvalidJob) << answer.error().message;
    EXPECT_EQ(world.http.requests.size(), 1U) << hint;
  }
}

TEST(S3CallTest, NamesTheObjectInItsErrors) {
  ClientWorld world;
  world.http.Then(404,
                  "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist."
                  "</Message></Error>");
  const auto answer = Get(world, "logs", "emr/x");
  EXPECT_EQ(answer.error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(answer.error().message,
            "GET s3://logs/emr/x in eu-west-1: The specified key does not exist.");
}

}  // namespace
}  // namespace ecm::aws_client
