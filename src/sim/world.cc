#include "sim/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/job_mix.h"

namespace ecm::sim {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// What may follow a deadline: release, its bound, retries of every state with their pauses.
constexpr Duration kEndSlack = hours{8};
/// A world that does more than this goes round in circles.
constexpr std::uint64_t kMostSteps = 1'000'000;

}  // namespace

World::World(const WorldOptions& options, StackPool& stacks) : Account(options, stacks) {
  PlanExecutions();
  PlanOperations();
  ScheduleSweep(minutes{5 * (1 + UniformBelow(chance_, 6))}, Duration{0});
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
  if (states_.deleted()) return NeverStart(index);
  states_.Start(index, std::move(inputs_[index]));
  if (faults_.DrawPlanned(Site::kPeople, Fault::kAborted)) PlanAbort(index);
  if (!faults_.DrawPlanned(Site::kExecution, Fault::kKilled, 0.3)) return;
  scheduler_.After(DrawBetween(chance_, Duration{1}, hours{1}), [this, index] {
    if (!states_.Kill(index)) return;
    timeline_.Note(scheduler_.now(), ledger_.executions[index].name,
                   {"FAULT", Name(Fault::kKilled)});
    faults_.Count(Fault::kKilled, Site::kExecution);
  });
}

void World::NeverStart(std::size_t index) {
  ExecutionTruth& truth = ledger_.executions[index];
  truth.status = asl::Status::kAborted;
  truth.ended = scheduler_.now();
  truth.deleted = truth.asked_to_stop = true;
  ++ledger_.ended_executions;
  OnEnded(index);
}

void World::PlanOperations() {
  const auto plan = [this](Fault fault, double share, Duration latest, auto what) {
    if (!faults_.DrawPlanned(Site::kPeople, fault, share)) return;
    scheduler_.After(DrawBetween(chance_, Duration{1}, latest), [this, fault, what] {
      timeline_.Note(scheduler_.now(), "somebody", {"FAULT", Name(fault)});
      what();
    });
  };
  plan(Fault::kRedeployed, 0.2, hours{1}, [this] { functions_.Deploy(2); });
  if (faults_.DrawPlanned(Site::kPeople, Fault::kRolledBack, 0.2)) {
    functions_.Deploy(2);
    scheduler_.After(DrawBetween(chance_, seconds{1}, hours{1}), [this] { functions_.Deploy(1); });
  }
  plan(Fault::kMachineDeleted, 0.1, hours{1}, [this] { DeleteMachine(); });
  plan(Fault::kSweepStopped, 0.3, hours{2},
       [this] { sweep_off_until_ = scheduler_.now() + DrawBetween(chance_, hours{1}, hours{4}); });
  plan(Fault::kCrowd, 0.02, minutes{10}, [this] {
    emr_.AddNeighbours(55);
    faults_.Count(Fault::kCrowd, Site::kPeople);
  });
  PlanClosure();
}

void World::PlanClosure() {
  for (const Fault fault : {Fault::kDenied, Fault::kFlooded}) {
    for (const Site site : SitesOf(fault)) {
      if (!faults_.DrawPlanned(site, fault, 0.05)) continue;
      const Duration wait =
          UniformBelow(chance_, 2) == 0 ? Duration{0} : DrawBetween(chance_, minutes{5}, hours{2});
      const WallTime from = scheduler_.now() + wait;
      door_.Close(site, fault, from, from + DrawBetween(chance_, minutes{10}, hours{6}));
      return;
    }
  }
}

void World::DeleteMachine() {
  faults_.Count(Fault::kMachineDeleted, Site::kPeople);
  states_.DeleteMachine();
}

/// In time for the cluster to be there still, hours later, or on the last day on which it can be.
void World::PlanRedrive(std::size_t index) {
  constexpr std::array<Duration, 5> kLatest = {seconds{5}, minutes{2}, minutes{30}, hours{5},
                                               hours{14 * 24}};
  const std::size_t drawn = UniformBelow(chance_, kLatest.size());
  const Duration least = drawn == 0 ? Duration{1} : kLatest[drawn - 1];
  const WallTime when = scheduler_.now() + DrawBetween(chance_, least, kLatest[drawn]);
  redrives_.push_back(when);
  scheduler_.At(when, [this, index, when] {
    std::erase(redrives_, when);
    Redrive(index);
  });
}

void World::Redrive(std::size_t index) {
  ExecutionTruth& truth = ledger_.executions[index];
  const auto record = records_.records().find(ExecutionArn(truth.arn));
  const bool settled = record != records_.records().end() && record->second.outcome.has_value();
  truth.settled_before = settled;
  truth.must_end_by = std::max(truth.deadline, scheduler_.now()) + kEndSlack;
  timeline_.Note(scheduler_.now(), "somebody", {"redrives", truth.name});
  all_ended_.reset();
  if (states_.Redrive(index)) faults_.Count(Fault::kRedriven, Site::kPeople);
  if (ledger_.ended_executions == ledger_.executions.size() && !all_ended_) {
    all_ended_ = scheduler_.now();
  }
}

void World::PlanAbort(std::size_t index) {
  // As often while the cluster is being asked for as later.
  const Duration most = UniformBelow(chance_, 2) == 0 ? Duration{2000} : Duration{hours{2}};
  scheduler_.After(DrawBetween(chance_, Duration{1}, most), [this, index] {
    timeline_.Note(scheduler_.now(), "somebody", {"stops", ledger_.executions[index].name});
    if (ledger_.executions[index].ended) return;
    faults_.Count(Fault::kAborted, Site::kPeople);
    states_.Stop(index);
  });
}

void World::ScheduleSweep(Duration interval, Duration pause) {
  scheduler_.After(std::max(pause, interval), [this, interval] {
    if (scheduler_.now() < sweep_off_until_) {
      faults_.Count(Fault::kSweepStopped, Site::kPeople);
    } else {
      functions_.InvokeLater("sweep", JsonObject{}, Duration{0});
    }
    // Nothing happens any more until somebody redrives something.
    const bool idle = !redrives_.empty() && IsAtRest();
    const Duration until =
        idle ? *std::ranges::min_element(redrives_) - scheduler_.now() : Duration{0};
    ScheduleSweep(interval, until);
  });
}

WorldReport World::Run() {
  while (report_.violations.empty() && Step()) {
  }
  ReadSettled();
  ledger_.alarms = functions_.alarms();
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
  if (IsQuiet()) report_.settling = scheduler_.now() - std::max(*all_ended_, last_fault_);
  report_.lines = timeline_.lines();
  return std::move(report_);
}

bool World::Step() {
  if (IsQuiet()) return false;
  if (IsOverdue()) return false;
  if (!Advance()) return false;
  if (faults_.injected() != faults_so_far_) {
    faults_so_far_ = faults_.injected();
    last_fault_ = scheduler_.now();
  }
  if (++report_.steps > kMostSteps) {
    Judge({{"I4", "the world goes round in circles"}});
    return false;
  }
  Judge(CheckAlways(ledger_, scheduler_.now()));
  return true;
}

bool World::IsOverdue() const {
  return all_ended_ && redrives_.empty() &&
         scheduler_.now() - std::max(*all_ended_, last_fault_) > kSettleBound;
}

bool World::IsBlinded() const {
  constexpr std::array kBlinding = {
      Fault::kCredentialsExpired, Fault::kDenied,    Fault::kFlooded,
      Fault::kForgotten,          Fault::kInitFails, Fault::kInvokeNeverAnswers,
      Fault::kRolledBack};
  return std::ranges::any_of(kBlinding,
                             [this](Fault fault) { return faults_.coverage().of(fault) > 0; });
}

bool World::IsQuiet() const { return redrives_.empty() && IsAtRest(); }

bool World::IsAtRest() const {
  return all_ended_ && ledger_.live_clusters == 0 && functions_.pending() == 0 &&
         door_.in_flight() == 0 && std::ranges::none_of(records_.records(), [](const auto& entry) {
           return IsOpen(entry.second);
         });
}

void World::OnEnded(std::size_t execution) {
  const ExecutionTruth& truth = ledger_.executions[execution];
  if (!truth.deleted) bus_.PutExecution(truth.arn, Name(truth.status));
  if (truth.status != asl::Status::kSucceeded && !truth.deleted && !truth.redriven &&
      faults_.DrawPlanned(Site::kPeople, Fault::kRedriven, 0.5)) {
    PlanRedrive(execution);
  }
  ledger_.blinded = IsBlinded();
  if (ledger_.ended_executions == ledger_.executions.size()) all_ended_ = scheduler_.now();
  Judge(CheckEnded(ledger_, execution));
}

void World::ReadSettled() {
  for (ExecutionTruth& execution : ledger_.executions) {
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
