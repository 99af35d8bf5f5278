#include "lifecycle/record.h"

namespace ecm::lifecycle {

Error ChangesAllTheTime(const ExecutionArn& execution) {
  return {ErrorKind::kConflict, "the record of " + execution.str() + " changes all the time", ""};
}

Result<JobRecord> GetRecord(JobStore& jobs, const ExecutionArn& execution) {
  ECM_TRY(std::optional<JobRecord> record, jobs.Get(execution));
  if (!record) {
    return Fail(ErrorKind::kNotFound, "the job store knows nothing of " + execution.str());
  }
  return *std::move(record);
}

JobRecord BlankRecord(const ExecutionArn& execution, const Region& region, WallTime started) {
  JobRecord record;
  record.execution = execution;
  record.region = region;
  record.started = record.deadline = record.start_deadline = started;
  return record;
}

}  // namespace ecm::lifecycle
