#include "aws_config/endpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace ecm::aws_config {

namespace {

constexpr std::array kServices{&kEmr, &kStepFunctions, &kDynamoDb, &kLogs,
                               &kSns, &kSts,           &kS3,       &kSsoPortal};

/// Every partition of botocore 1.44.5 has FIPS and dual stack.
struct Partition {
  std::string_view name;
  /// How its regions begin, each before "-WORD-NUMBER" (facts: EMR API, endpoints).
  std::string_view heads;
  std::string_view suffix;
  std::string_view dual_stack_suffix;
};

constexpr std::array kPartitions{
    Partition{"aws", "us eu ap sa ca me af il mx", "amazonaws.com", "api.aws"},
    Partition{"aws-cn", "cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
    Partition{"aws-eusc", "eusc-de", "amazonaws.eu", "api.amazonwebservices.eu"},
    Partition{"aws-iso", "us-iso", "c2s.ic.gov", "api.aws.ic.gov"},
    Partition{"aws-iso-b", "us-isob", "sc2s.sgov.gov", "api.aws.scloud"},
    Partition{"aws-iso-e", "eu-isoe", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"},
    Partition{"aws-iso-f", "us-isof", "csp.hci.ic.gov", "api.aws.hci.ic.gov"},
    Partition{"aws-us-gov", "us-gov", "amazonaws.com", "api.aws"},
};
constexpr std::string_view kWholePartition = "-global";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWord(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/// "ap-southeast-2" → "ap"; "" for what has not the form of a region.
std::string_view HeadOf(std::string_view region) {
  for (const auto is_part : {IsDigit, IsWord}) {
    const std::size_t dash = region.rfind('-');
    if (dash == std::string_view::npos || dash + 1 == region.size()) return "";
    if (!std::ranges::all_of(region.substr(dash + 1), is_part)) return "";
    region = region.substr(0, dash);
  }
  return region;
}

const Partition& PartitionFor(std::string_view region) {
  const std::string_view head = HeadOf(region);
  for (const Partition& partition : kPartitions) {
    if (region.ends_with(kWholePartition) &&
        region.substr(0, region.size() - kWholePartition.size()) == partition.name) {
      return partition;
    }
    for (std::string_view heads = partition.heads; !head.empty() && !heads.empty();) {
      const std::size_t end = std::min(heads.find(' '), heads.size());
      if (heads.substr(0, end) == head) return partition;
      heads.remove_prefix(std::min(end + 1, heads.size()));
    }
  }
  return kPartitions.front();
}

/// In GovCloud many services have FIPS behind their plain name.
bool IsFipsAnyway(const Service& service, std::string_view region) {
  if (service.id == kStepFunctions.id) return region == "us-gov-west-1";
  if (service.id == kLogs.id || service.id == kSns.id) {
    return region == "us-gov-west-1" || region == "us-gov-east-1";
  }
  return true;
}

std::string HostOf(const Service& service, std::string_view region, bool fips, bool dual_stack) {
  const Partition& partition = PartitionFor(region);
  if (service.id == kS3.id) {
    return fmt::format("s3{}{}.{}.{}", fips ? "-fips" : "", dual_stack ? ".dualstack" : "", region,
                       partition.suffix);
  }
  if (partition.name == "aws-us-gov") {
    if (fips && !dual_stack) fips = !IsFipsAnyway(service, region);
    if (dual_stack && service.id == kStepFunctions.id) fips = true;
  }
  return fmt::format("{}{}.{}.{}", service.endpoint_prefix, fips ? "-fips" : "", region,
                     dual_stack ? partition.dual_stack_suffix : partition.suffix);
}

/// "" where the service's rules decide.
std::string ConfiguredUrl(const Service& service, const Settings& settings) {
  if (!settings.endpoint_url.empty()) return settings.endpoint_url;
  for (const std::string& id : {std::string(service.id), std::string()}) {
    const auto url = settings.endpoint_urls.find(id);
    if (url != settings.endpoint_urls.end()) return url->second;
  }
  return {};
}

}  // namespace

std::span<const Service* const> AllServices() { return kServices; }

std::string_view PartitionOf(const Region& region) { return PartitionFor(region.str()).name; }

Result<Endpoint> ResolveEndpoint(const Service& service, const Region& region,
                                 const Settings& settings) {
  if (region.empty()) {
    return Fail(ErrorKind::kInvalidJob,
                "no region: give --region, set AWS_REGION, or write region into the profile");
  }
  if (!IsRegionName(region.str())) {
    return Fail(ErrorKind::kInvalidJob,
                fmt::format("\"{}\" cannot be a region; one looks like eu-west-1",
                            TruncateUtf8(ToOneLine(region.str()), 80)));
  }
  SigningScope scope{.region = region.str(), .service = std::string(service.signing_name)};
  if (const std::string configured = ConfiguredUrl(service, settings); !configured.empty()) {
    if (settings.use_fips || settings.use_dual_stack) {
      return Fail(
          ErrorKind::kInvalidJob,
          fmt::format("the endpoint URL of {} is configured, and {} too: only one of them "
                      "can choose the host; unset AWS_ENDPOINT_URL or {}",
                      service.id, settings.use_fips ? "FIPS" : "dual stack",
                      settings.use_fips ? "AWS_USE_FIPS_ENDPOINT" : "AWS_USE_DUALSTACK_ENDPOINT"));
    }
    ECM_TRY(HttpUrl url, ParseHttpUrl(configured));
    return Endpoint{std::move(url), std::move(scope)};
  }
  if (region.str().ends_with(kWholePartition)) {
    return Fail(ErrorKind::kInvalidJob,
                fmt::format("{} is a whole partition; name one of its regions", region.str()));
  }
  if (service.id == kS3.id && settings.use_fips && PartitionOf(region) == "aws-cn") {
    return Fail(
        ErrorKind::kInvalidJob,
        fmt::format("S3 has no FIPS endpoint in {}; unset AWS_USE_FIPS_ENDPOINT", region.str()));
  }
  HttpOrigin origin{
      .tls = true,
      .host = HostOf(service, region.str(), settings.use_fips, settings.use_dual_stack),
      .port = 443};
  return Endpoint{.url = {.origin = std::move(origin), .path = "/"}, .scope = std::move(scope)};
}

}  // namespace ecm::aws_config
