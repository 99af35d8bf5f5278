#include "emr_model/registry.h"

#include <algorithm>
#include <utility>

namespace ecm::emr_model {
namespace {

constexpr std::chrono::days kRetention{61};

Registry::Age AgeOf(const ClusterOutline& cluster) { return {cluster.created, cluster.sequence}; }

WallTime EndOf(const ClusterOutline& cluster) { return cluster.ended.value_or(cluster.created); }

}  // namespace

ClusterRecord& Registry::Add(ClusterRecord cluster) {
  cluster.sequence = next_sequence_;
  return Insert(std::move(cluster));
}

ClusterRecord& Registry::Insert(ClusterRecord cluster) {
  auto owned = std::make_unique<ClusterRecord>(std::move(cluster));
  ClusterRecord& added = *owned;
  clusters_.emplace(added.id, std::move(owned));
  AddToIndexes(added);
  if (!IsFinal(added.state)) {
    regions_[added.region].live.emplace(AgeOf(added), &added);
    live_.emplace(added.sequence, &added);
  }
  return added;
}

const EndedCluster& Registry::Insert(EndedCluster cluster) {
  const ClusterId id = cluster.id;
  const EndedCluster& added = ended_.emplace(id, std::move(cluster)).first->second;
  AddToIndexes(added);
  return added;
}

void Registry::AddToIndexes(const ClusterOutline& cluster) {
  next_sequence_ = std::max(next_sequence_, cluster.sequence + 1);
  RegionIndex& index = regions_[cluster.region];
  const Age age = AgeOf(cluster);
  index.all.emplace_hint(index.all.end(), age, &cluster);
  ByAge& in_state = index.in_state[cluster.state];
  in_state.emplace_hint(in_state.end(), age, &cluster);
}

void Registry::Restore(StoredClusters stored) {
  std::vector<std::pair<WallTime, const ClusterOutline*>> ends;
  ends.reserve(stored.ended.size());
  const auto add_end = [&ends](const ClusterOutline& cluster) {
    if (IsFinal(cluster.state)) ends.emplace_back(EndOf(cluster), &cluster);
  };
  ended_.reserve(stored.ended.size());
  for (EndedCluster& cluster : stored.ended) add_end(Insert(std::move(cluster)));
  for (ClusterRecord& cluster : stored.clusters) add_end(Insert(std::move(cluster)));
  std::ranges::stable_sort(ends, {}, [](const auto& end) { return end.first; });
  for (const auto& [when, cluster] : ends) ends_.emplace_back(when, cluster->id);
  for (Document& repair : stored.repairs) changes_.Put(std::move(repair));
}

ClusterRecord* Registry::FindToChange(const ClusterId& id) const {
  const auto found = clusters_.find(id);
  return found == clusters_.end() ? nullptr : found->second.get();
}

Result<ClusterRecord*> Registry::Find(const Region& region, const ClusterId& id) {
  if (ClusterRecord* found = FindToChange(id)) {
    if (found->region != region) return nullptr;
    // Nothing changes a cluster that has ended.
    if (mark_found_ && !IsFinal(found->state)) changes_.Mark(*found);
    return found;
  }
  const auto ended = ended_.find(id);
  if (ended == ended_.end() || ended->second.region != region) return nullptr;
  return archive_.Find(id);
}

std::vector<Document> Registry::TakeChanges() {
  for (const ClusterId& id : ended_taken_) LeaveMemory(id);
  ended_taken_ = std::exchange(ended_now_, {});
  return changes_.Take();
}

void Registry::PutBackChanges() {
  ended_now_.insert(ended_now_.begin(), ended_taken_.begin(), ended_taken_.end());
  ended_taken_.clear();
  changes_.PutBack();
}

void Registry::LeaveMemory(const ClusterId& id) {
  const auto found = clusters_.find(id);
  if (found == clusters_.end()) return;  // forgotten meanwhile
  for (const Due kind : {Due::kLife, Due::kWork, Due::kIdle}) Unschedule(*found->second, kind);
  EndedCluster outline = OutlineOf(*found->second);
  const EndedCluster& ended = ended_.emplace(id, std::move(outline)).first->second;
  RegionIndex& index = regions_[ended.region];
  index.all[AgeOf(ended)] = &ended;
  index.in_state[ended.state][AgeOf(ended)] = &ended;
  clusters_.erase(found);
}

const Registry::ByAge& Registry::InRegion(const Region& region) const {
  static const ByAge kNone;
  const auto found = regions_.find(region);
  return found == regions_.end() ? kNone : found->second.all;
}

const Registry::LiveByAge& Registry::LiveInRegion(const Region& region) const {
  static const LiveByAge kNone;
  const auto found = regions_.find(region);
  return found == regions_.end() ? kNone : found->second.live;
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
  index[cluster.state].erase(AgeOf(cluster));
  cluster.state = state;
  index[state].emplace(AgeOf(cluster), &cluster);
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
  regions_[cluster.region].live.erase(AgeOf(cluster));
  ends_.emplace_back(EndOf(cluster), cluster.id);
  if (archive_.IsThere()) ended_now_.push_back(cluster.id);
}

void Registry::Tidy(WallTime now) {
  archive_.Trim();
  while (!ends_.empty() && ends_.front().first + kRetention < now) {
    Forget(ends_.front().second);
    ends_.pop_front();
  }
}

void Registry::Forget(const ClusterId& id) {
  const auto in_memory = clusters_.find(id);
  const EndedCluster cluster =
      in_memory == clusters_.end() ? ended_.at(id) : OutlineOf(*in_memory->second);
  changes_.Forget(cluster);
  RegionIndex& index = regions_[cluster.region];
  index.all.erase(AgeOf(cluster));
  index.in_state[cluster.state].erase(AgeOf(cluster));
  archive_.Forget(id);
  clusters_.erase(id);
  ended_.erase(id);
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
