#include "sfn_model/live.h"

#include <utility>

namespace ecm::sfn_model {

Live::Live(std::shared_ptr<const asl::Definition> definition, asl::Identity identity,
           std::string text, Json input, std::uint64_t seed)
    : execution(std::move(definition), std::move(identity), std::move(input)),
      random(seed),
      input_text(std::move(text)) {}

Live::Effect Live::Apply(const asl::Event& event, WallTime now) {
  if (const auto* fired = std::get_if<asl::TimerFired>(&event)) timers.erase(fired->timer);
  if (const auto* answered = std::get_if<asl::TaskAnswered>(&event)) tasks.erase(answered->task);
  if (const auto* erred = std::get_if<asl::TaskErred>(&event)) tasks.erase(erred->task);

  const std::size_t before = execution.history().size();
  const bool beats = std::holds_alternative<asl::TokenBeat>(event);
  Effect effect;
  effect.commands = execution.Apply(event, now, random);
  effect.any = beats || !effect.commands.empty() || execution.history().size() > before;
  for (const asl::Command& command : effect.commands) {
    if (const auto* task = std::get_if<asl::RunTask>(&command)) tasks[task->task] = task->resource;
    if (const auto* timer = std::get_if<asl::SetTimer>(&command)) timers[timer->timer] = timer->due;
    if (std::holds_alternative<asl::Finished>(command)) {
      timers.clear();
      tasks.clear();
    }
  }
  for (std::size_t at = before; at < execution.history().size(); ++at) {
    const asl::HistoryEvent& event_of = execution.history()[at];
    if (event_of.type.ends_with("StateEntered")) {
      effect.entered.push_back(StringOr(event_of.details, "name"));
    }
  }
  return effect;
}

}  // namespace ecm::sfn_model
