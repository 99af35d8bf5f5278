#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "sim/time/fiber.h"
#include "sim/time/stack_pool.h"

namespace ecm::sim {

using FiberId = std::uint64_t;  ///< from 1, never used twice

/// Virtual time: what is to happen, in the order of its time, then in the order in which it was
/// asked for. Time passes only from one thing to the next. Fibers sleep on it.
class Scheduler {
 public:
  using Action = std::move_only_function<void()>;

  Scheduler(StackPool& stacks, WallTime start) : stacks_(stacks), start_(start), now_(start) {}
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;
  ~Scheduler() { Clear(); }

  WallTime now() const { return now_; }
  WallTime start() const { return start_; }

  /// A time in the past means now, after what is already due.
  void At(WallTime when, Action action);
  void After(Duration delay, Action action) { At(now_ + delay, std::move(action)); }

  std::optional<WallTime> NextTime() const;
  /// Moves time to the next thing and does it. False if there is none.
  bool RunNext();
  /// Moves time alone; not past NextTime().
  void AdvanceTo(WallTime when);

  /// Starts a fiber after what is already due. `name` is for timelines; `on_killed` is called once
  /// its stack is unwound, if it is killed.
  FiberId Spawn(std::string name, Action body, Action on_killed = {});
  /// From inside a fiber: lets virtual time pass.
  void Sleep(Duration delay);
  /// From inside a fiber: stops it for good; only Kill ends it.
  void SleepForEver();
  /// Ends a fiber where it sleeps; its stack is unwound. Not from inside it. Unknown ids (fibers
  /// that have ended) are ignored.
  void Kill(FiberId fiber);
  /// Unwinds every fiber and tells nobody: for the end of a world, while what its fibers refer to
  /// still stands.
  void Clear();
  /// The fiber that runs now; 0 outside fibers.
  FiberId current() const { return current_; }
  /// Its name; "" outside fibers.
  const std::string& current_name() const;
  bool IsAlive(FiberId fiber) const { return fibers_.contains(fiber); }
  std::size_t fibers() const { return fibers_.size(); }

 private:
  struct Slot {
    std::string name;
    Action on_killed;
    std::unique_ptr<Fiber> fiber;
  };
  struct Entry {
    WallTime when;
    std::uint64_t sequence;
    Action action;
  };
  struct Later {
    bool operator()(const Entry& a, const Entry& b) const {
      return a.when != b.when ? a.when > b.when : a.sequence > b.sequence;
    }
  };

  void Run(FiberId fiber);

  StackPool& stacks_;
  WallTime start_;
  WallTime now_;
  std::uint64_t next_sequence_ = 0;
  std::vector<Entry> heap_;
  FiberId last_fiber_ = 0;
  FiberId current_ = 0;
  std::map<FiberId, Slot> fibers_;
};

}  // namespace ecm::sim
