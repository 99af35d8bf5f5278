#include <fmt/format.h>

#include "base/text.h"
#include "sfn_model/documents.h"
#include "sfn_model/life.h"
#include "sfn_model/replay.h"

// Life, after the process before has ended.

namespace ecm::sfn_model {
namespace {

std::unexpected<Error> NoDefinition(const Document& document) {
  return Fail(
      ErrorKind::kInternal,
      ToOneLine(fmt::format(
          "The definition of {} is not in the store: the state folder is damaged.", document.id)));
}

}  // namespace

Result<void> Life::Restore(const DocumentStore& store) {
  ECM_TRY(const std::vector<Document> definitions, store.Load(kDefinitionKind));
  for (const Document& document : definitions) {
    definitions_.Restore(document.id, StringOr(document.body, "text"));
  }
  ECM_TRY_VOID(RestoreMachines(store));
  ECM_TRY(const std::vector<Document> executions, store.Load(kExecutionKind));
  ECM_TRY_VOID(journal_.Restore(store));
  for (const Document& document : executions) ECM_TRY_VOID(RestoreExecution(document));
  for (MachineRecord* machine : registry_.Deleting()) Delete(*machine);
  return {};
}

Result<void> Life::RestoreMachines(const DocumentStore& store) {
  ECM_TRY(const std::vector<Document> machines, store.Load(kMachineKind));
  for (const Document& document : machines) {
    ECM_TRY(MachineRecord machine, ReadMachine(document.id, document.body));
    machine.place.partition = options_.partition;
    machine.place.account = options_.account;
    machine.definition = definitions_.Find(StringOr(document.body, "definition"));
    if (machine.definition == nullptr) return NoDefinition(document);
    registry_.Add(std::move(machine));
  }
  return {};
}

Result<void> Life::RestoreExecution(const Document& document) {
  ECM_TRY(ExecutionRecord record, ReadExecution(document.id, document.body));
  record.definition = definitions_.Find(StringOr(document.body, "definition"));
  if (record.definition == nullptr) return NoDefinition(document);
  ECM_TRY(record.machine, MachineOf(document, record.definition));
  ExecutionRecord& execution = registry_.Add(std::move(record));
  if (execution.IsRunning()) BringBack(execution);
  return {};
}

Result<MachineRecord*> Life::MachineOf(const Document& document, const DefinitionRef& definition) {
  MachineRecord machine;
  machine.arn = StringOr(document.body, "machine");
  machine.place = {options_.partition, Region(StringOr(document.body, "region")), options_.account};
  EnterRegion(machine.place.region);
  if (MachineRecord* known = registry_.FindMachine(machine.arn)) return known;
  // It was built into the program before.
  ECM_TRY(machine.name, ReadArn(machine.arn, "stateMachine"));
  machine.definition = definition;
  machine.role_arn = RoleArn(machine.place, machine.name);
  machine.created = begun_;
  MachineRecord& added = registry_.Add(std::move(machine));
  journal_.Put(added);
  return &added;
}

void Life::BringBack(ExecutionRecord& execution) {
  const auto cannot = [&](const std::string& why) {
    execution.misfit = why;
    registry_.Schedule(execution, kRestored, WallTime{});
  };
  const Result<std::vector<Json>> events = journal_.LoadEvents(execution);
  if (!events) return cannot(events.error().message);
  execution.log_size = events->size();
  Result<Replayed> replayed = Replay(execution, *events);
  if (!replayed) return cannot(replayed.error().message);
  execution.live = std::move(replayed->live);
  if (!replayed->misfit.empty()) {
    execution.fitted = replayed->fitted;
    return cannot(replayed->misfit);
  }
  const Live& live = *execution.live;
  registry_.SetToken(execution, std::string(live.execution.token()));
  for (const auto& [timer, due] : live.timers) registry_.Schedule(execution, timer, due);
  if (!live.tasks.empty()) registry_.Schedule(execution, kRestored, WallTime{});
}

}  // namespace ecm::sfn_model
