#include "store/memory_job_store.h"

namespace ecm {

Result<std::optional<JobRecord>> MemoryJobStore::Get(const ExecutionArn& execution) {
  const auto found = records_.find(execution);
  if (found == records_.end()) return std::nullopt;
  return found->second;
}

Result<std::optional<JobRecord>> MemoryJobStore::FindByCluster(const ClusterId& cluster) {
  for (const auto& [execution, record] : records_) {
    if (record.cluster == cluster) return record;
  }
  return std::nullopt;
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
