#include <gtest/gtest.h>

#include "aws_config/testing/scripted_world.h"

namespace ecm::aws_config {
namespace {

constexpr const char* kKeys =
    "[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = hidden\n"
    "[dev]\naws_access_key_id = AKIDDEV\naws_secret_access_key = hidden\naws_session_token = t\n";

void SetEnvironmentKeys(ScriptedWorld& world) {
  world.variables["AWS_ACCESS_KEY_ID"] = "AKIDENVIRONMENT";
  world.variables["AWS_SECRET_ACCESS_KEY"] = "hidden";
}

std::string KeyOf(ScriptedWorld& world) {
  const auto got = world.Get();
  return got ? got->credentials.access_key_id : got.error().message;
}

TEST(CredentialsChainTest, TakesTheEnvironmentBeforeTheProfile) {
  ScriptedWorld world;
  world.CredentialsFile(kKeys);
  EXPECT_EQ(KeyOf(world), "AKIDDEFAULT");
  SetEnvironmentKeys(world);
  EXPECT_EQ(KeyOf(world), "AKIDENVIRONMENT");
  world.variables["AWS_PROFILE"] = "dev";
  EXPECT_EQ(KeyOf(world), "AKIDENVIRONMENT");
  world.overrides.profile = "dev";
  EXPECT_EQ(KeyOf(world), "AKIDDEV");
}

TEST(CredentialsChainTest, SaysWhereKeysWereFound) {
  ScriptedWorld world;
  world.CredentialsFile(kKeys);
  world.variables["AWS_PROFILE"] = "dev";
  const auto got = world.Get();
  EXPECT_EQ(got->source, "profile dev (keys in /h/.aws/credentials)");
  EXPECT_EQ(got->credentials.session_token, "t");
  EXPECT_FALSE(got->expires.has_value());
}

TEST(CredentialsChainTest, NeverMixesTheKeysOfTwoFiles) {
  ScriptedWorld world;
  world.Config("[default]\naws_access_key_id = AKIDCONFIG\naws_secret_access_key = one\n");
  world.CredentialsFile("[default]\naws_secret_access_key = two\n");
  const auto got = world.Get();
  EXPECT_EQ(got->credentials.access_key_id, "AKIDCONFIG");
  EXPECT_EQ(got->credentials.secret_access_key, "one");
  EXPECT_EQ(got->source, "profile default (keys in /h/.aws/config)");
}

TEST(CredentialsChainTest, SaysThatHalfAPairIsMissing) {
  ScriptedWorld world;
  world.CredentialsFile("[default]\naws_access_key_id = AKIDDEFAULT\n");
  EXPECT_EQ(world.Message(),
            "the profile default of /h/.aws/credentials has only one of aws_access_key_id and "
            "aws_secret_access_key; write both there");
}

}  // namespace
}  // namespace ecm::aws_config
