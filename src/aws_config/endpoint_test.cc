#include "aws_config/endpoint.h"

#include <gtest/gtest.h>

#include "aws_config/testing/golden.h"

namespace ecm::aws_config {
namespace {

const Service& ServiceWithId(const std::string& id) {
  for (const Service* service : AllServices()) {
    if (service->id == id) return *service;
  }
  throw std::runtime_error("no service " + id);
}

std::string MessageOf(const Service& service, const std::string& region,
                      const Settings& settings = {}) {
  const auto endpoint = ResolveEndpoint(service, Region(region), settings);
  if (endpoint.has_value()) return "it is " + endpoint->url.origin.host;
  EXPECT_EQ(endpoint.error().kind, ErrorKind::kInvalidJob);
  return endpoint.error().message;
}

TEST(ServicesTest, AreWhatTheSdksCallThem) {
  const JsonArray goldens = ReadGolden("services.json");
  EXPECT_EQ(goldens.size(), AllServices().size());
  for (const Json& golden : goldens) {
    const Service& service = ServiceWithId(StringOr(golden, "id"));
    EXPECT_EQ(service.endpoint_prefix, StringOr(golden, "endpoint_prefix"));
    EXPECT_EQ(service.signing_name, StringOr(golden, "signing_name"));
    EXPECT_EQ(service.json_target, StringOr(golden, "json_target"));
    EXPECT_EQ(service.content_type, StringOr(golden, "content_type"));
    EXPECT_EQ(service.query_version, StringOr(golden, "query_version"));
  }
}

TEST(ResolveEndpointTest, FindsEveryHostThatTheSdksFind) {
  const JsonArray goldens = ReadGolden("endpoints.json");
  EXPECT_GT(goldens.size(), 800U);
  for (const Json& golden : goldens) {
    Settings settings;
    settings.use_fips = FindBool(golden, "fips").value();
    settings.use_dual_stack = FindBool(golden, "dual_stack").value();
    const Service& service = ServiceWithId(StringOr(golden, "service"));
    const Region region(StringOr(golden, "region"));
    const auto endpoint = ResolveEndpoint(service, region, settings);
    ASSERT_EQ(endpoint.has_value(), Find(golden, "error") == nullptr) << ToText(golden);
    if (!endpoint) continue;
    EXPECT_EQ("https://" + endpoint->url.origin.host, StringOr(golden, "url")) << ToText(golden);
    EXPECT_EQ(endpoint->url.origin.port, 443);
    EXPECT_TRUE(endpoint->url.origin.tls);
    EXPECT_EQ(endpoint->url.path, "/");
    EXPECT_EQ(endpoint->scope.region, region.str());
    EXPECT_EQ(endpoint->scope.service, service.signing_name);
  }
}

TEST(PartitionOfTest, SaysWhatTheSdksSay) {
  const JsonArray goldens = ReadGolden("partitions.json");
  EXPECT_GT(goldens.size(), 60U);
  for (const Json& golden : goldens) {
    const std::string region(golden.at(0).as_string());
    EXPECT_EQ(PartitionOf(Region(region)), std::string_view(golden.at(1).as_string())) << region;
  }
}

TEST(ResolveEndpointTest, TakesTheCommandLinesUrlThenTheServicesThenTheCommonOne) {
  Settings settings;
  settings.endpoint_urls = {{"emr", "http://127.0.0.1:1/base"}, {"", "http://[::1]:2"}};
  const auto emr = ResolveEndpoint(kEmr, Region("eu-west-1"), settings);
  ASSERT_TRUE(emr.has_value()) << emr.error().message;
  EXPECT_EQ(emr->url.origin, (HttpOrigin{.tls = false, .host = "127.0.0.1", .port = 1}));
  EXPECT_EQ(emr->url.path, "/base");
  EXPECT_EQ(emr->scope.region, "eu-west-1");
  EXPECT_EQ(emr->scope.service, "elasticmapreduce");
  EXPECT_EQ(ResolveEndpoint(kSns, Region("eu-west-1"), settings)->url.origin.port, 2);
  settings.endpoint_url = "https://proxy.example:3";
  EXPECT_EQ(ResolveEndpoint(kEmr, Region("eu-west-1"), settings)->url.origin.port, 3);
}

TEST(ResolveEndpointTest, RefusesAConfiguredUrlTogetherWithFipsOrDualStack) {
  Settings settings;
  settings.endpoint_urls = {{"sfn", "http://127.0.0.1:1"}};
  settings.use_fips = true;
  EXPECT_EQ(MessageOf(kStepFunctions, "eu-west-1", settings),
            "the endpoint URL of sfn is configured, and FIPS too: only one of them can choose the "
            "host; unset AWS_ENDPOINT_URL or AWS_USE_FIPS_ENDPOINT");
  settings.use_fips = false;
  settings.use_dual_stack = true;
  EXPECT_EQ(
      MessageOf(kStepFunctions, "eu-west-1", settings),
      "the endpoint URL of sfn is configured, and dual stack too: only one of them can choose "
      "the host; unset AWS_ENDPOINT_URL or AWS_USE_DUALSTACK_ENDPOINT");
}

TEST(ResolveEndpointTest, SaysWhereARegionCanBeNamed) {
  EXPECT_EQ(MessageOf(kEmr, ""),
            "no region: give --region, set AWS_REGION, or write region into the profile");
}

TEST(ResolveEndpointTest, LetsNothingIntoAHostNameThatIsNoPartOfOne) {
  for (const char* region : {"evil.example/", "a b", "eu-west-1.", "-x", "x-", "12", "a\r\nb", "ü",
                             "a23456789012345678901234567890123456789012345678901234567890123x"}) {
    EXPECT_NE(MessageOf(kS3, region).find("cannot be a region"), std::string::npos) << region;
  }
  EXPECT_EQ(MessageOf(kS3, "a\nb"), "\"a b\" cannot be a region; one looks like eu-west-1");
}

TEST(ResolveEndpointTest, WantsARegionAndNotAWholePartition) {
  EXPECT_EQ(MessageOf(kSts, "aws-global"),
            "aws-global is a whole partition; name one of its regions");
}

}  // namespace
}  // namespace ecm::aws_config
