#include "sim/world.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/job_mix.h"

namespace ecm::sim {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// What may follow a deadline: release, its bound, retries of every state with their pauses.
constexpr Duration kEndSlack = hours{6};
/// A world that does more than this goes round in circles.
constexpr std::uint64_t kMostSteps = 1'000'000;

}  // namespace

World::World(const WorldOptions& options, StackPool& stacks) : Account(options, stacks) {
  PlanExecutions();
  ScheduleSweep(minutes{5 * (1 + UniformBelow(chance_, 6))});
  if (UniformBelow(chance_, 16) == 0) {
    scheduler_.At(scheduler_.start() + DrawBetween(chance_, Duration{0}, minutes{20}),
                  [this] { emr_.AddNeighbours(3); });
  }
  if (!options.calm && UniformBelow(chance_, 4) == 0) {
    // What others in the account leave of EMR's quotas.
    constexpr std::array kShares = {1.0, 0.3, 0.1};
    emr_.SetQuotas(EmrQuotas(kShares[UniformBelow(chance_, kShares.size())]));
  }
}

void World::PlanExecutions() {
  constexpr std::array kCounts = {1, 1, 1, 1, 2, 2, 3, 5};
  const auto count = static_cast<std::size_t>(kCounts[UniformBelow(chance_, kCounts.size())]);
  Duration start{0};
  for (std::size_t index = 0; index < count; ++index) {
    DrawnJob job = DrawJob(core_);
    ExecutionTruth truth;
    truth.name = fmt::format("run-{}", index + 1);
    truth.arn = "arn:aws:states:eu-west-1:1:execution:ecm-sim:" + truth.name;
    truth.started = scheduler_.start() + start;
    truth.deadline = truth.started + job.limit;
    truth.must_end_by = truth.deadline + kEndSlack;
    ledger_.executions.push_back(std::move(truth));
    inputs_.push_back(std::move(job.description));
    scheduler_.At(scheduler_.start() + start, [this, index] { StartExecution(index); });
    start += DrawBetween(chance_, Duration{0}, minutes{10});
  }
}

void World::StartExecution(std::size_t index) {
  states_.Start(index, std::move(inputs_[index]));
  if (faults_.DrawWorld(Site::kPeople, Fault::kAborted)) PlanAbort(index);
}

void World::PlanAbort(std::size_t index) {
  // As often while the cluster is being asked for as later.
  const Duration most = UniformBelow(chance_, 2) == 0 ? Duration{2000} : Duration{hours{2}};
  scheduler_.After(DrawBetween(chance_, Duration{1}, most), [this, index] {
    timeline_.Note(scheduler_.now(), "somebody", {"stops", ledger_.executions[index].name});
    states_.Stop(index);
  });
}

void World::ScheduleSweep(Duration interval) {
  scheduler_.After(interval, [this, interval] {
    functions_.InvokeLater("sweep", JsonObject{}, Duration{0});
    ScheduleSweep(interval);
  });
}

WorldReport World::Run() {
  while (report_.violations.empty() && Step()) {
  }
  ReadSettled();
  if (report_.violations.empty()) Judge(CheckQuiescent(ledger_));
  for (const std::string& escaped : functions_.escaped()) {
    Judge({{"handler", "an exception left a handler: " + escaped}});
  }
  for (const ExecutionTruth& execution : ledger_.executions) {
    const std::string verdict = StringOr(execution.outcome, "verdict");
    ++report_.endings[verdict.empty() ? std::string(Name(execution.status)) : verdict];
  }
  report_.seed = options_.seed;
  report_.hash = timeline_.hash();
  report_.coverage = faults_.coverage();
  report_.executions = ledger_.executions.size();
  report_.virtual_time = scheduler_.now() - scheduler_.start();
  report_.lines = timeline_.lines();
  return std::move(report_);
}

bool World::Step() {
  if (IsQuiet()) return false;
  if (all_ended_ && scheduler_.now() - *all_ended_ > kSettleBound) return false;
  if (!Advance()) return false;
  if (++report_.steps > kMostSteps) {
    Judge({{"I4", "the world goes round in circles"}});
    return false;
  }
  Judge(CheckAlways(ledger_, scheduler_.now()));
  return true;
}

bool World::IsQuiet() const {
  return all_ended_ && ledger_.live_clusters == 0 && functions_.pending() == 0 &&
         door_.in_flight() == 0 && std::ranges::none_of(records_.records(), [](const auto& entry) {
           return IsOpen(entry.second);
         });
}

void World::OnEnded(std::size_t execution) {
  const ExecutionTruth& truth = ledger_.executions[execution];
  bus_.PutExecution(truth.arn, Name(truth.status));
  if (ledger_.ended_executions == ledger_.executions.size()) all_ended_ = scheduler_.now();
  Judge(CheckEnded(ledger_, execution));
}

void World::ReadSettled() {
  for (ExecutionTruth& execution : ledger_.executions) {
    if (execution.status != asl::Status::kAborted) continue;
    const auto found = records_.records().find(ExecutionArn(execution.arn));
    execution.known = found != records_.records().end();
    if (execution.known) execution.settled = found->second.outcome.value_or(nullptr);
  }
}

void World::Judge(std::vector<Violation> violations) {
  for (Violation& violation : violations) {
    timeline_.Note(scheduler_.now(), "VIOLATION", {violation.invariant, violation.what});
    report_.violations.push_back(std::move(violation));
  }
}

}  // namespace ecm::sim
