#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "asl/definition.h"
#include "base/json.h"
#include "base/time.h"
#include "env/random.h"

// The executor: a pure reducer over one execution of one definition. It never waits and calls
// nothing: it is told what happened and says what is to be done. The command line, the server and
// the simulator are three drivers of it.

namespace ecm::asl {

/// Numbers the tasks and timers of one execution; never used twice in it.
using ActivityId = std::int64_t;

// --- what happens to an execution ----------------------------------------------------------------

struct Start {};
/// The service integration answered (for .waitForTaskToken: the request was accepted).
struct TaskAnswered {
  ActivityId task;
  Json output;
};
struct TaskErred {
  ActivityId task;
  std::string error;  ///< "Throttled", "Lambda.Unknown"
  std::string cause;
};
/// SendTaskSuccess, SendTaskFailure, SendTaskHeartbeat with the token of the waiting task.
struct TokenSucceeded {
  std::string token;
  Json output;
};
struct TokenFailed {
  std::string token;
  std::string error;
  std::string cause;
};
struct TokenBeat {
  std::string token;
};
/// The time of a SetTimer has come. A timer that is no longer wanted is ignored.
struct TimerFired {
  ActivityId timer;
};
/// StopExecution.
struct StopRequested {
  std::string error;
  std::string cause;
};

/// The driver cannot go on with the execution: it fails with this error, which nothing catches.
struct Abandoned {
  std::string error;
  std::string cause;
};

/// RedriveExecution: an execution that has ended, but not well, enters the state in which it ended
/// once more, with what that state was given. Timeouts and retries count anew (facts: events,
/// Redrive).
struct Redriven {};

using Event = std::variant<Start, TaskAnswered, TaskErred, TokenSucceeded, TokenFailed, TokenBeat,
                           TimerFired, StopRequested, Abandoned, Redriven>;

// --- what is to be done --------------------------------------------------------------------------

/// Call a service: `resource` is the state's Resource with its ARN's partition removed from
/// sight ("lambda:invoke", "sns:publish"), `parameters` what follows from Parameters.
struct RunTask {
  ActivityId task;
  std::string state;     ///< the state's name
  std::string resource;  ///< "lambda:invoke" | "lambda:invoke.waitForTaskToken" | "sns:publish"
  Json parameters;
};
struct SetTimer {
  ActivityId timer;
  WallTime due;
};
/// The last command of an execution.
struct Finished {};

using Command = std::variant<RunTask, SetTimer, Finished>;

// --- the execution -------------------------------------------------------------------------------

enum class Status { kRunning, kSucceeded, kFailed, kTimedOut, kAborted };
std::string_view Name(Status status);  ///< "RUNNING", "SUCCEEDED", …

/// One event of the history under the service's type names (facts: events, Step Functions).
struct HistoryEvent {
  std::int64_t id;           ///< from 1
  std::int64_t previous_id;  ///< 0 for the first
  WallTime time;
  std::string type;  ///< "TaskStateEntered", "LambdaFunctionFailed", …
  Json details;      ///< the members of the service's …EventDetails
};

struct Identity {
  std::string execution_arn;
  std::string execution_name;
  std::string state_machine_arn;
  std::string state_machine_name;
  std::string role_arn;
};

/// How much the history keeps. kNames leaves out inputs, outputs, parameters and causes: each event
/// has its type, its time and, where it belongs to a state, `name`.
enum class HistoryDetail { kFull, kNames };

class Execution {
 public:
  Execution(std::shared_ptr<const Definition> definition, Identity identity, Json input,
            HistoryDetail detail = HistoryDetail::kFull);
  Execution(Execution&&) noexcept;
  Execution& operator=(Execution&&) noexcept;
  ~Execution();

  /// The only way in. After the execution has ended every event but Redriven is ignored.
  /// `random` feeds the jitter of retries and the task tokens.
  std::vector<Command> Apply(const Event& event, WallTime now, Random& random);

  Status status() const;
  const Json& input() const;
  const Json& output() const;        ///< of a success
  const std::string& error() const;  ///< of a failure; "" of TIMED_OUT
  const std::string& cause() const;
  WallTime started() const;  ///< the epoch before Start
  WallTime stopped() const;  ///< the epoch before the end
  const Identity& identity() const;
  const std::vector<HistoryEvent>& history() const;
  /// The state that the execution is in, "" after its end.
  const std::string& current_state() const;
  /// Whether a task waits for this token now.
  bool WaitsFor(const std::string& token) const;
  /// That token, "" while no task waits for one.
  std::string_view token() const;

 private:
  class Machine;
  std::unique_ptr<Machine> machine_;
};

}  // namespace ecm::asl
