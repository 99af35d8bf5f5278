#include "local/places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ecm::local {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class PlacesTest : public testing::Test {
 protected:
  Places::Id Ask(const std::string& name, PlaceNeed need = {}) {
    return places_.Ask(need, [this, name] { went_.push_back(name); });
  }
  static PlaceNeed Jvm(std::int64_t memory_mib) { return {true, memory_mib}; }

  Places places_{PlaceLimits{3, 2, 4096}};
  std::vector<std::string> went_;
};

TEST_F(PlacesTest, WhoFindsAPlaceGoesAtOnceTheOthersInTheirOrder) {
  const auto a = Ask("a");
  const auto b = Ask("b");
  Ask("c");
  const auto d = Ask("d");
  const auto e = Ask("e");
  EXPECT_FALSE(places_.IsWaiting(a));
  EXPECT_TRUE(places_.IsWaiting(d));
  EXPECT_EQ(places_.Before(d), 0U);
  EXPECT_EQ(places_.Before(e), 1U);
  EXPECT_THAT(went_, IsEmpty());
  places_.Release(b);
  EXPECT_THAT(went_, ElementsAre("d"));
  EXPECT_FALSE(places_.IsWaiting(d));
  places_.Release(d);
  EXPECT_THAT(went_, ElementsAre("d", "e"));
}

TEST_F(PlacesTest, JvmsAreBoundedByTheirNumberAndShellsPassThem) {
  const auto a = Ask("a", Jvm(1024));
  Ask("b", Jvm(1024));
  const auto c = Ask("c", Jvm(1024));
  const auto d = Ask("d");
  EXPECT_TRUE(places_.IsWaiting(c));
  EXPECT_FALSE(places_.IsWaiting(d));
  places_.Release(a);
  EXPECT_THAT(went_, ElementsAre("c"));
}

TEST_F(PlacesTest, JvmsAreBoundedByTheirMemoryButOneMayAlwaysRun) {
  const auto big = Ask("big", Jvm(100'000));
  EXPECT_FALSE(places_.IsWaiting(big));
  const auto small = Ask("small", Jvm(512));
  EXPECT_TRUE(places_.IsWaiting(small));
  places_.Release(big);
  EXPECT_THAT(went_, ElementsAre("small"));
}

TEST_F(PlacesTest, ASmallJvmDoesNotOvertakeABigOne) {
  const auto running = Ask("running", Jvm(3000));
  const auto big = Ask("big", Jvm(2000));
  const auto small = Ask("small", Jvm(500));
  EXPECT_TRUE(places_.IsWaiting(big));
  EXPECT_TRUE(places_.IsWaiting(small));
  EXPECT_EQ(places_.Before(small), 1U);
  places_.Release(running);
  EXPECT_THAT(went_, ElementsAre("big", "small"));
}

TEST_F(PlacesTest, WhoLeavesTheQueueIsNotCalledAndFreesItForTheNext) {
  Ask("a", Jvm(3000));
  const auto big = Ask("big", Jvm(2000));
  Ask("small", Jvm(500));
  places_.Release(big);
  EXPECT_THAT(went_, ElementsAre("small"));
  places_.Release(12345);
  EXPECT_THAT(went_, ElementsAre("small"));
}

}  // namespace
}  // namespace ecm::local
