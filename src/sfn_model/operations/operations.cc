#include "sfn_model/operations/operations.h"

#include <map>

#include "base/text.h"
#include "sfn_model/errors.h"
#include "sfn_model/sfn_service_model.h"

namespace ecm::sfn_model {

Operation FindOperation(std::string_view name) {
  static const std::map<std::string_view, Operation> kOperations = {
      {"CreateStateMachine", CreateStateMachine},
      {"DescribeStateMachine", DescribeStateMachine},
      {"DescribeStateMachineForExecution", DescribeStateMachineForExecution},
      {"ListStateMachines", ListStateMachines},
      {"DeleteStateMachine", DeleteStateMachine},
      {"StartExecution", StartExecution},
      {"DescribeExecution", DescribeExecution},
      {"ListExecutions", ListExecutions},
      {"GetExecutionHistory", GetExecutionHistory},
      {"StopExecution", StopExecution},
      {"SendTaskSuccess", SendTaskSuccess},
      {"SendTaskFailure", SendTaskFailure},
      {"SendTaskHeartbeat", SendTaskHeartbeat}};
  const auto found = kOperations.find(name);
  return found == kOperations.end() ? nullptr : found->second;
}

std::unexpected<Error> UnknownOperation(std::string_view name) {
  constexpr std::size_t kShownBytes = 100;
  const service_model::ServiceModel& model = SfnServiceModel();
  const std::string shown = ToOneLine(TruncateUtf8(name, kShownBytes));
  std::string message = "Step Functions has no operation '" + shown + "'.";
  if (model.IsElsewhere(name)) {
    message = "AWS Step Functions has the operation " + shown +
              ", the built-in one has not: use AWS Step Functions for it.";
  } else if (const std::string_view nearest = Nearest(name, model.Operations()); !nearest.empty()) {
    message += " Did you mean " + std::string(nearest) + "?";
  }
  return Invalid("UnknownOperationException", std::move(message));
}

Result<MachineRecord*> FindMachine(World& world, const Region& region, const Json& request) {
  const std::string arn = StringOr(request, "stateMachineArn");
  ECM_TRY_VOID(ReadArn(arn, "stateMachine"));
  MachineRecord* machine = world.registry.FindMachine(arn);
  if (machine == nullptr || machine->place.region != region) return UnknownStateMachine(arn);
  return machine;
}

Result<ExecutionRecord*> FindExecution(World& world, const Region& region, const Json& request) {
  const std::string arn = StringOr(request, "executionArn");
  ECM_TRY_VOID(ReadArn(arn, "execution"));
  ExecutionRecord* execution = world.registry.Find(ExecutionArn(arn));
  if (execution == nullptr || execution->machine->place.region != region) {
    return UnknownExecution(arn);
  }
  return execution;
}

}  // namespace ecm::sfn_model
