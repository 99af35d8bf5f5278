#include "env/random.h"

#include <gtest/gtest.h>

namespace ecm {
namespace {

TEST(RandomTest, TheSameSeedGivesTheSameBits) {
  // The value that the C++ standard itself requires of the 10,000th call of mt19937_64.
  SeededRandom random(5489);
  std::uint64_t last = 0;
  for (int i = 0; i < 10000; ++i) last = random.Next();
  EXPECT_EQ(last, 9981545732273789042ULL);
}

TEST(RandomTest, StaysBelowItsBoundAndReachesEveryValue) {
  SeededRandom random(1);
  std::array<int, 7> seen{};
  for (int i = 0; i < 1000; ++i) ++seen.at(UniformBelow(random, seen.size()));
  for (const int count : seen) EXPECT_GT(count, 90);
}

TEST(RandomTest, UnitIsHalfOpen) {
  SeededRandom random(1);
  for (int i = 0; i < 1000; ++i) {
    const double x = UniformUnit(random);
    EXPECT_GE(x, 0.0);
    EXPECT_LT(x, 1.0);
  }
}

TEST(RandomTest, UuidsCarryTheirVersionAndVariant) {
  SeededRandom random(1);
  const std::string uuid = RandomUuid(random);
  ASSERT_EQ(uuid.size(), 36U);
  EXPECT_EQ(uuid[14], '4');
  EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos);
  EXPECT_NE(uuid, RandomUuid(random));
}

}  // namespace
}  // namespace ecm
