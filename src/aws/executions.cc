#include "aws/executions.h"

namespace ecm {

ExecutionStatus ParseExecutionStatus(std::string_view name) {
  if (name == "RUNNING") return ExecutionStatus::kRunning;
  if (name == "SUCCEEDED") return ExecutionStatus::kSucceeded;
  if (name == "FAILED") return ExecutionStatus::kFailed;
  if (name == "TIMED_OUT") return ExecutionStatus::kTimedOut;
  if (name == "ABORTED") return ExecutionStatus::kAborted;
  return ExecutionStatus::kOther;
}

bool IsOver(ExecutionStatus status) {
  return status != ExecutionStatus::kRunning && status != ExecutionStatus::kOther;
}

Result<ExecutionState> StepFunctionsExecutions::Describe(const ExecutionArn& execution) {
  // Without its data: an input may be as large as 256 KiB, and may need a key to be read.
  ECM_TRY(const Json answer, api_.Call(RegionOf(execution), "DescribeExecution",
                                       JsonObject{{"executionArn", execution.str()},
                                                  {"includedData", "METADATA_ONLY"}}));
  ExecutionState state;
  state.status = ParseExecutionStatus(StringOr(answer, "status"));
  if (const auto time = FindDouble(answer, "startDate")) state.started = FromEpochSeconds(*time);
  if (const auto time = FindDouble(answer, "stopDate")) state.stopped = FromEpochSeconds(*time);
  return state;
}

Region RegionOf(const ExecutionArn& execution) {
  std::string_view arn = execution.str();
  for (int colon = 0; colon < 3; ++colon) {
    const std::size_t at = arn.find(':');
    if (at == std::string_view::npos) return Region("");
    arn.remove_prefix(at + 1);
  }
  return Region(std::string(arn.substr(0, arn.find(':'))));
}

}  // namespace ecm
