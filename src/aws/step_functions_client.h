#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "aws/step_functions_api.h"
#include "base/time.h"

namespace ecm {

/// One of ListExecutions; `status` as the service writes it ("RUNNING").
struct ExecutionSummary {
  ExecutionArn arn;
  std::string name;
  std::string status;
  WallTime started{};
  std::optional<WallTime> stopped;

  bool IsRunning() const { return status == "RUNNING"; }
};

/// DescribeExecution; texts are "" where the service gives none.
struct ExecutionDetails : ExecutionSummary {
  std::string input;
  std::string output;
  std::string error;
  std::string cause;
};

/// A state that an execution has entered, out of its history.
struct StateEntry {
  std::int64_t event = 0;
  std::string state;
  WallTime time{};
  std::string input;  ///< the document as text
};

/// The typed calls that the command line makes, each named like its action. Nothing is retried.
class StepFunctionsClient {
 public:
  StepFunctionsClient(StepFunctionsApi& api, Region region)
      : api_(api), region_(std::move(region)) {}

  /// The ARNs of the state machines whose names begin with `prefix`, of all pages.
  Result<std::vector<std::string>> ListStateMachines(std::string_view prefix);
  /// kUnknownOutcome for an answer without an ARN.
  Result<ExecutionArn> StartExecution(const std::string& machine_arn, const std::string& name,
                                      const std::string& input);
  Result<ExecutionDetails> DescribeExecution(const ExecutionArn& execution);
  /// The newest first, at most `limit`; `status` "" for all.
  Result<std::vector<ExecutionSummary>> ListExecutions(const std::string& machine_arn,
                                                       const std::string& status,
                                                       std::size_t limit);
  /// The states that were entered after the event `after`, the oldest first. With `after` 0 the
  /// newest ones alone: those back to the first for which `enough` says so.
  Result<std::vector<StateEntry>> StatesEntered(const ExecutionArn& execution, std::int64_t after,
                                                bool (*enough)(const StateEntry&));
  Result<void> StopExecution(const ExecutionArn& execution, const std::string& error,
                             const std::string& cause);

  const Region& region() const { return region_; }

 private:
  StepFunctionsApi& api_;
  Region region_;
};

/// What an ARN of an execution says of itself; nothing for any other text.
struct ExecutionParts {
  Region region;
  std::string machine_arn;
  std::string machine;
  std::string name;
};
std::optional<ExecutionParts> ParseExecutionArn(std::string_view arn);

/// The last part of an ARN: the name of a state machine.
std::string NameInArn(std::string_view arn);

/// "arn:aws:states:eu-west-1:1:stateMachine:m" and "run" → "arn:…:execution:m:run"
ExecutionArn ExecutionArnOf(const std::string& machine_arn, const std::string& name);

}  // namespace ecm
