#include "sfn_model/life.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "asl/event_log.h"
#include "sfn_model/events.h"
#include "sfn_model/replay.h"

namespace ecm::sfn_model {
namespace {

constexpr Duration kRetention = std::chrono::days(90);

Ending EndingOf(const asl::Execution& execution) {
  Ending ending;
  if (execution.status() == asl::Status::kSucceeded)
    ending.output_text = ToText(execution.output());
  ending.error = execution.error();
  ending.cause = execution.cause();
  return ending;
}

/// What a task that answered no JSON has done.
asl::Event AsKeepable(const asl::Event& event, const Error& error) {
  if (const auto* answered = std::get_if<asl::TaskAnswered>(&event)) {
    return asl::TaskErred{answered->task, "Lambda.Unknown",
                          "The task's answer cannot be kept: " + error.message};
  }
  return event;
}

}  // namespace

Life::Life(const Options& options, const Clock& clock, Random& random, Definitions& definitions,
           Registry& registry, Journal& journal, Outbox& outbox)
    : options_(options),
      clock_(clock),
      random_(random),
      definitions_(definitions),
      registry_(registry),
      journal_(journal),
      outbox_(outbox),
      begun_(clock.Wall()) {
  outbox_.OnEndTold([this](const ExecutionArn& arn) { OnEndTold(arn); });
}

void Life::EnterRegion(const Region& region) {
  if (!entered_.insert(region).second) return;
  const Place place{options_.partition, region, options_.account};
  for (const BuiltInMachine& built_in : options_.built_in) {
    MachineRecord machine;
    machine.arn = StateMachineArn(place, built_in.name);
    if (registry_.FindMachine(machine.arn) != nullptr) continue;
    machine.name = built_in.name;
    machine.place = place;
    machine.definition = definitions_.Intern(ToPrettyText(built_in.definition), random_);
    machine.role_arn = RoleArn(place, built_in.name);
    machine.created = begun_;
    machine.built_in = true;
    registry_.Add(std::move(machine));
  }
}

ExecutionRecord& Life::Start(MachineRecord& machine, std::string name, std::string input_text,
                             Json input, std::string trace_header) {
  ExecutionRecord record;
  record.arn = ExecutionArn(ExecutionArnOf(machine.place, machine.name, name));
  record.name = std::move(name);
  record.machine = &machine;
  record.definition = machine.definition;
  record.seed = random_.Next() >> 1;  // a whole number of JSON
  record.started = clock_.Wall();
  ExecutionRecord& execution = registry_.Add(std::move(record));
  // A machine is only there with a definition that has been read.
  execution.live = std::make_unique<Live>(*execution.definition->Compiled(), IdentityOf(execution),
                                          std::move(input_text), std::move(input), execution.seed);
  execution.live->trace_header = std::move(trace_header);
  journal_.Put(*execution.definition);
  journal_.Put(execution);
  if (outbox_.WantsEvents()) {
    outbox_.Event(
        StatusEvent(execution, execution.live->input_text, {}, execution.started, random_));
  }
  Tell(execution, asl::Start{});
  return execution;
}

void Life::Tell(ExecutionRecord& execution, const asl::Event& event) {
  if (!execution.IsRunning()) return;
  if (!execution.misfit.empty()) return Abandon(execution);
  Json kept = asl::ToJson(event);
  Result<asl::Event> told = asl::EventFromJson(kept);
  if (!told) {
    told = AsKeepable(event, told.error());
    kept = asl::ToJson(*told);
  }
  const WallTime now = clock_.Wall();
  Live::Effect effect = execution.live->Apply(*told, now);
  if (!effect.any) return;
  journal_.AddEvent(execution, std::move(kept), now);
  Follow(execution, std::move(effect));
}

void Life::Follow(ExecutionRecord& execution, Live::Effect effect) {
  for (std::string& state : effect.entered) outbox_.Entered(execution.arn, std::move(state));
  const Live& live = *execution.live;
  for (asl::Command& command : effect.commands) {
    if (auto* task = std::get_if<asl::RunTask>(&command)) {
      outbox_.Start(execution.arn, std::move(*task));
    } else if (const auto* timer = std::get_if<asl::SetTimer>(&command)) {
      registry_.Schedule(execution, timer->timer, timer->due);
    }
  }
  registry_.SetToken(execution, std::string(live.execution.token()));
  if (live.execution.status() == asl::Status::kRunning) return;
  End(execution, live.execution.status(), live.execution.stopped(), EndingOf(live.execution),
      live.input_text);
}

void Life::End(ExecutionRecord& execution, asl::Status status, WallTime now, const Ending& ending,
               const std::string& input_text) {
  execution.status = status;
  execution.stopped = now;
  registry_.MarkEnded(execution);
  journal_.PutEnding(execution, ending);
  journal_.Put(execution);
  if (outbox_.WantsEvents()) {
    outbox_.Event(StatusEvent(execution, input_text, ending, now, random_));
  }
  outbox_.Ended(execution.arn);
}

void Life::OnEndTold(const ExecutionArn& arn) {
  ExecutionRecord* execution = registry_.Find(arn);
  if (execution == nullptr) return;
  execution->told = true;
  if (journal_.ReadsFromStore()) {
    ended_.push_back(arn);
  } else {
    execution->live.reset();
  }
  if (execution->machine->deleting) Delete(*execution->machine);
}

void Life::Advance() {
  const WallTime now = clock_.Wall();
  while (const auto due = registry_.PopDue(now)) {
    const auto& [execution, timer] = *due;
    if (timer == kRestored) {
      GoOn(*execution);
    } else {
      Tell(*execution, asl::TimerFired{timer});
    }
  }
  ForgetOld();
}

void Life::GoOn(ExecutionRecord& execution) {
  if (!execution.IsRunning()) return;
  if (!execution.misfit.empty()) return Abandon(execution);
  const std::map<asl::ActivityId, std::string> tasks = execution.live->tasks;
  for (const auto& [task, resource] : tasks) {
    // The names under which the service tells that it lost the answer of a call.
    const bool is_lambda = resource.starts_with("lambda:");
    Tell(execution,
         asl::TaskErred{task, is_lambda ? "Lambda.Unknown" : "SNS.SdkClientException",
                        fmt::format("The process that ran this task ({}) ended before the task "
                                    "did: what it has done is not known.",
                                    resource)});
  }
}

void Life::Abandon(ExecutionRecord& execution) {
  const asl::Abandoned abandoned{
      "States.Runtime",
      fmt::format("The execution cannot go on after a restart: {}. Start it anew.",
                  std::exchange(execution.misfit, {}))};
  if (execution.live != nullptr && !execution.live->execution.history().empty()) {
    journal_.Truncate(execution, execution.fitted);
    return Tell(execution, abandoned);
  }
  // Not even its start can be repeated.
  execution.live.reset();
  const Result<Json> first = journal_.LoadFirstEvent(execution);
  End(execution, asl::Status::kFailed, clock_.Wall(), {"", abandoned.error, abandoned.cause},
      first ? StringOr(*first, "input") : "");
}

void Life::Delete(MachineRecord& machine) {
  if (!std::exchange(machine.deleting, true)) journal_.Put(machine);
  for (const auto& [sequence, execution] : machine.executions) {
    if (!execution->told) return;
  }
  Remove(machine);
}

void Life::Remove(MachineRecord& machine) {
  while (!machine.executions.empty()) Remove(*machine.executions.begin()->second);
  journal_.Remove(machine);
  registry_.Remove(machine);
  for (const std::string& id : definitions_.Collect()) journal_.RemoveDefinition(id);
}

void Life::Remove(ExecutionRecord& execution) {
  if (recalled_arn_ == execution.arn) recalled_.reset();
  journal_.Remove(execution);
  registry_.Remove(execution);
}

void Life::ForgetOld() {
  bool forgotten = false;
  const WallTime until = clock_.Wall() - kRetention;
  while (ExecutionRecord* execution = registry_.EndedBefore(until)) {
    if (!execution->told) break;
    Remove(*execution);
    forgotten = true;
  }
  if (!forgotten) return;
  for (const std::string& id : definitions_.Collect()) journal_.RemoveDefinition(id);
}

const asl::Execution* Life::FindLive(const ExecutionRecord& execution) const {
  return execution.live != nullptr && !execution.told ? &execution.live->execution : nullptr;
}

Result<const asl::Execution*> Life::Recall(const ExecutionRecord& execution) {
  if (execution.live != nullptr) return &execution.live->execution;
  if (recalled_ == nullptr || recalled_arn_ != execution.arn) {
    recalled_.reset();
    const auto explain = [&](Error error) {
      error.kind = ErrorKind::kInternal;
      error.code.clear();
      return AddContext(std::move(error),
                        "The history of " + execution.arn.str() + " cannot be told");
    };
    const Result<std::vector<Json>> events = journal_.LoadEvents(execution);
    if (!events) return Fail(explain(events.error()));
    Result<Replayed> replayed = Replay(execution, *events);
    if (!replayed) return Fail(explain(replayed.error()));
    if (!replayed->misfit.empty()) {
      return Fail(explain({ErrorKind::kInternal,
                           replayed->misfit + ". It was written by another version of this program",
                           {}}));
    }
    recalled_ = std::move(replayed->live);
    recalled_arn_ = execution.arn;
  }
  return &recalled_->execution;
}

std::vector<Document> Life::TakeChanges() {
  // What was taken the last time is committed by now.
  for (const ExecutionArn& arn : committing_) {
    ExecutionRecord* execution = registry_.Find(arn);
    if (execution != nullptr && execution->told) execution->live.reset();
  }
  committing_ = std::exchange(ended_, {});
  return journal_.Take();
}

void Life::PutBackChanges(std::vector<Document> taken) {
  std::ranges::move(std::exchange(committing_, {}), std::back_inserter(ended_));
  journal_.PutBack(std::move(taken));
}

}  // namespace ecm::sfn_model
