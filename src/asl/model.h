#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "asl/choice_rule.h"
#include "asl/definition.h"
#include "asl/expression.h"
#include "asl/path.h"
#include "asl/payload_template.h"

// The compiled state machine: what ReadDefinition makes and Execution and the lint read.

namespace ecm::asl {

/// Index of a state in its definition.
using StateIndex = int;
constexpr StateIndex kNoState = -1;

/// Where a state goes. Before the definition is linked only the name is known.
struct Transition {
  std::string name;     ///< "" where the state ends the execution
  std::string pointer;  ///< of the name, for problems
  StateIndex state = kNoState;
};

/// InputPath and OutputPath: null selects nothing, {}.
struct Selector {
  bool nothing = false;
  Path path;
};

/// ResultPath: null throws the result away.
struct Placement {
  bool discard = false;
  Path path;
};

/// TimeoutSeconds or TimeoutSecondsPath, and their like. Neither: none is set.
struct Seconds {
  std::optional<std::int64_t> fixed;
  std::optional<Path> path;
  bool IsSet() const { return fixed.has_value() || path.has_value(); }
};

struct Retrier {
  std::vector<std::string> errors;
  double interval_seconds = 1;
  std::int64_t max_attempts = 3;
  double backoff_rate = 2;
  std::optional<double> max_delay_seconds;
  bool full_jitter = false;
  std::string pointer;
};

struct Catcher {
  std::vector<std::string> errors;
  Placement placement;
  Transition next;
  std::string pointer;
};

enum class Resource { kLambdaInvoke, kLambdaInvokeWaitForTaskToken, kSnsPublish };

struct TaskSpec {
  Resource resource = Resource::kLambdaInvoke;
  PayloadTemplate parameters;
  std::optional<PayloadTemplate> result_selector;
  Placement placement;
  Seconds timeout;
  Seconds heartbeat;
  std::vector<Retrier> retriers;
  std::vector<Catcher> catchers;
  bool WaitsForToken() const { return resource == Resource::kLambdaInvokeWaitForTaskToken; }
};

struct Choice {
  ChoiceRule rule;
  Transition next;
};
struct ChoiceSpec {
  std::vector<Choice> choices;
  std::optional<Transition> otherwise;
};

struct WaitSpec {
  Seconds seconds;
  std::optional<WallTime> until;
  std::optional<Path> until_path;
};

struct PassSpec {
  std::optional<Json> result;
  std::optional<PayloadTemplate> parameters;
  Placement placement;
};

struct SucceedSpec {};

struct FailSpec {
  std::optional<Expression> error;  ///< a constant is a literal
  std::optional<Expression> cause;
};

struct State {
  std::string name;
  std::string pointer;
  std::string_view type;  ///< "Task", …
  Selector input;
  Selector output;
  Transition next;  ///< of Task, Wait and Pass
  std::variant<SucceedSpec, TaskSpec, ChoiceSpec, WaitSpec, PassSpec, FailSpec> spec;
};

class Definition {
 public:
  std::vector<State> states;  ///< in the order in which they stand
  Transition start;
  std::optional<std::int64_t> timeout_seconds;
};

/// "lambda:invoke.waitForTaskToken"
std::string_view ResourceName(Resource resource);

/// Every way out of the state, in the order in which they stand: Next, choices, Default, Catch.
std::vector<Transition*> TransitionsOf(State& state);
std::vector<const Transition*> TransitionsOf(const State& state);

/// Whether an ErrorEquals list matches the error (facts: events, "Errors and Catch").
bool MatchesError(const std::vector<std::string>& error_equals, std::string_view error);

}  // namespace ecm::asl
