#include "sim/day/day.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/day/classic_day.h"

namespace ecm::sim {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TEST(DayPlanTest, IsOneDayWhoeverRunsIt) {
  const std::vector<DayJob> jobs = PlanDay({.seed = 3, .jobs = 1000});
  const std::vector<DayJob> again = PlanDay({.seed = 3, .jobs = 1000});
  ASSERT_EQ(jobs.size(), 1000u);
  int at_full_hours = 0;
  int long_ones = 0;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    EXPECT_EQ(jobs[i].start, again[i].start);
    EXPECT_EQ(jobs[i].work.step, again[i].work.step);
    at_full_hours += jobs[i].start % std::chrono::hours{1} < std::chrono::seconds{21} ? 1 : 0;
    long_ones += jobs[i].work.step == kLongStep ? 1 : 0;
  }
  EXPECT_GT(at_full_hours, 350);
  EXPECT_GT(long_ones, 5);
  EXPECT_LT(long_ones, 40);
}

TEST(DayTest, ADayOfSixHundredJobsKeepsEveryBoundThoughEventsGetLost) {
  const DayFigures day = RunDay({.seed = 1, .jobs = 600, .lost_events = 50});
  EXPECT_THAT(CheckDay(day), IsEmpty()) << ToText(day, day);
  EXPECT_EQ(day.succeeded, 600u);
  EXPECT_GT(day.long_jobs, 0u);
  EXPECT_GT(day.lost_events, 20u);
  // Who is not told of the end of a step is told of that of its cluster, or by the sweep.
  EXPECT_LT(day.told_after.At(1), 1200);
}

TEST(DayTest, OneSeedIsOneDay) {
  const DayFigures one = RunDay({.seed = 5, .jobs = 100});
  EXPECT_EQ(one.hash, RunDay({.seed = 5, .jobs = 100}).hash);
  EXPECT_NE(one.hash, RunDay({.seed = 6, .jobs = 100}).hash);
}

TEST(DayTest, ABrokenPromiseIsNamed) {
  DayFigures day;
  day.jobs = 3;
  day.succeeded = 2;
  day.most_alive = 501;
  day.calls_of_long_job.Add(7);
  day.transitions_of_long_job.Add(15);
  day.violations.push_back({"I1", "cluster j-1 of run-1 is never going to end"});
  EXPECT_EQ(CheckDay(day).size(), 5u);
}

TEST(ClassicDayTest, APollLoopBreaksWhereManyJobsRun) {
  const DayFigures few = RunClassicDay({.seed = 1, .jobs = 100});
  EXPECT_EQ(few.succeeded, 100u);
  const DayFigures many = RunClassicDay({.seed = 1, .jobs = 3000});
  EXPECT_LT(many.succeeded, 3000u);
  EXPECT_GT(many.false_alarms, 0u);
  EXPECT_GT(many.Throttled(), 0u);
  EXPECT_THAT(ToText(few, many), HasSubstr("poll loop: "));
}

TEST(SpreadTest, KnowsMeanAndParts) {
  Spread spread;
  EXPECT_EQ(spread.At(1), 0);
  for (int i = 1; i <= 100; ++i) spread.Add(i);
  EXPECT_DOUBLE_EQ(spread.mean(), 50.5);
  EXPECT_EQ(spread.At(0.99), 99);
  EXPECT_EQ(spread.At(1), 100);
}

}  // namespace
}  // namespace ecm::sim
