#include "sfn_model/operations/operations.h"

#include <map>

#include "sfn_model/errors.h"

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
