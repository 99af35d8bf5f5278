#include "sim/faults/faults.h"

#include <algorithm>

namespace ecm::sim {

std::uint64_t Coverage::of(Fault fault) const {
  std::uint64_t sum = 0;
  for (const std::uint64_t count : counts_[static_cast<std::size_t>(fault)]) sum += count;
  return sum;
}

std::uint64_t Coverage::total() const {
  std::uint64_t sum = 0;
  for (const auto& row : counts_) {
    for (const std::uint64_t count : row) sum += count;
  }
  return sum;
}

void Coverage::AddSeed(const Coverage& run) {
  for (std::size_t fault = 0; fault < kFaults; ++fault) {
    for (std::size_t site = 0; site < kSites; ++site) {
      if (run.counts_[fault][site] > 0) ++counts_[fault][site];
    }
  }
}

void Coverage::Add(const Coverage& other) {
  for (std::size_t fault = 0; fault < kFaults; ++fault) {
    for (std::size_t site = 0; site < kSites; ++site) {
      counts_[fault][site] += other.counts_[fault][site];
    }
  }
}

bool Faults::MayHappen(Fault fault) const {
  const bool drawn = plan_.call_rate > 0 && plan_.weights[static_cast<std::size_t>(fault)] > 0;
  return drawn || std::ranges::find(plan_.aims, fault, &Aim::fault) != plan_.aims.end();
}

bool Faults::Hits(Fault fault, Site site) {
  bool hit = false;
  for (std::size_t i = 0; i < plan_.aims.size(); ++i) {
    const Aim& aim = plan_.aims[i];
    if (aim.fault == fault && aim.site == site) hit = seen_[i]++ == aim.passage || hit;
  }
  return hit;
}

std::optional<Fault> Faults::DrawCall(Site site, std::initializer_list<Fault> candidates) {
  if (!plan_.aims.empty()) {
    std::optional<Fault> aimed;
    for (const Fault fault : candidates) {
      if (Hits(fault, site)) aimed = fault;
    }
    if (aimed) {
      Count(*aimed, site);
      return aimed;
    }
  }
  if (plan_.budget <= 0 || plan_.call_rate <= 0) return std::nullopt;
  int sum = 0;
  for (const Fault fault : candidates) sum += plan_.weights[static_cast<std::size_t>(fault)];
  if (sum == 0 || UniformUnit(random_) >= plan_.call_rate) return std::nullopt;
  int drawn = static_cast<int>(UniformBelow(random_, static_cast<std::uint64_t>(sum)));
  for (const Fault fault : candidates) {
    drawn -= plan_.weights[static_cast<std::size_t>(fault)];
    if (drawn >= 0) continue;
    --plan_.budget;
    Count(fault, site);
    return fault;
  }
  return std::nullopt;
}

bool Faults::DrawPlanned(Site site, Fault fault, double share) {
  if (!plan_.aims.empty() && Hits(fault, site)) return true;
  const double rate =
      plan_.world_rate * share * plan_.weights[static_cast<std::size_t>(fault)] / 3.0;
  return rate > 0 && UniformUnit(random_) < rate;
}

bool Faults::DrawWorld(Site site, Fault fault, double share) {
  if (!DrawPlanned(site, fault, share)) return false;
  Count(fault, site);
  return true;
}

}  // namespace ecm::sim
