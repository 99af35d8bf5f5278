#include "emr_model/registry.h"

#include <algorithm>

namespace ecm::emr_model {
namespace {

constexpr std::chrono::days kRetention{61};

}  // namespace

ClusterRecord& Registry::Add(ClusterRecord cluster) {
  auto owned = std::make_unique<ClusterRecord>(std::move(cluster));
  ClusterRecord& added = *owned;
  added.sequence = next_sequence_++;
  by_id_.emplace(added.id, std::move(owned));
  AddToIndexes(added);
  return added;
}

void Registry::AddToIndexes(ClusterRecord& cluster) {
  RegionIndex& index = regions_[cluster.region];
  const Age age{cluster.created, cluster.sequence};
  index.all.emplace(age, &cluster);
  index.in_state[cluster.state].emplace(age, &cluster);
  if (IsFinal(cluster.state)) return;
  index.live.emplace(age, &cluster);
  live_.emplace(cluster.sequence, &cluster);
}

void Registry::Restore(std::vector<ClusterRecord> clusters) {
  by_id_.reserve(clusters.size());
  for (ClusterRecord& cluster : clusters) {
    auto owned = std::make_unique<ClusterRecord>(std::move(cluster));
    ClusterRecord& restored = *owned;
    next_sequence_ = std::max(next_sequence_, restored.sequence + 1);
    by_id_.emplace(restored.id, std::move(owned));
    AddToIndexes(restored);
    if (IsFinal(restored.state)) {
      ended_.emplace_back(restored.ended.value_or(restored.created), restored.id);
    }
  }
  std::ranges::sort(ended_);
}

ClusterRecord* Registry::Find(const ClusterId& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second.get();
}

ClusterRecord* Registry::Find(const Region& region, const ClusterId& id) {
  ClusterRecord* found = Find(id);
  if (found == nullptr || found->region != region) return nullptr;
  if (mark_found_) changes_.Mark(*found);
  return found;
}

const Registry::ByAge& Registry::InRegion(const Region& region, bool live_only) const {
  static const ByAge kNone;
  const auto found = regions_.find(region);
  if (found == regions_.end()) return kNone;
  return live_only ? found->second.live : found->second.all;
}

const Registry::ByAge& Registry::InState(const Region& region, ClusterState state) const {
  static const ByAge kNone;
  const auto found = regions_.find(region);
  if (found == regions_.end()) return kNone;
  const auto in_state = found->second.in_state.find(state);
  return in_state == found->second.in_state.end() ? kNone : in_state->second;
}

void Registry::SetState(ClusterRecord& cluster, ClusterState state) {
  std::map<ClusterState, ByAge>& index = regions_[cluster.region].in_state;
  auto entry = index[cluster.state].extract({cluster.created, cluster.sequence});
  cluster.state = state;
  index[state].insert(std::move(entry));
}

std::vector<Region> Registry::Regions() const {
  std::vector<Region> regions;
  for (const auto& [region, index] : regions_) {
    if (!index.all.empty()) regions.push_back(region);
  }
  return regions;
}

std::vector<ClusterId> Registry::Live() const {
  std::vector<ClusterId> ids;
  ids.reserve(live_.size());
  for (const auto& [sequence, cluster] : live_) ids.push_back(cluster->id);
  return ids;
}

void Registry::MarkEnded(const ClusterRecord& cluster) {
  live_.erase(cluster.sequence);
  regions_[cluster.region].live.erase({cluster.created, cluster.sequence});
  ended_.emplace_back(cluster.ended.value_or(cluster.created), cluster.id);
}

void Registry::ForgetOld(WallTime now) {
  while (!ended_.empty() && ended_.front().first + kRetention < now) {
    const auto found = by_id_.find(ended_.front().second);
    const ClusterRecord& cluster = *found->second;
    changes_.Forget(cluster);
    RegionIndex& index = regions_[cluster.region];
    const Age age{cluster.created, cluster.sequence};
    index.all.erase(age);
    index.in_state[cluster.state].erase(age);
    by_id_.erase(found);
    ended_.pop_front();
  }
}

void Registry::Schedule(ClusterRecord& cluster, Due kind, WallTime when) {
  Unschedule(cluster, kind);
  cluster.due[static_cast<std::size_t>(kind)] = when;
  queue_.emplace(std::tuple(when, cluster.sequence, kind), &cluster);
}

void Registry::Unschedule(ClusterRecord& cluster, Due kind) {
  std::optional<WallTime>& due = cluster.due[static_cast<std::size_t>(kind)];
  if (!due.has_value()) return;
  queue_.erase({*due, cluster.sequence, kind});
  due.reset();
}

std::optional<WallTime> Registry::NextDue() const {
  if (queue_.empty()) return std::nullopt;
  return std::get<WallTime>(queue_.begin()->first);
}

std::optional<std::pair<ClusterRecord*, Due>> Registry::PopDue(WallTime now) {
  if (queue_.empty()) return std::nullopt;
  const auto first = queue_.begin();
  const auto [when, sequence, kind] = first->first;
  if (when > now) return std::nullopt;
  ClusterRecord* cluster = first->second;
  Unschedule(*cluster, kind);
  return std::pair(cluster, kind);
}

}  // namespace ecm::emr_model
