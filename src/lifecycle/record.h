#pragma once

#include "base/result.h"
#include "store/job_store.h"

namespace ecm::lifecycle {

/// How often a change is tried again because somebody else's was faster.
inline constexpr int kRecordTries = 8;

/// kConflict: the tries are used up.
Error ChangesAllTheTime(const ExecutionArn& execution);

/// The record of an execution; kNotFound without one.
Result<JobRecord> GetRecord(JobStore& jobs, const ExecutionArn& execution);

/// The record of an execution that has not come as far as its plan; not stored yet.
JobRecord BlankRecord(const ExecutionArn& execution, const Region& region, WallTime started);

/// Reads, changes and stores the record of `fresh.execution`, or `fresh` itself (revision 0) where
/// there is none; starts again when somebody was faster. `change(record)` answers whether there is
/// anything to store.
template <class Change>
Result<JobRecord> UpsertRecord(JobStore& jobs, const JobRecord& fresh, Change change) {
  for (int attempt = 0; attempt < kRecordTries; ++attempt) {
    ECM_TRY(std::optional<JobRecord> stored, jobs.Get(fresh.execution));
    JobRecord record = stored ? *std::move(stored) : fresh;
    if (!change(record)) return record;
    Result<JobRecord> put = jobs.Put(record);
    if (put || put.error().kind != ErrorKind::kConflict) return put;
  }
  return Fail(ChangesAllTheTime(fresh.execution));
}

/// Reads, changes and stores a record, which must be there (kNotFound); starts again when somebody
/// was faster.
template <class Change>
Result<JobRecord> UpdateRecord(JobStore& jobs, const ExecutionArn& execution, Change change) {
  for (int attempt = 0; attempt < kRecordTries; ++attempt) {
    ECM_TRY(JobRecord record, GetRecord(jobs, execution));
    change(record);
    Result<JobRecord> put = jobs.Put(record);
    if (put || put.error().kind != ErrorKind::kConflict) return put;
  }
  return Fail(ChangesAllTheTime(execution));
}

}  // namespace ecm::lifecycle
