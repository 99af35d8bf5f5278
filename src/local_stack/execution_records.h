#pragma once

#include <filesystem>
#include <string>

#include "asl/execution.h"
#include "base/json.h"
#include "base/time.h"
#include "env/log.h"
#include "store/job_store.h"

namespace ecm::local_stack {

/// How an execution of ours ended.
struct Ended {
  asl::Status status = asl::Status::kFailed;
  Json outcome;  ///< schema/outcome.schema.json, or null if the execution never came so far
  std::string error;
  std::string cause;
};

/// The end of an execution that is over. The outcome of one that was stopped, or failed, before
/// Report is made here: verdict, execution and cause; the cluster where `jobs` knows one, and
/// whether it is known to be gone (`released`).
Ended EndOf(const asl::Execution& execution, JobStore& jobs, bool released, WallTime now);

/// The history as GetExecutionHistory shows it: {"events": [{id, previousEventId, timestamp, type,
/// details}]}.
Json ToHistory(const asl::Execution& execution);

/// Keeps input, history and outcome in `folder`, for people. What cannot be written is logged.
void KeepRecords(const std::filesystem::path& folder, const asl::Execution& execution,
                 const Ended& ended, Log& log);

}  // namespace ecm::local_stack
