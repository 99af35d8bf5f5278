#include "sim/time/scheduler.h"

#include <gtest/gtest.h>

#include <string>

namespace ecm::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr WallTime kStart{seconds{1'000'000}};

class SchedulerTest : public testing::Test {
 protected:
  void RunAll() {
    while (scheduler.RunNext()) {
    }
  }
  StackPool stacks;
  std::string story;
  Scheduler scheduler{stacks, kStart};
};

TEST_F(SchedulerTest, DoesThingsInTheOrderOfTheirTimeAndTiesInTheOrderOfAsking) {
  scheduler.After(seconds{2}, [&] { story += "c"; });
  scheduler.After(seconds{1}, [&] { story += "a"; });
  scheduler.After(seconds{1}, [&] { story += "b"; });
  RunAll();
  EXPECT_EQ(story, "abc");
  EXPECT_EQ(scheduler.now(), kStart + seconds{2});
}

TEST_F(SchedulerTest, NeverGoesBackInTime) {
  scheduler.After(seconds{5}, [&] { scheduler.At(kStart, [&] { story += "late"; }); });
  RunAll();
  EXPECT_EQ(story, "late");
  EXPECT_EQ(scheduler.now(), kStart + seconds{5});
}

TEST_F(SchedulerTest, InterleavesFibersWhereTheySleep) {
  for (const char* name : {"1", "2"}) {
    scheduler.Spawn(name, [this, name] {
      for (int turn = 0; turn < 3; ++turn) {
        story += name;
        scheduler.Sleep(milliseconds{10});
      }
    });
  }
  RunAll();
  EXPECT_EQ(story, "121212");
  EXPECT_EQ(scheduler.now(), kStart + milliseconds{30});
  EXPECT_EQ(scheduler.fibers(), 0u);
}

TEST_F(SchedulerTest, UnwindsAFiberThatIsKilledWhileItSleeps) {
  struct Guard {
    std::string& story;
    ~Guard() { story += "unwound"; }
  };
  const FiberId fiber = scheduler.Spawn("it", [this] {
    const Guard guard{story};
    scheduler.Sleep(seconds{10});
    story += "never";
  });
  scheduler.After(seconds{1}, [&] { scheduler.Kill(fiber); });
  RunAll();
  EXPECT_EQ(story, "unwound");
  EXPECT_FALSE(scheduler.IsAlive(fiber));
}

TEST_F(SchedulerTest, TellsOfAKillAfterTheStackIsUnwound) {
  struct Guard {
    std::string& story;
    ~Guard() { story += "unwound "; }
  };
  const FiberId fiber = scheduler.Spawn(
      "it",
      [this] {
        const Guard guard{story};
        scheduler.SleepForEver();
      },
      [this] { story += "told"; });
  scheduler.After(seconds{1}, [&] { scheduler.Kill(fiber); });
  RunAll();
  EXPECT_EQ(story, "unwound told");
}

TEST_F(SchedulerTest, KnowsWhichFiberRuns) {
  FiberId seen = 0;
  const FiberId fiber = scheduler.Spawn("it", [&] {
    seen = scheduler.current();
    story = scheduler.current_name();
  });
  RunAll();
  EXPECT_EQ(seen, fiber);
  EXPECT_EQ(story, "it");
  EXPECT_EQ(scheduler.current(), 0u);
}

TEST_F(SchedulerTest, EndsWithFibersThatStillSleep) {
  struct Guard {
    std::string& story;
    ~Guard() { story += "unwound"; }
  };
  {
    Scheduler other(stacks, kStart);
    other.Spawn("it", [&] {
      const Guard guard{story};
      other.SleepForEver();
    });
    while (other.RunNext()) {
    }
  }
  EXPECT_EQ(story, "unwound");
}

}  // namespace
}  // namespace ecm::sim
