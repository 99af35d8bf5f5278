#include "sfn_model/events.h"

#include <fmt/format.h>

#include "sfn_model/documents.h"

namespace ecm::sfn_model {
namespace {

/// More than this of input and output, escaped, is left out of an event.
constexpr std::size_t kMostEventBytes = std::size_t{248} * 1024;

Json TextOrNull(const std::string& text) { return text.empty() ? Json() : Json(text); }

}  // namespace

std::string RedriveReason(asl::Status status) {
  if (status == asl::Status::kRunning || status == asl::Status::kSucceeded) {
    return fmt::format("Execution is {} and cannot be redriven", asl::Name(status));
  }
  return "The built-in Step Functions has no RedriveExecution: start the execution anew";
}

Json StatusEvent(const ExecutionRecord& execution, const std::string& input_text,
                 const Ending& ending, WallTime now, Random& random) {
  const bool over = !execution.IsRunning();
  const bool has_output = execution.status == asl::Status::kSucceeded;
  std::size_t room = kMostEventBytes;
  // The input goes first: it is what the event is recognised by.
  const auto place = [&room](const std::string& text) {
    const std::size_t size = ToText(Json(text)).size();
    const bool fits = size <= room;
    if (fits) room -= size;
    return fits;
  };
  const bool input_fits = place(input_text);
  const bool output_fits = has_output && place(ending.output_text);
  JsonObject detail{
      {"executionArn", execution.arn.str()},
      {"stateMachineArn", execution.machine->arn},
      {"name", execution.name},
      {"status", asl::Name(execution.status)},
      {"startDate", ToMillis(execution.started)},
      {"stopDate", over ? Json(ToMillis(execution.stopped)) : Json()},
      {"input", input_fits ? Json(input_text) : Json()},
      {"output", output_fits ? Json(ending.output_text) : Json()},
      {"inputDetails", JsonObject{{"included", input_fits}}},
      {"outputDetails", has_output ? Json(JsonObject{{"included", output_fits}}) : Json()},
      {"stateMachineVersionArn", nullptr},
      {"stateMachineAliasArn", nullptr},
      {"redriveCount", 0},
      {"redriveDate", nullptr},
      {"redriveStatus", "NOT_REDRIVABLE"},
      {"redriveStatusReason", RedriveReason(execution.status)},
      {"error", over ? TextOrNull(ending.error) : Json()},
      {"cause", over ? TextOrNull(ending.cause) : Json()}};
  const Place& where = execution.machine->place;
  return JsonObject{{"version", "0"},
                    {"id", RandomUuid(random)},
                    {"detail-type", "Step Functions Execution Status Change"},
                    {"source", "aws.states"},
                    {"account", where.account},
                    {"time", ToIso8601(now).substr(0, 19) + "Z"},  // whole seconds
                    {"region", where.region.str()},
                    {"resources", JsonArray{Json(execution.arn.str())}},
                    {"detail", std::move(detail)}};
}

}  // namespace ecm::sfn_model
