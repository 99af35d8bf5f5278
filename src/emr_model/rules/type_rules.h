#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/ids.h"
#include "base/json.h"
#include "env/random.h"

// What holds for one kind of machine, in a group or in a fleet. ValidationException for what EMR
// refuses.

namespace ecm::emr_model {

/// Of the cluster that the instances are for.
struct InstanceContext {
  const Region& region;
  std::pair<int, int> release;  ///< major, minor
  Random& random;
};

/// "m5.xlarge", and not one that EMR is known not to offer in the region.
Result<void> CheckType(const Region& region, const std::string& type);

/// A BidPrice is a price above zero and for spot instances alone.
Result<void> CheckBid(const Json& config, bool spot);

/// The EbsConfiguration of `config` as shape EbsBlockDevice, a volume each.
Result<JsonArray> ReadBlockDevices(const Json& config);

/// Where it is there and not null.
void CopyMember(const Json& from, std::string_view key, JsonObject& to);

}  // namespace ecm::emr_model
