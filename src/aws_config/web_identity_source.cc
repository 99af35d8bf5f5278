#include <fmt/format.h>

#include "aws_config/credential_source.h"
#include "aws_config/shared_config.h"
#include "aws_config/sts_call.h"
#include "base/text.h"

namespace ecm::aws_config {

Result<Found> FromWebIdentity(const SourceContext& context, const std::string& profile,
                              bool with_environment) {
  const Profile& members = ProfileNamed(context, profile);
  const auto value_of = [&](const char* variable, const char* member) {
    std::string value;
    if (with_environment) value = context.ports.environment.Get(variable).value_or("");
    return value.empty() ? Member(members, member) : value;
  };
  const std::string file = value_of("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file");
  if (file.empty()) {
    return NotHere{with_environment ? "AWS_WEB_IDENTITY_TOKEN_FILE is not set" : ""};
  }
  const std::string role = value_of("AWS_ROLE_ARN", "role_arn");
  if (role.empty()) {
    return Fail(ErrorKind::kAccessDenied,
                "web identity: there is a token file, but no role to take with it; set "
                "AWS_ROLE_ARN, or role_arn in the profile");
  }
  auto token = context.ports.files.Read(file);
  if (!token) {
    return Fail(token.error().kind == ErrorKind::kUnavailable ? ErrorKind::kUnavailable
                                                              : ErrorKind::kAccessDenied,
                fmt::format("web identity: the token cannot be read: {}", token.error().message));
  }
  token->erase(token->find_last_not_of(" \t\r\n") + 1);
  if (token->empty()) {
    return Fail(ErrorKind::kAccessDenied,
                fmt::format("web identity: the token file {} is empty", ToOneLine(file)));
  }
  std::string session = value_of("AWS_ROLE_SESSION_NAME", "role_session_name");
  if (session.empty()) session = DefaultSessionName(context.ports.clock);
  return CallSts(context, {.action = "AssumeRoleWithWebIdentity",
                           .parameters = {{"RoleArn", role},
                                          {"RoleSessionName", session},
                                          {"WebIdentityToken", *std::move(token)}},
                           .signer = nullptr,
                           .source = "web identity"});
}

}  // namespace ecm::aws_config
