#include "emr_model/instance_types.h"

#include <algorithm>

#include "base/text.h"
#include "emr_model/errors.h"
#include "emr_model/operations/operations.h"
#include "emr_model/rules/release_rules.h"

namespace ecm::emr_model {
namespace {

constexpr std::ptrdiff_t kPage = 50;

}  // namespace

/// By name; a marker is the name that was told last. The same for every release.
Result<Json> ListSupportedInstanceTypes(World&, const Region& region, const Json& request) {
  const std::string label = StringOr(request, "ReleaseLabel");
  if (!ParseRelease(label).has_value()) return InvalidRequest(InvalidRelease(label));
  if (!KnowsInstanceTypesOf(region)) {
    return InvalidRequest("The built-in EMR does not know the instance types of the region '" +
                          ToOneLine(TruncateUtf8(region.str(), 64)) + "'.");
  }
  const std::vector<const InstanceType*> types = InstanceTypesIn(region);
  auto at = types.begin();
  if (const std::string marker = StringOr(request, "Marker"); !marker.empty()) {
    at = std::ranges::lower_bound(types, marker, {}, &InstanceType::name);
    if (at == types.end() || (*at)->name != marker) {
      return InvalidRequest("Marker '" + ToOneLine(TruncateUtf8(marker, 64)) + "' is not valid.");
    }
    ++at;
  }
  const auto end = at + std::min(kPage, types.end() - at);
  JsonArray page;
  for (; at != end; ++at) page.push_back(RenderInstanceType(**at));
  JsonObject answer{{"SupportedInstanceTypes", std::move(page)}};
  if (end != types.end()) answer["Marker"] = (*std::prev(end))->name;
  return answer;
}

}  // namespace ecm::emr_model
