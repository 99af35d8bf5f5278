#pragma once

#include "asl/execution.h"

namespace ecm::asl {

/// An event as it is kept for a replay: {"type": "TaskAnswered", "task": 3, "output": "{…}"}.
/// Outputs stand in it as JSON text: however deep they are, the event is flat.
/// Broken UTF-8 of errors and causes is written as "\xhh".
Json ToJson(const Event& event);

/// kInvalidJob for what ToJson does not write, and for an output that is no JSON (nested too deep,
/// broken UTF-8). An execution that is to be replayed must be told EventFromJson(ToJson(event)):
/// numbers and strings as a replay will tell them.
Result<Event> EventFromJson(const Json& json);

}  // namespace ecm::asl
