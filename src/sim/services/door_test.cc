#include "sim/services/door.h"

#include <gtest/gtest.h>

#include <string>

#include "sim/services/ports.h"

namespace ecm::sim {
namespace {

constexpr WallTime kStart{std::chrono::seconds{1'000'000}};

/// One call out of one fiber, with one fault aimed at it.
class DoorTest : public testing::Test {
 protected:
  void Aim(Fault fault) { Make({.aims = {{fault, Site::kStorePut, 0}}}); }
  void Make(FaultPlan plan) {
    faults.emplace(plan, random);
    door.emplace(Core{scheduler, clock, random, *faults, timeline});
  }

  void Call() {
    if (!door) Make(CalmPlan());
    scheduler.Spawn(
        "it",
        [this] {
          const Result<int> answer = door->Pass<int>(
              Site::kStorePut,
              [this]() -> Result<int> {
                ++applied;
                return 42;
              },
              [this]() -> Scheduler::Action { return [this] { ++applied_without_caller; }; });
          story = answer ? "answer" : std::string(ErrorName(answer.error().kind));
        },
        [this] { story += "killed"; });
    while (scheduler.RunNext()) {
    }
  }

  StackPool stacks;
  SeededRandom random{3};
  Scheduler scheduler{stacks, kStart};
  SimClock clock{scheduler};
  Timeline timeline{kStart, true};
  std::optional<Faults> faults;
  std::optional<Door> door;
  int applied = 0;
  int applied_without_caller = 0;
  std::string story;
};

TEST_F(DoorTest, TakesTimeOnBothLegs) {
  Call();
  EXPECT_EQ(story, "answer");
  EXPECT_EQ(applied, 1);
  EXPECT_GE(scheduler.now() - kStart, Duration{6});
}

TEST_F(DoorTest, ACrashBeforeTheCallAppliesNothing) {
  Aim(Fault::kCrashBefore);
  Call();
  EXPECT_EQ(story, "killed");
  EXPECT_EQ(applied + applied_without_caller, 0);
}

TEST_F(DoorTest, ARequestOnItsWayArrivesAlthoughItsSenderDied) {
  Aim(Fault::kCrashInFlight);
  Call();
  EXPECT_EQ(story, "killed");
  EXPECT_EQ(applied, 0);
  EXPECT_EQ(applied_without_caller, 1);
  EXPECT_EQ(door->in_flight(), 0);
}

TEST_F(DoorTest, ACrashAfterTheCallLosesOnlyTheAnswer) {
  Aim(Fault::kCrashAfter);
  Call();
  EXPECT_EQ(story, "killed");
  EXPECT_EQ(applied, 1);
  EXPECT_EQ(applied_without_caller, 0);
}

TEST_F(DoorTest, ALostAnswerIsAnUnknownOutcomeOfACallThatWasApplied) {
  Aim(Fault::kAnswerLost);
  Call();
  EXPECT_EQ(story, "UnknownOutcome");
  EXPECT_EQ(applied, 1);
}

TEST_F(DoorTest, AServerErrorIsAnUnknownOutcomeOfACallThatWasNot) {
  Aim(Fault::kServerError);
  Call();
  EXPECT_EQ(story, "UnknownOutcome");
  EXPECT_EQ(applied, 0);
}

TEST_F(DoorTest, AThrottledCallIsNotApplied) {
  Aim(Fault::kThrottled);
  Call();
  EXPECT_EQ(story, "Throttled");
  EXPECT_EQ(applied, 0);
}

TEST_F(DoorTest, AClosedDoorRefusesUntilItOpens) {
  Make(CalmPlan());
  door->Close(Site::kStorePut, Fault::kDenied, kStart, kStart + std::chrono::minutes{1});
  Call();
  EXPECT_EQ(story, "AccessDenied");
  EXPECT_EQ(applied, 0);
  scheduler.AdvanceTo(kStart + std::chrono::minutes{1});
  Call();
  EXPECT_EQ(story, "answer");
}

TEST_F(DoorTest, ASlowCallTakesSeconds) {
  Aim(Fault::kSlow);
  Call();
  EXPECT_EQ(story, "answer");
  EXPECT_GE(scheduler.now() - kStart, std::chrono::seconds{2});
}

TEST_F(DoorTest, TellsEachFaultOnTheTimeline) {
  Aim(Fault::kCrashInFlight);
  Call();
  ASSERT_FALSE(timeline.lines().empty());
  EXPECT_TRUE(timeline.lines()[0].contains("FAULT crash in flight at store Put"));
}

}  // namespace
}  // namespace ecm::sim
