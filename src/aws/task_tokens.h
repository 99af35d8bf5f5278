#pragma once

#include "base/ids.h"
#include "base/json.h"

namespace ecm {

/// Step Functions' door for tasks that wait for a token.
/// Errors: kNotFound when the token is no longer waited for (TaskTimedOut, TaskDoesNotExist,
/// InvalidToken): somebody has decided already.
class TaskTokens {
 public:
  virtual ~TaskTokens() = default;
  virtual Result<void> SendTaskSuccess(const TaskToken& token, const Json& output) = 0;
};

}  // namespace ecm
