#pragma once

#include "asl/execution.h"
#include "base/json.h"
#include "base/time.h"
#include "store/job_store.h"

namespace ecm::local_stack {

/// The history as GetExecutionHistory shows it: {"events": [{id, previousEventId, timestamp, type,
/// details}]}.
Json ToHistory(const asl::Execution& execution);

/// The outcome of an execution that was stopped, or failed, before Report: verdict, execution and
/// cause; the cluster where the store knows one.
Json OutcomeOfStopped(const asl::Execution& execution, JobStore& jobs, WallTime now);

}  // namespace ecm::local_stack
