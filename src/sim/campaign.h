#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/world.h"

namespace ecm::sim {

/// So many worlds have been run, so many of them broke an invariant.
using OnProgress = std::function<void(std::uint64_t worlds, std::uint64_t failed)>;

struct CampaignOptions {
  std::uint64_t first = 1;
  std::uint64_t seeds = 1;
  unsigned jobs = 1;               ///< threads, each with worlds of its own
  bool check_determinism = false;  ///< every world twice
  std::size_t most_failures = 10;  ///< kept for the report; the seeds run on
  FindHandler find_handler = lifecycle::FindHandler;
  /// The state machine that ships, where it is not given.
  std::shared_ptr<const asl::Definition> definition = nullptr;
  /// Now and then, from any of the threads, one at a time.
  OnProgress on_progress = nullptr;
};

struct Failure {
  std::uint64_t seed = 0;
  Violation violation;
};

/// What many worlds were like.
struct CampaignReport {
  std::uint64_t worlds = 0;
  std::uint64_t executions = 0;
  std::uint64_t steps = 0;
  Duration settling{};  ///< the longest
  std::uint64_t failed_worlds = 0;
  std::uint64_t hash = 0;         ///< of all worlds' hashes, whatever their order
  std::vector<Failure> failures;  ///< the first by seed
  Coverage injected;
  Coverage seeds_with;
  std::map<std::string, std::uint64_t> endings;

  void Add(const WorldReport& world);
  void Merge(const CampaignReport& other);
};

/// One world of its own.
WorldReport RunSeed(const WorldOptions& options);
CampaignReport RunCampaign(const CampaignOptions& options);

/// For people: what was injected where, how often and with how many seeds; how executions ended.
std::string ToText(const CampaignReport& report);

}  // namespace ecm::sim
