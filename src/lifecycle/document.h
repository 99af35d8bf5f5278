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

}  // namespace ecm::lifecycle
