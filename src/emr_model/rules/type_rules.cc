#include "emr_model/rules/type_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "emr_model/errors.h"
#include "emr_model/instance_types.h"

namespace ecm::emr_model {
namespace {

// Facts: EMR API, constraints.
constexpr std::array<std::string_view, 6> kVolumeTypes = {"gp3", "gp2", "io1",
                                                          "st1", "sc1", "standard"};
constexpr std::int64_t kMinVolumeGb = 1;
constexpr std::int64_t kMinOptimizedVolumeGb = 10;
constexpr std::int64_t kMaxVolumeGb = 1024;
constexpr std::int64_t kMinThroughput = 125;
constexpr std::int64_t kMaxThroughput = 1000;
constexpr std::int64_t kMaxVolumes = 25;

/// Two parts of letters, digits and hyphens around a dot.
bool LooksLikeType(std::string_view type) {
  const std::size_t dot = type.find('.');
  const auto is_part = [](std::string_view part) {
    return !part.empty() && std::ranges::all_of(part, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
  };
  return dot != std::string_view::npos && is_part(type.substr(0, dot)) &&
         is_part(type.substr(dot + 1));
}

/// "0.25": above zero, at most three decimals.
bool IsPrice(std::string_view text) {
  const std::size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  const std::string_view part = dot == std::string_view::npos ? "" : text.substr(dot + 1);
  const auto digits = [](std::string_view s) {
    return std::ranges::all_of(s, [](char c) { return c >= '0' && c <= '9'; });
  };
  return (!whole.empty() || !part.empty()) && digits(whole) && digits(part) && part.size() <= 3 &&
         text.find_first_of("123456789") != std::string_view::npos;
}

Result<void> CheckVolume(const Json& volume, bool optimized) {
  const std::string type = StringOr(volume, "VolumeType");
  if (std::ranges::find(kVolumeTypes, type) == kVolumeTypes.end()) {
    return ValidationError(fmt::format("The VolumeType '{}' is not one of {}.",
                                       ToOneLine(TruncateUtf8(type, 64)),
                                       fmt::join(kVolumeTypes, ", ")));
  }
  const std::int64_t size = FindInt(volume, "SizeInGB").value_or(0);
  const std::int64_t least = optimized ? kMinOptimizedVolumeGb : kMinVolumeGb;
  if (size < least || size > kMaxVolumeGb) {
    return ValidationError(
        fmt::format("SizeInGB {} is not between {} and {}.", size, least, kMaxVolumeGb));
  }
  const std::optional<std::int64_t> throughput = FindInt(volume, "Throughput");
  if (!throughput.has_value()) return {};
  if (type != "gp3") {
    return ValidationError("A Throughput is given for a volume that is not of type gp3.");
  }
  if (*throughput >= kMinThroughput && *throughput <= kMaxThroughput) return {};
  return ValidationError(fmt::format("Throughput {} is not between {} and {} MiB/s.", *throughput,
                                     kMinThroughput, kMaxThroughput));
}

}  // namespace

Result<void> CheckType(const Region& region, const std::string& type) {
  if (LooksLikeType(type) && !IsKnownNotOffered(region, type)) return {};
  return ValidationError("Instance type '" + ToOneLine(type) + "' is not supported.");
}

Result<void> CheckBid(const Json& config, bool spot) {
  const std::optional<std::string> bid = FindString(config, "BidPrice");
  if (!bid.has_value()) return {};
  if (!spot) return ValidationError("A BidPrice is given for a group that is not of market SPOT.");
  if (!IsPrice(*bid)) {
    return ValidationError("The BidPrice '" + ToOneLine(*bid) +
                           "' is not a price above zero with at most three decimals.");
  }
  return {};
}

Result<JsonArray> ReadBlockDevices(const Json& config) {
  JsonArray devices;
  const Json* ebs = Find(config, "EbsConfiguration");
  if (ebs == nullptr || ebs->is_null()) return devices;
  const bool optimized = FindBool(*ebs, "EbsOptimized").value_or(false);
  for (const Json& device : FindArray(*ebs, "EbsBlockDeviceConfigs")) {
    const Json& volume = device.at("VolumeSpecification");
    ECM_TRY_VOID(CheckVolume(volume, optimized));
    const std::int64_t count = FindInt(device, "VolumesPerInstance").value_or(1);
    if (count < 1 || count > kMaxVolumes) {
      return ValidationError(
          fmt::format("VolumesPerInstance {} is not between 1 and {}.", count, kMaxVolumes));
    }
    for (std::int64_t i = 0; i < count; ++i) {
      devices.push_back(JsonObject{{"VolumeSpecification", volume}});
    }
  }
  return devices;
}

void CopyMember(const Json& from, std::string_view key, JsonObject& to) {
  const Json* found = Find(from, key);
  if (found != nullptr && !found->is_null()) to[key] = *found;
}

}  // namespace ecm::emr_model
