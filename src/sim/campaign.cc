#include "sim/campaign.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

namespace ecm::sim {
namespace {

constexpr std::uint64_t kChunk = 64;

WorldReport RunIn(const WorldOptions& options, StackPool& stacks) {
  return World(options, stacks).Run();
}

/// Of all threads together.
class Progress {
 public:
  explicit Progress(const OnProgress& tell) : tell_(tell) {}

  void Add(std::uint64_t worlds, std::uint64_t failed) {
    if (!tell_) return;
    const std::scoped_lock lock(mutex_);
    worlds_ += worlds;
    failed_ += failed;
    tell_(worlds_, failed_);
  }

 private:
  const OnProgress& tell_;
  std::mutex mutex_;
  std::uint64_t worlds_ = 0;
  std::uint64_t failed_ = 0;
};

void RunChunk(std::uint64_t first, std::uint64_t end, const CampaignOptions& options,
              StackPool& stacks, CampaignReport& report) {
  for (std::uint64_t seed = first; seed < end; ++seed) {
    const WorldOptions one{
        .seed = seed, .find_handler = options.find_handler, .definition = options.definition};
    WorldReport world = RunIn(one, stacks);
    if (options.check_determinism && RunIn(one, stacks).hash != world.hash) {
      world.violations.push_back({"determinism", "the same seed ran in two different ways"});
    }
    report.Add(world);
  }
}

}  // namespace

void CampaignReport::Add(const WorldReport& world) {
  ++worlds;
  executions += world.executions;
  steps += world.steps;
  settling = std::max(settling, world.settling);
  hash += Scramble(world.hash ^ Scramble(world.seed));
  injected.Add(world.coverage);
  seeds_with.AddSeed(world.coverage);
  for (const auto& [ending, count] : world.endings) endings[ending] += count;
  if (world.violations.empty()) return;
  ++failed_worlds;
  failures.push_back({world.seed, world.violations.front()});
}

void CampaignReport::Merge(const CampaignReport& other) {
  worlds += other.worlds;
  executions += other.executions;
  steps += other.steps;
  settling = std::max(settling, other.settling);
  failed_worlds += other.failed_worlds;
  hash += other.hash;
  injected.Add(other.injected);
  seeds_with.Add(other.seeds_with);
  for (const auto& [ending, count] : other.endings) endings[ending] += count;
  failures.insert(failures.end(), other.failures.begin(), other.failures.end());
}

WorldReport RunSeed(const WorldOptions& options) {
  StackPool stacks;
  return RunIn(options, stacks);
}

CampaignReport RunCampaign(const CampaignOptions& options) {
  const unsigned jobs = std::max(options.jobs, 1U);
  std::vector<CampaignReport> parts(jobs);
  std::atomic<std::uint64_t> next{0};
  Progress progress(options.on_progress);
  const auto work = [&](CampaignReport& part) {
    StackPool stacks;
    for (std::uint64_t at = next.fetch_add(kChunk); at < options.seeds;
         at = next.fetch_add(kChunk)) {
      const std::uint64_t end = std::min(at + kChunk, options.seeds);
      const std::uint64_t failed = part.failed_worlds;
      RunChunk(options.first + at, options.first + end, options, stacks, part);
      progress.Add(end - at, part.failed_worlds - failed);
    }
  };
  {
    std::vector<std::jthread> threads;
    for (unsigned job = 1; job < jobs; ++job) {
      threads.emplace_back([&work, &part = parts[job]] { work(part); });
    }
    work(parts[0]);
  }
  CampaignReport report;
  for (const CampaignReport& part : parts) report.Merge(part);
  std::ranges::sort(report.failures, {}, &Failure::seed);
  if (report.failures.size() > options.most_failures) {
    report.failures.resize(options.most_failures);
  }
  return report;
}

std::string ToText(const CampaignReport& report) {
  std::string text =
      fmt::format("{:<22} {:<30} {:>10} {:>10}\n", "fault", "at", "injected", "seeds");
  for (std::size_t f = 0; f < kFaults; ++f) {
    for (std::size_t s = 0; s < kSites; ++s) {
      const auto fault = static_cast<Fault>(f);
      const auto site = static_cast<Site>(s);
      if (report.injected.at(fault, site) == 0) continue;
      text += fmt::format("{:<22} {:<30} {:>10} {:>10}\n", Name(fault), Name(site),
                          report.injected.at(fault, site), report.seeds_with.at(fault, site));
    }
  }
  text += "\nexecutions ended\n";
  for (const auto& [ending, count] : report.endings) {
    text += fmt::format("  {:<20} {:>10}\n", ending, count);
  }
  return text;
}

}  // namespace ecm::sim
