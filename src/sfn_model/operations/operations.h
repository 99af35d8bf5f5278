#pragma once

#include <string>
#include <string_view>

#include "sfn_model/life.h"

// The operations of the API. Requests have passed the shape check: a member that is there and not
// null has its type.

namespace ecm::sfn_model {

struct World {
  const Options& options;
  const Clock& clock;
  Random& random;
  Definitions& definitions;
  Registry& registry;
  Journal& journal;
  Life& life;
};

using Operation = Result<Json> (*)(World& world, const Region& region, const Json& request);

Result<Json> CreateStateMachine(World& world, const Region& region, const Json& request);
Result<Json> DescribeStateMachine(World& world, const Region& region, const Json& request);
Result<Json> DescribeStateMachineForExecution(World& world, const Region& region,
                                              const Json& request);
Result<Json> ListStateMachines(World& world, const Region& region, const Json& request);
Result<Json> DeleteStateMachine(World& world, const Region& region, const Json& request);
Result<Json> StartExecution(World& world, const Region& region, const Json& request);
Result<Json> DescribeExecution(World& world, const Region& region, const Json& request);
Result<Json> ListExecutions(World& world, const Region& region, const Json& request);
Result<Json> GetExecutionHistory(World& world, const Region& region, const Json& request);
Result<Json> StopExecution(World& world, const Region& region, const Json& request);
Result<Json> SendTaskSuccess(World& world, const Region& region, const Json& request);
Result<Json> SendTaskFailure(World& world, const Region& region, const Json& request);
Result<Json> SendTaskHeartbeat(World& world, const Region& region, const Json& request);

/// nullptr for an operation that is not there.
Operation FindOperation(std::string_view name);

/// UnknownOperationException for an operation that Step Functions has and we have not, and for one
/// that nobody has.
std::unexpected<Error> UnknownOperation(std::string_view name);

/// The state machine named by `stateMachineArn`.
Result<MachineRecord*> FindMachine(World& world, const Region& region, const Json& request);
/// The execution named by `executionArn`.
Result<ExecutionRecord*> FindExecution(World& world, const Region& region, const Json& request);

/// What an execution was started with, as it was sent.
struct Sent {
  std::string input;
  std::string trace_header;
};
Result<Sent> LoadSent(const World& world, const ExecutionRecord& execution);

}  // namespace ecm::sfn_model
