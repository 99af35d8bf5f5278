#include <fmt/format.h>

#include "aws_config/credential_source.h"

namespace ecm::aws_config {
namespace {

class EnvironmentCredentials : public CredentialsProvider {
 public:
  explicit EnvironmentCredentials(const Environment& environment) : environment_(environment) {}

  Result<ResolvedCredentials> Get() override {
    ECM_TRY(Found found, FromEnvironment(environment_));
    if (const auto* nothing = std::get_if<NotHere>(&found)) {
      return Fail(ErrorKind::kAccessDenied,
                  fmt::format("no AWS credentials in the environment: {}", nothing->why));
    }
    return std::get<ResolvedCredentials>(std::move(found));
  }

  void Forget() override {}

 private:
  const Environment& environment_;
};

}  // namespace

Result<Found> FromEnvironment(const Environment& environment) {
  const auto variable = [&](const char* name) { return environment.Get(name).value_or(""); };
  ResolvedCredentials found{.credentials = {}, .expires = {}, .source = "environment"};
  Credentials& keys = found.credentials;
  keys.access_key_id = variable("AWS_ACCESS_KEY_ID");
  if (keys.access_key_id.empty()) return NotHere{"AWS_ACCESS_KEY_ID is not set"};
  keys.secret_access_key = variable("AWS_SECRET_ACCESS_KEY");
  if (keys.secret_access_key.empty()) {
    return Fail(ErrorKind::kAccessDenied,
                "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not; set both or none");
  }
  // The older name stands first, as for the SDKs.
  keys.session_token = variable("AWS_SECURITY_TOKEN");
  if (keys.session_token.empty()) keys.session_token = variable("AWS_SESSION_TOKEN");
  if (const std::string expires = variable("AWS_CREDENTIAL_EXPIRATION"); !expires.empty()) {
    const auto time = ParseIso8601(expires);
    if (!time) {
      return Fail(ErrorKind::kAccessDenied,
                  "AWS_CREDENTIAL_EXPIRATION is not a time such as 2026-01-02T03:04:05Z");
    }
    found.expires = *time;
  }
  return found;
}

std::unique_ptr<CredentialsProvider> MakeEnvironmentCredentials(const Environment& environment) {
  return std::make_unique<EnvironmentCredentials>(environment);
}

}  // namespace ecm::aws_config
