#pragma once

#include <list>

#include "emr_model/cluster.h"
#include "store/document_store.h"

namespace ecm::emr_model {

/// Clusters that have ended, read back from the store when somebody asks. The last few stay, so
/// that asking again and again costs no more than asking for one that lives.
class Archive {
 public:
  /// nullptr: there is none, what has ended stays with the living.
  explicit Archive(const DocumentStore* store) : store_(store) {}

  bool IsThere() const { return store_ != nullptr; }
  /// Good until Trim or Forget. kInternal where it is no longer as it was stored.
  Result<ClusterRecord*> Find(const ClusterId& id);
  /// Lets go of what nobody has asked for lately.
  void Trim();
  void Forget(const ClusterId& id);
  std::size_t ClustersInMemory() const { return recent_.size(); }

 private:
  const DocumentStore* const store_;
  std::list<ClusterRecord> recent_;  ///< the last one that was asked for first
  std::size_t records_ = 0;          ///< they and their steps
};

}  // namespace ecm::emr_model
