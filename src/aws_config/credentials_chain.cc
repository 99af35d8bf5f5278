#include <fmt/format.h>

#include <functional>
#include <utility>
#include <vector>

#include "aws_config/credential_source.h"
#include "aws_config/refreshing_credentials.h"

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

class Chain {
 public:
  Chain(const Settings& settings, const Ports& ports)
      : settings_(ForCredentials(settings)), ports_(ports) {}

  Result<ResolvedCredentials> Load() const {
    std::string tried;
    for (const Place& place : Places()) {
      ECM_TRY(Found found, place.look());
      if (auto* credentials = std::get_if<ResolvedCredentials>(&found)) {
        return std::move(*credentials);
      }
      tried += fmt::format("{}{} ({})", tried.empty() ? "" : ", ", place.name,
                           std::get<NotHere>(found).why);
    }
    return Fail(ErrorKind::kAccessDenied,
                fmt::format("no AWS credentials. Tried: {}. Log in (`aws sso login`, `aws "
                            "configure`), name another profile with --profile or AWS_PROFILE, or "
                            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
                            tried));
  }

 private:
  std::vector<Place> Places() const {
    const SourceContext context{.settings = settings_, .ports = ports_};
    const std::string& profile = settings_.profile;
    std::vector<Place> places;
    if (!settings_.profile_on_command_line) {
      places.push_back({"environment", [this] { return FromEnvironment(ports_.environment); }});
    }
    places.push_back({ProfileText(profile), [=] { return FromCredentialsFile(context, profile); }});
    places.push_back({ProfileText(profile), [=] { return FromConfigFile(context, profile); }});
    return places;
  }

  const Settings settings_;
  const Ports ports_;
};

}  // namespace

std::unique_ptr<CredentialsProvider> MakeCredentialsChain(const Settings& settings,
                                                          const Ports& ports) {
  auto chain = std::make_shared<const Chain>(settings, ports);
  return std::make_unique<RefreshingCredentials>([chain] { return chain->Load(); }, ports.clock,
                                                 ports.log);
}

}  // namespace ecm::aws_config
