#include "asl/history.h"

namespace ecm::asl {

JsonObject DocumentDetails(std::string_view member, const Json& document) {
  JsonObject details;
  details[member] = ToText(document);
  details[std::string(member) + "Details"] = JsonObject{{"truncated", false}};
  return details;
}

void History::Add(std::string type, WallTime now, JsonObject details) {
  // The service gives the first state the previous id 0, like the start itself, and the machine's
  // own timeout, which no state leads to.
  const bool from_nowhere = events_.size() == 1 || type == "ExecutionTimedOut";
  const std::int64_t previous = from_nowhere ? 0 : last_id();
  for (const auto& member : details) {
    if (member.value().is_string()) bytes_ += member.value().get_string().size();
  }
  events_.push_back(
      HistoryEvent{last_id() + 1, previous, now, std::move(type), std::move(details)});
}

void History::AddState(std::string type, WallTime now, std::string_view state,
                       std::string_view member, const Json& document) {
  JsonObject details{{"name", state}};
  if (KeepsDetails()) {
    for (auto& part : DocumentDetails(member, document)) {
      details.emplace(part.key(), std::move(part.value()));
    }
  }
  Add(std::move(type), now, std::move(details));
}

void History::AddExecution(std::string type, WallTime now, JsonObject details) {
  Add(std::move(type), now, std::move(details));
}

void History::AddTask(std::string type, WallTime now, std::string_view resource,
                      JsonObject details) {
  if (KeepsDetails()) {
    const std::size_t colon = resource.find(':');
    details["resourceType"] = resource.substr(0, colon);
    details["resource"] = resource.substr(colon + 1);
  }
  Add(std::move(type), now, std::move(details));
}

}  // namespace ecm::asl
