#include "local_stack/execution_records.h"

#include "lifecycle/outcome.h"

namespace ecm::local_stack {

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

Json OutcomeOfStopped(const asl::Execution& execution, JobStore& jobs, WallTime now) {
  const asl::Identity& identity = execution.identity();
  const Json document = JsonObject{
      {"execution",
       JsonObject{{"arn", identity.execution_arn}, {"started", ToIso8601(execution.started())}}},
      {"error", JsonObject{{"Error", execution.error()}, {"Cause", execution.cause()}}},
      {"release", JsonObject{{"verified", true}}}};
  const auto record = jobs.Get(ExecutionArn(identity.execution_arn));
  const JobRecord* known = record && *record ? &**record : nullptr;
  return lifecycle::MakeOutcome(document, known, "", now);
}

}  // namespace ecm::local_stack
