#include "aws_config/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "aws/sigv4_canonical.h"
#include "aws_config/endpoint.h"
#include "aws_config/shared_config.h"
#include "base/ascii.h"
#include "base/text.h"

namespace ecm::aws_config {
namespace {

constexpr std::string_view kImdsOverIpv6 = "http://[fd00:ec2::254]/";

/// A value and who said it, for messages.
struct Said {
  std::string value;
  std::string where;
};

class Resolver {
 public:
  Resolver(const Overrides& overrides, const Environment& environment)
      : overrides_(overrides), environment_(environment) {}

  Result<Settings> Resolve(SharedConfig shared) {
    settings_.shared = std::move(shared);
    ECM_TRY_VOID(FindProfile());
    ECM_TRY_VOID(FindRegion());
    ECM_TRY_VOID(FindEndpointUrls());
    settings_.use_fips = IsTrue("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint");
    settings_.use_dual_stack = IsTrue("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint");
    settings_.ca_bundle = First("AWS_CA_BUNDLE", "ca_bundle").value;
    ECM_TRY_VOID(FindImds());
    return std::move(settings_);
  }

 private:
  std::string Variable(const std::string& name) const {
    return environment_.Get(name).value_or("");
  }

  Said Of(const std::string& variable) const { return {Variable(variable), variable}; }

  Said OfProfile(const std::string& member) const {
    return {Member(profile_, member),
            fmt::format("{} of the profile {}", member, ToOneLine(settings_.profile))};
  }

  Said First(const std::string& variable, const std::string& member) const {
    const Said said = Of(variable);
    return said.value.empty() ? OfProfile(member) : said;
  }

  bool IsTrue(const std::string& variable, const std::string& member) const {
    return ToLowerAscii(First(variable, member).value) == "true";
  }

  Result<void> FindProfile() {
    Said asked{overrides_.profile, "--profile"};
    settings_.profile_on_command_line = !asked.value.empty();
    if (asked.value.empty()) asked = Of("AWS_PROFILE");
    if (asked.value.empty()) asked = Of("AWS_DEFAULT_PROFILE");
    settings_.profile_asked = !asked.value.empty();
    if (settings_.profile_asked) settings_.profile = asked.value;
    const auto found = settings_.shared.profiles.find(settings_.profile);
    if (found != settings_.shared.profiles.end()) {
      profile_ = found->second;
    } else if (settings_.profile_asked) {
      return Fail(ErrorKind::kInvalidJob, NoSuchProfile(asked));
    }
    return {};
  }

  std::string NoSuchProfile(const Said& asked) const {
    std::vector<std::string_view> names;
    std::string list;
    for (const auto& [name, profile] : settings_.shared.profiles) {
      names.push_back(name);
      list += (list.empty() ? "" : ", ") + TruncateUtf8(ToOneLine(name), 64);
    }
    const std::string_view nearest = Nearest(asked.value, names);
    return fmt::format(
        "{} names the profile \"{}\", which is neither in {} nor in {}{}; {}", asked.where,
        ToOneLine(asked.value), ConfigFileName(environment_), CredentialsFileName(environment_),
        nearest.empty() ? "" : fmt::format(" (did you mean \"{}\"?)", ToOneLine(nearest)),
        list.empty() ? "there are no profiles: `aws configure` writes one"
                     : "there are: " + TruncateUtf8(list, 1024));
  }

  Result<void> FindRegion() {
    Said region{overrides_.region, "--region"};
    if (region.value.empty()) region = Of("AWS_REGION");
    if (region.value.empty()) region = First("AWS_DEFAULT_REGION", "region");
    if (!region.value.empty() && !IsRegionName(region.value)) {
      return Fail(ErrorKind::kInvalidJob,
                  fmt::format("{} is \"{}\", which cannot be a region; one looks like eu-west-1",
                              region.where, TruncateUtf8(ToOneLine(region.value), 80)));
    }
    settings_.region = Region(region.value);
    return {};
  }

  /// Only URLs that are ones get in.
  Result<void> Keep(const std::string& id, const Said& said) {
    if (said.value.empty()) return {};
    ECM_TRY_VOID(Check(said));
    settings_.endpoint_urls.try_emplace(id, said.value);
    return {};
  }

  static Result<void> Check(const Said& said) {
    if (const auto url = ParseHttpUrl(said.value); !url) {
      return Fail(AddContext(url.error(), said.where));
    }
    return {};
  }

  Result<void> FindEndpointUrls() {
    if (!overrides_.endpoint_url.empty()) {
      ECM_TRY_VOID(Check({overrides_.endpoint_url, "--endpoint-url"}));
      settings_.endpoint_url = overrides_.endpoint_url;
    }
    if (IsTrue("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls")) return {};
    for (const Service* service : AllServices()) {
      std::string variable = fmt::format("AWS_ENDPOINT_URL_{}", service->id);
      std::ranges::transform(variable, variable.begin(), ToUpperAscii);
      ECM_TRY_VOID(Keep(std::string(service->id), Of(variable)));
    }
    ECM_TRY_VOID(Keep("", Of("AWS_ENDPOINT_URL")));
    // The environment's URL for all services stands before the profile's for one.
    if (settings_.endpoint_urls.contains("")) return {};
    return FindEndpointUrlsOfProfile();
  }

  Result<void> FindEndpointUrlsOfProfile() {
    if (const Said name = OfProfile("services"); !name.value.empty()) {
      const auto section = settings_.shared.services.find(name.value);
      if (section == settings_.shared.services.end()) {
        return Fail(ErrorKind::kInvalidJob,
                    fmt::format("{} is \"{}\", but {} has no section [services {}]", name.where,
                                ToOneLine(name.value), ConfigFileName(environment_),
                                ToOneLine(name.value)));
      }
      for (const Service* service : AllServices()) {
        const std::string member = fmt::format("{}.endpoint_url", service->id);
        ECM_TRY_VOID(Keep(std::string(service->id),
                          {Member(section->second, member),
                           fmt::format("{} of [services {}]", member, ToOneLine(name.value))}));
      }
    }
    return Keep("", OfProfile("endpoint_url"));
  }

  Result<void> FindImds() {
    settings_.imds_disabled = ToLowerAscii(Variable("AWS_EC2_METADATA_DISABLED")) == "true";
    const Said endpoint =
        First("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint");
    if (!endpoint.value.empty()) {
      ECM_TRY_VOID(Check(endpoint));
      settings_.imds_endpoint = endpoint.value;
      return {};
    }
    const Said mode =
        First("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode");
    if (ToLowerAscii(mode.value) == "ipv6") settings_.imds_endpoint = kImdsOverIpv6;
    return {};
  }

  static char ToUpperAscii(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }

  const Overrides& overrides_;
  const Environment& environment_;
  Settings settings_;
  Profile profile_;
};

}  // namespace

bool IsRegionName(std::string_view region) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto is_part = [&](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  };
  return !region.empty() && region.size() <= 63 && std::ranges::all_of(region, is_part) &&
         region.front() != '-' && region.back() != '-' && !std::ranges::all_of(region, is_digit);
}

Result<Settings> ResolveSettings(const Overrides& overrides, const Environment& environment,
                                 const Files& files) {
  ECM_TRY(SharedConfig shared, ReadSharedConfig(environment, files));
  return Resolver(overrides, environment).Resolve(std::move(shared));
}

}  // namespace ecm::aws_config
