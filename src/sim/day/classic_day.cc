#include "sim/day/classic_day.h"

#include <fmt/format.h>

#include <algorithm>

#include "aws/emr_client.h"
#include "job/job.h"
#include "plan/plan.h"
#include "sim/services/ports.h"

namespace ecm::sim {
namespace {

constexpr Duration kPollInterval = std::chrono::seconds{120};
/// What a state machine that polls enters each time: Wait, two tasks, Choice.
constexpr int kTransitionsOfPoll = 4;
constexpr WallTime kStart{std::chrono::seconds{1767323045}};

double Seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

class ClassicDay : private EmrApi {
 public:
  ClassicDay(const DayOptions& options, StackPool& stacks)
      : jobs_(PlanDay(options)),
        chance_(Scramble(options.seed)),
        scheduler_(stacks, kStart),
        clock_(scheduler_),
        timeline_(kStart, /*keep_text=*/false),
        faults_(CalmPlan(), chance_),
        core_{scheduler_, clock_, chance_, faults_, timeline_},
        emr_(core_, chance_, ledger_, [](const Json&) {}),
        polled_(jobs_.size()) {
    emr_.SetQuotas(EmrQuotas());
    emr_.SetWork([this](std::string_view name) { return jobs_.at(IndexOfRun(name).value()).work; });
    for (std::size_t index = 0; index < jobs_.size(); ++index) {
      ExecutionTruth truth;
      truth.name = fmt::format("run-{}", index + 1);
      truth.started = kStart + jobs_[index].start;
      ledger_.executions.push_back(std::move(truth));
      scheduler_.At(kStart + jobs_[index].start, [this, index] { StartJob(index); });
    }
  }

  DayFigures Run() {
    while (Advance()) {
      ++figures_.steps;
      figures_.most_alive = std::max(figures_.most_alive, ledger_.live_clusters);
    }
    figures_.jobs = jobs_.size();
    for (std::size_t index = 0; index < jobs_.size(); ++index) Measure(index);
    figures_.calls = emr_.calls();
    figures_.hash = timeline_.hash();
    return std::move(figures_);
  }

 private:
  struct Polled {
    ClusterId cluster;
    std::string ending;
    int calls = 0;
    int transitions = 2;  ///< the first state and the last
  };

  Result<Json> Call(const Region& region, std::string_view operation,
                    const Json& request) override {
    ++polled_[calling_].calls;
    return emr_.Apply(region, operation, request);
  }

  bool Advance() {
    const std::optional<WallTime> next = scheduler_.NextTime();
    const std::optional<WallTime> due = emr_.NextDue();
    if (!due || (next && *next < *due)) return scheduler_.RunNext();
    scheduler_.AdvanceTo(*due);
    emr_.Advance();
    return true;
  }

  EmrClient ClientOf(std::size_t index) {
    calling_ = index;
    return {*this, Region(std::string(kRegion))};
  }

  void StartJob(std::size_t index) {
    const ExecutionTruth& truth = ledger_.executions[index];
    StackConfig stack;
    stack.stage = kStage;
    stack.region = Region(std::string(kRegion));
    const JobReading reading = ReadJob(DayJobDescription());
    const Result<Plan> plan =
        MakePlan(reading.job.value(), stack, {ExecutionArn(truth.name), truth.name, truth.started});
    const Result<ClusterId> created = ClientOf(index).RunJobFlow(plan.value().request);
    if (!created) return End(index, "RunJobFlow: " + created.error().message);
    polled_[index].cluster = *created;
    scheduler_.After(kPollInterval, [this, index] { Poll(index); });
  }

  void Poll(std::size_t index) {
    Polled& polled = polled_[index];
    polled.transitions += kTransitionsOfPoll;
    const Result<Cluster> cluster = ClientOf(index).DescribeCluster(polled.cluster);
    if (!cluster) return End(index, "DescribeCluster: " + cluster.error().message);
    const Result<std::vector<Step>> steps = ClientOf(index).ListSteps(polled.cluster);
    if (!steps) return End(index, "ListSteps: " + steps.error().message);
    if (!IsFinal(cluster->state)) {
      scheduler_.After(kPollInterval, [this, index] { Poll(index); });
      return;
    }
    const bool well = std::ranges::all_of(
        *steps, [](const Step& step) { return step.state == StepState::kCompleted; });
    End(index, well ? "Succeeded" : "a step failed");
  }

  void End(std::size_t index, std::string ending) {
    ledger_.executions[index].ended = scheduler_.now();
    polled_[index].ending = std::move(ending);
    timeline_.Note(scheduler_.now(), ledger_.executions[index].name, {polled_[index].ending});
  }

  void Measure(std::size_t index) {
    const Polled& polled = polled_[index];
    const ExecutionTruth& truth = ledger_.executions[index];
    ++figures_.endings[polled.ending];
    const bool succeeded = polled.ending == "Succeeded";
    figures_.succeeded += succeeded ? 1 : 0;
    figures_.calls_of_job.Add(polled.calls);
    figures_.transitions.Add(polled.transitions);
    if (jobs_[index].work.step == kLongStep) {
      ++figures_.long_jobs;
      figures_.calls_of_long_job.Add(polled.calls);
      figures_.transitions_of_long_job.Add(polled.transitions);
    }
    if (truth.clusters.empty()) {
      ++figures_.without_cluster;
      return;
    }
    const ClusterTruth& cluster = ledger_.clusters.at(truth.clusters.front());
    figures_.wait_for_cluster.Add(Seconds(cluster.created - truth.started));
    if (!cluster.completed) return;
    figures_.false_alarms += succeeded ? 0 : 1;
    if (succeeded) figures_.told_after.Add(Seconds(*truth.ended - *cluster.completed));
  }

  std::vector<DayJob> jobs_;
  SeededRandom chance_;
  Scheduler scheduler_;
  SimClock clock_;
  Timeline timeline_;
  Faults faults_;
  Core core_;
  Ledger ledger_;
  EmrWorld emr_;
  std::vector<Polled> polled_;
  std::size_t calling_ = 0;
  DayFigures figures_;
};

}  // namespace

DayFigures RunClassicDay(const DayOptions& options) {
  StackPool stacks;
  return ClassicDay(options, stacks).Run();
}

}  // namespace ecm::sim
