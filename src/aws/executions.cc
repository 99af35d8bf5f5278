#include "aws/executions.h"

namespace ecm {
namespace {

/// A million executions may be open at a time, a thousand come on a page (facts: events, limits).
constexpr int kMostPages = 1000;

/// The region of an ARN.
Region RegionOfArn(std::string_view arn) {
  for (int colon = 0; colon < 3; ++colon) {
    const std::size_t at = arn.find(':');
    if (at == std::string_view::npos) return Region("");
    arn.remove_prefix(at + 1);
  }
  return Region(std::string(arn.substr(0, arn.find(':'))));
}

}  // namespace

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

Result<std::set<ExecutionArn>> StepFunctionsExecutions::ListRunning(
    const std::string& machine_arn) {
  std::set<ExecutionArn> running;
  JsonObject request{
      {"stateMachineArn", machine_arn}, {"statusFilter", "RUNNING"}, {"maxResults", 1000}};
  for (int page = 0; page < kMostPages; ++page) {
    ECM_TRY(const Json answer, api_.Call(RegionOfArn(machine_arn), "ListExecutions", request));
    for (const Json& execution : FindArray(answer, "executions")) {
      running.emplace(StringOr(execution, "executionArn"));
    }
    const std::string token = StringOr(answer, "nextToken");
    if (token.empty()) return running;
    request["nextToken"] = token;
  }
  return Fail(ErrorKind::kUnavailable, "ListExecutions does not come to an end");
}

Region RegionOf(const ExecutionArn& execution) { return RegionOfArn(execution.str()); }

std::string MachineOf(const ExecutionArn& execution) {
  constexpr std::string_view kKind = ":execution:";
  const std::string& arn = execution.str();
  const std::size_t kind = arn.find(kKind);
  const std::size_t name = arn.rfind(':');
  if (kind == std::string::npos || name < kind + kKind.size()) return "";
  return arn.substr(0, kind) +
         ":stateMachine:" + arn.substr(kind + kKind.size(), name - kind - kKind.size());
}

}  // namespace ecm
