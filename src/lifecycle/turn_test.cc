#include "lifecycle/turn.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lifecycle/testing/lifecycle_world.h"

namespace ecm::lifecycle {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// When each of `count` jobs that draw at the same moment may call, from now.
std::vector<Duration> DrawAtOnce(LifecycleWorld& world, int count) {
  std::vector<Duration> waits;
  for (int i = 0; i < count; ++i) {
    waits.push_back(DrawTurn(Region("eu-west-1"), world.ports).value() - world.clock.Wall());
  }
  return waits;
}

TEST(TurnTest, AFewCallAtOnceAndTheOthersOneAfterTheOther) {
  LifecycleWorld world;
  EXPECT_THAT(DrawAtOnce(world, 8),
              testing::ElementsAre(seconds{0}, seconds{0}, seconds{0}, seconds{0}, seconds{0},
                                   milliseconds{2500}, seconds{5}, milliseconds{7500}));
  // While nobody comes the queue gets shorter.
  world.clock.Advance(seconds{10});
  EXPECT_THAT(DrawAtOnce(world, 1), testing::ElementsAre(seconds{0}));
  world.clock.Advance(minutes{10});
  EXPECT_THAT(DrawAtOnce(world, 6).back(), milliseconds{2500});
}

TEST(TurnTest, EachRegionHasItsOwnQueue) {
  LifecycleWorld world;
  DrawAtOnce(world, 20);
  EXPECT_EQ(DrawTurn(Region("us-east-1"), world.ports).value(), world.clock.Wall());
}

TEST(TurnTest, WhereNobodyQueuesNothingIsStored) {
  LifecycleWorld world;
  world.ports.patience.create_every = Duration{0};
  EXPECT_THAT(DrawAtOnce(world, 20), testing::Each(Duration{0}));
  EXPECT_TRUE(world.jobs.records().empty());
}

TEST(TurnTest, TheQueueIsNoOpenJob) {
  LifecycleWorld world;
  DrawAtOnce(world, 2);
  EXPECT_EQ(world.jobs.records().size(), 1u);
  EXPECT_TRUE(world.jobs.ListOpen().value().empty());
}

/// Somebody else is always faster.
class CrowdedStore : public MemoryJobStore {
 public:
  Result<JobRecord> Put(const JobRecord& record) override {
    ++puts;
    return Fail(ErrorKind::kConflict, "changed meanwhile: " + record.execution.str());
  }
  int puts = 0;
};

TEST(TurnTest, GivesUpForAWhileWhereTooManyDraw) {
  LifecycleWorld world;
  CrowdedStore store;
  Ports ports{world.ports.clock,
              world.ports.random,
              world.ports.log,
              world.ports.emr,
              store,
              world.ports.tokens,
              world.ports.objects,
              world.ports.executions,
              world.ports.notices,
              world.ports.stack,
              world.ports.patience};
  EXPECT_EQ(DrawTurn(Region("eu-west-1"), ports).error().kind, ErrorKind::kConflict);
  EXPECT_EQ(store.puts, 24);
  EXPECT_LT(world.clock.Mono().time_since_epoch(), seconds{24});
}

}  // namespace
}  // namespace ecm::lifecycle
