#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "aws/step_functions_api.h"
#include "base/ids.h"
#include "base/time.h"

namespace ecm {

/// A status that we do not know is kOther: neither running nor over.
enum class ExecutionStatus { kRunning, kSucceeded, kFailed, kTimedOut, kAborted, kOther };

ExecutionStatus ParseExecutionStatus(std::string_view name);
/// SUCCEEDED, FAILED, TIMED_OUT or ABORTED. A redrive may set even those running again.
bool IsOver(ExecutionStatus status);

struct ExecutionState {
  ExecutionStatus status = ExecutionStatus::kOther;
  std::optional<WallTime> started;
  std::optional<WallTime> stopped;
};

/// What Step Functions knows of the runs of the state machine.
class Executions {
 public:
  virtual ~Executions() = default;
  /// May lag: a run that has just begun can be kNotFound, as one is that was deleted with its state
  /// machine or ended more than 90 days ago.
  virtual Result<ExecutionState> Describe(const ExecutionArn& execution) = 0;
  /// Every run of the state machine that has not ended, from all pages. May lag as well: one that
  /// is listed may be over, one that is not listed may run.
  virtual Result<std::set<ExecutionArn>> ListRunning(const std::string& machine_arn) = 0;
};

/// By DescribeExecution and ListExecutions, in the region that the ARN names.
class StepFunctionsExecutions : public Executions {
 public:
  explicit StepFunctionsExecutions(StepFunctionsApi& api) : api_(api) {}
  Result<ExecutionState> Describe(const ExecutionArn& execution) override;
  Result<std::set<ExecutionArn>> ListRunning(const std::string& machine_arn) override;

 private:
  StepFunctionsApi& api_;
};

/// "arn:aws:states:eu-west-1:1:execution:machine:name" → "eu-west-1"; "" where there is none.
Region RegionOf(const ExecutionArn& execution);
/// "arn:aws:states:eu-west-1:1:execution:machine:name" →
/// "arn:aws:states:eu-west-1:1:stateMachine:machine"; "" where there is none.
std::string MachineOf(const ExecutionArn& execution);

}  // namespace ecm
