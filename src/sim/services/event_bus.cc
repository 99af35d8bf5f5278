#include "sim/services/event_bus.h"

#include <algorithm>
#include <array>

#include "plan/plan.h"
#include "sim/services/emr_world.h"

namespace ecm::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::array<std::string_view, 5> kTerminalStates = {
    "COMPLETED", "FAILED", "CANCELLED", "TERMINATED", "TERMINATED_WITH_ERRORS"};

}  // namespace

bool EventBus::Matches(const Json& event) {
  const Json* detail = Find(event, "detail");
  if (detail == nullptr) return false;
  return std::ranges::find(kTerminalStates, StringOr(*detail, "state")) != kTerminalStates.end() &&
         StringOr(*detail, "name").starts_with(NamePrefix(std::string(kStage)));
}

void EventBus::Put(const Json& event) {
  if (Matches(event)) Send("wake", event);
}

void EventBus::PutExecution(const std::string& arn, std::string_view status) {
  if (status == "SUCCEEDED") return;
  Send("sweep", JsonObject{{"source", "aws.states"},
                           {"detail-type", "Step Functions Execution Status Change"},
                           {"detail", JsonObject{{"executionArn", arn}, {"status", status}}}});
}

void EventBus::Send(const std::string& function, const Json& event) {
  const std::optional<Fault> fault = core_.faults.DrawCall(
      Site::kEvent, {Fault::kEventLost, Fault::kEventDuplicated, Fault::kEventLate,
                     Fault::kEventForeign, Fault::kEventOdd});
  if (fault) core_.timeline.Note(core_.scheduler.now(), "events", {"FAULT", Name(*fault)});
  const Duration delay = DrawBetween(core_.chance, milliseconds{200}, seconds{3});
  if (fault == Fault::kEventLost) return;
  if (fault == Fault::kEventDuplicated) {
    functions_.InvokeLater(function, event,
                           DrawBetween(core_.chance, milliseconds{200}, minutes{2}));
  }
  if (fault == Fault::kEventForeign) functions_.InvokeLater("wake", OfAnother(), delay);
  const bool late = fault == Fault::kEventLate;
  functions_.InvokeLater(function, fault == Fault::kEventOdd ? Spoilt(event) : event,
                         late ? DrawBetween(core_.chance, minutes{1}, minutes{30}) : delay);
}

Json EventBus::OfAnother() {
  return JsonObject{{"detail-type", "EMR Cluster State Change"},
                    {"detail", JsonObject{{"clusterId", "j-NOBODYSCLUSTER"},
                                          {"name", "ecm-sim-2-nightly"},
                                          {"state", "TERMINATED"}}}};
}

Json EventBus::Spoilt(Json event) {
  Json* detail = event.as_object().if_contains("detail");
  if (detail == nullptr) return event;
  JsonObject& members = detail->as_object();
  switch (UniformBelow(core_.chance, 4)) {
    case 0:
      members["stateChangeReason"] = "{}";
      break;
    case 1:
      members["stateChangeReason"] = "";
      break;
    case 2:
      members["stateChangeReason"] = "{\"code\":";
      break;
    default:
      members.erase("clusterId");
      members["executionArn"] = 17;
      break;
  }
  return event;
}

}  // namespace ecm::sim
