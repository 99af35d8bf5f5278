#include "asl/execution.h"

#include <utility>

#include "asl/machine.h"

namespace ecm::asl {

std::string_view Name(Status status) {
  switch (status) {
    case Status::kRunning:
      return "RUNNING";
    case Status::kSucceeded:
      return "SUCCEEDED";
    case Status::kFailed:
      return "FAILED";
    case Status::kTimedOut:
      return "TIMED_OUT";
    case Status::kAborted:
      return "ABORTED";
  }
  std::unreachable();
}

Execution::Execution(std::shared_ptr<const Definition> definition, Identity identity, Json input,
                     HistoryDetail detail)
    : machine_(std::make_unique<Machine>(std::move(definition), std::move(identity),
                                         std::move(input), detail)) {}
Execution::Execution(Execution&&) noexcept = default;
Execution& Execution::operator=(Execution&&) noexcept = default;
Execution::~Execution() = default;

std::vector<Command> Execution::Apply(const Event& event, WallTime now, Random& random) {
  return machine_->Apply(event, now, random);
}

Status Execution::status() const { return machine_->status; }
const Json& Execution::input() const { return machine_->input; }
const Json& Execution::output() const { return machine_->output; }
const std::string& Execution::error() const { return machine_->error; }
const std::string& Execution::cause() const { return machine_->cause; }
WallTime Execution::started() const { return machine_->started; }
WallTime Execution::stopped() const { return machine_->stopped; }
const Identity& Execution::identity() const { return machine_->identity; }
const std::vector<HistoryEvent>& Execution::history() const { return machine_->history.events(); }
const std::string& Execution::current_state() const { return machine_->current_state; }
bool Execution::WaitsFor(const std::string& token) const { return machine_->WaitsFor(token); }
std::string_view Execution::token() const { return machine_->token(); }

}  // namespace ecm::asl
