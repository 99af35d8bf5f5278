#include "sim/day/day_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace ecm::sim {
namespace {

void AddRow(std::string& text, std::string_view what, std::string_view ours,
            std::string_view classic) {
  text += fmt::format("{:<46}{:>22}{:>22}\n", what, ours, classic);
}

void AddRow(std::string& text, std::string_view what, std::size_t ours, std::size_t classic) {
  AddRow(text, what, std::to_string(ours), std::to_string(classic));
}

std::string ToText(const Spread& spread) {
  return fmt::format("{:.1f} / {:.0f} / {:.0f}", spread.mean(), spread.At(0.99), spread.At(1));
}

std::string ToText(const std::map<std::string, CallCount, std::less<>>& calls,
                   const std::string& operation) {
  const auto found = calls.find(operation);
  const CallCount count = found == calls.end() ? CallCount{} : found->second;
  return fmt::format("{} / {}", count.done, count.throttled + count.over_quota);
}

std::set<std::string> OperationsOf(const DayFigures& ours, const DayFigures& classic) {
  std::set<std::string> operations;
  for (const DayFigures* day : {&ours, &classic}) {
    for (const auto& [operation, count] : day->calls) operations.insert(operation);
  }
  return operations;
}

}  // namespace

void Spread::Add(double value) { values_.push_back(value); }

double Spread::mean() const {
  if (values_.empty()) return 0;
  return std::accumulate(values_.begin(), values_.end(), 0.0) / static_cast<double>(values_.size());
}

double Spread::At(double part) const {
  if (values_.empty()) return 0;
  std::vector<double> sorted = values_;
  std::ranges::sort(sorted);
  const double place = std::ceil(part * static_cast<double>(sorted.size()));
  return sorted[static_cast<std::size_t>(std::max(1.0, place)) - 1];
}

std::uint64_t DayFigures::Throttled() const {
  std::uint64_t sum = 0;
  for (const auto& [operation, count] : calls) sum += count.throttled;
  return sum;
}

std::vector<std::string> CheckDay(const DayFigures& ours) {
  std::vector<std::string> broken;
  broken.reserve(ours.violations.size());
  for (const Violation& violation : ours.violations) {
    broken.push_back(violation.invariant + ": " + violation.what);
  }
  if (ours.succeeded != ours.jobs) {
    broken.push_back(fmt::format("{} of {} jobs failed", ours.jobs - ours.succeeded, ours.jobs));
  }
  if (ours.most_alive > EmrQuotas::kActiveClusters) {
    broken.push_back(fmt::format("{} clusters were alive", ours.most_alive));
  }
  const double calls = ours.calls_of_long_job.At(1);
  if (calls > kMostCalls) {
    broken.push_back(fmt::format("a job of three hours made {} calls of EMR", calls));
  }
  const double transitions = ours.transitions_of_long_job.At(1);
  if (transitions > kMostTransitions) {
    broken.push_back(fmt::format("a job of three hours made {} transitions", transitions));
  }
  return broken;
}

std::string ToText(const DayFigures& ours, const DayFigures& classic) {
  std::string text;
  AddRow(text, "", "this manager", "poll loop, 120 s");
  AddRow(text, "jobs", ours.jobs, classic.jobs);
  AddRow(text, "succeeded", ours.succeeded, classic.succeeded);
  AddRow(text, "failed, by a refused call", ours.jobs - ours.succeeded,
         classic.jobs - classic.succeeded);
  AddRow(text, "  of these without a cluster", ours.without_cluster, classic.without_cluster);
  AddRow(text, "  of these false: their step completed", ours.false_alarms, classic.false_alarms);
  AddRow(text, "clusters alive at most", ours.most_alive, classic.most_alive);
  for (const std::string& operation : OperationsOf(ours, classic)) {
    AddRow(text, operation + ", done / refused", ToText(ours.calls, operation),
           ToText(classic.calls, operation));
  }
  AddRow(text, "calls for a job: mean / p99 / most", ToText(ours.calls_of_job),
         ToText(classic.calls_of_job));
  AddRow(text, "  of three hours", ToText(ours.calls_of_long_job),
         ToText(classic.calls_of_long_job));
  AddRow(text, "transitions of a job: mean / p99 / most", ToText(ours.transitions),
         ToText(classic.transitions));
  AddRow(text, "  of three hours", ToText(ours.transitions_of_long_job),
         ToText(classic.transitions_of_long_job));
  AddRow(text, "seconds until the cluster: mean / p99 / most", ToText(ours.wait_for_cluster),
         ToText(classic.wait_for_cluster));
  AddRow(text, "seconds from step's end: mean / p99 / most", ToText(ours.told_after),
         ToText(classic.told_after));
  text += fmt::format("{} sweeps, {} events lost\n", ours.sweeps, ours.lost_events);
  for (const auto& [ending, count] : ours.endings) {
    text += fmt::format("this manager: {} {}\n", count, ending);
  }
  for (const auto& [ending, count] : classic.endings) {
    text += fmt::format("poll loop: {} {}\n", count, ending);
  }
  return text;
}

}  // namespace ecm::sim
