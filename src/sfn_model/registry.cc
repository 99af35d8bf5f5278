#include "sfn_model/registry.h"

#include <algorithm>

namespace ecm::sfn_model {

MachineRecord& Registry::Add(MachineRecord machine) {
  auto owned = std::make_unique<MachineRecord>(std::move(machine));
  MachineRecord& record = *owned;
  machines_[record.arn] = &record;
  regions_[record.place.region][record.name] = std::move(owned);
  return record;
}

MachineRecord* Registry::FindMachine(const std::string& arn) const {
  const auto found = machines_.find(arn);
  return found == machines_.end() ? nullptr : found->second;
}

std::vector<MachineRecord*> Registry::Deleting() const {
  std::vector<MachineRecord*> deleting;
  for (const auto& [arn, machine] : machines_) {
    if (machine->deleting) deleting.push_back(machine);
  }
  return deleting;
}

void Registry::Remove(MachineRecord& machine) {
  machines_.erase(machine.arn);
  ByName& region = regions_[machine.place.region];
  region.erase(region.find(machine.name));
}

ExecutionRecord& Registry::Add(ExecutionRecord execution) {
  if (execution.sequence == 0) execution.sequence = next_sequence_;
  next_sequence_ = std::max(next_sequence_, execution.sequence + 1);
  auto owned = std::make_unique<ExecutionRecord>(std::move(execution));
  ExecutionRecord& record = *owned;
  executions_[record.arn] = std::move(owned);
  by_sequence_[record.sequence] = &record;
  record.machine->executions[record.sequence] = &record;
  if (record.IsRunning()) {
    running_[record.sequence] = &record;
    ++record.machine->running;
  } else {
    ended_.emplace(record.stopped, record.sequence);
  }
  return record;
}

ExecutionRecord* Registry::Find(const ExecutionArn& arn) const {
  const auto found = executions_.find(arn);
  return found == executions_.end() ? nullptr : found->second.get();
}

ExecutionRecord* Registry::FindByToken(const std::string& token) const {
  const auto found = by_token_.find(token);
  return found == by_token_.end() ? nullptr : found->second;
}

std::vector<ExecutionArn> Registry::Running() const {
  std::vector<ExecutionArn> running;
  running.reserve(running_.size());
  for (const auto& [sequence, execution] : running_) running.push_back(execution->arn);
  return running;
}

void Registry::Remove(ExecutionRecord& execution) {
  if (execution.IsRunning()) MarkEnded(execution);
  ended_.erase({execution.stopped, execution.sequence});
  by_sequence_.erase(execution.sequence);
  execution.machine->executions.erase(execution.sequence);
  executions_.erase(executions_.find(execution.arn));
}

void Registry::SetToken(ExecutionRecord& execution, std::string token) {
  if (execution.token == token) return;
  if (!execution.token.empty()) by_token_.erase(execution.token);
  execution.token = std::move(token);
  if (!execution.token.empty()) by_token_[execution.token] = &execution;
}

void Registry::MarkEnded(ExecutionRecord& execution) {
  SetToken(execution, {});
  if (running_.erase(execution.sequence) > 0) --execution.machine->running;
  std::erase_if(queue_,
                [&](const auto& entry) { return std::get<1>(entry) == execution.sequence; });
  ended_.emplace(execution.stopped, execution.sequence);
}

ExecutionRecord* Registry::EndedBefore(WallTime until) {
  if (ended_.empty() || ended_.begin()->first > until) return nullptr;
  return by_sequence_.at(ended_.begin()->second);
}

void Registry::Schedule(const ExecutionRecord& execution, asl::ActivityId timer, WallTime due) {
  queue_.emplace(due, execution.sequence, timer);
}

std::optional<WallTime> Registry::NextDue() const {
  if (queue_.empty()) return std::nullopt;
  return std::get<0>(*queue_.begin());
}

std::optional<std::pair<ExecutionRecord*, asl::ActivityId>> Registry::PopDue(WallTime now) {
  if (queue_.empty() || std::get<0>(*queue_.begin()) > now) return std::nullopt;
  const auto [due, sequence, timer] = *queue_.begin();
  queue_.erase(queue_.begin());
  return std::pair(by_sequence_.at(sequence), timer);
}

}  // namespace ecm::sfn_model
