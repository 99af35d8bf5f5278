#include <fmt/format.h>

#include "emr_model/errors.h"
#include "emr_model/operations/operations.h"

// What is set for the account in a region. Nothing here has security groups: block public access is
// kept and told.

namespace ecm::emr_model {
namespace {

/// The service has no public access but through SSH until something else is put.
const Json& DefaultBlockPublicAccess() {
  constexpr int kSsh = 22;
  static const Json kDefault =
      JsonObject{{"BlockPublicSecurityGroupRules", true},
                 {"PermittedPublicSecurityGroupRuleRanges",
                  JsonArray{JsonObject{{"MinRange", kSsh}, {"MaxRange", kSsh}}}}};
  return kDefault;
}

/// When the service decided so cannot be known; every process must say the same.
constexpr WallTime kDefaultSince{std::chrono::sys_days{std::chrono::year{2021} / 1 / 1}};

/// Requests have no user of their own here: it is always the account.
std::string Principal(const World& world) {
  return fmt::format("arn:{}:iam::{}:root", world.options.partition, world.options.account);
}

}  // namespace

Result<Json> GetBlockPublicAccessConfiguration(World& world, const Region& region, const Json&) {
  const auto found = world.settings.find(region);
  const bool put = found != world.settings.end();
  const WallTime created = put ? found->second.block_public_access_created : kDefaultSince;
  return JsonObject{{"BlockPublicAccessConfiguration",
                     put ? found->second.block_public_access : DefaultBlockPublicAccess()},
                    {"BlockPublicAccessConfigurationMetadata",
                     JsonObject{{"CreationDateTime", ToEpochSeconds(created)},
                                {"CreatedByArn",
                                 put ? found->second.block_public_access_by : Principal(world)}}}};
}

/// A range without an end is one port.
Result<Json> PutBlockPublicAccessConfiguration(World& world, const Region& region,
                                               const Json& request) {
  const Json& given = request.at("BlockPublicAccessConfiguration");
  JsonArray ranges;
  for (const Json& range : FindArray(given, "PermittedPublicSecurityGroupRuleRanges")) {
    const std::int64_t least = FindInt(range, "MinRange").value_or(0);
    const std::int64_t most = FindInt(range, "MaxRange").value_or(least);
    if (most < least) {
      return InvalidRequest(
          fmt::format("The port range {} to {} is empty: MaxRange must not be less than MinRange.",
                      least, most));
    }
    ranges.push_back(JsonObject{{"MinRange", least}, {"MaxRange", most}});
  }
  JsonObject configuration{
      {"BlockPublicSecurityGroupRules", given.at("BlockPublicSecurityGroupRules")},
      {"PermittedPublicSecurityGroupRuleRanges", std::move(ranges)}};
  world.settings[region] = {std::move(configuration), Principal(world), world.clock.Wall()};
  return JsonObject{};
}

}  // namespace ecm::emr_model
