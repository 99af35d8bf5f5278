#include "sfn_model/errors.h"
#include "sfn_model/operations/operations.h"
#include "sfn_model/operations/paging.h"

// CreateStateMachine, DescribeStateMachine, DescribeStateMachineForExecution, ListStateMachines,
// DeleteStateMachine

namespace ecm::sfn_model {
namespace {

constexpr std::string_view kType = "STANDARD";

Result<void> CheckCreation(const Json& request) {
  ECM_TRY_VOID(CheckName(StringOr(request, "name")));
  const std::string role = StringOr(request, "roleArn");
  if (!role.starts_with("arn:") || !role.contains(":role/")) {
    return Invalid("InvalidArn", "Invalid Role Arn: '" + role + "'");
  }
  if (StringOr(request, "type", kType) != kType) {
    return Invalid("StateMachineTypeNotSupported",
                   "State Machine Type Not Supported: 'EXPRESS'. The built-in Step Functions runs "
                   "STANDARD state machines: leave the type out.");
  }
  if (FindBool(request, "publish").value_or(false)) {
    return ValidationError(
        "The built-in Step Functions has no versions of state machines: leave 'publish' out.");
  }
  if (!StringOr(request, "versionDescription").empty()) {
    return ValidationError("Version description can only be set when publish is true");
  }
  const Json* encryption = Find(request, "encryptionConfiguration");
  if (encryption != nullptr && StringOr(*encryption, "type") == "CUSTOMER_MANAGED_KMS_KEY") {
    return Invalid("InvalidEncryptionConfiguration",
                   "Invalid Encryption Configuration: the built-in Step Functions has no keys: use "
                   "the type AWS_OWNED_KEY.");
  }
  return {};
}

/// The member of the request over that of a machine that was asked for nothing.
Json OrDefault(const Json& request, std::string_view member, const Json& usual) {
  Json chosen = usual;
  const Json* asked = Find(request, member);
  if (asked != nullptr && !asked->is_null()) MergePatch(chosen, *asked);
  return chosen;
}

Json Created(const MachineRecord& machine) {
  return JsonObject{{"stateMachineArn", machine.arn},
                    {"creationDate", ToEpochSeconds(machine.created)}};
}

/// What the two Describe operations have in common.
JsonObject Described(const MachineRecord& machine, const DefinitionRecord& definition) {
  return {{"stateMachineArn", machine.arn},
          {"name", machine.name},
          {"definition", definition.text()},
          {"roleArn", machine.role_arn},
          {"loggingConfiguration", machine.logging},
          {"tracingConfiguration", machine.tracing},
          {"encryptionConfiguration", JsonObject{{"type", "AWS_OWNED_KEY"}}}};
}

}  // namespace

Result<Json> CreateStateMachine(World& world, const Region& region, const Json& request) {
  ECM_TRY_VOID(CheckCreation(request));
  MachineRecord machine;
  machine.name = StringOr(request, "name");
  machine.place = {world.options.partition, region, world.options.account};
  machine.arn = StateMachineArn(machine.place, machine.name);
  machine.logging = OrDefault(request, "loggingConfiguration", machine.logging);
  machine.tracing = OrDefault(request, "tracingConfiguration", machine.tracing);
  const std::string text = StringOr(request, "definition");
  ECM_TRY_VOID(DefinitionRecord("", text).Compiled());

  // The same machine again is no error, also with another role (API reference).
  if (const MachineRecord* known = world.registry.FindMachine(machine.arn)) {
    if (known->deleting) return DeletingStateMachine(machine.arn);
    const bool same = *ParseJson(known->definition->text()) == *ParseJson(text) &&
                      known->logging == machine.logging && known->tracing == machine.tracing;
    if (same) return Created(*known);
    return Fail(ErrorKind::kConflict, "State Machine Already Exists: '" + machine.arn + "'",
                "StateMachineAlreadyExists");
  }
  machine.definition = world.definitions.Intern(text, world.random);
  machine.role_arn = StringOr(request, "roleArn");
  machine.created = world.clock.Wall();
  const MachineRecord& added = world.registry.Add(std::move(machine));
  world.journal.Put(*added.definition);
  world.journal.Put(added);
  return Created(added);
}

Result<Json> DescribeStateMachine(World& world, const Region& region, const Json& request) {
  ECM_TRY(const MachineRecord* machine, FindMachine(world, region, request));
  JsonObject answer = Described(*machine, *machine->definition);
  answer["status"] = machine->deleting ? "DELETING" : "ACTIVE";
  answer["type"] = kType;
  answer["creationDate"] = ToEpochSeconds(machine->created);
  return answer;
}

Result<Json> DescribeStateMachineForExecution(World& world, const Region& region,
                                              const Json& request) {
  ECM_TRY(const ExecutionRecord* execution, FindExecution(world, region, request));
  JsonObject answer = Described(*execution->machine, *execution->definition);
  answer["updateDate"] = ToEpochSeconds(execution->machine->created);
  return answer;
}

Result<Json> ListStateMachines(World& world, const Region& region, const Json& request) {
  ECM_TRY(const auto from, ReadPageToken(request, "machines"));
  std::uint64_t at = 0;
  JsonArray machines;
  JsonObject answer;
  for (const auto& [name, machine] : world.registry.InRegion(region)) {
    if (at++ < from.value_or(0)) continue;
    if (machines.size() == PageSize(request)) {
      answer["nextToken"] = PageToken("machines", at - 1);
      break;
    }
    machines.push_back(JsonObject{{"stateMachineArn", machine->arn},
                                  {"name", machine->name},
                                  {"type", kType},
                                  {"creationDate", ToEpochSeconds(machine->created)}});
  }
  answer["stateMachines"] = std::move(machines);
  return answer;
}

Result<Json> DeleteStateMachine(World& world, const Region& region, const Json& request) {
  const Result<MachineRecord*> machine = FindMachine(world, region, request);
  if (!machine) {
    // One that is not there is as good as deleted.
    if (machine.error().kind == ErrorKind::kNotFound) return JsonObject{};
    return Fail(machine.error());
  }
  if ((*machine)->built_in) {
    return ValidationError("The state machine " + (*machine)->name +
                           " is part of this program and cannot be deleted.");
  }
  world.life.Delete(**machine);
  return JsonObject{};
}

}  // namespace ecm::sfn_model
