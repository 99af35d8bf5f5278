#include "sfn_model/journal.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "sfn_model/documents.h"

namespace ecm::sfn_model {
namespace {

Json ToJson(const Ending& ending) {
  return JsonObject{
      {"output", ending.output_text}, {"error", ending.error}, {"cause", ending.cause}};
}

std::unexpected<Error> Lost(const std::string& id) {
  return Fail(ErrorKind::kInternal,
              ToOneLine("The record " + id + " is not in the store: the state folder is damaged."));
}

}  // namespace

void Journal::Change(std::string_view kind, std::string id, Json body) {
  if (keep_changes_) changes_.push_back({std::string(kind), std::move(id), std::move(body)});
}

void Journal::Put(const MachineRecord& machine) {
  Change(kMachineKind, machine.arn, MachineDocument(machine));
}

void Journal::Remove(const MachineRecord& machine) { Change(kMachineKind, machine.arn, nullptr); }

void Journal::Put(DefinitionRecord& definition) {
  if (std::exchange(definition.stored, true)) return;
  Change(kDefinitionKind, definition.id(), JsonObject{{"text", definition.text()}});
}

void Journal::RemoveDefinition(const std::string& id) { Change(kDefinitionKind, id, nullptr); }

void Journal::Put(const ExecutionRecord& execution) {
  Change(kExecutionKind, execution.arn.str(), ExecutionDocument(execution));
}

void Journal::AddEvent(ExecutionRecord& execution, Json event, WallTime now) {
  JsonObject body{{"time", ToMillis(now)}, {"event", std::move(event)}};
  if (execution.log_size == 0) {
    body["input"] = execution.live->input_text;
    body["trace"] = execution.live->trace_header;
  }
  if (store_ == nullptr) kept_[execution.arn].events.push_back(ToText(body));
  Change(kEventKind, EventId(execution.arn, execution.log_size++), std::move(body));
}

void Journal::PutEnding(const ExecutionRecord& execution, const Ending& ending) {
  Json body = ToJson(ending);
  if (store_ == nullptr) {
    Kept& kept = kept_[execution.arn];
    kept.ending = ToText(body);
    kept.events.shrink_to_fit();
  } else {
    fresh_[execution.arn] = ending;
  }
  Change(kEventKind, EndingId(execution.arn), std::move(body));
}

void Journal::Truncate(ExecutionRecord& execution, std::size_t kept) {
  for (std::size_t number = kept; number < execution.log_size; ++number) {
    Change(kEventKind, EventId(execution.arn, number), nullptr);
  }
  execution.log_size = std::min(kept, execution.log_size);
  if (store_ == nullptr) kept_[execution.arn].events.resize(execution.log_size);
}

void Journal::Remove(const ExecutionRecord& execution) {
  for (std::size_t number = 0; number < execution.log_size; ++number) {
    Change(kEventKind, EventId(execution.arn, number), nullptr);
  }
  Change(kEventKind, EndingId(execution.arn), nullptr);
  Change(kExecutionKind, execution.arn.str(), nullptr);
  kept_.erase(execution.arn);
  fresh_.erase(execution.arn);
  committing_.erase(execution.arn);
}

std::vector<Document> Journal::Take() {
  committing_ = std::exchange(fresh_, {});
  return std::exchange(changes_, {});
}

void Journal::PutBack(std::vector<Document> taken) {
  std::ranges::move(changes_, std::back_inserter(taken));
  changes_ = std::move(taken);
  fresh_.merge(std::exchange(committing_, {}));
}

Result<void> Journal::Restore(const DocumentStore& store) {
  if (store_ != nullptr) return {};
  ECM_TRY(const std::vector<Document> documents, store.Load(kEventKind));
  for (const Document& document : documents) {  // events in their order, then the end
    const ExecutionArn arn(document.id.substr(0, document.id.rfind('/')));
    Kept& kept = kept_[arn];
    if (document.id == EndingId(arn)) {
      kept.ending = ToText(document.body);
    } else {
      kept.events.push_back(ToText(document.body));
    }
  }
  return {};
}

Result<std::vector<Json>> Journal::LoadEvents(const ExecutionRecord& execution) const {
  std::vector<Json> events;
  events.reserve(execution.log_size);
  if (store_ == nullptr) {
    const auto kept = kept_.find(execution.arn);
    if (kept == kept_.end()) return Lost(EventId(execution.arn, 0));
    for (const std::string& text : kept->second.events) {
      ECM_TRY(Json event, ParseJson(text));
      events.push_back(std::move(event));
    }
    return events;
  }
  ECM_TRY(std::vector<Document> documents, store_->Load(kEventKind, execution.arn.str() + "/"));
  for (Document& document : documents) {
    if (document.id == EventId(execution.arn, events.size())) {
      events.push_back(std::move(document.body));
    }
  }
  return events;
}

Result<Json> Journal::LoadOne(const std::string& id) const {
  ECM_TRY(std::vector<Document> documents, store_->Load(kEventKind, id));
  if (documents.size() != 1) return Lost(id);
  return std::move(documents.front().body);
}

Result<Json> Journal::LoadFirstEvent(const ExecutionRecord& execution) const {
  if (store_ != nullptr) return LoadOne(EventId(execution.arn, 0));
  const auto kept = kept_.find(execution.arn);
  if (kept == kept_.end() || kept->second.events.empty()) return Lost(EventId(execution.arn, 0));
  return ParseJson(kept->second.events.front());
}

Result<Ending> Journal::LoadEnding(const ExecutionRecord& execution) const {
  for (const auto* recent : {&fresh_, &committing_}) {
    const auto found = recent->find(execution.arn);
    if (found != recent->end()) return found->second;
  }
  Json body;
  if (store_ != nullptr) {
    ECM_TRY(body, LoadOne(EndingId(execution.arn)));
  } else {
    const auto kept = kept_.find(execution.arn);
    if (kept == kept_.end()) return Lost(EndingId(execution.arn));
    ECM_TRY(body, ParseJson(kept->second.ending));
  }
  return Ending{StringOr(body, "output"), StringOr(body, "error"), StringOr(body, "cause")};
}

}  // namespace ecm::sfn_model
