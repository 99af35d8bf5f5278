#pragma once

#include <chrono>
#include <string_view>

#include "base/json.h"
#include "plan/plan.h"
#include "store/job_store.h"

namespace ecm::lifecycle {

/// The version of what crosses a state. Handlers accept this one and the one before it.
inline constexpr std::int64_t kDocumentVersion = 1;

/// Who runs, out of a document {v, execution: {arn, name, started}, …}. kInternal for a version
/// that this program does not know or a document that is none.
Result<ExecutionIdentity> ReadIdentity(const Json& document);

/// A document for the next state: {v, execution} and nothing else.
JsonObject NewDocument(const ExecutionIdentity& execution);

/// Whole seconds, at least 1: what Wait and heartbeat read.
std::int64_t ToWaitSeconds(Duration duration);

/// The record of an execution; kNotFound without one.
Result<JobRecord> GetRecord(JobStore& jobs, const ExecutionArn& execution);

/// Reads, changes and stores a record; starts again (bounded) when somebody was faster.
template <class Change>
Result<JobRecord> UpdateRecord(JobStore& jobs, const ExecutionArn& execution, Change change) {
  for (int attempt = 0; attempt < 8; ++attempt) {
    ECM_TRY(JobRecord record, GetRecord(jobs, execution));
    change(record);
    Result<JobRecord> stored = jobs.Put(record);
    if (stored || stored.error().kind != ErrorKind::kConflict) return stored;
  }
  return Fail(ErrorKind::kConflict, "the record of " + execution.str() + " changes all the time");
}

}  // namespace ecm::lifecycle
