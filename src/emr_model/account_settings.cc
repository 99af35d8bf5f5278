#include "emr_model/account_settings.h"

namespace ecm::emr_model {

JsonObject RegionSettings::ToJson() const {
  return {
      {"block_public_access", block_public_access},
      {"block_public_access_by", block_public_access_by},
      {"block_public_access_created_ms", block_public_access_created.time_since_epoch().count()}};
}

Result<RegionSettings> RegionSettings::FromJson(const Json& json) {
  const Json* configuration = Find(json, "block_public_access");
  const auto by = FindString(json, "block_public_access_by");
  const auto created = FindInt(json, "block_public_access_created_ms");
  if (configuration == nullptr || !configuration->is_object() || !by.has_value() ||
      !created.has_value()) {
    return Fail(ErrorKind::kInternal, "The settings of a region have no block_public_access");
  }
  return RegionSettings{*configuration, *by, WallTime{Duration{*created}}};
}

}  // namespace ecm::emr_model
