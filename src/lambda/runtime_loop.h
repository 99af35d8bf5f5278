#pragma once

#include <functional>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "env/clock.h"
#include "env/log.h"
#include "lambda/runtime_api.h"

namespace ecm::lambda {

/// What is called for each event. It must have answered at `stop_at`; its log lines name the
/// invocation.
struct Function {
  std::string name;  ///< "submit"
  std::function<Result<Json>(const Json& event, MonoTime stop_at, Log& log)> handle;
  /// What log lines say of the event itself; without it nothing.
  std::function<JsonObject(const Json& event)> about{};
};

/// When a handler must stop, so that its answer still reaches Lambda: two seconds before the
/// deadline, or the last quarter of a short invocation. MonoTime::max() without a deadline.
MonoTime StopAt(const Invocation& invocation, const Clock& clock);

/// Takes one event after the other until that is no longer possible, and answers why. Nothing of
/// one invocation is left when the next one begins.
Error RunLoop(RuntimeApi& api, const Function& function, const Clock& clock, Log& log);

}  // namespace ecm::lambda
