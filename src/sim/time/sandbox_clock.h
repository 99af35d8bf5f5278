#pragma once

#include <map>

#include "env/clock.h"
#include "sim/time/scheduler.h"

namespace ecm::sim {

/// The clock that handlers see. That of a sandbox may be ahead or behind; how much time passes is
/// the same everywhere.
class SandboxClock : public Clock {
 public:
  explicit SandboxClock(Scheduler& scheduler) : scheduler_(scheduler) {}
  WallTime Wall() const override {
    const auto found = skews_.find(scheduler_.current());
    return scheduler_.now() + (found == skews_.end() ? Duration{0} : found->second);
  }
  MonoTime Mono() const override { return MonoTime{scheduler_.now() - scheduler_.start()}; }
  void SleepFor(Duration delay) override { scheduler_.Sleep(delay); }

  void Skew(FiberId fiber, Duration by) { skews_[fiber] = by; }
  void Forget(FiberId fiber) { skews_.erase(fiber); }

 private:
  Scheduler& scheduler_;
  std::map<FiberId, Duration> skews_;
};

}  // namespace ecm::sim
