#pragma once

#include <boost/container/deque.hpp>
#include <boost/container/flat_map.hpp>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "emr_model/archive.h"
#include "emr_model/changes.h"
#include "emr_model/cluster.h"
#include "emr_model/restore.h"

namespace ecm::emr_model {

/// All clusters, and the orders in which they are looked for. Where there is an archive, a cluster
/// that has ended leaves memory but for its outline, as soon as its last change is stored.
class Registry {
 public:
  /// By creation; the sequence tells clusters of one millisecond apart.
  using Age = std::pair<WallTime, std::uint64_t>;
  /// Flat, for what is new goes to the end and what is forgotten from the beginning, and a start
  /// brings ten thousand at once.
  using ByAge =
      boost::container::flat_map<Age, const ClusterOutline*, std::less<Age>,
                                 boost::container::deque<std::pair<Age, const ClusterOutline*>>>;
  using LiveByAge = std::map<Age, ClusterRecord*>;

  /// `archive` is where the changes will be stored, or nullptr.
  Registry(bool keep_changes, const DocumentStore* archive)
      : changes_(keep_changes), archive_(archive) {}

  /// `cluster.id` must be new.
  ClusterRecord& Add(ClusterRecord cluster);
  /// What an earlier process has left, into an empty registry.
  void Restore(StoredClusters stored);
  bool IsEmpty() const { return clusters_.empty() && ended_.empty(); }
  bool Knows(const ClusterId& id) const { return clusters_.contains(id) || ended_.contains(id); }
  /// Where it may still change: nullptr for a cluster that is archived or was never there.
  ClusterRecord* FindToChange(const ClusterId& id) const;
  /// Also out of the archive, good until the next Tidy. nullptr where there is none in the region;
  /// an error where the archive cannot be read.
  Result<ClusterRecord*> Find(const Region& region, const ClusterId& id);

  Changes& changes() { return changes_; }
  /// What was taken before is stored by now.
  std::vector<Document> TakeChanges();
  /// It is not: it is taken again.
  void PutBackChanges();
  /// From here on a cluster that an operation finds counts as changed, or does not.
  void MarkFound(bool mark) { mark_found_ = mark; }

  /// Every cluster of the region; those alone that are not in a final state.
  const ByAge& InRegion(const Region& region) const;
  const LiveByAge& LiveInRegion(const Region& region) const;
  /// Those of the region that are in this state.
  const ByAge& InState(const Region& region, ClusterState state) const;
  std::vector<ClusterId> Live() const;
  /// Those that have a cluster.
  std::vector<Region> Regions() const;

  /// Gives the cluster its state.
  void SetState(ClusterRecord& cluster, ClusterState state);

  /// The cluster has reached a final state.
  void MarkEnded(const ClusterRecord& cluster);
  /// At the begin of a call. EMR forgets a cluster two months after its end (facts: EMR API,
  /// quotas).
  void Tidy(WallTime now);

  /// Those with all their records, whether they live or not.
  std::size_t ClustersInMemory() const { return clusters_.size() + archive_.ClustersInMemory(); }

  /// Replaces what was due of this kind.
  void Schedule(ClusterRecord& cluster, Due kind, WallTime when);
  void Unschedule(ClusterRecord& cluster, Due kind);
  std::optional<WallTime> NextDue() const;
  /// Takes the earliest entry out of the queue if it is due at `now`.
  std::optional<std::pair<ClusterRecord*, Due>> PopDue(WallTime now);

 private:
  struct RegionIndex {
    ByAge all;
    LiveByAge live;
    std::map<ClusterState, ByAge> in_state;
  };

  ClusterRecord& Insert(ClusterRecord cluster);
  const EndedCluster& Insert(EndedCluster cluster);
  void AddToIndexes(const ClusterOutline& cluster);
  void LeaveMemory(const ClusterId& id);
  void Forget(const ClusterId& id);

  Changes changes_;
  Archive archive_;
  bool mark_found_ = false;
  std::unordered_map<ClusterId, std::unique_ptr<ClusterRecord>> clusters_;
  std::unordered_map<ClusterId, EndedCluster> ended_;  ///< those in the archive
  std::vector<ClusterId> ended_now_;                   ///< since changes were taken
  std::vector<ClusterId> ended_taken_;                 ///< before that: perhaps not stored yet
  std::map<Region, RegionIndex> regions_;
  std::map<std::uint64_t, const ClusterRecord*> live_;
  std::deque<std::pair<WallTime, ClusterId>> ends_;  ///< of all that have ended, in their order
  std::map<std::tuple<WallTime, std::uint64_t, Due>, ClusterRecord*> queue_;
  std::uint64_t next_sequence_ = 1;
};

}  // namespace ecm::emr_model
