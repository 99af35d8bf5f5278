#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "aws_config/credential_source.h"
#include "aws_config/shared_config.h"
#include "aws_config/sts_call.h"
#include "base/text.h"

namespace ecm::aws_config {
namespace {

std::unexpected<Error> Wrong(const std::string& profile, const std::string& what) {
  return Fail(ErrorKind::kAccessDenied, fmt::format("{}: {}", ProfileText(profile), what));
}

bool HasKeys(const Profile& profile) {
  return profile.contains("aws_access_key_id") || profile.contains("aws_secret_access_key");
}

bool HasRole(const Profile& profile) {
  return profile.contains("role_arn") && !profile.contains("web_identity_token_file");
}

/// Follows source_profile from profile to profile.
class RoleChain {
 public:
  explicit RoleChain(const SourceContext& context) : context_(context) {}

  Result<Found> Assume(const std::string& name) {
    const Profile& profile = ProfileNamed(context_, name);
    if (!HasRole(profile)) return NotHere{};
    if (visited_.empty()) visited_.push_back(name);
    if (const std::string serial = Member(profile, "mfa_serial"); !serial.empty()) {
      return Wrong(name,
                   fmt::format("its role asks for a code of the MFA device {}, and nobody can "
                               "be asked for one here; get temporary keys with `aws sts "
                               "assume-role --serial-number … --token-code …` and put them "
                               "into the environment",
                               ToOneLine(serial)));
    }
    ECM_TRY(auto parameters, Parameters(name, profile));
    ECM_TRY(const ResolvedCredentials source, SourceOf(name, profile));
    return CallSts(context_, {.action = "AssumeRole",
                              .parameters = std::move(parameters),
                              .signer = &source.credentials,
                              .source = fmt::format("{} (role_arn)", ProfileText(name))});
  }

 private:
  using ParameterList = std::vector<std::pair<std::string, std::string>>;

  Result<ParameterList> Parameters(const std::string& name, const Profile& profile) const {
    std::string session = Member(profile, "role_session_name");
    if (session.empty()) session = DefaultSessionName(context_.ports.clock);
    ParameterList parameters{{"RoleArn", Member(profile, "role_arn")},
                             {"RoleSessionName", std::move(session)}};
    if (std::string id = Member(profile, "external_id"); !id.empty()) {
      parameters.emplace_back("ExternalId", std::move(id));
    }
    if (std::string text = Member(profile, "duration_seconds"); !text.empty()) {
      int seconds = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
      if (error != std::errc{} || end != text.data() + text.size() || seconds <= 0) {
        return Wrong(name, "its duration_seconds is no number of seconds");
      }
      parameters.emplace_back("DurationSeconds", std::move(text));
    }
    return parameters;
  }

  Result<ResolvedCredentials> SourceOf(const std::string& name, const Profile& profile) {
    const std::string other = Member(profile, "source_profile");
    const std::string place = Member(profile, "credential_source");
    if (!other.empty() && !place.empty()) {
      return Wrong(name, "it has both source_profile and credential_source; keep one");
    }
    if (other.empty() && place.empty()) {
      return Wrong(name,
                   "its role_arn needs source_profile or credential_source: whose keys may take "
                   "the role?");
    }
    return place.empty() ? FromSourceProfile(name, other) : FromPlace(name, place);
  }

  Result<ResolvedCredentials> FromPlace(const std::string& name, const std::string& place) const {
    Result<Found> found = NotHere{};
    if (place == "Environment") {
      found = FromEnvironment(context_.ports.environment);
    } else if (place == "EcsContainer") {
      found = FromContainer(context_);
    } else if (place == "Ec2InstanceMetadata") {
      found = FromInstanceMetadata(context_);
    } else {
      return Wrong(name, fmt::format("its credential_source \"{}\" is none of Environment, "
                                     "EcsContainer and Ec2InstanceMetadata",
                                     TruncateUtf8(ToOneLine(place), 64)));
    }
    if (!found) return Fail(AddContext(std::move(found).error(), ProfileText(name)));
    if (const auto* nothing = std::get_if<NotHere>(&*found)) {
      return Wrong(name,
                   fmt::format("its credential_source {} gave nothing: {}", place, nothing->why));
    }
    return std::get<ResolvedCredentials>(*std::move(found));
  }

  Result<ResolvedCredentials> FromSourceProfile(const std::string& name, const std::string& other) {
    const Profile& source = ProfileNamed(context_, other);
    if (!context_.settings.shared.profiles.contains(other)) {
      return Wrong(name, fmt::format("its source_profile \"{}\" does not exist",
                                     TruncateUtf8(ToOneLine(other), 64)));
    }
    // A profile may name itself to give its own keys.
    const bool is_known = std::ranges::find(visited_, other) != visited_.end();
    if (is_known && (other != name || !HasKeys(source))) return Loop(other);
    visited_.push_back(other);
    ECM_TRY(Found found,
            HasKeys(source) || !HasRole(source) ? FromProfile(context_, other) : Assume(other));
    if (std::holds_alternative<NotHere>(found)) {
      return Wrong(name, fmt::format("its source_profile \"{}\" has no credentials",
                                     TruncateUtf8(ToOneLine(other), 64)));
    }
    return std::get<ResolvedCredentials>(std::move(found));
  }

  std::unexpected<Error> Loop(const std::string& other) const {
    std::string path;
    for (const std::string& name : visited_) path += TruncateUtf8(ToOneLine(name), 64) + " → ";
    return Wrong(visited_.front(),
                 fmt::format("source_profile leads in a circle: {}{}; one of them needs keys", path,
                             TruncateUtf8(ToOneLine(other), 64)));
  }

  const SourceContext& context_;
  std::vector<std::string> visited_;
};

}  // namespace

Result<Found> FromRole(const SourceContext& context, const std::string& profile) {
  return RoleChain(context).Assume(profile);
}

std::string DefaultSessionName(const Clock& clock) {
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(clock.Wall().time_since_epoch());
  return fmt::format("emr-cluster-manager-{}", seconds.count());
}

}  // namespace ecm::aws_config
