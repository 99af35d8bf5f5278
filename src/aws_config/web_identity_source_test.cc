#include <gtest/gtest.h>

#include "aws_config/testing/scripted_world.h"

namespace ecm::aws_config {
namespace {

void UseEnvironment(ScriptedWorld& world) {
  world.variables["AWS_REGION"] = "eu-west-1";
  world.variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/var/token";
  world.variables["AWS_ROLE_ARN"] = "arn:env";
  world.files.Put("/var/token", "eyJhbGciOi.hidden\n");
}

TEST(WebIdentityTest, ChangesTheTokenForKeysWithoutASignature) {
  ScriptedWorld world;
  UseEnvironment(world);
  world.AnswerSts("AssumeRoleWithWebIdentity", "ASIAWEB");
  const auto got = world.Get();
  ASSERT_TRUE(got.has_value()) << got.error().message;
  EXPECT_EQ(got->credentials.access_key_id, "ASIAWEB");
  EXPECT_EQ(got->source, "web identity");
  EXPECT_EQ(got->expires, world.clock.Wall() + std::chrono::hours{1});
  const HttpRequest& request = world.http.requests().front();
  EXPECT_EQ(request.body,
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aenv"
            "&RoleSessionName=emr-cluster-manager-1767323045&WebIdentityToken=eyJhbGciOi.hidden");
  EXPECT_EQ(HeaderOf(request, "authorization"), "");
}

TEST(WebIdentityTest, ReadsTheTokenAnewForNewKeys) {
  ScriptedWorld world;
  UseEnvironment(world);
  world.AnswerSts("AssumeRoleWithWebIdentity", "ASIA1");
  const auto chain = world.Chain();
  ASSERT_TRUE(chain->Get().has_value());
  world.files.Put("/var/token", "renewed");
  world.clock.Advance(std::chrono::minutes{50});
  world.AnswerSts("AssumeRoleWithWebIdentity", "ASIA2");
  EXPECT_EQ(chain->Get()->credentials.access_key_id, "ASIA2");
  EXPECT_NE(world.http.requests().back().body.find("WebIdentityToken=renewed"), std::string::npos);
}

TEST(WebIdentityTest, TakesThePlaceOfARoleInTheProfile) {
  ScriptedWorld world;
  world.files.Put("/var/other", "other");
  world.Config(
      "[profile dev]\nregion = eu-west-1\nrole_arn = arn:dev\nrole_session_name = me\n"
      "web_identity_token_file = /var/other\nsource_profile = gone\n");
  world.overrides.profile = "dev";
  UseEnvironment(world);
  world.AnswerSts("AssumeRoleWithWebIdentity", "ASIAWEB");
  ASSERT_TRUE(world.Get().has_value());
  const std::string& body = world.http.requests().front().body;
  EXPECT_NE(body.find("RoleArn=arn%3Adev&RoleSessionName=me&WebIdentityToken=other"),
            std::string::npos)
      << "the environment does not count when the command line names a profile: " << body;
}

TEST(WebIdentityTest, SaysWhatIsMissing) {
  ScriptedWorld world;
  UseEnvironment(world);
  world.variables.erase("AWS_ROLE_ARN");
  EXPECT_EQ(world.Message(),
            "web identity: there is a token file, but no role to take with it; set AWS_ROLE_ARN, "
            "or role_arn in the profile");
  UseEnvironment(world);
  world.files.Remove("/var/token");
  EXPECT_EQ(world.Message(), "web identity: the token cannot be read: /var/token: no such file");
  world.files.Put("/var/token", " \n");
  EXPECT_EQ(world.Message(), "web identity: the token file /var/token is empty");
  EXPECT_TRUE(world.http.requests().empty());
}

TEST(WebIdentityTest, DoesNotRepeatTheTokenThatStsRefused) {
  ScriptedWorld world;
  UseEnvironment(world);
  world.RefuseSts(400, "InvalidIdentityToken", "cannot read eyJhbGciOi.hidden");
  EXPECT_EQ(world.Message(),
            "web identity: STS refused AssumeRoleWithWebIdentity with InvalidIdentityToken: cannot "
            "read …");
}

}  // namespace
}  // namespace ecm::aws_config
