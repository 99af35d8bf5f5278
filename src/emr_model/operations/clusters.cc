#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "emr_model/answers.h"
#include "emr_model/errors.h"
#include "emr_model/operations/operations.h"

namespace ecm::emr_model {
namespace {

constexpr std::size_t kPage = 50;

/// A marker is the age of the last cluster that was told: what is created meanwhile moves nothing.
std::string ToMarker(const Registry::Age& age) {
  return fmt::format("{}-{}", age.first.time_since_epoch().count(), age.second);
}

Result<Registry::Age> FromMarker(const std::string& marker) {
  Duration::rep time = 0;
  std::uint64_t sequence = 0;
  const char* const end = marker.data() + marker.size();
  const auto first = std::from_chars(marker.data(), end, time);
  if (first.ec == std::errc() && first.ptr != end && *first.ptr == '-') {
    const auto second = std::from_chars(first.ptr + 1, end, sequence);
    if (second.ec == std::errc() && second.ptr == end) {
      return Registry::Age{WallTime{Duration{time}}, sequence};
    }
  }
  return InvalidRequest("Marker '" + ToOneLine(TruncateUtf8(marker, 64)) + "' is not valid.");
}

std::optional<WallTime> FindTime(const Json& request, std::string_view key) {
  const std::optional<double> seconds = FindDouble(request, key);
  if (!seconds.has_value()) return std::nullopt;
  return FromEpochSeconds(*seconds);
}

std::vector<ClusterState> ReadStates(const Json& request) {
  std::vector<ClusterState> states;
  for (const Json& name : FindArray(request, "ClusterStates")) {
    states.push_back(ParseClusterState(name.get_string()));
  }
  return states;
}

}  // namespace

Result<Json> DescribeCluster(World& world, const Region& region, const Json& request) {
  ECM_TRY(const ClusterRecord* cluster, FindCluster(world, region, request));
  return JsonObject{{"Cluster", RenderCluster(*cluster)}};
}

/// Newest first. The service promises no order at all.
Result<Json> ListClusters(World& world, const Region& region, const Json& request) {
  const std::vector<ClusterState> states = ReadStates(request);
  const bool live_only = !states.empty() && std::ranges::none_of(states, [](ClusterState state) {
    return IsFinal(state);
  });
  const Registry::ByAge& clusters = world.registry.InRegion(region, live_only);
  const std::optional<WallTime> after = FindTime(request, "CreatedAfter");
  const std::optional<WallTime> before = FindTime(request, "CreatedBefore");
  auto end = before.has_value() ? clusters.upper_bound({*before, UINT64_MAX}) : clusters.end();
  if (const std::string marker = StringOr(request, "Marker"); !marker.empty()) {
    ECM_TRY(const Registry::Age last, FromMarker(marker));
    const auto next = clusters.lower_bound(last);
    if (next == clusters.end() || (end != clusters.end() && end->first < next->first)) {
      // the window ends before it
    } else {
      end = next;
    }
  }

  JsonArray page;
  Registry::Age last{};
  for (auto at = end; at != clusters.begin();) {
    --at;
    if (after.has_value() && at->first.first < *after) break;
    const ClusterRecord& cluster = *at->second;
    if (!states.empty() && std::ranges::find(states, cluster.state) == states.end()) continue;
    if (page.size() == kPage) {
      return JsonObject{{"Clusters", std::move(page)}, {"Marker", ToMarker(last)}};
    }
    page.push_back(RenderClusterSummary(cluster));
    last = at->first;
  }
  return JsonObject{{"Clusters", std::move(page)}};
}

}  // namespace ecm::emr_model
