#include <gtest/gtest.h>

#include "aws_config/testing/scripted_world.h"

namespace ecm::aws_config {
namespace {

constexpr const char* kKeys =
    R"({"AccessKeyId": "ASIACONTAINER", "SecretAccessKey": "hidden", "Token": "hidden",
        "Expiration": "2026-01-02T04:04:05Z", "RoleArn": "arn"})";

std::string MessageOf(ScriptedWorld& world, ErrorKind kind = ErrorKind::kAccessDenied) {
  const auto got = world.Get();
  if (got) return "got " + got->credentials.access_key_id;
  EXPECT_EQ(got.error().kind, kind);
  EXPECT_EQ(got.error().message.find("hidden"), std::string::npos) << got.error().message;
  return got.error().message;
}

TEST(ContainerTest, AsksTheAgentOfEcs) {
  ScriptedWorld world;
  world.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/credentials?id=1";
  world.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "https://elsewhere.example/";
  world.http.Answer(200, kKeys);
  const auto got = world.Get();
  ASSERT_TRUE(got.has_value()) << got.error().message;
  EXPECT_EQ(got->credentials.access_key_id, "ASIACONTAINER");
  EXPECT_EQ(got->credentials.session_token, "hidden");
  EXPECT_EQ(got->source, "container");
  EXPECT_EQ(ToIso8601(got->expires.value()), "2026-01-02T04:04:05.000Z");
  const HttpRequest& request = world.http.requests().front();
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(HostHeader(request.origin), "169.254.170.2");
  EXPECT_EQ(request.target, "/v2/credentials?id=1");
  EXPECT_EQ(HeaderOf(request, "authorization"), "");
}

TEST(ContainerTest, ShowsTheTokenOfTheFileRatherThanThatOfTheVariable) {
  ScriptedWorld world;
  world.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://169.254.170.23/v1/credentials";
  world.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "hidden";
  world.http.Answer(200, kKeys);
  ASSERT_TRUE(world.Get().has_value());
  EXPECT_EQ(HeaderOf(world.http.requests().back(), "authorization"), "hidden");
  world.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "/var/token";
  world.files.Put("/var/token", "of the file");
  world.http.Answer(200, kKeys);
  ASSERT_TRUE(world.Get().has_value());
  EXPECT_EQ(HeaderOf(world.http.requests().back(), "authorization"), "of the file");
}

TEST(ContainerTest, GivesTheTokenToNobodyElse) {
  for (const char* url :
       {"http://localhost:1/", "http://127.0.0.1/", "http://127.1.2.3:80/x", "http://[::1]/",
        "http://169.254.170.2/", "http://[fd00:ec2::23]/", "https://keys.example/"}) {
    ScriptedWorld world;
    world.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = url;
    world.http.Answer(200, kKeys);
    EXPECT_EQ(MessageOf(world), "got ASIACONTAINER") << url;
  }
  for (const char* host : {"keys.example", "127.0.0.1.example", "127.0.0", "128.0.0.1",
                           "127.0.0.256", "169.254.170.3", "localhost.example", "1270.0.0.1"}) {
    ScriptedWorld world;
    world.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://" + std::string(host) + "/";
    EXPECT_EQ(MessageOf(world),
              "container: AWS_CONTAINER_CREDENTIALS_FULL_URI names " + std::string(host) +
                  " without TLS; allowed are addresses of this machine, 169.254.170.2, "
                  "169.254.170.23, fd00:ec2::23, localhost");
    EXPECT_TRUE(world.http.requests().empty());
  }
}

TEST(ContainerTest, RefusesWhatIsNoUrl) {
  ScriptedWorld world;
  world.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "keys";
  EXPECT_EQ(MessageOf(world).substr(0, 47), "container: AWS_CONTAINER_CREDENTIALS_FULL_URI: ");
  world.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "@evil.example/";
  EXPECT_EQ(MessageOf(world),
            "container: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does not begin with a slash");
  world.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/?a b";
  EXPECT_EQ(MessageOf(world),
            "container: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: a character in the query of the "
            "URL has no place there");
  EXPECT_TRUE(world.http.requests().empty());
}

TEST(ContainerTest, RefusesATokenThatNoHeaderMayHave) {
  ScriptedWorld world;
  world.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/";
  world.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "hidden\r\nHost: x";
  EXPECT_EQ(MessageOf(world),
            "container: the token of AWS_CONTAINER_AUTHORIZATION_TOKEN has a line break, which no "
            "header may have");
  world.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "/var/token";
  EXPECT_EQ(MessageOf(world),
            "container: AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: /var/token: no such file");
  EXPECT_TRUE(world.http.requests().empty());
}

TEST(ContainerTest, AsksThreeTimesWithAPause) {
  ScriptedWorld world;
  world.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/";
  const MonoTime begin = world.clock.Mono();
  world.http.Refuse(ErrorKind::kUnavailable, "no route");
  world.http.Answer(500, "");
  world.http.Answer(200, kKeys);
  EXPECT_EQ(MessageOf(world), "got ASIACONTAINER");
  EXPECT_EQ(world.clock.Mono() - begin, std::chrono::seconds{2});
  EXPECT_EQ(MessageOf(world, ErrorKind::kUnavailable),
            "container: 169.254.170.2 did not answer: 169.254.170.2: connection refused");
  EXPECT_EQ(world.http.requests().size(), 6U);
}

TEST(ContainerTest, SaysWhatTheAnswerLacks) {
  ScriptedWorld world;
  world.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/";
  world.http.Answer(404, "hidden");
  EXPECT_EQ(MessageOf(world), "container: 169.254.170.2 answered with HTTP status 404");
  world.http.Answer(200, "hidden");
  EXPECT_EQ(MessageOf(world, ErrorKind::kUnavailable),
            "container: 169.254.170.2 did not answer with JSON");
  world.http.Answer(200, R"({"AccessKeyId": "A", "SecretAccessKey": "hidden", "Token": "hidden"})");
  EXPECT_EQ(MessageOf(world, ErrorKind::kUnavailable), "the answer of container has no Expiration");
}

}  // namespace
}  // namespace ecm::aws_config
