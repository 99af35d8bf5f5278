#include "base/time.h"

#include <gtest/gtest.h>

#include <cmath>

namespace ecm {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

TEST(TimeTest, WritesAndReadsIso8601WithMilliseconds) {
  const WallTime time{Duration{1767323045678}};
  EXPECT_EQ(ToIso8601(time), "2026-01-02T03:04:05.678Z");
  EXPECT_EQ(ParseIso8601("2026-01-02T03:04:05.678Z").value(), time);
}

TEST(TimeTest, EveryPartHasItsPlace) {
  EXPECT_EQ(ToIso8601(WallTime{}), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(ToIso8601(WallTime{Duration{951'868'799'999}}), "2000-02-29T23:59:59.999Z");
  EXPECT_EQ(ToIso8601(WallTime{Duration{253'402'300'799'999}}), "9999-12-31T23:59:59.999Z");
}

TEST(TimeTest, ATimeBeyondTheYearsOfFourDigitsIsStillAText) {
  EXPECT_EQ(ToIso8601(WallTime::max()), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(ToIso8601(WallTime::min()), "0000-01-01T00:00:00.000Z");
}

TEST(TimeTest, ReadsOffsetsAndOtherNumbersOfDigits) {
  const WallTime whole{seconds{1767323045}};
  EXPECT_EQ(ParseIso8601("2026-01-02T03:04:05Z").value(), whole);
  EXPECT_EQ(ParseIso8601("2026-01-02T05:04:05+02:00").value(), whole);
  EXPECT_EQ(ParseIso8601("2026-01-01T22:04:05-0500").value(), whole);
  EXPECT_EQ(ParseIso8601("2026-01-02T03:04:05.1234567Z").value(), whole + Duration{123});
}

TEST(TimeTest, RefusesWhatIsNotATime) {
  for (const char* text : {"", "yesterday", "2026-01-02", "2026-13-02T03:04:05Z",
                           "2026-02-30T03:04:05Z", "2026-01-02T03:04:05", "2026-01-02T24:04:05Z",
                           "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05+2:00"}) {
    EXPECT_FALSE(ParseIso8601(text).has_value()) << text;
  }
}

TEST(TimeTest, EpochSecondsKeepMilliseconds) {
  const WallTime time{Duration{1767323045678}};
  EXPECT_DOUBLE_EQ(ToEpochSeconds(time), 1767323045.678);
  EXPECT_EQ(FromEpochSeconds(1767323045.678), time);
}

TEST(TimeTest, EpochSecondsOutOfReachStayOnTheirSide) {
  const WallTime time{Duration{1767323045678}};
  for (const double far : {9.3e15, 1e19, 1e300, HUGE_VAL}) {
    EXPECT_GT(FromEpochSeconds(far), time) << far;
    EXPECT_LT(FromEpochSeconds(-far), time) << far;
  }
}

TEST(TimeTest, DurationsReadLikeSpeech) {
  EXPECT_EQ(ToHumanDuration(seconds{4}), "4 s");
  EXPECT_EQ(ToHumanDuration(seconds{125}), "2 min 05 s");
  EXPECT_EQ(ToHumanDuration(hours{1} + seconds{125}), "1 h 02 min");
}

}  // namespace
}  // namespace ecm
