#include "base/error.h"

#include <gtest/gtest.h>

#include "base/result.h"

namespace ecm {
namespace {

Result<int> Half(int number) {
  if (number % 2 != 0) return Fail(ErrorKind::kConflict, "odd");
  return number / 2;
}

Result<int> Quarter(int number) {
  ECM_TRY(const int half, Half(number));
  return Half(half);
}

Result<void> Check(int number) {
  ECM_TRY_VOID(Half(number));
  return {};
}

TEST(ErrorTest, EveryNameLeadsBackToItsKind) {
  for (const ErrorKind kind :
       {ErrorKind::kInvalidJob, ErrorKind::kAccessDenied, ErrorKind::kThrottled,
        ErrorKind::kUnavailable, ErrorKind::kUnknownOutcome, ErrorKind::kNotFound,
        ErrorKind::kConflict, ErrorKind::kNoCapacity, ErrorKind::kInternal}) {
    EXPECT_EQ(ErrorKindFromName(ErrorName(kind)), kind) << ErrorName(kind);
  }
  EXPECT_FALSE(ErrorKindFromName("States.Timeout").has_value());
}

TEST(ResultTest, TryHandsTheValueOnOrReturnsTheError) {
  EXPECT_EQ(Quarter(8).value(), 2);
  ASSERT_FALSE(Quarter(6).has_value());
  EXPECT_EQ(Quarter(6).error().message, "odd");
  EXPECT_TRUE(Check(2).has_value());
  EXPECT_EQ(Check(3).error().kind, ErrorKind::kConflict);
}

TEST(ResultTest, ContextIsPutBeforeTheMessage) {
  const Error error =
      AddContext(Error{ErrorKind::kNotFound, "no such file", ""}, "reading job.json");
  EXPECT_EQ(error.message, "reading job.json: no such file");
  EXPECT_EQ(error.kind, ErrorKind::kNotFound);
}

}  // namespace
}  // namespace ecm
