#include <fmt/format.h>

#include <functional>
#include <utility>
#include <vector>

#include "aws_config/credential_source.h"
#include "aws_config/refreshing_credentials.h"
#include "aws_config/shared_config.h"

namespace ecm::aws_config {
namespace {

struct Place {
  std::string name;
  std::function<Result<Found>()> look;
};

/// Settings whose command line says nothing of where credentials are fetched.
Settings ForCredentials(Settings settings) {
  settings.endpoint_url.clear();
  return settings;
}

/// The first that has some; or else why they have none.
Result<Found> FirstOf(const std::vector<Place>& places) {
  std::string tried;
  for (const Place& place : places) {
    ECM_TRY(Found found, place.look());
    if (std::holds_alternative<ResolvedCredentials>(found)) return found;
    const std::string& why = std::get<NotHere>(found).why;
    if (why.empty()) continue;
    tried += fmt::format("{}{} ({})", tried.empty() ? "" : ", ", place.name, why);
  }
  return NotHere{std::move(tried)};
}

class Chain {
 public:
  Chain(const Settings& settings, const Ports& ports)
      : settings_(ForCredentials(settings)), ports_(ports) {}

  Result<ResolvedCredentials> Load() const {
    ECM_TRY(Found found, FirstOf(Places()));
    if (const auto* nothing = std::get_if<NotHere>(&found)) {
      return Fail(ErrorKind::kAccessDenied,
                  fmt::format("no AWS credentials. Tried: {}. Log in (`aws sso login`, `aws "
                              "configure`), name another profile with --profile or AWS_PROFILE, or "
                              "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
                              nothing->why));
    }
    return std::get<ResolvedCredentials>(std::move(found));
  }

 private:
  std::vector<Place> Places() const {
    const std::string profile = ProfileText(settings_.profile);
    const bool with_environment = !settings_.profile_on_command_line;
    std::vector<Place> places;
    if (with_environment) {
      places.push_back({"environment", [this] { return FromEnvironment(ports_.environment); }});
    }
    places.push_back({profile, [this] { return FromRole(context_, settings_.profile); }});
    if (with_environment) {
      places.push_back(
          {"web identity", [this] { return FromWebIdentity(context_, settings_.profile, true); }});
    }
    places.push_back({profile, [this] { return FromProfile(context_, settings_.profile); }});
    places.push_back({"container", [this] { return FromContainer(context_); }});
    places.push_back({"EC2 metadata", [this] { return FromInstanceMetadata(context_); }});
    return places;
  }

  const Settings settings_;
  const Ports ports_;
  const SourceContext context_{.settings = settings_, .ports = ports_};
};

std::string WhyNot(const SourceContext& context, const std::string& profile) {
  const std::string files = fmt::format("{} or {}", ConfigFileName(context.ports.environment),
                                        CredentialsFileName(context.ports.environment));
  if (!context.settings.shared.profiles.contains(profile)) return "not in " + files;
  if (ProfileNamed(context, profile).contains("login_session")) {
    return "its login_session, of `aws login`, is not supported";
  }
  return fmt::format(
      "no keys, role_arn, web_identity_token_file, sso_session or credential_process in {}", files);
}

}  // namespace

Result<Found> FromProfile(const SourceContext& context, const std::string& profile) {
  ECM_TRY(Found found, FirstOf({{"", [&] { return FromWebIdentity(context, profile, false); }},
                                {"", [&] { return FromSso(context, profile); }},
                                {"", [&] { return FromCredentialsFile(context, profile); }},
                                {"", [&] { return FromProcess(context, profile); }},
                                {"", [&] { return FromConfigFile(context, profile); }}}));
  if (std::holds_alternative<ResolvedCredentials>(found)) return found;
  return NotHere{WhyNot(context, profile)};
}

std::unique_ptr<CredentialsProvider> MakeCredentialsChain(const Settings& settings,
                                                          const Ports& ports) {
  auto chain = std::make_shared<const Chain>(settings, ports);
  return std::make_unique<RefreshingCredentials>([chain] { return chain->Load(); }, ports.clock,
                                                 ports.log);
}

}  // namespace ecm::aws_config
