#include <algorithm>
#include <cctype>

#include "sfn_model/errors.h"
#include "sfn_model/operations/operations.h"
#include "sfn_model/operations/paging.h"

// GetExecutionHistory

namespace ecm::sfn_model {
namespace {

/// A page ends when it has become so large, however many events were asked for.
constexpr std::size_t kMostPageBytes = 4U << 20U;

/// "executionStartedEventDetails", "stateEnteredEventDetails": every kind of state has the same.
std::string DetailsMember(const std::string& type) {
  for (const std::string_view end : {"StateEntered", "StateExited"}) {
    if (type.ends_with(end)) return "state" + std::string(end.substr(5)) + "EventDetails";
  }
  std::string member = type + "EventDetails";
  member[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(member[0])));
  return member;
}

bool IsData(std::string_view member) {
  return member == "input" || member == "output" || member == "inputDetails" ||
         member == "outputDetails";
}

std::size_t SizeOf(const Json& details) {
  std::size_t size = 0;
  for (const auto& member : details.get_object()) {
    if (member.value().is_string()) size += member.value().get_string().size();
  }
  return size;
}

Json Told(const asl::HistoryEvent& event, bool with_data) {
  JsonObject told{{"timestamp", ToEpochSeconds(event.time)},
                  {"type", event.type},
                  {"id", event.id},
                  {"previousEventId", event.previous_id}};
  JsonObject details;
  for (const auto& member : event.details.get_object()) {
    if (with_data || !IsData(member.key())) details.emplace(member.key(), member.value());
  }
  told[DetailsMember(event.type)] = std::move(details);
  return told;
}

}  // namespace

Result<Json> GetExecutionHistory(World& world, const Region& region, const Json& request) {
  ECM_TRY(const ExecutionRecord* execution, FindExecution(world, region, request));
  const bool reverse = FindBool(request, "reverseOrder").value_or(false);
  const bool with_data = FindBool(request, "includeExecutionData").value_or(true);
  const std::string_view kind = reverse ? "history-reverse" : "history";
  ECM_TRY(const auto from, ReadPageToken(request, kind));
  ECM_TRY(const asl::Execution* recalled, world.life.Recall(*execution));

  const std::vector<asl::HistoryEvent>& history = recalled->history();
  JsonArray events;
  JsonObject answer;
  std::size_t size = 0;
  for (std::size_t at = from.value_or(0); at < history.size(); ++at) {
    if (events.size() == PageSize(request) || size > kMostPageBytes) {
      answer["nextToken"] = PageToken(kind, at);
      break;
    }
    const asl::HistoryEvent& event = history[reverse ? history.size() - 1 - at : at];
    size += SizeOf(event.details);
    Json told = Told(event, with_data);
    if (event.id == 1 && with_data) {
      // The machine has the input as a value; told is the text, white space and all.
      ECM_TRY(const Sent sent, LoadSent(world, *execution));
      told.at(DetailsMember(event.type)).as_object()["input"] = sent.input;
    }
    events.push_back(std::move(told));
  }
  answer["events"] = std::move(events);
  return answer;
}

}  // namespace ecm::sfn_model
