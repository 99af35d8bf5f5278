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
/// About what a page takes. It lies together: that is twice as fast as piece by piece.
constexpr std::size_t kMemoryOfPage = std::size_t{40} * 1024;

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

/// What is told is older than this: the marker, or the end of the window where that is earlier.
Result<Registry::Age> EndOf(const Json& request) {
  const std::optional<WallTime> before = FindTime(request, "CreatedBefore");
  const Registry::Age window{before.value_or(WallTime::max()), UINT64_MAX};
  const std::string marker = StringOr(request, "Marker");
  if (marker.empty()) return window;
  ECM_TRY(const Registry::Age last, FromMarker(marker));
  return std::min(last, window);
}

std::vector<ClusterState> ReadStates(const Json& request) {
  std::vector<ClusterState> states;
  for (const Json& name : FindArray(request, "ClusterStates")) {
    states.push_back(ParseClusterState(name.get_string()));
  }
  return states;
}

/// The clusters of some states, or all of them, from the newest on.
class Cursors {
 public:
  Cursors(const Registry& registry, const Region& region, std::vector<ClusterState> states,
          const Registry::Age& end) {
    const auto add = [&](const Registry::ByAge& clusters) {
      const auto at = clusters.lower_bound(end);
      if (at != clusters.begin()) cursors_.push_back({clusters.begin(), at});
    };
    std::ranges::sort(states);
    states.erase(std::unique(states.begin(), states.end()), states.end());
    for (const ClusterState state : states) add(registry.InState(region, state));
    if (states.empty()) add(registry.InRegion(region));
  }

  /// nullptr at the end.
  const ClusterOutline* Next() {
    const auto newest = std::ranges::max_element(
        cursors_, {}, [](const Cursor& cursor) { return std::prev(cursor.at)->first; });
    if (newest == cursors_.end()) return nullptr;
    const ClusterOutline* cluster = (--newest->at)->second;
    if (newest->at == newest->begin) cursors_.erase(newest);
    return cluster;
  }

 private:
  struct Cursor {
    Registry::ByAge::const_iterator begin;
    Registry::ByAge::const_iterator at;  ///< after the one that is next
  };
  std::vector<Cursor> cursors_;
};

}  // namespace

Result<Json> DescribeCluster(World& world, const Region& region, const Json& request) {
  ECM_TRY(const ClusterRecord* cluster, FindCluster(world, region, request));
  return JsonObject{{"Cluster", RenderCluster(*cluster)}};
}

/// Newest first. The service promises no order at all. A page costs what stands on it, however many
/// clusters there are.
Result<Json> ListClusters(World& world, const Region& region, const Json& request) {
  const std::optional<WallTime> after = FindTime(request, "CreatedAfter");
  ECM_TRY(const Registry::Age end, EndOf(request));
  Cursors cursors(world.registry, region, ReadStates(request), end);

  const auto memory =
      boost::json::make_shared_resource<boost::json::monotonic_resource>(kMemoryOfPage);
  JsonArray page(memory);
  const ClusterOutline* last = nullptr;
  for (const ClusterOutline* cluster = cursors.Next(); cluster != nullptr;
       cluster = cursors.Next()) {
    if (after.has_value() && cluster->created < *after) break;
    JsonObject answer(memory);
    if (page.size() == kPage) {
      answer.emplace("Clusters", std::move(page));
      answer.emplace("Marker", ToMarker({last->created, last->sequence}));
      return answer;
    }
    if (page.empty()) page.reserve(kPage);
    page.push_back(RenderClusterSummary(*cluster, memory));
    last = cluster;
  }
  return JsonObject({{"Clusters", std::move(page)}}, memory);
}

}  // namespace ecm::emr_model
