#pragma once

#include <map>

#include "store/job_store.h"

namespace ecm {

/// For the simulator and tests; one thread at a time.
class MemoryJobStore : public JobStore {
 public:
  Result<std::optional<JobRecord>> Get(const ExecutionArn& execution) override;
  Result<std::optional<JobRecord>> FindByCluster(const ClusterId& cluster) override;
  Result<JobRecord> Put(const JobRecord& record) override;
  Result<std::vector<JobRecord>> ListOpen() override;
  const std::map<ExecutionArn, JobRecord>& records() const { return records_; }

 private:
  std::map<ExecutionArn, JobRecord> records_;
  std::map<ClusterId, ExecutionArn> by_cluster_;
};

}  // namespace ecm
