#include "sfn_model/documents.h"

#include <fmt/format.h>

#include "base/text.h"

namespace ecm::sfn_model {
namespace {

std::unexpected<Error> Broken(std::string_view kind, const std::string& id) {
  return Fail(ErrorKind::kInternal,
              ToOneLine(fmt::format("The stored {} {} cannot be read: was it written by a newer "
                                    "program? Use that one, or another state folder.",
                                    kind, id)));
}

std::optional<asl::Status> StatusOf(const std::string& name) {
  using enum asl::Status;
  for (const asl::Status status : {kRunning, kSucceeded, kFailed, kTimedOut, kAborted}) {
    if (asl::Name(status) == name) return status;
  }
  return std::nullopt;
}

}  // namespace

Json MachineDocument(const MachineRecord& machine) {
  return JsonObject{{"region", machine.place.region.str()},
                    {"name", machine.name},
                    {"definition", machine.definition->id()},
                    {"role", machine.role_arn},
                    {"created", ToMillis(machine.created)},
                    {"logging", machine.logging},
                    {"tracing", machine.tracing},
                    {"deleting", machine.deleting}};
}

Result<MachineRecord> ReadMachine(const std::string& arn, const Json& body) {
  const auto region = FindString(body, "region");
  const auto name = FindString(body, "name");
  const auto role = FindString(body, "role");
  const auto created = FindInt(body, "created");
  const Json* logging = Find(body, "logging");
  const Json* tracing = Find(body, "tracing");
  const auto deleting = FindBool(body, "deleting");
  if (!region || !name || !role || !created || logging == nullptr || tracing == nullptr ||
      !deleting) {
    return Broken("state machine", arn);
  }
  MachineRecord machine;
  machine.arn = arn;
  machine.place.region = Region(*region);
  machine.name = *name;
  machine.role_arn = *role;
  machine.created = FromMillis(*created);
  machine.logging = *logging;
  machine.tracing = *tracing;
  machine.deleting = *deleting;
  return machine;
}

Json ExecutionDocument(const ExecutionRecord& execution) {
  return JsonObject{{"machine", execution.machine->arn},
                    {"region", execution.machine->place.region.str()},
                    {"name", execution.name},
                    {"definition", execution.definition->id()},
                    {"seed", static_cast<std::int64_t>(execution.seed)},
                    {"sequence", static_cast<std::int64_t>(execution.sequence)},
                    {"started", ToMillis(execution.started)},
                    {"stopped", ToMillis(execution.stopped)},
                    {"status", asl::Name(execution.status)},
                    {"events", static_cast<std::int64_t>(execution.log_size)}};
}

Result<ExecutionRecord> ReadExecution(const std::string& arn, const Json& body) {
  const auto name = FindString(body, "name");
  const auto seed = FindInt(body, "seed");
  const auto sequence = FindInt(body, "sequence");
  const auto started = FindInt(body, "started");
  const auto stopped = FindInt(body, "stopped");
  const auto status = StatusOf(StringOr(body, "status"));
  const auto events = FindInt(body, "events");
  if (!name || !seed || !sequence || *sequence <= 0 || !started || !stopped || !status || !events ||
      *events < 0) {
    return Broken("execution", arn);
  }
  ExecutionRecord execution;
  execution.arn = ExecutionArn(arn);
  execution.name = *name;
  execution.seed = static_cast<std::uint64_t>(*seed);
  execution.sequence = static_cast<std::uint64_t>(*sequence);
  execution.started = FromMillis(*started);
  execution.stopped = FromMillis(*stopped);
  execution.status = *status;
  execution.log_size = static_cast<std::size_t>(*events);
  execution.told = !execution.IsRunning();
  return execution;
}

std::string EventId(const ExecutionArn& execution, std::size_t number) {
  return fmt::format("{}/{:08}", execution.str(), number);
}

std::string EndingId(const ExecutionArn& execution) { return execution.str() + "/end"; }

}  // namespace ecm::sfn_model
