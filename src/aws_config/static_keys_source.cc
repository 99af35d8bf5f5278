#include <fmt/format.h>

#include "aws_config/credential_source.h"
#include "aws_config/shared_config.h"
#include "base/text.h"

namespace ecm::aws_config {
namespace {

Result<Found> KeysOf(const std::map<std::string, Profile>& profiles, const std::string& name,
                     const std::string& path) {
  const auto profile = profiles.find(name);
  if (profile == profiles.end() || !profile->second.contains("aws_access_key_id")) {
    return NotHere{};
  }
  ResolvedCredentials found{
      .credentials = {.access_key_id = {}, .secret_access_key = {}, .session_token = {}},
      .expires = {},
      .source = fmt::format("{} (keys in {})", ProfileText(name), path)};
  Credentials& keys = found.credentials;
  keys.access_key_id = Member(profile->second, "aws_access_key_id");
  keys.secret_access_key = Member(profile->second, "aws_secret_access_key");
  if (keys.access_key_id.empty() || keys.secret_access_key.empty()) {
    return Fail(ErrorKind::kAccessDenied,
                fmt::format("the {} of {} has only one of aws_access_key_id and "
                            "aws_secret_access_key; write both there",
                            ProfileText(name), path));
  }
  // The older name stands first, as for the SDKs.
  keys.session_token = Member(profile->second, "aws_security_token");
  if (keys.session_token.empty()) keys.session_token = Member(profile->second, "aws_session_token");
  return found;
}

}  // namespace

Result<Found> FromCredentialsFile(const SourceContext& context, const std::string& profile) {
  return KeysOf(context.settings.shared.credentials_file, profile,
                CredentialsFileName(context.ports.environment));
}

Result<Found> FromConfigFile(const SourceContext& context, const std::string& profile) {
  return KeysOf(context.settings.shared.config_file, profile,
                ConfigFileName(context.ports.environment));
}

const Profile& ProfileNamed(const SourceContext& context, const std::string& name) {
  static const Profile kNone;
  const auto found = context.settings.shared.profiles.find(name);
  return found == context.settings.shared.profiles.end() ? kNone : found->second;
}

std::string ProfileText(const std::string& profile) {
  return "profile " + TruncateUtf8(ToOneLine(profile), 64);
}

}  // namespace ecm::aws_config
