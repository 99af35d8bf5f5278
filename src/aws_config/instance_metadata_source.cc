#include <fmt/format.h>

#include <algorithm>

#include "aws_config/answers.h"
#include "aws_config/credential_source.h"
#include "base/text.h"

namespace ecm::aws_config {
namespace {

constexpr const char* kSource = "EC2 metadata";
constexpr std::string_view kRoles = "latest/meta-data/iam/security-credentials/";
constexpr std::string_view kTokenLifetime = "21600";  ///< seconds
constexpr Duration kTimeout = std::chrono::seconds{1};
constexpr int kAttempts = 2;

/// IAM's own rule for names of roles; what passes fits into a path.
bool IsRoleName(std::string_view name) {
  const auto is_part = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("+=,.@_-").contains(c);
  };
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, is_part);
}

class MetadataService {
 public:
  explicit MetadataService(const SourceContext& context) : context_(context) {}

  Result<Found> Load() {
    ECM_TRY(HttpRequest request, Request("PUT", "latest/api/token"));
    request.headers = {{"x-aws-ec2-metadata-token-ttl-seconds", std::string(kTokenLifetime)}};
    const auto token = SendAgain(context_.ports, request, kAttempts);
    // Most machines are no EC2 instances: silence is no failure.
    if (!token) return NotHere{fmt::format("{} does not answer", HostHeader(request.origin))};
    if (token->status != 200 || !IsToken(token->body)) {
      return NotHere{fmt::format("{} gives no token of version 2 (HTTP status {})",
                                 HostHeader(request.origin), token->status)};
    }
    token_ = token->body;
    return OfRole();
  }

 private:
  Result<HttpRequest> Request(std::string_view method, std::string_view path) const {
    const std::string& base = context_.settings.imds_endpoint;
    ECM_TRY(HttpRequest request,
            RequestFor(method, fmt::format("{}{}{}", base, base.ends_with('/') ? "" : "/", path)));
    request.timeout = kTimeout;
    return request;
  }

  static bool IsToken(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
  }

  Result<HttpResponse> Get(const std::string& path) const {
    ECM_TRY(HttpRequest request, Request("GET", path));
    request.headers = {{"x-aws-ec2-metadata-token", token_}};
    auto response = SendAgain(context_.ports, request, kAttempts);
    if (!response) {
      return Fail(ErrorKind::kUnavailable, fmt::format("{}: no answer after the token: {}", kSource,
                                                       response.error().message));
    }
    if (response->status >= 500) {
      return Fail(ErrorKind::kUnavailable,
                  fmt::format("{}: HTTP status {}", kSource, response->status));
    }
    return response;
  }

  Result<Found> OfRole() const {
    ECM_TRY(const HttpResponse list, Get(std::string(kRoles)));
    const std::string role = list.body.substr(0, list.body.find_first_of("\r\n"));
    if (list.status != 200 || !IsRoleName(role)) {
      return NotHere{"the instance has no role: attach an instance profile"};
    }
    ECM_TRY(const HttpResponse response, Get(std::string(kRoles) + role));
    const auto answer = ParseJson(response.body);
    if (response.status != 200 || !answer) {
      return Fail(ErrorKind::kUnavailable,
                  fmt::format("{}: no credentials of the role {} (HTTP status {})", kSource, role,
                              response.status));
    }
    // A refusal comes with status 200.
    if (const std::string code = StringOr(*answer, "Code", "Success"); code != "Success") {
      return NotHere{fmt::format("the role {} cannot be taken: {}", role, FitForMessage(code))};
    }
    ECM_TRY(ResolvedCredentials found, KeysIn(*answer, {}, kSource));
    Extend(found);
    return found;
  }

  /// When EC2 cannot renew keys it hands out the old ones, which services take for some time more:
  /// they are asked for again, at different times on different machines.
  void Extend(ResolvedCredentials& found) const {
    const Duration window = std::chrono::minutes{15} + std::chrono::seconds{120} +
                            std::chrono::seconds{UniformBelow(context_.ports.random, 481)};
    const WallTime soonest = context_.ports.clock.Wall() + window;
    if (*found.expires <= soonest) found.expires = soonest;
  }

  const SourceContext& context_;
  std::string token_;
};

}  // namespace

Result<Found> FromInstanceMetadata(const SourceContext& context) {
  if (context.settings.imds_disabled) return NotHere{"AWS_EC2_METADATA_DISABLED is true"};
  return MetadataService(context).Load();
}

}  // namespace ecm::aws_config
