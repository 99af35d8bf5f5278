#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/time.h"
#include "env/clock.h"
#include "env/real/real_env.h"
#include "sim/campaign.h"
#include "sim/day/classic_day.h"
#include "sim/day/day.h"
#include "sim/experiments.h"
#include "sim/faults/catalogue.h"

namespace {

constexpr int kExitError = 1;
constexpr int kExitUsage = 2;
constexpr int kExitViolation = 3;

struct Arguments {
  std::optional<std::uint64_t> seed;
  std::vector<std::string> aims;
  std::uint64_t seeds = 0;
  std::uint64_t pairs = 0;
  std::uint64_t triples = 0;
  std::uint64_t crashes = 0;
  std::uint64_t combinations = 0;
  std::uint64_t first = 1;
  unsigned jobs = 1;
  bool check_determinism = false;
  bool day = false;
  std::size_t day_jobs = 10'000;
  bool coverage = false;
};

/// CLI11 reads "-1" as the largest number.
CLI::Validator WholeNumber() {
  return CLI::Validator(
      [](const std::string& text) {
        const bool digits = text.find_first_not_of("0123456789") == std::string::npos;
        return digits && text.size() <= 19 ? std::string() : "'" + text + "' is not a seed";
      },
      "");
}

/// With aims the world is calm but for them.
std::optional<ecm::sim::FaultPlan> PlanOf(const std::vector<std::string>& aims) {
  if (aims.empty()) return std::nullopt;
  ecm::sim::FaultPlan plan;
  for (const std::string& aim : aims) plan.aims.push_back(*ecm::sim::ParseAim(aim));
  return plan;
}

int RunOne(std::uint64_t seed, const std::vector<std::string>& aims, bool check_determinism) {
  const ecm::sim::WorldReport world =
      ecm::sim::RunSeed({.seed = seed, .keep_text = true, .plan = PlanOf(aims)});
  for (const std::string& line : world.lines) fmt::print("{}\n", line);
  fmt::print("\nseed {}: {} executions in {} of virtual time, {} events, hash {}\n", seed,
             world.executions, ecm::ToHumanDuration(world.virtual_time), world.steps,
             ecm::sim::ToHex(world.hash));
  for (const auto& [ending, count] : world.endings) fmt::print("  {} {}\n", count, ending);
  bool held = world.violations.empty();
  if (check_determinism &&
      ecm::sim::RunSeed({.seed = seed, .plan = PlanOf(aims)}).hash != world.hash) {
    fmt::print("the same seed ran in two different ways\n");
    held = false;
  }
  for (const ecm::sim::Violation& violation : world.violations) {
    fmt::print("VIOLATION of {}: {}\n", violation.invariant, violation.what);
  }
  if (held) fmt::print("all invariants hold\n");
  return held ? 0 : kExitViolation;
}

/// A line on standard error every ten seconds: a million seeds take minutes.
class ProgressLines {
 public:
  ProgressLines(std::uint64_t seeds, const ecm::Clock& clock)
      : seeds_(seeds), clock_(clock), began_(clock.Mono()), told_(began_) {}

  void Tell(std::uint64_t worlds, std::uint64_t failed) {
    const ecm::MonoTime now = clock_.Mono();
    if (now - told_ < std::chrono::seconds(10)) return;
    told_ = now;
    const double left = static_cast<double>(seeds_ - worlds) / static_cast<double>(worlds);
    const auto rest = std::chrono::duration_cast<ecm::Duration>((now - began_) * left);
    fmt::print(stderr, "sim: {} of {} seeds, {} broke an invariant, about {} left\n", worlds,
               seeds_, failed, ecm::ToHumanDuration(rest));
  }

 private:
  const std::uint64_t seeds_;
  const ecm::Clock& clock_;
  const ecm::MonoTime began_;
  ecm::MonoTime told_;
};

int RunMany(const Arguments& arguments, const ecm::Clock& clock) {
  const ecm::MonoTime began = clock.Mono();
  ProgressLines lines(arguments.seeds, clock);
  const ecm::sim::CampaignReport report =
      ecm::sim::RunCampaign({.first = arguments.first,
                             .seeds = arguments.seeds,
                             .jobs = arguments.jobs,
                             .check_determinism = arguments.check_determinism,
                             .on_progress = [&](std::uint64_t worlds, std::uint64_t failed) {
                               lines.Tell(worlds, failed);
                             }});
  const double seconds = std::chrono::duration<double>(clock.Mono() - began).count();
  const double rate = seconds > 0 ? static_cast<double>(report.executions) / seconds : 0;
  fmt::print("{}\n", arguments.coverage
                         ? ecm::sim::CatalogueText(report.injected, report.seeds_with)
                         : ToText(report));
  fmt::print(
      "{} seeds from {}: {} executions, {} events in {:.1f} s ({:.0f} executions a second), "
      "hash {}\n",
      report.worlds, arguments.first, report.executions, report.steps, seconds, rate,
      ecm::sim::ToHex(report.hash));
  fmt::print("settled at the latest {} after the last fault and the last end\n",
             ecm::ToHumanDuration(report.settling));
  bool complete = true;
  for (const std::string_view row : ecm::sim::MissingRows(report.injected)) {
    if (!arguments.coverage) break;
    fmt::print("row {} of the fault catalogue never happened\n", row);
    complete = false;
  }
  for (const ecm::sim::Failure& failure : report.failures) {
    fmt::print("VIOLATION of {} with seed {}: {}\n  replay: sim --seed {}\n",
               failure.violation.invariant, failure.seed, failure.violation.what, failure.seed);
  }
  if (report.failed_worlds == 0) {
    fmt::print("all invariants hold\n");
    return complete ? 0 : kExitViolation;
  }
  fmt::print("{} of {} seeds broke an invariant\n", report.failed_worlds, report.worlds);
  return kExitViolation;
}

int RunOneDay(const Arguments& arguments, const ecm::Clock& clock) {
  const ecm::sim::DayOptions options{.seed = arguments.seed.value_or(1),
                                     .jobs = arguments.day_jobs};
  const ecm::MonoTime began = clock.Mono();
  const ecm::sim::DayFigures ours = ecm::sim::RunDay(options);
  const double seconds = std::chrono::duration<double>(clock.Mono() - began).count();
  const ecm::sim::DayFigures classic = ecm::sim::RunClassicDay(options);
  fmt::print("A day of {} jobs in one account with the published quotas of Amazon EMR, seed {}\n\n",
             options.jobs, options.seed);
  fmt::print("{}\n", ToText(ours, classic));
  const double rate = seconds > 0 ? static_cast<double>(ours.jobs) / seconds : 0;
  fmt::print("{} events in {:.1f} s ({:.0f} executions a second), hash {}; poll loop {}\n",
             ours.steps, seconds, rate, ecm::sim::ToHex(ours.hash), ecm::sim::ToHex(classic.hash));
  std::vector<std::string> broken = CheckDay(ours);
  if (arguments.check_determinism && ecm::sim::RunDay(options).hash != ours.hash) {
    broken.emplace_back("the same seed ran in two different ways");
  }
  for (const std::string& promise : broken) fmt::print("BROKEN: {}\n", promise);
  if (broken.empty()) fmt::print("all promises of the day are kept\n");
  return broken.empty() ? 0 : kExitViolation;
}

/// How often what was wanted came about, and what broke.
int Tell(std::string_view what, const ecm::sim::ExperimentReport& report, bool each) {
  if (each) {
    for (const auto& [name, count] : report.came_about) fmt::print("  {:<62} {:>8}\n", name, count);
  }
  fmt::print("{}: {} worlds, {} executions, {} of {} came about, hash {}\n", what, report.worlds,
             report.executions, report.Met(), report.came_about.size(),
             ecm::sim::ToHex(report.hash));
  for (const ecm::sim::ExperimentFailure& failure : report.failures) {
    fmt::print("VIOLATION of {} with {}: {}\n  replay: {}\n", failure.violation.invariant,
               failure.experiment.name, failure.violation.what,
               ecm::sim::ReplayCommand(failure.experiment));
  }
  if (report.failed_worlds > 0) fmt::print("{} worlds broke an invariant\n", report.failed_worlds);
  return report.failed_worlds == 0 ? 0 : kExitViolation;
}

int RunExperiments(const Arguments& arguments) {
  using ecm::sim::RunExperiments;
  int status = 0;
  const auto tell = [&](std::string_view what, const ecm::sim::ExperimentReport& report,
                        bool each) { status = std::max(status, Tell(what, report, each)); };
  if (arguments.pairs > 0) {
    const auto pairs = ecm::sim::AllPairs(arguments.pairs, arguments.first);
    tell("pairs", RunExperiments(pairs, arguments.jobs), false);
  }
  if (arguments.triples > 0) {
    const auto triples = ecm::sim::RandomTriples(arguments.triples, arguments.first);
    tell("triples", RunExperiments(triples, arguments.jobs), true);
  }
  if (arguments.crashes > 0) {
    tell("crashes", ecm::sim::RunCrashes(arguments.crashes, arguments.first), true);
  }
  for (int number = 1; arguments.combinations > 0 && number <= ecm::sim::kCombinations; ++number) {
    const auto worlds = ecm::sim::Combination(number, arguments.combinations, arguments.first);
    tell("combination", RunExperiments(worlds, arguments.jobs), true);
  }
  if (status == 0) fmt::print("all invariants hold\n");
  return status;
}

CLI::Validator IsAim() {
  return CLI::Validator(
      [](const std::string& text) {
        return ecm::sim::ParseAim(text) ? std::string() : "'" + text + "' is no fault@site#passage";
      },
      "");
}

int Run(int argc, char** argv) {
  Arguments arguments;
  CLI::App app(
      "Runs the shipped state machine and handlers in a simulated account where things go wrong, "
      "and checks what is promised. Exit code 3: a promise was broken.",
      "sim");
  CLI::Option* seed =
      app.add_option("--seed", arguments.seed, "One world, with its timeline: replays a failure")
          ->check(WholeNumber());
  CLI::Option* seeds = app.add_option("--seeds", arguments.seeds, "So many worlds, with a summary")
                           ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 40));
  const CLI::Range some(std::uint64_t{1}, std::uint64_t{1} << 32);
  app.add_option("--aim", arguments.aims, "With --seed: what goes wrong, and nothing else does")
      ->needs(seed)
      ->check(IsAim());
  app.add_option("--pairs", arguments.pairs, "Every two faults together, so many worlds each")
      ->check(some);
  app.add_option("--triples", arguments.triples, "So many worlds with three drawn faults")
      ->check(some);
  app.add_option("--crashes", arguments.crashes,
                 "A crash before, in and after every call of each path, with so many seeds")
      ->check(some);
  app.add_option("--combinations", arguments.combinations,
                 "The twelve combinations of the fault catalogue, so many worlds each")
      ->check(some);
  app.add_flag(
         "--coverage", arguments.coverage,
         "With --seeds: the fault catalogue, row by row; a row that should happen and did not "
         "is a failure")
      ->needs(seeds);
  app.add_option("--first", arguments.first, "The first seed")->capture_default_str();
  app.add_option("--jobs", arguments.jobs, "Threads; the result is the same")
      ->check(CLI::Range(1U, 256U))
      ->capture_default_str();
  app.add_flag("--check-determinism", arguments.check_determinism,
               "Run every world twice and compare");
  seed->excludes(seeds);
  CLI::Option* day =
      app.add_flag("--day", arguments.day,
                   "A day of jobs at EMR's quotas, beside a poll loop; --seed chooses the day")
          ->excludes(seeds);
  app.add_option("--day-jobs", arguments.day_jobs, "How many jobs that day has")
      ->needs(day)
      ->check(CLI::Range(std::size_t{1}, std::size_t{100'000}))
      ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kExitUsage;
  }
  const std::uint64_t room = std::numeric_limits<std::uint64_t>::max() - arguments.first;
  if (arguments.seeds > room) {
    fmt::print(stderr, "sim: there are no {} seeds from {} on\n", arguments.seeds, arguments.first);
    return kExitUsage;
  }
  const ecm::SystemClock clock;
  if (arguments.day) return RunOneDay(arguments, clock);
  if (arguments.seed) {
    return RunOne(*arguments.seed, arguments.aims, arguments.check_determinism);
  }
  if (arguments.seeds > 0) return RunMany(arguments, clock);
  const bool experiments =
      arguments.pairs + arguments.triples + arguments.crashes + arguments.combinations > 0;
  if (experiments) return RunExperiments(arguments);
  fmt::print("{}", app.help());
  return kExitUsage;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Run(argc, argv);
  } catch (const std::system_error& error) {
    // fmt throws when standard output is full or closed.
    std::fprintf(stderr, "sim: the result could not be written: %s\n", error.what());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "sim: %s\n", error.what());
  }
  return kExitError;
}
