#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "emr_model/changes.h"
#include "emr_model/cluster.h"

namespace ecm::emr_model {

/// All clusters, and the orders in which they are looked for.
class Registry {
 public:
  /// By creation; the sequence tells clusters of one millisecond apart.
  using Age = std::pair<WallTime, std::uint64_t>;
  using ByAge = std::map<Age, ClusterRecord*>;

  explicit Registry(bool keep_changes) : changes_(keep_changes) {}

  /// `cluster.id` must be new.
  ClusterRecord& Add(ClusterRecord cluster);
  /// Those of an earlier process, in the order of their creation, into an empty registry.
  void Restore(std::vector<ClusterRecord> clusters);
  bool IsEmpty() const { return by_id_.empty(); }
  bool Knows(const ClusterId& id) const { return by_id_.contains(id); }
  /// nullptr where there is none; the second also where it is in another region.
  ClusterRecord* Find(const ClusterId& id) const;
  ClusterRecord* Find(const Region& region, const ClusterId& id);

  Changes& changes() { return changes_; }
  /// From here on a cluster that an operation finds counts as changed, or does not.
  void MarkFound(bool mark) { mark_found_ = mark; }

  /// Every cluster of the region, or those alone that are not in a final state.
  const ByAge& InRegion(const Region& region, bool live_only) const;
  /// Those of the region that are in this state.
  const ByAge& InState(const Region& region, ClusterState state) const;
  std::vector<ClusterId> Live() const;
  /// Those that have a cluster.
  std::vector<Region> Regions() const;

  /// Gives the cluster its state.
  void SetState(ClusterRecord& cluster, ClusterState state);

  /// The cluster has reached a final state.
  void MarkEnded(const ClusterRecord& cluster);
  /// EMR forgets a cluster two months after its end (facts: EMR API, quotas).
  void ForgetOld(WallTime now);

  /// Replaces what was due of this kind.
  void Schedule(ClusterRecord& cluster, Due kind, WallTime when);
  void Unschedule(ClusterRecord& cluster, Due kind);
  std::optional<WallTime> NextDue() const;
  /// Takes the earliest entry out of the queue if it is due at `now`.
  std::optional<std::pair<ClusterRecord*, Due>> PopDue(WallTime now);

 private:
  struct RegionIndex {
    ByAge all;
    ByAge live;
    std::map<ClusterState, ByAge> in_state;
  };

  void AddToIndexes(ClusterRecord& cluster);

  Changes changes_;
  bool mark_found_ = false;
  std::unordered_map<ClusterId, std::unique_ptr<ClusterRecord>> by_id_;
  std::map<Region, RegionIndex> regions_;
  std::map<std::uint64_t, const ClusterRecord*> live_;
  std::deque<std::pair<WallTime, ClusterId>> ended_;
  std::map<std::tuple<WallTime, std::uint64_t, Due>, ClusterRecord*> queue_;
  std::uint64_t next_sequence_ = 1;
};

}  // namespace ecm::emr_model
