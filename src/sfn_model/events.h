#pragma once

#include <string>

#include "env/random.h"
#include "sfn_model/journal.h"
#include "sfn_model/registry.h"

namespace ecm::sfn_model {

/// "Step Functions Execution Status Change" in EventBridge's shape (facts: events, Step Functions
/// status events). `ending` counts only for an execution that is over.
Json StatusEvent(const ExecutionRecord& execution, const std::string& input_text,
                 const Ending& ending, WallTime now, Random& random);

/// Why an execution cannot be redriven: RedriveExecution is not here.
std::string RedriveReason(asl::Status status);

}  // namespace ecm::sfn_model
