#pragma once

#include <string_view>

#include "base/ids.h"
#include "base/json.h"

namespace ecm {

/// AWS Step Functions as one call, in the shapes of the service model 2016-11-23 (timestamps are
/// epoch seconds). Signed HTTP implements it.
///
/// Errors: `code` is the service's (ExecutionDoesNotExist, ExecutionAlreadyExists, InvalidName, …);
/// kNotFound for machines, executions and tokens that are not there (any more), kConflict for a
/// name that is taken, kUnknownOutcome wherever the request may have been applied.
class StepFunctionsApi {
 public:
  virtual ~StepFunctionsApi() = default;
  virtual Result<Json> Call(const Region& region, std::string_view operation,
                            const Json& request) = 0;
};

}  // namespace ecm
