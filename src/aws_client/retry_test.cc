#include "aws_client/retry.h"

#include <gtest/gtest.h>

namespace ecm::aws_client {
namespace {

using namespace std::chrono_literals;

TEST(PauseLimitTest, DoublesUpToTheCap) {
  const RetryPolicy policy{.attempts = 9, .base = 100ms, .throttled_base = 500ms, .cap = 2s};
  EXPECT_EQ(PauseLimit(policy, 2, false), 100ms);
  EXPECT_EQ(PauseLimit(policy, 3, false), 200ms);
  EXPECT_EQ(PauseLimit(policy, 4, false), 400ms);
  EXPECT_EQ(PauseLimit(policy, 6, false), 1600ms);
  EXPECT_EQ(PauseLimit(policy, 7, false), 2s);
  EXPECT_EQ(PauseLimit(policy, 1'000'000, false), 2s);
}

TEST(PauseLimitTest, WaitsLongerWhereTheServiceAsksForIt) {
  const RetryPolicy policy;
  EXPECT_EQ(PauseLimit(policy, 2, true), 500ms);
  EXPECT_EQ(PauseLimit(policy, 3, true), 1s);
  EXPECT_EQ(PauseLimit(policy, 100, true), 20s);
}

TEST(MayRepeatTest, NeverRepeatsWhatMayHaveBeenAppliedUnlessItIsTheSameTwice) {
  for (const Repeat repeat : {Repeat::kSafe, Repeat::kLookUp}) {
    EXPECT_TRUE(MayRepeat(ErrorKind::kThrottled, repeat));
    EXPECT_TRUE(MayRepeat(ErrorKind::kUnavailable, repeat));
    EXPECT_EQ(MayRepeat(ErrorKind::kUnknownOutcome, repeat), repeat == Repeat::kSafe);
    for (const ErrorKind kind :
         {ErrorKind::kInvalidJob, ErrorKind::kAccessDenied, ErrorKind::kNotFound,
          ErrorKind::kConflict, ErrorKind::kNoCapacity, ErrorKind::kInternal}) {
      EXPECT_FALSE(MayRepeat(kind, repeat)) << ErrorName(kind);
    }
  }
}

TEST(RetryBudgetTest, IsUsedUpByFailuresAndFilledAgainBySuccesses) {
  RetryBudget budget(2 * RetryBudget::kCost);
  EXPECT_TRUE(budget.Take());
  EXPECT_TRUE(budget.Take());
  EXPECT_FALSE(budget.Take());
  for (int success = 1; success < 5; ++success) {
    budget.GiveBack();
    EXPECT_FALSE(budget.Take());
  }
  budget.GiveBack();
  EXPECT_TRUE(budget.Take());
  EXPECT_FALSE(budget.Take());
}

TEST(RetryBudgetTest, HoldsNoMoreThanAtFirst) {
  RetryBudget budget(RetryBudget::kCost);
  for (int success = 0; success < 100; ++success) budget.GiveBack();
  EXPECT_TRUE(budget.Take());
  EXPECT_FALSE(budget.Take());
}

}  // namespace
}  // namespace ecm::aws_client
