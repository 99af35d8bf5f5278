#include "local_stack/execution_records.h"

#include <utility>

#include "lifecycle/outcome.h"
#include "local_stack/notices.h"

namespace ecm::local_stack {
namespace {

Json OutcomeOfStopped(const asl::Execution& execution, JobStore& jobs, bool released,
                      WallTime now) {
  const asl::Identity& identity = execution.identity();
  const Json document = JsonObject{
      {"execution",
       JsonObject{{"arn", identity.execution_arn}, {"started", ToIso8601(execution.started())}}},
      {"error", JsonObject{{"Error", execution.error()}, {"Cause", execution.cause()}}},
      {"release", JsonObject{{"verified", released}}}};
  const auto record = jobs.Get(ExecutionArn(identity.execution_arn));
  const JobRecord* known = record && *record ? &**record : nullptr;
  return lifecycle::MakeOutcome(document, known, {}, now);
}

}  // namespace

Ended EndOf(const asl::Execution& execution, JobStore& jobs, bool released, WallTime now) {
  Ended ended{execution.status(), nullptr, execution.error(), execution.cause()};
  const Result<Json> cause = ParseJson(ended.cause);
  if (ended.status == asl::Status::kSucceeded) {
    ended.outcome = execution.output();
  } else if (cause && Find(*cause, "verdict") != nullptr) {
    ended.outcome = *cause;
  } else {
    ended.outcome = OutcomeOfStopped(execution, jobs, released, now);
  }
  return ended;
}

Json ToHistory(const asl::Execution& execution) {
  JsonArray events;
  for (const asl::HistoryEvent& event : execution.history()) {
    events.push_back(JsonObject{{"id", event.id},
                                {"previousEventId", event.previous_id},
                                {"timestamp", ToIso8601(event.time)},
                                {"type", event.type},
                                {"details", event.details}});
  }
  return JsonObject{{"events", std::move(events)}};
}

void KeepRecords(const std::filesystem::path& folder, const asl::Execution& execution,
                 const Ended& ended, Log& log) {
  for (const auto& [name, document] :
       {std::pair<const char*, Json>{"input.json", execution.input()},
        {"history.json", ToHistory(execution)},
        {"outcome.json", ended.outcome}}) {
    const Result<void> written = WriteWhole(folder / name, ToPrettyText(document) + "\n");
    if (!written) log.Warning("a record was not kept", {{"error", written.error().message}});
  }
}

}  // namespace ecm::local_stack
