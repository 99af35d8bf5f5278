#include <gtest/gtest.h>

#include "aws_config/testing/scripted_world.h"

namespace ecm::aws_config {
namespace {

std::string KeysUntil(WallTime time) {
  return R"({"Code": "Success", "AccessKeyId": "ASIAEC2", "SecretAccessKey": "hidden",
             "Token": "hidden", "Expiration": ")" +
         ToIso8601(time) + "\"}";
}

void Answer(ScriptedWorld& world, const std::string& keys) {
  world.http.Answer(200, "metadata-token");
  world.http.Answer(200, "Worker\n");
  world.http.Answer(200, keys);
}

Result<ResolvedCredentials> Get(ScriptedWorld& world) {
  auto got = world.Get();
  if (!got) {
    EXPECT_EQ(got.error().message.find("hidden"), std::string::npos) << got.error().message;
  }
  return got;
}

/// What is said of EC2 metadata among the places that were tried.
std::string WhyNot(ScriptedWorld& world) {
  const auto got = Get(world);
  if (got) return "got " + got->source;
  EXPECT_EQ(got.error().kind, ErrorKind::kAccessDenied);
  const std::string& message = got.error().message;
  const std::size_t begin = message.find("EC2 metadata (");
  if (begin == std::string::npos) return message;
  return message.substr(begin + 14, message.find("). Log in") - begin - 14);
}

TEST(InstanceMetadataTest, AsksForATokenThenForTheRoleThenForItsKeys) {
  ScriptedWorld world;
  const WallTime expires = world.clock.Wall() + std::chrono::hours{6};
  Answer(world, KeysUntil(expires));
  const auto got = Get(world);
  ASSERT_TRUE(got.has_value()) << got.error().message;
  EXPECT_EQ(got->credentials.access_key_id, "ASIAEC2");
  EXPECT_EQ(got->source, "EC2 metadata");
  EXPECT_EQ(got->expires, expires);
  ASSERT_EQ(world.http.requests().size(), 3U);
  const auto& requests = world.http.requests();
  EXPECT_EQ(requests[0].method, "PUT");
  EXPECT_EQ(HostHeader(requests[0].origin), "169.254.169.254");
  EXPECT_EQ(requests[0].target, "/latest/api/token");
  EXPECT_EQ(HeaderOf(requests[0], "x-aws-ec2-metadata-token-ttl-seconds"), "21600");
  EXPECT_EQ(requests[0].timeout, std::chrono::seconds{1});
  EXPECT_EQ(requests[1].method, "GET");
  EXPECT_EQ(requests[1].target, "/latest/meta-data/iam/security-credentials/");
  EXPECT_EQ(HeaderOf(requests[1], "x-aws-ec2-metadata-token"), "metadata-token");
  EXPECT_EQ(requests[2].target, "/latest/meta-data/iam/security-credentials/Worker");
}

TEST(InstanceMetadataTest, GoesWhereTheSettingsSay) {
  ScriptedWorld world;
  world.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://127.0.0.1:1/base";
  Answer(world, KeysUntil(world.clock.Wall() + std::chrono::hours{6}));
  ASSERT_TRUE(Get(world).has_value());
  EXPECT_EQ(world.http.requests()[0].origin.port, 1);
  EXPECT_EQ(world.http.requests()[0].target, "/base/latest/api/token");
}

TEST(InstanceMetadataTest, AsksForOldKeysAgainLater) {
  ScriptedWorld world;
  Answer(world, KeysUntil(world.clock.Wall() - std::chrono::hours{1}));
  const auto got = Get(world);
  ASSERT_TRUE(got.has_value()) << got.error().message;
  EXPECT_GE(*got->expires - world.clock.Wall(), std::chrono::minutes{17});
  EXPECT_LE(*got->expires - world.clock.Wall(), std::chrono::minutes{25});
}

TEST(InstanceMetadataTest, IsSilentlyNoInstance) {
  ScriptedWorld world;
  EXPECT_EQ(WhyNot(world), "169.254.169.254 does not answer");
  EXPECT_EQ(world.http.requests().size(), 2U) << "tried once more";
  world.variables["AWS_EC2_METADATA_DISABLED"] = "true";
  EXPECT_EQ(WhyNot(world), "AWS_EC2_METADATA_DISABLED is true");
  EXPECT_EQ(world.http.requests().size(), 2U);
}

TEST(InstanceMetadataTest, NeverFallsBackToVersionOne) {
  for (const unsigned status : {400U, 403U, 404U, 405U}) {
    ScriptedWorld world;
    world.http.Answer(status, "hidden");
    EXPECT_EQ(WhyNot(world), "169.254.169.254 gives no token of version 2 (HTTP status " +
                                 std::to_string(status) + ")");
    EXPECT_EQ(world.http.requests().size(), 1U);
  }
  ScriptedWorld world;
  world.http.Answer(200, "a\r\nb: c");
  EXPECT_EQ(WhyNot(world), "169.254.169.254 gives no token of version 2 (HTTP status 200)");
}

TEST(InstanceMetadataTest, SaysThatTheInstanceHasNoRole) {
  for (const auto& [status, body] : {std::pair(404U, ""), std::pair(200U, ""),
                                     std::pair(200U, "../../api"), std::pair(200U, "<html>")}) {
    ScriptedWorld world;
    world.http.Answer(200, "metadata-token");
    world.http.Answer(status, body);
    EXPECT_EQ(WhyNot(world), "the instance has no role: attach an instance profile");
    EXPECT_EQ(world.http.requests().size(), 2U);
  }
}

TEST(InstanceMetadataTest, SaysThatTheRoleCannotBeTaken) {
  ScriptedWorld world;
  Answer(world, R"({"Code": "AssumeRoleUnauthorizedAccess", "Message": "hidden"})");
  EXPECT_EQ(WhyNot(world), "the role Worker cannot be taken: AssumeRoleUnauthorizedAccess");
}

TEST(InstanceMetadataTest, IsUnavailableWhenItStopsAnswering) {
  const auto message = [](ScriptedWorld& world) {
    const auto got = Get(world);
    EXPECT_FALSE(got.has_value());
    EXPECT_EQ(got.error().kind, ErrorKind::kUnavailable);
    return got.error().message;
  };
  {
    ScriptedWorld world;
    world.http.Answer(200, "metadata-token");
    EXPECT_EQ(message(world),
              "EC2 metadata: no answer after the token: 169.254.169.254: connection refused");
  }
  {
    ScriptedWorld world;
    world.http.Answer(200, "metadata-token");
    world.http.Answer(500, "hidden");
    world.http.Answer(500, "hidden");
    EXPECT_EQ(message(world), "EC2 metadata: HTTP status 500");
  }
  {
    ScriptedWorld world;
    Answer(world, "hidden");
    EXPECT_EQ(message(world), "EC2 metadata: no credentials of the role Worker (HTTP status 200)");
  }
  {
    ScriptedWorld world;
    Answer(world, R"({"AccessKeyId": "A", "SecretAccessKey": "hidden", "Token": "hidden"})");
    EXPECT_EQ(message(world), "the answer of EC2 metadata has no Expiration");
  }
}

}  // namespace
}  // namespace ecm::aws_config
