#include "aws_config/shared_config.h"

#include <gtest/gtest.h>

#include "aws_config/testing/golden.h"
#include "aws_config/testing/map_files.h"
#include "env/testing/sim_env.h"

namespace ecm::aws_config {
namespace {

const std::map<std::string, std::string> kHome{{"HOME", "/h"}};

Json AsJson(const SharedConfig& shared) {
  return boost::json::value_from(
      std::map<std::string, std::map<std::string, Profile>>{{"profiles", shared.profiles},
                                                            {"sso_sessions", shared.sso_sessions},
                                                            {"services", shared.services}});
}

TEST(MergeSharedConfigTest, ReadsWhatBotocoreReads) {
  const JsonArray goldens = ReadGolden("shared_configs.json");
  EXPECT_GT(goldens.size(), 400U);
  std::size_t read = 0;
  for (const Json& golden : goldens) {
    const auto shared = MergeSharedConfig(StringOr(golden, "config"), "config",
                                          StringOr(golden, "credentials"), "credentials");
    ASSERT_EQ(shared.has_value(), Find(golden, "error") == nullptr)
        << ToText(golden) << (shared ? "" : shared.error().message);
    if (!shared) continue;
    ++read;
    JsonObject expected = golden.as_object();
    expected.erase("config");
    expected.erase("credentials");
    EXPECT_EQ(AsJson(*shared), Json(expected)) << ToText(golden);
  }
  EXPECT_GT(read, 200U);
}

std::string MessageOf(const std::string& config) {
  const auto shared = MergeSharedConfig(config, "/h/.aws/config", "", "credentials");
  if (shared.has_value()) return "read";
  EXPECT_EQ(shared.error().kind, ErrorKind::kInvalidJob);
  return shared.error().message;
}

TEST(MergeSharedConfigTest, NamesFileAndLineOfWhatItCannotRead) {
  EXPECT_EQ(MessageOf("# mine\nregion = a\n"),
            "/h/.aws/config:2: a line before the first section; begin with one such as "
            "[default]");
  EXPECT_EQ(MessageOf("[default]\n\n[default]\n"),
            "/h/.aws/config:3: the section [default] stands in line 1 already; keep one");
  EXPECT_EQ(MessageOf("[default]\nregion = a\nRegion = b\n"),
            "/h/.aws/config:3: region stands in line 2 already; keep one");
  EXPECT_EQ(MessageOf("[default]\ns3 =\n  path\n"),
            "/h/.aws/config:2: a line of s3 is not \"name = value\"");
  EXPECT_EQ(MessageOf("[default]\n\xff = 1\n"), "/h/.aws/config:1: not UTF-8");
}

TEST(MergeSharedConfigTest, DoesNotRepeatALineThatMayBeAKey) {
  EXPECT_EQ(MessageOf("[default]\r\nwJalrXUtnFEMI/K7MDENG\r\n"),
            "/h/.aws/config:2: neither a section nor \"name = value\"");
  EXPECT_EQ(MessageOf("[default]\n= wJalrXUtnFEMI/K7MDENG\n"),
            "/h/.aws/config:2: neither a section nor \"name = value\"");
}

TEST(ReadSharedConfigTest, FindsTheFilesAtHome) {
  const MapEnvironment environment(kHome);
  const MapFiles files({{"/h/.aws/config", "[profile dev]\nregion = eu-west-1\n"},
                        {"/h/.aws/credentials", "[dev]\naws_access_key_id = A\n"}});
  const auto shared = ReadSharedConfig(environment, files);
  ASSERT_TRUE(shared.has_value()) << shared.error().message;
  EXPECT_EQ(shared->profiles.at("dev"),
            (Profile{{"region", "eu-west-1"}, {"aws_access_key_id", "A"}}));
}

TEST(ReadSharedConfigTest, TakesTheFilesThatVariablesName) {
  const MapEnvironment environment({{"HOME", "/h"},
                                    {"AWS_CONFIG_FILE", "~/other"},
                                    {"AWS_SHARED_CREDENTIALS_FILE", "/etc/keys"}});
  const MapFiles files({{"/h/other", "[default]\na = 1\n"},
                        {"/etc/keys", "[default]\nb = 2\n"},
                        {"/h/.aws/config", "[default]\nc = 3\n"}});
  EXPECT_EQ(ReadSharedConfig(environment, files)->profiles.at("default"),
            (Profile{{"a", "1"}, {"b", "2"}}));
}

TEST(ReadSharedConfigTest, IsEmptyWithoutFilesOrHome) {
  EXPECT_TRUE(ReadSharedConfig(MapEnvironment({}), MapFiles())->profiles.empty());
  EXPECT_TRUE(ReadSharedConfig(MapEnvironment(kHome), MapFiles())->profiles.empty());
}

TEST(ReadSharedConfigTest, TakesTheNullDeviceForNoFile) {
  MapFiles files;
  files.Refuse("/dev/null", {ErrorKind::kInvalidJob, "not a regular file", ""});
  const std::map<std::string, std::string> variables{{"AWS_CONFIG_FILE", "/dev/null"},
                                                     {"AWS_SHARED_CREDENTIALS_FILE", "/dev/null"}};
  const auto shared = ReadSharedConfig(MapEnvironment(variables), files);
  ASSERT_TRUE(shared.has_value()) << shared.error().message;
  EXPECT_TRUE(shared->profiles.empty());
}

TEST(ReadSharedConfigTest, NamesTheFilesEvenWithoutAHome) {
  EXPECT_EQ(ConfigFileName(MapEnvironment(kHome)), "/h/.aws/config");
  const MapEnvironment nowhere(std::map<std::string, std::string>{});
  EXPECT_EQ(ConfigFileName(nowhere), "~/.aws/config");
  EXPECT_EQ(CredentialsFileName(nowhere), "~/.aws/credentials");
}

TEST(ReadSharedConfigTest, SaysThatAFileMayNotBeRead) {
  MapFiles files;
  files.Refuse("/h/.aws/credentials",
               {ErrorKind::kAccessDenied, "/h/.aws/credentials: permission denied", ""});
  const auto shared = ReadSharedConfig(MapEnvironment(kHome), files);
  ASSERT_FALSE(shared.has_value());
  EXPECT_EQ(shared.error().kind, ErrorKind::kAccessDenied);
  EXPECT_EQ(shared.error().message, "/h/.aws/credentials: permission denied");
}

}  // namespace
}  // namespace ecm::aws_config
