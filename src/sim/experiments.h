#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/world.h"

// Worlds in which chosen faults happen: all pairs, random triples, a crash at every call, the
// combinations that break designs.

namespace ecm::sim {

struct Experiment {
  std::string name{};  ///< those with one name belong together: "crash after × event lost"
  std::uint64_t seed = 0;
  FaultPlan plan{};
  std::vector<Fault> wanted{};  ///< it has come about when all of these have happened
};

struct ExperimentFailure {
  Experiment experiment;
  Violation violation;
};

struct ExperimentReport {
  std::uint64_t worlds = 0;
  std::uint64_t executions = 0;
  std::uint64_t failed_worlds = 0;
  std::uint64_t hash = 0;
  std::map<std::string, std::uint64_t> came_about;  ///< by name: in how many worlds
  std::vector<ExperimentFailure> failures;          ///< the first few
  Coverage injected;
  Coverage seeds_with;

  void Add(const Experiment& experiment, const WorldReport& world);
  void Merge(ExperimentReport other);
  /// Names of which at least one world came about.
  std::size_t Met() const;
};

/// The result does not depend on `jobs`.
ExperimentReport RunExperiments(const std::vector<Experiment>& experiments, unsigned jobs = 1,
                                FindHandler find_handler = lifecycle::FindHandler);

/// Every two faults that can be injected, `tries` worlds each; seeds from `first` on.
std::vector<Experiment> AllPairs(std::uint64_t tries, std::uint64_t first);
/// Three faults, drawn.
std::vector<Experiment> RandomTriples(std::uint64_t count, std::uint64_t first);
/// Combination `number` of the twelve (docs/simulator.md), from 1.
std::vector<Experiment> Combination(int number, std::uint64_t tries, std::uint64_t first);
inline constexpr int kCombinations = 12;

/// Kills the sandbox before, in the middle of and after every call that handlers make on the happy
/// path and on those of the main failures: one world for each.
ExperimentReport RunCrashes(std::uint64_t seeds_per_path, std::uint64_t first,
                            FindHandler find_handler = lifecycle::FindHandler);

/// "crash after@emr RunJobFlow#0", and back; nothing for other text.
std::string ToText(const Aim& aim);
std::optional<Aim> ParseAim(std::string_view text);
/// The command that runs this world once more.
std::string ReplayCommand(const Experiment& experiment);

}  // namespace ecm::sim
