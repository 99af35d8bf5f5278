#include "aws/step_functions_client.h"

#include <algorithm>

namespace ecm {
namespace {

constexpr int kMaxPages = 1000;
/// Standard executions have at most 25,000 events.
constexpr int kEventsPerPage = 100;
constexpr int kMaxHistoryPages = 250;
constexpr std::size_t kMostPerPage = 1000;

std::optional<WallTime> FindTime(const Json& json, std::string_view key) {
  const std::optional<double> seconds = FindDouble(json, key);
  if (!seconds) return std::nullopt;
  return FromEpochSeconds(*seconds);
}

ExecutionSummary ParseSummary(const Json& json) {
  ExecutionSummary summary;
  summary.arn = ExecutionArn(StringOr(json, "executionArn"));
  summary.name = StringOr(json, "name");
  summary.status = StringOr(json, "status");
  summary.started = FindTime(json, "startDate").value_or(WallTime{});
  summary.stopped = FindTime(json, "stopDate");
  return summary;
}

/// Nothing for events other than the entering of a state.
std::optional<StateEntry> ParseEntry(const Json& event) {
  const Json* details = Find(event, "stateEnteredEventDetails");
  if (details == nullptr) return std::nullopt;
  return StateEntry{FindInt(event, "id").value_or(0), StringOr(*details, "name"),
                    FindTime(event, "timestamp").value_or(WallTime{}), StringOr(*details, "input")};
}

}  // namespace

Result<std::vector<std::string>> StepFunctionsClient::ListStateMachines(std::string_view prefix) {
  std::vector<std::string> arns;
  JsonObject request{{"maxResults", kMostPerPage}};
  for (int page = 0; page < kMaxPages; ++page) {
    ECM_TRY(const Json answer, api_.Call(region_, "ListStateMachines", request));
    for (const Json& machine : FindArray(answer, "stateMachines")) {
      const std::string arn = StringOr(machine, "stateMachineArn");
      if (NameInArn(arn).starts_with(prefix)) arns.push_back(arn);
    }
    const std::string token = StringOr(answer, "nextToken");
    if (token.empty()) return arns;
    request["nextToken"] = token;
  }
  return Fail(ErrorKind::kUnavailable, "ListStateMachines does not come to an end");
}

Result<ExecutionArn> StepFunctionsClient::StartExecution(const std::string& machine_arn,
                                                         const std::string& name,
                                                         const std::string& input) {
  ECM_TRY(
      const Json answer,
      api_.Call(region_, "StartExecution",
                JsonObject{{"stateMachineArn", machine_arn}, {"name", name}, {"input", input}}));
  ExecutionArn execution(StringOr(answer, "executionArn"));
  if (execution.empty()) {
    return Fail(ErrorKind::kUnknownOutcome, "StartExecution answered without an execution");
  }
  return execution;
}

Result<ExecutionDetails> StepFunctionsClient::DescribeExecution(const ExecutionArn& execution) {
  ECM_TRY(const Json answer,
          api_.Call(region_, "DescribeExecution", JsonObject{{"executionArn", execution.str()}}));
  ExecutionDetails details{ParseSummary(answer), StringOr(answer, "input"),
                           StringOr(answer, "output"), StringOr(answer, "error"),
                           StringOr(answer, "cause")};
  if (details.status.empty()) {
    return Fail(ErrorKind::kUnavailable,
                "DescribeExecution answered without a status for " + execution.str());
  }
  if (details.arn.empty()) details.arn = execution;
  if (details.name.empty()) details.name = NameInArn(execution.str());
  return details;
}

Result<std::vector<ExecutionSummary>> StepFunctionsClient::ListExecutions(
    const std::string& machine_arn, const std::string& status, std::size_t limit) {
  std::vector<ExecutionSummary> executions;
  JsonObject request{{"stateMachineArn", machine_arn}};
  if (!status.empty()) request["statusFilter"] = status;
  for (int page = 0; page < kMaxPages && executions.size() < limit; ++page) {
    request["maxResults"] = std::min(limit - executions.size(), kMostPerPage);
    ECM_TRY(const Json answer, api_.Call(region_, "ListExecutions", request));
    for (const Json& execution : FindArray(answer, "executions")) {
      if (executions.size() < limit) executions.push_back(ParseSummary(execution));
    }
    const std::string token = StringOr(answer, "nextToken");
    if (token.empty()) break;
    request["nextToken"] = token;
  }
  return executions;
}

Result<std::vector<StateEntry>> StepFunctionsClient::StatesEntered(
    const ExecutionArn& execution, std::int64_t after, bool (*enough)(const StateEntry&)) {
  std::vector<StateEntry> newest_first;
  JsonObject request{{"executionArn", execution.str()},
                     {"reverseOrder", true},
                     {"includeExecutionData", true},
                     {"maxResults", kEventsPerPage}};
  bool complete = false;
  for (int page = 0; page < kMaxHistoryPages && !complete; ++page) {
    ECM_TRY(const Json answer, api_.Call(region_, "GetExecutionHistory", request));
    for (const Json& event : FindArray(answer, "events")) {
      complete = FindInt(event, "id").value_or(0) <= after;
      if (complete) break;
      std::optional<StateEntry> entry = ParseEntry(event);
      if (!entry) continue;
      newest_first.push_back(*std::move(entry));
      complete = after == 0 && enough(newest_first.back());
      if (complete) break;
    }
    const std::string token = StringOr(answer, "nextToken");
    if (token.empty()) break;
    request["nextToken"] = token;
  }
  std::ranges::reverse(newest_first);
  return newest_first;
}

Result<void> StepFunctionsClient::StopExecution(const ExecutionArn& execution,
                                                const std::string& error,
                                                const std::string& cause) {
  ECM_TRY_VOID(
      api_.Call(region_, "StopExecution",
                JsonObject{{"executionArn", execution.str()}, {"error", error}, {"cause", cause}}));
  return {};
}

std::optional<ExecutionParts> ParseExecutionArn(std::string_view arn) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= arn.size();) {
    const std::size_t end = std::min(arn.find(':', begin), arn.size());
    parts.push_back(arn.substr(begin, end - begin));
    begin = end + 1;
  }
  const bool fits = parts.size() == 8 && parts[0] == "arn" && parts[2] == "states" &&
                    parts[5] == "execution" &&
                    std::ranges::none_of(parts, &std::string_view::empty);
  if (!fits) return std::nullopt;
  std::string machine_arn;
  for (std::size_t index = 0; index < 5; ++index) machine_arn += std::string(parts[index]) + ":";
  machine_arn += "stateMachine:" + std::string(parts[6]);
  return ExecutionParts{Region(std::string(parts[3])), std::move(machine_arn),
                        std::string(parts[6]), std::string(parts[7])};
}

std::string NameInArn(std::string_view arn) {
  return std::string(arn.substr(arn.rfind(':') + 1));  // all of it where there is no colon
}

ExecutionArn ExecutionArnOf(const std::string& machine_arn, const std::string& name) {
  static constexpr std::string_view kKind = ":stateMachine:";
  std::string arn = machine_arn;
  const std::size_t kind = arn.rfind(kKind);
  if (kind != std::string::npos) arn.replace(kind, kKind.size(), ":execution:");
  return ExecutionArn(arn + ":" + name);
}

}  // namespace ecm
