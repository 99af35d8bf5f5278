#pragma once

#include <string>

#include "sim/door.h"
#include "sim/emr_world.h"
#include "sim/ledger.h"
#include "store/memory_job_store.h"

namespace ecm::sim {

/// What the sweep will do for one aborted execution, done by the world itself until the product
/// has that handler: the tombstone first, then every cluster of the execution's name is ended, and
/// looked for again until an unknown outcome has had time to settle. Nothing goes wrong with it.
class SweepStandIn {
 public:
  SweepStandIn(Core core, EmrWorld& emr, MemoryJobStore& store, const Ledger& ledger)
      : core_(core), emr_(emr), store_(store), ledger_(ledger) {}

  void Begin(std::size_t execution);
  std::size_t pending() const { return pending_; }

 private:
  void Look(std::size_t execution, WallTime since);
  void SetTombstone(const ExecutionTruth& execution);
  /// True if a cluster of the execution is not gone yet.
  bool EndClusters(const ExecutionTruth& execution);
  Json Call(std::string_view operation, const Json& request);

  Core core_;
  EmrWorld& emr_;
  MemoryJobStore& store_;
  const Ledger& ledger_;
  std::size_t pending_ = 0;
};

}  // namespace ecm::sim
