#include "asl/event_log.h"

#include "base/text.h"

namespace ecm::asl {
namespace {

std::string Clean(const std::string& text) { return IsValidUtf8(text) ? text : ToOneLine(text); }

struct Writer {
  Json operator()(const Start&) const { return JsonObject{{"type", "Start"}}; }
  Json operator()(const TaskAnswered& event) const {
    return JsonObject{
        {"type", "TaskAnswered"}, {"task", event.task}, {"output", ToText(event.output)}};
  }
  Json operator()(const TaskErred& event) const {
    return JsonObject{{"type", "TaskErred"},
                      {"task", event.task},
                      {"error", Clean(event.error)},
                      {"cause", Clean(event.cause)}};
  }
  Json operator()(const TokenSucceeded& event) const {
    return JsonObject{
        {"type", "TokenSucceeded"}, {"token", event.token}, {"output", ToText(event.output)}};
  }
  Json operator()(const TokenFailed& event) const {
    return JsonObject{{"type", "TokenFailed"},
                      {"token", event.token},
                      {"error", Clean(event.error)},
                      {"cause", Clean(event.cause)}};
  }
  Json operator()(const TokenBeat& event) const {
    return JsonObject{{"type", "TokenBeat"}, {"token", event.token}};
  }
  Json operator()(const TimerFired& event) const {
    return JsonObject{{"type", "TimerFired"}, {"timer", event.timer}};
  }
  Json operator()(const StopRequested& event) const {
    return JsonObject{
        {"type", "StopRequested"}, {"error", Clean(event.error)}, {"cause", Clean(event.cause)}};
  }
  Json operator()(const Abandoned& event) const {
    return JsonObject{
        {"type", "Abandoned"}, {"error", Clean(event.error)}, {"cause", Clean(event.cause)}};
  }
  Json operator()(const Redriven& /*event*/) const { return JsonObject{{"type", "Redriven"}}; }
};

/// Reads members; the first that is missing is remembered.
class Reader {
 public:
  explicit Reader(const Json& json) : json_(json) {}

  std::string Text(std::string_view key) {
    auto text = FindString(json_, key);
    if (!text) Miss(key);
    return text.value_or("");
  }
  ActivityId Number(std::string_view key) {
    const auto number = FindInt(json_, key);
    if (!number) Miss(key);
    return number.value_or(0);
  }
  Json Document(std::string_view key) {
    auto document = ParseJson(Text(key));
    if (!document) Miss(key);
    return document.value_or(Json());
  }
  Result<Event> Finish(Event event) {
    if (missing_.empty()) return event;
    return Fail(ErrorKind::kInvalidJob, "The event " + StringOr(json_, "type") +
                                            " of a state machine has no right '" + missing_ + "'");
  }

 private:
  void Miss(std::string_view key) {
    if (missing_.empty()) missing_ = key;
  }

  const Json& json_;
  std::string missing_;
};

}  // namespace

Json ToJson(const Event& event) { return std::visit(Writer{}, event); }

Result<Event> EventFromJson(const Json& json) {
  const std::string type = StringOr(json, "type");
  Reader read(json);
  if (type == "Start") return Start{};
  if (type == "TaskAnswered") {
    return read.Finish(TaskAnswered{read.Number("task"), read.Document("output")});
  }
  if (type == "TaskErred") {
    return read.Finish(TaskErred{read.Number("task"), read.Text("error"), read.Text("cause")});
  }
  if (type == "TokenSucceeded") {
    return read.Finish(TokenSucceeded{read.Text("token"), read.Document("output")});
  }
  if (type == "TokenFailed") {
    return read.Finish(TokenFailed{read.Text("token"), read.Text("error"), read.Text("cause")});
  }
  if (type == "TokenBeat") return read.Finish(TokenBeat{read.Text("token")});
  if (type == "TimerFired") return read.Finish(TimerFired{read.Number("timer")});
  if (type == "StopRequested") {
    return read.Finish(StopRequested{read.Text("error"), read.Text("cause")});
  }
  if (type == "Redriven") return Redriven{};
  if (type == "Abandoned") return read.Finish(Abandoned{read.Text("error"), read.Text("cause")});
  return Fail(ErrorKind::kInvalidJob, "A state machine has no event of the type '" + type + "'");
}

}  // namespace ecm::asl
