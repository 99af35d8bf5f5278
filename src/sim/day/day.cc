#include "sim/day/day.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace ecm::sim {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr Duration kSweepInterval = minutes{10};
constexpr Duration kLimit = hours{12};  ///< of a job: DayJobDescription
constexpr Duration kEndSlack = hours{6};

WorldOptions OptionsOf(const DayOptions& options) {
  FaultPlan plan;
  plan.call_rate = options.lost_events / 1000.0;
  plan.budget = std::numeric_limits<int>::max();
  plan.weights[static_cast<std::size_t>(Fault::kEventLost)] = 1;
  return {.seed = options.seed, .plan = plan};
}

double Seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

Day::Day(const DayOptions& options, StackPool& stacks)
    : Account(OptionsOf(options), stacks), jobs_(PlanDay(options)) {
  emr_.SetQuotas(EmrQuotas());
  emr_.SetWork([this](std::string_view name) { return jobs_.at(IndexOfRun(name).value()).work; });
  for (std::size_t index = 0; index < jobs_.size(); ++index) {
    ExecutionTruth truth;
    truth.name = fmt::format("run-{}", index + 1);
    truth.arn = "arn:aws:states:eu-west-1:1:execution:ecm-sim:" + truth.name;
    truth.started = scheduler_.start() + jobs_[index].start;
    truth.deadline = truth.started + kLimit;
    truth.must_end_by = truth.deadline + kEndSlack;
    ledger_.executions.push_back(std::move(truth));
    scheduler_.At(scheduler_.start() + jobs_[index].start,
                  [this, index] { StartExecution(index); });
  }
  ScheduleSweep();
}

void Day::StartExecution(std::size_t index) { states_.Start(index, DayJobDescription()); }

void Day::ScheduleSweep() {
  scheduler_.After(kSweepInterval, [this] {
    ++figures_.sweeps;
    functions_.InvokeLater("sweep", JsonObject{}, Duration{0});
    ScheduleSweep();
  });
}

DayFigures Day::Run() {
  WallTime checked = scheduler_.now();
  while (!IsQuiet() && figures_.violations.empty() && Advance()) {
    ++figures_.steps;
    figures_.most_alive = std::max(figures_.most_alive, ledger_.live_clusters);
    if (scheduler_.now() - checked < minutes{1}) continue;
    checked = scheduler_.now();
    Judge(CheckAlways(ledger_, checked));
  }
  if (figures_.violations.empty()) Judge(CheckQuiescent(ledger_));
  for (const std::string& escaped : functions_.escaped()) {
    Judge({{"handler", "an exception left a handler: " + escaped}});
  }
  figures_.jobs = jobs_.size();
  for (std::size_t index = 0; index < jobs_.size(); ++index) Measure(index);
  figures_.calls = emr_.calls();
  figures_.lost_events = faults_.coverage().at(Fault::kEventLost, Site::kEvent);
  figures_.hash = timeline_.hash();
  return std::move(figures_);
}

bool Day::IsQuiet() const {
  const bool over = ledger_.ended_executions == ledger_.executions.size() &&
                    ledger_.live_clusters == 0 && functions_.pending() == 0 &&
                    door_.in_flight() == 0;
  return over && std::ranges::none_of(records_.records(),
                                      [](const auto& entry) { return IsOpen(entry.second); });
}

void Day::OnEnded(std::size_t execution) {
  const ExecutionTruth& truth = ledger_.executions[execution];
  bus_.PutExecution(truth.arn, Name(truth.status));
  Judge(CheckEnded(ledger_, execution));
}

void Day::Judge(const std::vector<Violation>& violations) {
  figures_.violations.insert(figures_.violations.end(), violations.begin(), violations.end());
}

void Day::Measure(std::size_t execution) {
  const ExecutionTruth& truth = ledger_.executions[execution];
  const std::string verdict = StringOr(truth.outcome, "verdict");
  ++figures_.endings[verdict.empty() ? std::string(Name(truth.status)) : verdict];
  const bool succeeded = truth.status == asl::Status::kSucceeded;
  figures_.succeeded += succeeded ? 1 : 0;
  figures_.calls_of_job.Add(truth.emr_calls);
  figures_.transitions.Add(truth.transitions);
  if (jobs_[execution].work.step == kLongStep) {
    ++figures_.long_jobs;
    figures_.calls_of_long_job.Add(truth.emr_calls);
    figures_.transitions_of_long_job.Add(truth.transitions);
  }
  if (truth.clusters.empty()) {
    ++figures_.without_cluster;
    return;
  }
  const ClusterTruth& cluster = ledger_.clusters.at(truth.clusters.front());
  figures_.wait_for_cluster.Add(Seconds(cluster.created - truth.started));
  if (!cluster.completed || !truth.ended) return;
  figures_.false_alarms += succeeded ? 0 : 1;
  figures_.told_after.Add(Seconds(*truth.ended - *cluster.completed));
}

DayFigures RunDay(const DayOptions& options) {
  StackPool stacks;
  return Day(options, stacks).Run();
}

}  // namespace ecm::sim
