#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "base/time.h"
#include "env/clock.h"
#include "env/real/real_env.h"
#include "sim/campaign.h"
#include "sim/classic_day.h"
#include "sim/day.h"

namespace {

constexpr int kExitError = 1;
constexpr int kExitUsage = 2;
constexpr int kExitViolation = 3;

struct Arguments {
  std::optional<std::uint64_t> seed;
  std::uint64_t seeds = 0;
  std::uint64_t first = 1;
  unsigned jobs = 1;
  bool check_determinism = false;
  bool day = false;
  std::size_t day_jobs = 10'000;
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

int RunOne(std::uint64_t seed, bool check_determinism) {
  const ecm::sim::WorldReport world = ecm::sim::RunSeed({.seed = seed, .keep_text = true});
  for (const std::string& line : world.lines) fmt::print("{}\n", line);
  fmt::print("\nseed {}: {} executions in {} of virtual time, {} events, hash {}\n", seed,
             world.executions, ecm::ToHumanDuration(world.virtual_time), world.steps,
             ecm::sim::ToHex(world.hash));
  for (const auto& [ending, count] : world.endings) fmt::print("  {} {}\n", count, ending);
  bool held = world.violations.empty();
  if (check_determinism && ecm::sim::RunSeed({.seed = seed}).hash != world.hash) {
    fmt::print("the same seed ran in two different ways\n");
    held = false;
  }
  for (const ecm::sim::Violation& violation : world.violations) {
    fmt::print("VIOLATION of {}: {}\n", violation.invariant, violation.what);
  }
  if (held) fmt::print("all invariants hold\n");
  return held ? 0 : kExitViolation;
}

int RunMany(const Arguments& arguments, const ecm::Clock& clock) {
  const ecm::MonoTime began = clock.Mono();
  const ecm::sim::CampaignReport report =
      ecm::sim::RunCampaign({.first = arguments.first,
                             .seeds = arguments.seeds,
                             .jobs = arguments.jobs,
                             .check_determinism = arguments.check_determinism});
  const double seconds = std::chrono::duration<double>(clock.Mono() - began).count();
  const double rate = seconds > 0 ? static_cast<double>(report.executions) / seconds : 0;
  fmt::print("{}\n", ToText(report));
  fmt::print(
      "{} seeds from {}: {} executions, {} events in {:.1f} s ({:.0f} executions a second), "
      "hash {}\n",
      report.worlds, arguments.first, report.executions, report.steps, seconds, rate,
      ecm::sim::ToHex(report.hash));
  for (const ecm::sim::Failure& failure : report.failures) {
    fmt::print("VIOLATION of {} with seed {}: {}\n  replay: sim --seed {}\n",
               failure.violation.invariant, failure.seed, failure.violation.what, failure.seed);
  }
  if (report.failed_worlds == 0) {
    fmt::print("all invariants hold\n");
    return 0;
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

}  // namespace

int main(int argc, char** argv) {
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
  app.add_option("--first", arguments.first, "The first of --seeds")
      ->needs(seeds)
      ->capture_default_str();
  app.add_option("--jobs", arguments.jobs, "Threads for --seeds; the result is the same")
      ->needs(seeds)
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
  try {
    const ecm::SystemClock clock;
    if (arguments.day) return RunOneDay(arguments, clock);
    if (arguments.seed) return RunOne(*arguments.seed, arguments.check_determinism);
    if (arguments.seeds > 0) return RunMany(arguments, clock);
    fmt::print("{}", app.help());
    return kExitUsage;
  } catch (const std::system_error& error) {
    // fmt throws when standard output is full or closed.
    fmt::print(stderr, "sim: the result could not be written: {}\n", error.what());
    return kExitError;
  }
}
