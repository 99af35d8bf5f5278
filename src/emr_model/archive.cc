#include "emr_model/archive.h"

#include <algorithm>

#include "emr_model/restore.h"

namespace ecm::emr_model {
namespace {

/// Clusters and steps, about a KiB each.
constexpr std::size_t kMostRecords = 512;

std::size_t RecordsOf(const ClusterRecord& cluster) { return 1 + cluster.steps.size(); }

}  // namespace

Result<ClusterRecord*> Archive::Find(const ClusterId& id) {
  const auto recent = std::ranges::find(recent_, id, &ClusterRecord::id);
  if (recent != recent_.end()) {
    recent_.splice(recent_.begin(), recent_, recent);
    return &recent_.front();
  }
  ECM_TRY(ClusterRecord loaded, LoadCluster(*store_, id));
  recent_.push_front(std::move(loaded));
  records_ += RecordsOf(recent_.front());
  return &recent_.front();
}

void Archive::Trim() {
  while (records_ > kMostRecords && recent_.size() > 1) {
    records_ -= RecordsOf(recent_.back());
    recent_.pop_back();
  }
}

void Archive::Forget(const ClusterId& id) {
  const auto recent = std::ranges::find(recent_, id, &ClusterRecord::id);
  if (recent == recent_.end()) return;
  records_ -= RecordsOf(*recent);
  recent_.erase(recent);
}

}  // namespace ecm::emr_model
