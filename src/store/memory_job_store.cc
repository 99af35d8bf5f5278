#include "store/memory_job_store.h"

namespace ecm {

Result<std::optional<JobRecord>> MemoryJobStore::Get(const ExecutionArn& execution) {
  const auto found = records_.find(execution);
  if (found == records_.end()) return std::nullopt;
  return found->second;
}

Result<std::optional<JobRecord>> MemoryJobStore::FindByCluster(const ClusterId& cluster) {
  const auto execution = by_cluster_.find(cluster);
  if (execution == by_cluster_.end()) return std::nullopt;
  const JobRecord& record = records_.at(execution->second);
  return record.cluster == cluster ? std::optional(record) : std::nullopt;
}

Result<JobRecord> MemoryJobStore::Put(const JobRecord& record) {
  const auto found = records_.find(record.execution);
  const std::int64_t stored = found == records_.end() ? 0 : found->second.revision;
  if (stored != record.revision) {
    return Fail(ErrorKind::kConflict, "the record of " + record.execution.str() +
                                          " was changed meanwhile: read it again");
  }
  JobRecord next = record;
  ++next.revision;
  records_[record.execution] = next;
  if (!next.cluster.empty()) by_cluster_[next.cluster] = next.execution;
  return next;
}

Result<std::vector<JobRecord>> MemoryJobStore::ListOpen() {
  std::vector<JobRecord> open;
  for (const auto& [execution, record] : records_) {
    if (IsOpen(record)) open.push_back(record);
  }
  return open;
}

}  // namespace ecm
