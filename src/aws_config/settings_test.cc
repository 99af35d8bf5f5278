#include "aws_config/settings.h"

#include <gtest/gtest.h>

#include "aws_config/testing/golden.h"
#include "aws_config/testing/map_files.h"
#include "env/testing/sim_env.h"

namespace ecm::aws_config {
namespace {

using Variables = std::map<std::string, std::string>;

Result<Settings> Resolve(const std::string& config, Variables variables,
                         const Overrides& overrides = {}) {
  variables["HOME"] = "/h";
  return ResolveSettings(overrides, MapEnvironment(variables),
                         MapFiles({{"/h/.aws/config", config}}));
}

std::string MessageOf(const std::string& config, const Variables& variables,
                      const Overrides& overrides = {}) {
  const auto settings = Resolve(config, variables, overrides);
  if (settings.has_value()) return "resolved";
  EXPECT_EQ(settings.error().kind, ErrorKind::kInvalidJob);
  return settings.error().message;
}

std::string UrlOf(const Settings& settings, const std::string& id) {
  for (const std::string& key : {id, std::string()}) {
    if (settings.endpoint_urls.contains(key)) return settings.endpoint_urls.at(key);
  }
  return {};
}

TEST(ResolveSettingsTest, ResolvesWhatBotocoreResolves) {
  const JsonArray goldens = ReadGolden("settings.json");
  ASSERT_GT(goldens.size(), 15U);
  const std::string config(goldens.at(0).as_string());
  for (std::size_t i = 1; i < goldens.size(); ++i) {
    const Json& golden = goldens.at(i);
    const auto settings =
        Resolve(config, boost::json::value_to<Variables>(*Find(golden, "environment")));
    ASSERT_EQ(settings.has_value(), Find(golden, "error") == nullptr)
        << ToText(golden) << (settings ? "" : settings.error().message);
    if (!settings) continue;
    EXPECT_EQ(settings->region.str(), StringOr(golden, "region")) << ToText(golden);
    EXPECT_EQ(settings->use_fips, FindBool(golden, "fips")) << ToText(golden);
    EXPECT_EQ(settings->use_dual_stack, FindBool(golden, "dual_stack")) << ToText(golden);
    EXPECT_EQ(settings->ca_bundle, StringOr(golden, "ca_bundle")) << ToText(golden);
    for (const auto& [id, url] : Find(golden, "urls")->as_object()) {
      EXPECT_EQ(UrlOf(*settings, id), std::string_view(url.as_string()))
          << id << " of " << ToText(golden);
    }
  }
}

TEST(ResolveSettingsTest, TakesTheRegionFromTheNearestPlace) {
  const std::string config = "[default]\nregion = eu-west-1\n";
  EXPECT_EQ(Resolve(config, {})->region.str(), "eu-west-1");
  Variables variables{{"AWS_DEFAULT_REGION", "eu-west-2"}};
  EXPECT_EQ(Resolve(config, variables)->region.str(), "eu-west-2");
  variables["AWS_REGION"] = "eu-west-3";
  EXPECT_EQ(Resolve(config, variables)->region.str(), "eu-west-3");
  EXPECT_EQ(Resolve(config, variables, {.profile = "", .region = "eu-north-1", .endpoint_url = ""})
                ->region.str(),
            "eu-north-1");
  EXPECT_EQ(Resolve(config, {{"AWS_REGION", ""}, {"AWS_DEFAULT_REGION", ""}})->region.str(),
            "eu-west-1");
  EXPECT_TRUE(Resolve("", {})->region.empty());
}

TEST(ResolveSettingsTest, TakesTheProfileFromTheNearestPlace) {
  const std::string config = "[profile a]\n[profile b]\n[profile c]\n";
  const auto nobody = Resolve(config, {});
  EXPECT_EQ(nobody->profile, "default");
  EXPECT_FALSE(nobody->profile_asked);
  Variables variables{{"AWS_DEFAULT_PROFILE", "a"}};
  EXPECT_EQ(Resolve(config, variables)->profile, "a");
  variables["AWS_PROFILE"] = "b";
  const auto environment = Resolve(config, variables);
  EXPECT_EQ(environment->profile, "b");
  EXPECT_TRUE(environment->profile_asked);
  EXPECT_FALSE(environment->profile_on_command_line);
  const auto command_line =
      Resolve(config, variables, {.profile = "c", .region = "", .endpoint_url = ""});
  EXPECT_EQ(command_line->profile, "c");
  EXPECT_TRUE(command_line->profile_asked);
  EXPECT_TRUE(command_line->profile_on_command_line);
}

TEST(ResolveSettingsTest, NamesTheProfilesThatAreThere) {
  EXPECT_EQ(MessageOf("[profile dev]\n[profile prod]\n", {{"AWS_PROFILE", "prd"}}),
            "AWS_PROFILE names the profile \"prd\", which is neither in /h/.aws/config nor "
            "in /h/.aws/credentials (did you mean \"prod\"?); there are: dev, prod");
  EXPECT_EQ(MessageOf("", {}, {.profile = "x", .region = "", .endpoint_url = ""}),
            "--profile names the profile \"x\", which is neither in /h/.aws/config nor in "
            "/h/.aws/credentials; there are no profiles: `aws configure` writes one");
}

TEST(ResolveSettingsTest, RefusesARegionThatCannotBeOne) {
  EXPECT_EQ(MessageOf("", {{"AWS_REGION", "eu west"}}),
            "AWS_REGION is \"eu west\", which cannot be a region; one looks like eu-west-1");
  EXPECT_EQ(MessageOf("[default]\nregion = a/b\n", {}),
            "region of the profile default is \"a/b\", which cannot be a region; one looks like "
            "eu-west-1");
}

TEST(ResolveSettingsTest, SaysWhichUrlIsNone) {
  const auto begins = [](const std::string& message, const std::string& with) {
    EXPECT_EQ(message.substr(0, with.size()), with);
  };
  begins(MessageOf("", {{"AWS_ENDPOINT_URL_EMR", "localhost:1"}}), "AWS_ENDPOINT_URL_EMR: ");
  begins(MessageOf("", {{"AWS_ENDPOINT_URL", "ftp://x"}}), "AWS_ENDPOINT_URL: ");
  begins(MessageOf("", {}, {.profile = "", .region = "", .endpoint_url = "x"}), "--endpoint-url: ");
  begins(MessageOf("[default]\nendpoint_url = x\n", {}), "endpoint_url of the profile default: ");
  begins(MessageOf("[default]\nservices = s\n[services s]\nsfn =\n  endpoint_url = x\n", {}),
         "sfn.endpoint_url of [services s]: ");
  begins(MessageOf("", {{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "x"}}),
         "AWS_EC2_METADATA_SERVICE_ENDPOINT: ");
}

TEST(ResolveSettingsTest, SaysThatAServicesSectionIsMissing) {
  EXPECT_EQ(MessageOf("[default]\nservices = mine\n", {}),
            "services of the profile default is \"mine\", but /h/.aws/config has no section "
            "[services mine]");
}

TEST(ResolveSettingsTest, KeepsTheCommandLinesUrlApartFromConfiguredOnes) {
  const auto settings =
      Resolve("",
              {{"AWS_ENDPOINT_URL_STS", "http://127.0.0.1:2"},
               {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "false"}},
              {.profile = "", .region = "", .endpoint_url = "http://127.0.0.1:1"});
  EXPECT_EQ(settings->endpoint_url, "http://127.0.0.1:1");
  EXPECT_EQ(UrlOf(*settings, "sts"), "http://127.0.0.1:2");
  EXPECT_EQ(UrlOf(*settings, "emr"), "");
}

TEST(ResolveSettingsTest, KnowsWhereTheInstancesMetadataIs) {
  EXPECT_EQ(Resolve("", {})->imds_endpoint, "http://169.254.169.254/");
  EXPECT_FALSE(Resolve("", {})->imds_disabled);
  EXPECT_TRUE(Resolve("", {{"AWS_EC2_METADATA_DISABLED", "TRUE"}})->imds_disabled);
  Variables variables{{"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6"}};
  EXPECT_EQ(Resolve("", variables)->imds_endpoint, "http://[fd00:ec2::254]/");
  variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://127.0.0.1:1/";
  EXPECT_EQ(Resolve("", variables)->imds_endpoint, "http://127.0.0.1:1/");
  EXPECT_EQ(
      Resolve("[default]\nec2_metadata_service_endpoint = http://127.0.0.1:2\n", {})->imds_endpoint,
      "http://127.0.0.1:2");
}

}  // namespace
}  // namespace ecm::aws_config
