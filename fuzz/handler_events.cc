// Events of EventBridge and documents of the state machine, as the handlers get them. The first
// line names the handler; the rest is the event. The job that they may name is running.

#include "fuzz.h"
#include "lifecycle/document.h"
#include "lifecycle/testing/lifecycle_world.h"
#include "local_stack/event_rule.h"

namespace ecm::lifecycle {
namespace {

using fuzz::Must;

constexpr const char* kToken = "the-token-of-the-job";

/// A kind that the state machine knows how to go on with, and a document of ours with it.
void CheckAnswer(std::string_view handler, const Result<Json>& answer) {
  if (!answer) {
    Must(ParseJson(ToText(ToLambdaError(answer.error()))).has_value(), "an error is a document");
    return;
  }
  Must(answer->is_object(), "a handler answers with an object", handler);
  Must(ParseJson(ToText(*answer)).has_value(), "an answer can be read", ToText(*answer));
}

/// The rule of the built-in EventBridge lets nobody else's events through.
void CheckRule(const Json& event) {
  if (!local_stack::WakesJobs(event, "dev")) return;
  const Json* name = Find(event, {"detail", "name"});
  Must(name != nullptr && name->is_string() && name->get_string().starts_with("ecm-dev-"),
       "only our names wake jobs", ToText(event));
}

int Check(std::string_view input) {
  const std::string_view name = fuzz::TakeLine(input);
  const Handler handler = FindHandler(name);
  if (handler == nullptr) return -1;
  const Result<Json> event = ParseJson(input);
  if (!event) return 0;
  CheckRule(*event);

  LifecycleWorld world;
  const Json running = world.Running();
  const Json awaited =
      Await(JsonObject{{"document", running}, {"token", kToken}}, world.ports).value_or(Json());
  Must(awaited.is_object(), "the job is waited for");
  const JobRecord before = world.Record();

  for (int turn = 0; turn < 2; ++turn) {  // Lambda may deliver an event twice
    CheckAnswer(name, handler(*event, world.ports));
  }
  for (const std::string& token : world.tokens.answered) {
    Must(token == kToken || name == "await", "only a token that somebody gave is answered", token);
  }
  const auto after = world.jobs.Get(before.execution);
  Must(after && *after, "no event makes a record go away");
  Must((*after)->cluster == before.cluster, "no event changes a job's cluster");
  Must(world.model.LiveClusters().size() <= 2, "an event makes at most one more cluster");
  return 0;
}

}  // namespace
}  // namespace ecm::lifecycle

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return ecm::lifecycle::Check(ecm::fuzz::Text(data, size));
}
