#include <algorithm>

#include "asl/document_size.h"
#include "sfn_model/errors.h"
#include "sfn_model/events.h"
#include "sfn_model/operations/operations.h"
#include "sfn_model/operations/paging.h"

// StartExecution, DescribeExecution, ListExecutions, StopExecution

namespace ecm::sfn_model {
namespace {

std::unexpected<Error> InvalidInput(const std::string& why) {
  return Invalid("InvalidExecutionInput", "Invalid State Machine Execution Input: '" + why + "'");
}

/// A second start under a name that is taken: the same answer for the same input while the
/// execution runs.
Result<Json> StartAgain(const ExecutionRecord& known, const Json& input) {
  if (known.live != nullptr && known.IsRunning() && known.live->execution.input() == input) {
    return JsonObject{{"executionArn", known.arn.str()},
                      {"startDate", ToEpochSeconds(known.started)}};
  }
  return Fail(ErrorKind::kConflict, "Execution Already Exists: '" + known.arn.str() + "'",
              "ExecutionAlreadyExists");
}

/// What both List and Describe tell.
JsonObject Summarised(const ExecutionRecord& execution) {
  JsonObject summary{{"executionArn", execution.arn.str()},
                     {"stateMachineArn", execution.machine->arn},
                     {"name", execution.name},
                     {"status", asl::Name(execution.status)},
                     {"startDate", ToEpochSeconds(execution.started)}};
  if (!execution.IsRunning()) summary["stopDate"] = ToEpochSeconds(execution.stopped);
  summary["redriveCount"] = 0;
  return summary;
}

Result<void> AddData(const World& world, const ExecutionRecord& execution, JsonObject& answer) {
  ECM_TRY(Sent sent, LoadSent(world, execution));
  const Json included = JsonObject{{"included", true}};
  answer["input"] = std::move(sent.input);
  answer["inputDetails"] = included;
  if (!sent.trace_header.empty()) answer["traceHeader"] = std::move(sent.trace_header);
  if (execution.IsRunning()) return {};
  ECM_TRY(const Ending ending, world.journal.LoadEnding(execution));
  if (execution.status == asl::Status::kSucceeded) {
    answer["output"] = ending.output_text;
    answer["outputDetails"] = included;
  }
  if (!ending.error.empty()) answer["error"] = ending.error;
  if (!ending.cause.empty()) answer["cause"] = ending.cause;
  return {};
}

}  // namespace

Result<Sent> LoadSent(const World& world, const ExecutionRecord& execution) {
  if (execution.live != nullptr) {
    return Sent{execution.live->input_text, execution.live->trace_header};
  }
  ECM_TRY(const Json first, world.journal.LoadFirstEvent(execution));
  return Sent{StringOr(first, "input"), StringOr(first, "trace")};
}

Result<Json> StartExecution(World& world, const Region& region, const Json& request) {
  ECM_TRY(MachineRecord * machine, FindMachine(world, region, request));
  if (machine->deleting) return DeletingStateMachine(machine->arn);
  const std::optional<std::string> asked_name = FindString(request, "name");
  if (asked_name) ECM_TRY_VOID(CheckName(*asked_name));
  std::string text = StringOr(request, "input", "{}");
  if (text.size() > asl::kMostDocumentBytes) {
    return InvalidInput("it is larger than 262144 bytes");
  }
  Result<Json> input = ParseJson(text);
  if (!input) return InvalidInput(input.error().message);

  std::string name = asked_name ? *asked_name : RandomUuid(world.random);
  const ExecutionArn arn(ExecutionArnOf(machine->place, machine->name, name));
  if (const ExecutionRecord* known = world.registry.Find(arn)) return StartAgain(*known, *input);
  const ExecutionRecord& execution =
      world.life.Start(*machine, std::move(name), std::move(text), *std::move(input),
                       StringOr(request, "traceHeader"));
  return JsonObject{{"executionArn", execution.arn.str()},
                    {"startDate", ToEpochSeconds(execution.started)}};
}

Result<Json> DescribeExecution(World& world, const Region& region, const Json& request) {
  ECM_TRY(const ExecutionRecord* execution, FindExecution(world, region, request));
  JsonObject answer = Summarised(*execution);
  answer["redriveStatus"] = "NOT_REDRIVABLE";
  answer["redriveStatusReason"] = RedriveReason(execution->status);
  if (StringOr(request, "includedData") != "METADATA_ONLY") {
    ECM_TRY_VOID(AddData(world, *execution, answer));
  }
  return answer;
}

Result<Json> ListExecutions(World& world, const Region& region, const Json& request) {
  if (!StringOr(request, "mapRunArn").empty()) {
    return Fail(ErrorKind::kNotFound,
                "Resource not found: '" + StringOr(request, "mapRunArn") +
                    "'. The built-in Step Functions has no Map runs.",
                "ResourceNotFound");
  }
  if (StringOr(request, "stateMachineArn").empty()) {
    return ValidationError("Either stateMachineArn or mapRunArn must be specified");
  }
  ECM_TRY(const MachineRecord* machine, FindMachine(world, region, request));
  ECM_TRY(const auto from, ReadPageToken(request, "executions"));
  const std::string status = StringOr(request, "statusFilter");
  const bool nothing = StringOr(request, "redriveFilter") == "REDRIVEN";

  // The newest first; a token is the sequence of the first of its page.
  JsonArray executions;
  JsonObject answer;
  const auto& all = machine->executions;
  auto at = std::make_reverse_iterator(from ? all.upper_bound(*from) : all.end());
  for (; at != all.rend() && !nothing; ++at) {
    const ExecutionRecord& execution = *at->second;
    if (!status.empty() && asl::Name(execution.status) != status) continue;
    if (executions.size() == PageSize(request)) {
      answer["nextToken"] = PageToken("executions", at->first);
      break;
    }
    executions.push_back(Summarised(execution));
  }
  answer["executions"] = std::move(executions);
  return answer;
}

Result<Json> StopExecution(World& world, const Region& region, const Json& request) {
  ECM_TRY(ExecutionRecord * execution, FindExecution(world, region, request));
  world.life.Tell(*execution,
                  asl::StopRequested{StringOr(request, "error"), StringOr(request, "cause")});
  return JsonObject{{"stopDate", ToEpochSeconds(execution->stopped)}};
}

}  // namespace ecm::sfn_model
