#include "sim/experiments.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <thread>

#include "sim/campaign.h"

namespace ecm::sim {
namespace {

constexpr std::size_t kMostFailures = 10;
constexpr std::size_t kChunk = 32;

WorldReport RunOne(const Experiment& experiment, FindHandler find_handler, StackPool& stacks) {
  WorldOptions options{.seed = experiment.seed, .plan = experiment.plan};
  options.find_handler = find_handler;
  return World(options, stacks).Run();
}

std::vector<Fault> Injectable() {
  std::vector<Fault> faults;
  for (std::size_t f = 0; f < kFaults; ++f) {
    const auto fault = static_cast<Fault>(f);
    if (!HappensByItself(fault)) faults.push_back(fault);
  }
  return faults;
}

Experiment Of(std::vector<Fault> wanted, std::uint64_t seed) {
  Experiment experiment{.seed = seed, .wanted = std::move(wanted)};
  SeededRandom random(Scramble(seed ^ 0xA5A5));
  for (const Fault fault : experiment.wanted) {
    AimAt(fault, random, experiment.plan);
    if (!experiment.name.empty()) experiment.name += " × ";
    experiment.name += Name(fault);
  }
  return experiment;
}

template <class T>
std::optional<T> Named(std::string_view name, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if (Name(static_cast<T>(i)) == name) return static_cast<T>(i);
  }
  return std::nullopt;
}

}  // namespace

void ExperimentReport::Add(const Experiment& experiment, const WorldReport& world) {
  ++worlds;
  executions += world.executions;
  hash += Scramble(world.hash ^ Scramble(world.seed));
  injected.Add(world.coverage);
  seeds_with.AddSeed(world.coverage);
  std::uint64_t& met = came_about[experiment.name];
  const bool all = std::ranges::all_of(experiment.wanted,
                                       [&](Fault fault) { return world.coverage.of(fault) > 0; });
  if (all) ++met;
  if (world.violations.empty()) return;
  ++failed_worlds;
  if (failures.size() < kMostFailures) failures.push_back({experiment, world.violations.front()});
}

void ExperimentReport::Merge(ExperimentReport other) {
  worlds += other.worlds;
  executions += other.executions;
  failed_worlds += other.failed_worlds;
  hash += other.hash;
  injected.Add(other.injected);
  seeds_with.Add(other.seeds_with);
  for (const auto& [name, count] : other.came_about) came_about[name] += count;
  std::ranges::move(other.failures, std::back_inserter(failures));
}

std::size_t ExperimentReport::Met() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(came_about, [](const auto& entry) { return entry.second > 0; }));
}

ExperimentReport RunExperiments(const std::vector<Experiment>& experiments, unsigned jobs,
                                FindHandler find_handler) {
  std::vector<ExperimentReport> parts(std::max(jobs, 1U));
  std::atomic<std::size_t> next{0};
  const auto work = [&](ExperimentReport& part) {
    StackPool stacks;
    for (std::size_t at = next.fetch_add(kChunk); at < experiments.size();
         at = next.fetch_add(kChunk)) {
      const std::size_t end = std::min(at + kChunk, experiments.size());
      for (std::size_t i = at; i < end; ++i) {
        part.Add(experiments[i], RunOne(experiments[i], find_handler, stacks));
      }
    }
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t job = 1; job < parts.size(); ++job) {
      threads.emplace_back([&work, &part = parts[job]] { work(part); });
    }
    work(parts[0]);
  }
  ExperimentReport report;
  for (ExperimentReport& part : parts) report.Merge(std::move(part));
  std::ranges::sort(report.failures, {},
                    [](const ExperimentFailure& failure) { return failure.experiment.seed; });
  if (report.failures.size() > kMostFailures) report.failures.resize(kMostFailures);
  return report;
}

std::vector<Experiment> AllPairs(std::uint64_t tries, std::uint64_t first) {
  const std::vector<Fault> faults = Injectable();
  std::vector<Experiment> experiments;
  std::uint64_t seed = first;
  for (std::size_t i = 0; i < faults.size(); ++i) {
    for (std::size_t j = i + 1; j < faults.size(); ++j) {
      for (std::uint64_t n = 0; n < tries; ++n) {
        experiments.push_back(Of({faults[i], faults[j]}, seed++));
      }
    }
  }
  return experiments;
}

std::vector<Experiment> RandomTriples(std::uint64_t count, std::uint64_t first) {
  const std::vector<Fault> faults = Injectable();
  std::vector<Experiment> experiments;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    SeededRandom random(Scramble(seed));
    std::vector<Fault> drawn;
    drawn.reserve(3);
    for (int n = 0; n < 3; ++n) drawn.push_back(faults[UniformBelow(random, faults.size())]);
    experiments.push_back(Of(std::move(drawn), seed));
    experiments.back().name = "triples";
  }
  return experiments;
}

ExperimentReport RunCrashes(std::uint64_t seeds_per_path, std::uint64_t first,
                            FindHandler find_handler) {
  struct Path {
    std::string_view name;
    std::vector<Aim> aims;
  };
  const auto at = [](Fault fault) { return Aim{fault, SitesOf(fault)[0], 0}; };
  const std::array<Path, 13> paths = {{
      {"happy path", {}},
      {"step fails", {at(Fault::kStepFails)}},
      {"deadline", {at(Fault::kStepHangs)}},
      {"protected", {at(Fault::kStepHangs), at(Fault::kProtectedByHand)}},
      {"no capacity", {at(Fault::kNoCapacity)}},
      {"refused later", {at(Fault::kRefusedLater)}},
      {"primary lost", {at(Fault::kPrimaryLost), at(Fault::kStepsInterrupted)}},
      {"answer lost", {{Fault::kAnswerLost, Site::kRunJobFlow, 0}}},
      {"throttled", {{Fault::kThrottled, Site::kRunJobFlow, 0}}},
      {"terminated by hand", {at(Fault::kTerminatedByHand)}},
      {"aborted", {at(Fault::kAborted)}},
      {"aborted and redriven", {at(Fault::kAborted), at(Fault::kRedriven)}},
      {"invalid job", {at(Fault::kInvalidJob)}},
  }};
  StackPool stacks;
  ExperimentReport report;
  for (const Path& path : paths) {
    for (std::uint64_t seed = first; seed < first + seeds_per_path; ++seed) {
      for (const Fault fault : {Fault::kCrashBefore, Fault::kCrashInFlight, Fault::kCrashAfter}) {
        for (const Site site : SitesOf(fault)) {
          for (int passage = 0;; ++passage) {
            Experiment experiment{.name = std::string(path.name), .seed = seed, .wanted = {fault}};
            experiment.plan.aims = path.aims;
            experiment.plan.aims.push_back({fault, site, passage});
            const WorldReport world = RunOne(experiment, find_handler, stacks);
            if (world.coverage.of(fault) == 0) break;
            report.Add(experiment, world);
          }
        }
      }
    }
  }
  return report;
}

std::string ToText(const Aim& aim) {
  return fmt::format("{}@{}#{}", Name(aim.fault), Name(aim.site), aim.passage);
}

std::optional<Aim> ParseAim(std::string_view text) {
  const std::size_t at = text.find('@');
  const std::size_t hash = text.rfind('#');
  if (at == std::string_view::npos || hash == std::string_view::npos || hash < at) return {};
  const auto fault = Named<Fault>(text.substr(0, at), kFaults);
  const auto site = Named<Site>(text.substr(at + 1, hash - at - 1), kSites);
  const std::string_view digits = text.substr(hash + 1);
  Aim aim;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), aim.passage);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  if (!fault || !site || !whole || aim.passage < 0) return std::nullopt;
  aim.fault = *fault;
  aim.site = *site;
  return aim;
}

std::string ReplayCommand(const Experiment& experiment) {
  std::string command = fmt::format("sim --seed {}", experiment.seed);
  for (const Aim& aim : experiment.plan.aims) command += fmt::format(" --aim '{}'", ToText(aim));
  return command;
}

}  // namespace ecm::sim
