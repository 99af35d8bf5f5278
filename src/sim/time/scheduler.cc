#include "sim/time/scheduler.h"

#include <algorithm>
#include <utility>

namespace ecm::sim {

void Scheduler::Clear() {
  // Unwinding may ask for more to happen; it never will.
  while (!fibers_.empty()) fibers_.extract(fibers_.begin());
}

void Scheduler::At(WallTime when, Action action) {
  heap_.push_back({std::max(when, now_), next_sequence_++, std::move(action)});
  std::ranges::push_heap(heap_, Later());
}

std::optional<WallTime> Scheduler::NextTime() const {
  if (heap_.empty()) return std::nullopt;
  return heap_.front().when;
}

bool Scheduler::RunNext() {
  if (heap_.empty()) return false;
  std::ranges::pop_heap(heap_, Later());
  Entry entry = std::move(heap_.back());
  heap_.pop_back();
  now_ = entry.when;
  entry.action();
  return true;
}

void Scheduler::AdvanceTo(WallTime when) { now_ = std::max(now_, when); }

FiberId Scheduler::Spawn(std::string name, Action body, Action on_killed) {
  const FiberId id = ++last_fiber_;
  fibers_.emplace(id, Slot{std::move(name), std::move(on_killed),
                           std::make_unique<Fiber>(stacks_, std::move(body))});
  After(Duration{0}, [this, id] { Run(id); });
  return id;
}

void Scheduler::Run(FiberId fiber) {
  const auto found = fibers_.find(fiber);
  if (found == fibers_.end()) return;  // killed while it slept
  Fiber& running = *found->second.fiber;
  const FiberId before = std::exchange(current_, fiber);
  running.Resume();
  current_ = before;
  if (running.ended()) fibers_.erase(fiber);
}

void Scheduler::Sleep(Duration delay) {
  After(delay, [this, fiber = current_] { Run(fiber); });
  fibers_.at(current_).fiber->Yield();
}

void Scheduler::SleepForEver() { fibers_.at(current_).fiber->Yield(); }

void Scheduler::Kill(FiberId fiber) {
  const auto found = fibers_.find(fiber);
  if (found == fibers_.end()) return;
  // Out of the table first: what unwinding does must not find it.
  Slot killed = std::move(found->second);
  fibers_.erase(found);
  killed.fiber.reset();
  if (killed.on_killed) killed.on_killed();
}

const std::string& Scheduler::current_name() const {
  static const std::string kNobody;
  const auto found = fibers_.find(current_);
  return found == fibers_.end() ? kNobody : found->second.name;
}

}  // namespace ecm::sim
