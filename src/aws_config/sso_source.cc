#include <fmt/format.h>
#include <openssl/sha.h>

#include <array>
#include <vector>

#include "aws/percent.h"
#include "aws_config/answers.h"
#include "aws_config/credential_source.h"
#include "aws_config/endpoint.h"
#include "aws_config/shared_config.h"
#include "base/text.h"

namespace ecm::aws_config {
namespace {

constexpr Duration kTimeout = std::chrono::seconds{10};

std::string HexSha1(std::string_view text) {
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return fmt::format("{:02x}", fmt::join(digest, ""));
}

class SsoSource {
 public:
  SsoSource(const SourceContext& context, const std::string& profile)
      : context_(context), profile_(profile), source_(ProfileText(profile) + " (SSO)") {}

  Result<ResolvedCredentials> Load() {
    ECM_TRY_VOID(Configure());
    ECM_TRY(const std::string token, Token());
    return RoleCredentials(token);
  }

 private:
  std::unexpected<Error> Wrong(const std::string& what,
                               ErrorKind kind = ErrorKind::kAccessDenied) const {
    return Fail(kind, fmt::format("{}: {}", source_, what));
  }

  std::unexpected<Error> LogIn(const std::string& what) const {
    return Wrong(fmt::format("{}; run `aws sso login --profile {}`", what,
                             TruncateUtf8(ToOneLine(profile_), 64)));
  }

  /// What the profile and its sso-session say together.
  Result<void> Configure() {
    members_ = ProfileNamed(context_, profile_);
    session_ = Member(members_, "sso_session");
    if (!session_.empty()) {
      const auto& sessions = context_.settings.shared.sso_sessions;
      const auto session = sessions.find(session_);
      if (session == sessions.end()) {
        return Wrong(fmt::format("there is no section [sso-session {}] in {}", ToOneLine(session_),
                                 ConfigFileName(context_.ports.environment)));
      }
      for (const auto& [name, value] : session->second) {
        const auto [member, is_new] = members_.try_emplace(name, value);
        if (!is_new && member->second != value) {
          return Wrong(fmt::format("its {} is another one than that of [sso-session {}]",
                                   ToOneLine(name), ToOneLine(session_)));
        }
      }
    }
    std::string missing;
    for (const char* name : {"sso_account_id", "sso_region", "sso_role_name", "sso_start_url"}) {
      if (Member(members_, name).empty()) {
        missing += fmt::format("{}{}", missing.empty() ? "" : ", ", name);
      }
    }
    if (!missing.empty())
      return Wrong(fmt::format("it lacks {}; run `aws configure sso`", missing));
    return {};
  }

  /// That of `aws sso login`. It is not renewed here: only the AWS CLI writes its file.
  Result<std::string> Token() const {
    const std::string key = session_.empty() ? Member(members_, "sso_start_url") : session_;
    const std::string path = ExpandHome(context_.ports.environment,
                                        fmt::format("~/.aws/sso/cache/{}.json", HexSha1(key)));
    if (path.empty()) return Wrong("HOME is not set: there is no place for tokens");
    const auto text = context_.ports.files.Read(path);
    if (!text) {
      if (text.error().kind == ErrorKind::kNotFound) return LogIn("nobody has logged in");
      return Wrong(fmt::format("the token cannot be read: {}", text.error().message));
    }
    const auto json = ParseJson(*text);
    if (!json || StringOr(*json, "accessToken").empty()) {
      return LogIn(fmt::format("{} holds no token", ToOneLine(path)));
    }
    std::string expires = StringOr(*json, "expiresAt");
    // An older way to write it.
    if (expires.ends_with("UTC")) expires.replace(expires.size() - 3, 3, "Z");
    const auto time = ParseIso8601(expires);
    if (!time) return LogIn(fmt::format("{} does not say when its token expires", ToOneLine(path)));
    if (*time <= context_.ports.clock.Wall()) {
      return LogIn(fmt::format("the login expired at {}", ToIso8601(*time)));
    }
    return StringOr(*json, "accessToken");
  }

  Result<ResolvedCredentials> RoleCredentials(const std::string& token) const {
    const auto endpoint =
        ResolveEndpoint(kSsoPortal, Region(Member(members_, "sso_region")), context_.settings);
    if (!endpoint) return Wrong(fmt::format("its sso_region: {}", endpoint.error().message));
    HttpRequest request;
    request.origin = endpoint->url.origin;
    request.method = "GET";
    request.target = fmt::format("{}{}federation/credentials?role_name={}&account_id={}",
                                 endpoint->url.path, endpoint->url.path.ends_with('/') ? "" : "/",
                                 PercentEncode(Member(members_, "sso_role_name")),
                                 PercentEncode(Member(members_, "sso_account_id")));
    request.headers = {{"x-amz-sso_bearer_token", token}, {"Accept", "application/json"}};
    request.timeout = kTimeout;
    request.repeatable = true;
    const auto response = SendAgain(context_.ports, request, 2);
    if (!response) {
      return Wrong(fmt::format("the SSO portal did not answer: {}", response.error().message),
                   ErrorKind::kUnavailable);
    }
    if (response->status == 401) return LogIn("the SSO portal does not take the login any more");
    if (response->status != 200) return Refused(response->status);
    return Keys(response->body);
  }

  std::unexpected<Error> Refused(unsigned status) const {
    if (status >= 500 || status == 429) {
      return Wrong(fmt::format("the SSO portal answered with HTTP status {}", status),
                   ErrorKind::kUnavailable);
    }
    return Wrong(
        fmt::format("the SSO portal gives no keys for the role {} in the account {} (HTTP "
                    "status {}); `aws sso list-account-roles` names those you may take",
                    ToOneLine(Member(members_, "sso_role_name")),
                    ToOneLine(Member(members_, "sso_account_id")), status));
  }

  Result<ResolvedCredentials> Keys(const std::string& body) const {
    const auto json = ParseJson(body);
    const Json* keys = json ? Find(*json, "roleCredentials") : nullptr;
    if (keys == nullptr) {
      return Wrong("the SSO portal answered without credentials", ErrorKind::kUnavailable);
    }
    ECM_TRY(ResolvedCredentials found, KeysIn(*keys,
                                              {.id = "accessKeyId",
                                               .secret = "secretAccessKey",
                                               .token = "sessionToken",
                                               .expires = "",
                                               .temporary = false},
                                              source_));
    const auto expires = FindInt(*keys, "expiration");
    if (!expires) return Wrong("the SSO portal's keys never expire", ErrorKind::kUnavailable);
    found.expires = WallTime{Duration{*expires}};
    return found;
  }

  const SourceContext& context_;
  const std::string& profile_;
  const std::string source_;
  Profile members_;
  std::string session_;
};

}  // namespace

Result<Found> FromSso(const SourceContext& context, const std::string& profile) {
  const Profile& members = ProfileNamed(context, profile);
  if (!members.contains("sso_role_name") && !members.contains("sso_account_id")) return NotHere{};
  return SsoSource(context, profile).Load();
}

}  // namespace ecm::aws_config
