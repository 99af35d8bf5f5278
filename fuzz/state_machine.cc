// A definition in the States Language, the input of an execution, and what happens to it: each byte
// of the third part is one thing, the fourth is what its functions answer.

#include <map>

#include "asl/definition.h"
#include "asl/event_log.h"
#include "asl/execution.h"
#include "asl/lint.h"
#include "fuzz.h"

namespace ecm::asl {
namespace {

using fuzz::Must;

constexpr int kMostEvents = 300;

Identity Who() {
  return {"arn:aws:states:eu-west-1:123456789012:execution:machine:run-1", "run-1",
          "arn:aws:states:eu-west-1:123456789012:stateMachine:machine", "machine",
          "arn:aws:iam::123456789012:role/states"};
}

/// One execution with what it was told, and when.
class Life {
 public:
  Life(std::shared_ptr<const Definition> definition, const Json& input)
      : definition_(std::move(definition)), input_(input), execution_(definition_, Who(), input) {}

  void Run(std::string_view script, const Json& answer) {
    Tell(Start{});
    for (int turn = 0; turn < kMostEvents && execution_.status() == Status::kRunning; ++turn) {
      const unsigned char what =
          script.empty()
              ? 0
              : static_cast<unsigned char>(script[static_cast<std::size_t>(turn) % script.size()]);
      if (!Next(what, answer)) break;
    }
    CheckHistory();
    CheckReplay();
  }

 private:
  bool Next(unsigned char what, const Json& answer) {
    if (!tasks_.empty()) {
      const RunTask task = std::move(tasks_.back());
      tasks_.pop_back();
      TellOfTask(task, what, answer);
      return true;
    }
    if (what % 4 == 3 && !execution_.token().empty()) {
      const std::string token(execution_.token());
      if (what % 3 == 0) Tell(TokenSucceeded{token, answer});
      if (what % 3 == 1) Tell(TokenFailed{token, "States.TaskFailed", "told"});
      if (what % 3 == 2) Tell(TokenBeat{token});
      return true;
    }
    if (what == 0xFF) Tell(StopRequested{"Stopped", "by hand"});
    if (timers_.empty()) return false;
    const auto [due, timer] = *timers_.begin();
    timers_.erase(timers_.begin());
    now_ = std::max(now_, due);
    Tell(TimerFired{timer});
    return true;
  }

  void TellOfTask(const RunTask& task, unsigned char what, const Json& answer) {
    static constexpr const char* kErrors[] = {"Lambda.Unknown", "Unavailable", "States.Timeout",
                                              "Custom"};
    if (what % 3 == 0) return Tell(TaskAnswered{task.task, JsonObject{{"Payload", answer}}});
    if (what % 3 == 1) return Tell(TaskAnswered{task.task, answer});
    Tell(TaskErred{task.task, kErrors[what / 3 % 4], "cause"});
  }

  void Tell(const Event& event) {
    const Json logged = ToJson(event);
    const Result<Event> read = EventFromJson(logged);
    Must(read.has_value(), "what is logged can be read", ToText(logged));
    Must(ToJson(*read) == logged, "reading a log gives what was logged", ToText(logged));
    const bool was_over = execution_.status() != Status::kRunning;
    log_.emplace_back(*read, now_);
    for (Command& command : execution_.Apply(*read, now_, random_)) {
      Must(!was_over, "nothing is to be done after the end");
      if (auto* task = std::get_if<RunTask>(&command)) tasks_.push_back(std::move(*task));
      if (auto* timer = std::get_if<SetTimer>(&command)) timers_.emplace(timer->due, timer->timer);
    }
  }

  void CheckHistory() const {
    std::int64_t id = 0;
    for (const HistoryEvent& event : execution_.history()) {
      Must(event.id == ++id && event.previous_id < id, "events are numbered", event.type);
    }
    const bool over = execution_.status() != Status::kRunning;
    Must(over == execution_.current_state().empty(), "an execution that is over is in no state");
  }

  /// What a restart makes of the log.
  void CheckReplay() const {
    Execution again(definition_, Who(), input_);
    SeededRandom random(7);
    for (const auto& [event, time] : log_) static_cast<void>(again.Apply(event, time, random));
    Must(again.status() == execution_.status() && again.error() == execution_.error() &&
             again.cause() == execution_.cause() && again.output() == execution_.output() &&
             again.history().size() == execution_.history().size(),
         "the same events give the same execution");
  }

  std::shared_ptr<const Definition> definition_;
  Json input_;
  Execution execution_;
  SeededRandom random_{7};
  WallTime now_{std::chrono::seconds{1767323045}};
  std::vector<RunTask> tasks_;
  std::multimap<WallTime, ActivityId> timers_;
  std::vector<std::pair<Event, WallTime>> log_;
};

void Check(std::string_view input) {
  const auto parts = fuzz::Parts(input);
  const Result<Json> document = ParseJson(parts[0]);
  if (!document) return;
  const DefinitionReading reading = ReadDefinition(*document);
  Must((reading.definition != nullptr) == reading.problems.empty(),
       "a definition, or what is wrong with it");
  if (reading.definition == nullptr) return;
  static_cast<void>(LintForJobs(*reading.definition, {}));
  const Result<Json> given = ParseJson(fuzz::PartOr(parts, 1, "{}"));
  const Result<Json> answer = ParseJson(fuzz::PartOr(parts, 3, "{}"));
  Life(reading.definition, given ? *given : Json(JsonObject{}))
      .Run(fuzz::PartOr(parts, 2), answer ? *answer : Json("text"));
}

}  // namespace
}  // namespace ecm::asl

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ecm::asl::Check(ecm::fuzz::Text(data, size));
  return 0;
}
