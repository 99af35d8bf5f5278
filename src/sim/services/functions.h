#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/json.h"
#include "lifecycle/handlers.h"
#include "lifecycle/ports.h"
#include "sim/services/door.h"
#include "sim/time/sandbox_clock.h"

namespace ecm::sim {

/// What the caller of a function sees.
struct InvokeResult {
  bool ok = false;
  Json payload{};       ///< the handler's answer
  std::string error{};  ///< "Throttled", "Lambda.Unknown", "Sandbox.Timedout"
  std::string cause{};
};

/// Which handler stands behind a function's name; nullptr for a name without one.
using FindHandler = lifecycle::Handler (*)(std::string_view function);

/// AWS Lambda with the shipped handlers: each invocation is a fiber, a crash unwinds it where it
/// stands, and whoever runs too long is ended by force.
class Functions {
 public:
  using Done = std::move_only_function<void(InvokeResult)>;

  static constexpr Duration kTimeout = std::chrono::seconds{60};

  Functions(Core core, lifecycle::Ports& ports, FindHandler find, SandboxClock& clock)
      : core_(core), ports_(ports), find_(find), clock_(clock) {}

  /// From now on invocations run the functions of this release: 1, which ships, or the next one,
  /// 2: the same functions, which read documents of both versions and write those of their own.
  void Deploy(int release) { release_ = release; }

  /// Synchronous for its caller: `done` is called once, some time later, with how it ended.
  /// `who` is for the timeline: "run-1".
  void Invoke(const std::string& who, const std::string& function, Json event, Done done);
  /// As event sources do: queued, and tried twice more if it fails.
  void InvokeLater(const std::string& function, Json event, Duration delay);

  /// Messages of handlers that threw: they never may.
  const std::vector<std::string>& escaped() const { return escaped_; }
  /// Sweeps that failed.
  int alarms() const { return alarms_; }
  /// Invocations, running or queued.
  std::size_t pending() const { return running_.size() + queued_; }

 private:
  struct Invocation {
    std::string name;
    std::string function;
    Json event;
    Done done;
    FiberId fiber = 0;
    int release = 1;
    bool response_lost = false;
    std::string death = "Lambda.Unknown";  ///< if it is killed
  };
  using InvocationId = std::uint64_t;

  void Run(InvocationId id);
  Result<Json> Handle(const Invocation& invocation, lifecycle::Handler handler);
  void Finish(InvocationId id, InvokeResult result);
  void TryQueued(const std::string& function, Json event, int attempt);

  Core core_;
  lifecycle::Ports& ports_;
  FindHandler find_;
  SandboxClock& clock_;
  int release_ = 1;
  int alarms_ = 0;
  InvocationId last_id_ = 0;
  std::map<InvocationId, std::unique_ptr<Invocation>> running_;
  std::size_t queued_ = 0;
  std::vector<std::string> escaped_;
};

}  // namespace ecm::sim
