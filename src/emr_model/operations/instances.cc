#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "emr_model/cluster_instances.h"
#include "emr_model/errors.h"
#include "emr_model/operations/operations.h"

namespace ecm::emr_model {
namespace {

constexpr std::int64_t kPage = 50;
/// Facts: EMR API, operations. What is terminated is told for 30 days.
constexpr std::int64_t kMaxListed = 2000;
constexpr std::chrono::days kTerminatedFor{30};

/// Which of the cluster's groups or fleets the request asks for; "" and none: any.
struct Filter {
  std::string id;
  std::vector<std::string> roles;
};

bool Names(const Json& request, std::string_view key) { return !StringOr(request, key).empty(); }

Result<Filter> ReadFilter(const ClusterRecord& cluster, const Json& request) {
  const bool groups =
      Names(request, "InstanceGroupId") || !FindArray(request, "InstanceGroupTypes").empty();
  const bool fleets = Names(request, "InstanceFleetId") || Names(request, "InstanceFleetType");
  if ((groups && cluster.uses_fleets) || (fleets && !cluster.uses_fleets)) {
    return GroupsAndFleetsExclude();
  }
  Filter filter;
  filter.id = StringOr(request, cluster.uses_fleets ? "InstanceFleetId" : "InstanceGroupId");
  for (const Json& role : FindArray(request, "InstanceGroupTypes")) {
    filter.roles.emplace_back(role.get_string());
  }
  if (fleets && Names(request, "InstanceFleetType")) {
    filter.roles.push_back(StringOr(request, "InstanceFleetType"));
  }
  if (!filter.id.empty() && FindCollection(cluster, filter.id) == nullptr) {
    return InvalidRequest(fmt::format("Instance {} id '{}' is not valid.",
                                      cluster.uses_fleets ? "fleet" : "group",
                                      ToOneLine(filter.id)));
  }
  return filter;
}

bool Matches(const Filter& filter, const ClusterRecord& cluster, const InstancePool& pool) {
  if (!filter.id.empty() && pool.collection->id != filter.id) return false;
  const std::string role =
      StringOr(pool.description, cluster.uses_fleets ? "InstanceFleetType" : "InstanceGroupType");
  return filter.roles.empty() || std::ranges::find(filter.roles, role) != filter.roles.end();
}

/// All instances of a cluster are in one state: a filter of states lists all of them or none.
bool IsListed(const ClusterRecord& cluster, const Json& request, WallTime now) {
  if (cluster.ended.has_value() && *cluster.ended + kTerminatedFor < now) return false;
  const JsonArray& states = FindArray(request, "InstanceStates");
  return states.empty() || std::ranges::any_of(states, [&](const Json& state) {
           return std::string_view(state.get_string()) == InstanceStateOf(cluster);
         });
}

/// A marker is the number of matching instances that have been told.
Result<std::int64_t> ReadMarker(const Json& request, std::int64_t size) {
  const std::string marker = StringOr(request, "Marker");
  if (marker.empty()) return 0;
  std::int64_t told = 0;
  const char* const end = marker.data() + marker.size();
  const auto [next, error] = std::from_chars(marker.data(), end, told);
  if (error == std::errc() && next == end && told > 0 && told <= size) return told;
  return InvalidRequest("Marker '" + ToOneLine(TruncateUtf8(marker, 64)) + "' is not valid.");
}

}  // namespace

/// Primary first, in the order in which the groups or fleets were named.
Result<Json> ListInstances(World& world, const Region& region, const Json& request) {
  ECM_TRY(const ClusterRecord* cluster, FindCluster(world, region, request));
  ECM_TRY(const Filter filter, ReadFilter(*cluster, request));
  std::vector<InstancePool> pools;
  std::int64_t size = 0;
  if (IsListed(*cluster, request, world.clock.Wall())) {
    pools = InstancePools(*cluster);
    std::erase_if(pools,
                  [&](const InstancePool& pool) { return !Matches(filter, *cluster, pool); });
    for (const InstancePool& pool : pools) size = std::min(kMaxListed, size + pool.count);
  }
  ECM_TRY(const std::int64_t begin, ReadMarker(request, size));
  const std::int64_t end = std::min(size, begin + kPage);
  JsonArray page;
  std::int64_t pool_begin = 0;
  for (const InstancePool& pool : pools) {
    for (std::int64_t at = std::max(begin, pool_begin); at < std::min(end, pool_begin + pool.count);
         ++at) {
      page.push_back(RenderInstance(*cluster, pool, at - pool_begin));
    }
    pool_begin += pool.count;
  }
  JsonObject answer{{"Instances", std::move(page)}};
  if (end < size) answer["Marker"] = std::to_string(end);
  return answer;
}

}  // namespace ecm::emr_model
