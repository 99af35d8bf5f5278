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

/// Takes what `read()` answers, changes and stores it; starts again when somebody was faster.
/// `change(record)` answers whether there is anything to store.
template <class Read, class Change>
Result<JobRecord> StoreChange(JobStore& jobs, const ExecutionArn& execution, Read read,
                              Change change) {
  for (int attempt = 0; attempt < kRecordTries; ++attempt) {
    ECM_TRY(JobRecord record, read());
    if (!change(record)) return record;
    Result<JobRecord> put = jobs.Put(record);
    if (put || put.error().kind != ErrorKind::kConflict) return put;
  }
  return Fail(ChangesAllTheTime(execution));
}

/// The record of `fresh.execution`, or `fresh` itself (revision 0) where there is none, changed and
/// stored. `change(record)` answers whether there is anything to store.
template <class Change>
Result<JobRecord> UpsertRecord(JobStore& jobs, const JobRecord& fresh, Change change) {
  const auto read = [&]() -> Result<JobRecord> {
    ECM_TRY(std::optional<JobRecord> stored, jobs.Get(fresh.execution));
    return stored ? *std::move(stored) : fresh;
  };
  return StoreChange(jobs, fresh.execution, read, change);
}

/// A record that must be there (kNotFound), changed and stored.
template <class Change>
Result<JobRecord> UpdateRecord(JobStore& jobs, const ExecutionArn& execution, Change change) {
  return StoreChange(
      jobs, execution, [&] { return GetRecord(jobs, execution); },
      [&](JobRecord& record) {
        change(record);
        return true;
      });
}

}  // namespace ecm::lifecycle
