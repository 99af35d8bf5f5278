#pragma once

#include <map>
#include <string>

#include "base/ids.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

namespace ecm::emr_model {

/// What the account has set for a region rather than for a cluster. Plain data.
struct RegionSettings {
  Json block_public_access;            ///< BlockPublicAccessConfiguration as it was put; never null
  std::string block_public_access_by;  ///< ARN of who put it
  WallTime block_public_access_created{};  ///< when

  JsonObject ToJson() const;
  /// kInternal for what ToJson did not write.
  static Result<RegionSettings> FromJson(const Json& json);
};

/// Those regions alone where something was put.
using AccountSettings = std::map<Region, RegionSettings>;

}  // namespace ecm::emr_model
