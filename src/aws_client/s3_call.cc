#include <algorithm>

#include "aws/percent.h"
#include "aws_client/service_client.h"
#include "base/text.h"

// How a request of S3 finds its bucket.

namespace ecm::aws_client {
namespace {

using aws_config::Endpoint;

/// Buckets that were found elsewhere are remembered; a job has one or two.
constexpr std::size_t kMaxBucketRegions = 1024;
constexpr std::size_t kMaxShownBytes = 300;

bool IsLowerOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

/// Old buckets of us-east-1 have capitals and underscores.
bool IsBucketName(std::string_view name) {
  return !name.empty() && name.size() <= 255 && std::ranges::all_of(name, [](char c) {
    return IsLowerOrDigit(c) || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.';
  });
}

/// Whether the name can stand before the host, so that the certificate *.s3.REGION… covers it.
bool IsHostLabel(std::string_view name) {
  return name.size() >= 3 && name.size() <= 63 && IsLowerOrDigit(name.front()) &&
         IsLowerOrDigit(name.back()) &&
         std::ranges::all_of(name, [](char c) { return IsLowerOrDigit(c) || c == '-'; });
}

bool HasOwnEndpoint(const aws_config::Settings& settings) {
  return !settings.endpoint_url.empty() || settings.endpoint_urls.contains("s3") ||
         settings.endpoint_urls.contains("");
}

/// Virtual-hosted style where it can be: AWS asks for it. Servers of one's own have no such names.
HttpRequest RequestTo(const Endpoint& endpoint, const ServiceClient::S3Call& call, bool by_path) {
  HttpRequest request;
  request.origin = endpoint.url.origin;
  request.target = endpoint.url.path;
  if (!request.target.ends_with('/')) request.target += '/';
  if (by_path) {
    request.target += call.bucket;
    if (!call.key.empty()) request.target += '/';
  } else {
    request.origin.host = call.bucket + "." + request.origin.host;
  }
  request.target += PercentEncode(call.key, "/");
  if (!call.query.empty()) request.target += "?" + FormEncode(call.query);
  request.method = call.method;
  request.headers = call.headers;
  request.timeout = std::chrono::seconds{60};
  return request;
}

/// The answer says that the bucket is in another region than the request.
bool IsElsewhere(const HttpResponse& response) {
  if (response.status != 301 && response.status != 307 && response.status != 400) return false;
  return !ReadServiceError(response).region.empty();
}

}  // namespace

Region ServiceClient::RegionOf(const S3Call& call) {
  const std::scoped_lock lock(buckets_mutex_);
  const auto found = bucket_regions_.find(call.bucket);
  return found == bucket_regions_.end() ? call.region : found->second;
}

Result<HttpResponse> ServiceClient::CallS3In(const Region& region, const S3Call& call,
                                             bool may_be_elsewhere) {
  ECM_TRY(const Endpoint endpoint, ResolveEndpoint(aws_config::kS3, region, settings_));
  const bool by_path = HasOwnEndpoint(settings_) || !IsHostLabel(call.bucket);
  const Exchange exchange{
      .scope = endpoint.scope,
      .operation = TruncateUtf8(ToOneLine(call.method + " s3://" + call.bucket + "/" + call.key),
                                kMaxShownBytes),
      .request = RequestTo(endpoint, call, by_path),
      .path_style = PathStyle::kAsIs,
      .repeat = Repeat::kSafe,
      .check = {},
      .is_for_caller = [&](const HttpResponse& response) {
        return may_be_elsewhere && IsElsewhere(response) &&
               ReadServiceError(response).region != region.str();
      }};
  return exchanger_.Perform(exchange);
}

Result<HttpResponse> ServiceClient::CallS3(const S3Call& call) {
  if (!IsBucketName(call.bucket)) {
    return Fail(
        ErrorKind::kInvalidJob,
        "\"" + TruncateUtf8(ToOneLine(call.bucket), kMaxShownBytes) + "\" is no bucket's name");
  }
  const Region region = RegionOf(call);
  ECM_TRY(HttpResponse response, CallS3In(region, call, /*may_be_elsewhere=*/true));
  if (response.status >= 200 && response.status < 300) return response;
  const Region found(ReadServiceError(response).region);
  ECM_TRY(response, CallS3In(found, call, /*may_be_elsewhere=*/false));
  const std::scoped_lock lock(buckets_mutex_);
  if (bucket_regions_.size() < kMaxBucketRegions) bucket_regions_[call.bucket] = found;
  return response;
}

}  // namespace ecm::aws_client
