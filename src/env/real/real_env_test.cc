#include "env/real/real_env.h"

#include <gtest/gtest.h>

namespace ecm {
namespace {

TEST(SystemClockTest, MonotonicTimeDoesNotGoBack) {
  const SystemClock clock;
  const MonoTime before = clock.Mono();
  EXPECT_LE(before, clock.Mono());
  EXPECT_GT(clock.Wall(), ParseIso8601("2026-01-01T00:00:00Z").value());
}

TEST(SystemRandomTest, GivesDifferentBits) {
  SystemRandom random;
  EXPECT_NE(random.Next(), random.Next());
}

TEST(ProcessEnvironmentTest, TellsUnsetFromEmpty) {
  const ProcessEnvironment environment;
  EXPECT_FALSE(environment.Get("ECM_SURELY_NOT_SET").has_value());
  EXPECT_TRUE(environment.Get("PATH").has_value());
}

}  // namespace
}  // namespace ecm
