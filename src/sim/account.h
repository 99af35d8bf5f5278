#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "asl/definition.h"
#include "sim/faults/faults.h"
#include "sim/services/event_bus.h"
#include "sim/services/functions.h"
#include "sim/services/ports.h"
#include "sim/services/step_functions.h"
#include "sim/time/sandbox_clock.h"

namespace ecm::sim {

struct WorldOptions {
  std::uint64_t seed = 0;
  bool keep_text = false;
  /// Nothing goes wrong.
  bool calm = false;
  /// What goes wrong; drawn where it is not given.
  std::optional<FaultPlan> plan = std::nullopt;
  /// The handlers that ship; tests plant others to see that the oracles notice.
  FindHandler find_handler = lifecycle::FindHandler;
  /// The state machine that ships, where it is not given.
  std::shared_ptr<const asl::Definition> definition = nullptr;
};

/// One account with one deployed stack, wired and at rest: time, chance, the services, the handlers
/// and the ports between them. What is to happen in it says who derives from it.
class Account {
 public:
  Account(const Account&) = delete;
  Account& operator=(const Account&) = delete;
  virtual ~Account() { scheduler_.Clear(); }

 protected:
  Account(const WorldOptions& options, StackPool& stacks);

  /// Moves time to the next thing and does it. False if there is none.
  bool Advance();

  /// An execution, by its index in the ledger, has ended.
  virtual void OnEnded(std::size_t execution) = 0;

  WorldOptions options_;
  SeededRandom chance_;  ///< of the world: latencies, faults, people
  SeededRandom ids_;     ///< of the product: identifiers, jitter
  Scheduler scheduler_;
  SimClock clock_;
  SandboxClock sandbox_clock_;
  Timeline timeline_;
  Faults faults_;
  Core core_;
  Ledger ledger_;
  MemoryJobStore records_;

  Door door_;
  EmrWorld emr_;
  SimLog log_;
  SimEmr emr_port_;
  SimJobStore jobs_port_;
  SimTaskTokens tokens_port_;
  SimObjectStore objects_port_;
  SimExecutions executions_port_;
  SimNotices notices_port_;
  lifecycle::Ports ports_;
  Functions functions_;
  EventBus bus_;
  StepFunctions states_;
};

/// The definition that ships, its functions named like their handlers. Read once.
const std::shared_ptr<const asl::Definition>& ShippedDefinition();
/// The same with what `edit` makes of it: for tests that plant a defect.
std::shared_ptr<const asl::Definition> EditedDefinition(
    const std::function<void(Json& definition)>& edit);

}  // namespace ecm::sim
