#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "asl/definition.h"
#include "asl/execution.h"

namespace ecm::asl {

inline Json Parsed(std::string_view text) {
  auto json = ParseJson(text);
  EXPECT_TRUE(json.has_value()) << (json ? "" : json.error().message) << "\n" << text;
  return json.value_or(Json());
}

inline std::shared_ptr<const Definition> MustRead(std::string_view text) {
  DefinitionReading reading = ReadDefinition(Parsed(text));
  for (const DefinitionProblem& problem : reading.problems) {
    ADD_FAILURE() << problem.pointer << ": " << problem.message;
  }
  return reading.definition;
}

/// One state "It" in a machine: `{"StartAt": "It", "States": {"It": …, "Done": Succeed}}`; the
/// state may go to Done.
inline std::string OneState(std::string_view state) {
  return R"({"StartAt": "It", "States": {"It": )" + std::string(state) +
         R"(, "Done": {"Type": "Succeed"}}})";
}

/// Drives an execution by hand: what is to be done waits here until the test does it.
class Player {
 public:
  explicit Player(std::string_view definition, std::string_view input = "{}",
                  HistoryDetail detail = HistoryDetail::kFull)
      : execution_(MustRead(definition), TestIdentity(), Parsed(input), detail) {
    Tell(Start{});
  }

  static Identity TestIdentity() {
    return {"arn:aws:states:eu-west-1:123456789012:execution:machine:run-1", "run-1",
            "arn:aws:states:eu-west-1:123456789012:stateMachine:machine", "machine",
            "arn:aws:iam::123456789012:role/states"};
  }

  void Tell(const Event& event) {
    for (Command& command : execution_.Apply(event, now_, random_)) {
      if (auto* task = std::get_if<RunTask>(&command)) tasks_.push_back(std::move(*task));
      if (auto* timer = std::get_if<SetTimer>(&command)) timers_.emplace(timer->due, timer->timer);
      if (std::holds_alternative<Finished>(command)) ++finished_;
    }
  }

  /// Of the task that was asked for last.
  const RunTask& task() const { return tasks_.back(); }
  const std::vector<RunTask>& tasks() const { return tasks_; }
  /// Where Parameters are {"Payload": {"token.$": "$$.Task.Token"}}.
  std::string token() const {
    return std::string(task().parameters.at("Payload").at("token").get_string());
  }

  void Answer(std::string_view output) { Tell(TaskAnswered{task().task, Parsed(output)}); }
  void Err(const std::string& error, const std::string& cause = {}) {
    Tell(TaskErred{task().task, error, cause});
  }

  /// Moves the clock to the next timer and fires it. False if none is set.
  bool FireNext() {
    if (timers_.empty()) return false;
    const auto [due, timer] = *timers_.begin();
    timers_.erase(timers_.begin());
    now_ = std::max(now_, due);
    Tell(TimerFired{timer});
    return true;
  }
  /// Fires every timer that is due within `duration`, in order, and moves the clock by it.
  void Pass(Duration duration) {
    const WallTime end = now_ + duration;
    while (!timers_.empty() && timers_.begin()->first <= end) FireNext();
    now_ = end;
  }
  /// Until the next timer, whether it is still wanted or not.
  Duration UntilNext() const { return timers_.begin()->first - now_; }

  /// The states in the order in which they were entered.
  std::vector<std::string> Path() const {
    std::vector<std::string> path;
    for (const HistoryEvent& event : execution_.history()) {
      if (event.type.ends_with("StateEntered")) path.push_back(StringOr(event.details, "name"));
    }
    return path;
  }
  std::vector<std::string> Types() const {
    std::vector<std::string> types;
    for (const HistoryEvent& event : execution_.history()) types.push_back(event.type);
    return types;
  }
  std::string Output() const { return ToText(execution_.output()); }
  std::string_view StatusName() const { return Name(execution_.status()); }

  Execution& execution() { return execution_; }
  const std::string& error() const { return execution_.error(); }
  const std::string& cause() const { return execution_.cause(); }
  int finished() const { return finished_; }
  WallTime now() const { return now_; }

 private:
  Execution execution_;
  SeededRandom random_{7};
  WallTime now_{std::chrono::seconds{1767323045}};  // 2026-01-02T03:04:05Z
  std::vector<RunTask> tasks_;
  std::multimap<WallTime, ActivityId> timers_;
  int finished_ = 0;
};

using Names = std::vector<std::string>;

}  // namespace ecm::asl
