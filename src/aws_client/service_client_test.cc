#include "aws_client/service_client.h"

#include <gtest/gtest.h>

#include "aws_client/testing/scripted_http.h"

namespace ecm::aws_client {
namespace {

TEST(ServiceClientTest, SignsExactlyTheHeadersThatTheSdkSigns) {
  ClientWorld world;
  world.http.Then(200, "{}");
  ASSERT_TRUE(world.Call(Repeat::kSafe).has_value());
  const HttpRequest& request = world.http.requests[0];
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/");
  EXPECT_EQ(HostHeader(request.origin), "elasticmapreduce.eu-west-1.amazonaws.com");
  EXPECT_TRUE(request.origin.tls);
  EXPECT_EQ(request.body, R"({"ClusterId":"j-1"})");
  EXPECT_EQ(HeaderOf(request, "content-type"), "application/x-amz-json-1.1");
  EXPECT_EQ(HeaderOf(request, "x-amz-target"), "ElasticMapReduce.DescribeCluster");
  EXPECT_EQ(HeaderOf(request, "x-amz-content-sha256"), "");
  const auto authorization = ParseAuthorization(HeaderOf(request, "authorization"));
  ASSERT_TRUE(authorization.has_value());
  EXPECT_EQ(authorization->signed_headers,
            (std::vector<std::string>{"content-type", "host", "x-amz-date", "x-amz-target"}));
  EXPECT_EQ(authorization->scope.service, "elasticmapreduce");
  EXPECT_EQ(authorization->scope.region, "eu-west-1");
}

TEST(ServiceClientTest, SignsTheSessionTokenToo) {
  ClientWorld world;
  world.credentials.all[0].credentials.session_token = "token";
  world.http.Then(200, "{}");
  ASSERT_TRUE(world.Call(Repeat::kSafe).has_value());
  const auto authorization = ParseAuthorization(HeaderOf(world.http.requests[0], "authorization"));
  EXPECT_EQ(authorization->signed_headers,
            (std::vector<std::string>{"content-type", "host", "x-amz-date", "x-amz-security-token",
                                      "x-amz-target"}));
}

TEST(ServiceClientTest, MakesSignaturesThatVerify) {
  ClientWorld world;
  world.http.Then(200, "{}");
  ASSERT_TRUE(world.Call(Repeat::kSafe).has_value());
  const HttpRequest& request = world.http.requests[0];
  SignedParts parts{request.method, request.target, "", request.headers, request.body};
  parts.headers.emplace_back("host", HostHeader(request.origin));
  const auto verified = Verify(parts, {world.credentials.all[0].credentials}, world.clock.Wall());
  EXPECT_TRUE(verified.has_value()) << verified.error().message;
}

TEST(ServiceClientTest, AnswersAnEmptyObjectForAnEmptyBody) {
  ClientWorld world;
  world.http.Then(200, "");
  EXPECT_EQ(world.Call(Repeat::kLookUp).value(), Json(JsonObject{}));
}

TEST(ServiceClientTest, TakesWhatIsNoObjectForAnUnknownOutcome) {
  for (const char* body :
       {"{", "[]", "null", "\"x\"", "<html/>", " ", "{}{}", "{\"a\":\"\xFF\"}"}) {
    ClientWorld world;
    world.http.Then(200, body);
    const auto answer = world.Call(Repeat::kLookUp);
    ASSERT_FALSE(answer.has_value()) << body;
    EXPECT_EQ(answer.error().kind, ErrorKind::kUnknownOutcome) << body;
  }
}

TEST(ServiceClientTest, GoesWhereTheSettingsSay) {
  aws_config::Settings settings;
  settings.endpoint_urls["emr"] = "http://127.0.0.1:4566/base";
  ClientWorld world({}, settings);
  world.http.Then(200, "{}");
  ASSERT_TRUE(world.Call(Repeat::kSafe).has_value());
  const HttpRequest& request = world.http.requests[0];
  EXPECT_EQ(HostHeader(request.origin), "127.0.0.1:4566");
  EXPECT_FALSE(request.origin.tls);
  EXPECT_EQ(request.target, "/base");
}

TEST(ServiceClientTest, AsksNobodyWithoutARegion) {
  ClientWorld world;
  const auto answer = world.client.Call({.service = aws_config::kEmr,
                                         .region = Region(""),
                                         .operation = "ListClusters",
                                         .input = JsonObject{}});
  EXPECT_EQ(answer.error().kind, ErrorKind::kInvalidJob);
  EXPECT_TRUE(world.http.requests.empty());
}

TEST(ServiceClientTest, WritesQueryParametersAsForms) {
  ClientWorld world;
  world.http.Then(200, "<PublishResponse/>");
  const auto answer = world.client.CallQuery(
      aws_config::kSns, ClientWorld::Here(), "Publish",
      {{"TopicArn", "arn:aws:sns:eu-west-1:1:t"}, {"Message", "ü & \"x\"\n"}}, Repeat::kSafe);
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(*answer, "<PublishResponse/>");
  const HttpRequest& request = world.http.requests[0];
  EXPECT_EQ(request.body,
            "Action=Publish&Version=2010-03-31&TopicArn=arn%3Aaws%3Asns%3Aeu-west-1%3A1%3At&"
            "Message=%C3%BC%20%26%20%22x%22%0A");
  EXPECT_EQ(HeaderOf(request, "content-type"), "application/x-www-form-urlencoded; charset=utf-8");
  const auto authorization = ParseAuthorization(HeaderOf(request, "authorization"));
  EXPECT_EQ(authorization->signed_headers,
            (std::vector<std::string>{"content-type", "host", "x-amz-date"}));
}

TEST(ServiceClientTest, ReadsErrorsOfQueries) {
  ClientWorld world;
  world.http.Then(404,
                  "<ErrorResponse><Error><Code>NotFound</Code><Message>Topic does not exist"
                  "</Message></Error></ErrorResponse>");
  const auto answer =
      world.client.CallQuery(aws_config::kSns, ClientWorld::Here(), "Publish", {}, Repeat::kSafe);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(answer.error().code, "NotFound");
  EXPECT_EQ(answer.error().message, "Publish in eu-west-1: Topic does not exist");
}

}  // namespace
}  // namespace ecm::aws_client
