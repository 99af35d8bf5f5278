#include "sim/time/timeline.h"

#include <gtest/gtest.h>

namespace ecm::sim {
namespace {

constexpr WallTime kStart{std::chrono::seconds{1'000'000}};

TEST(TimelineTest, WritesOneReadableLineForEachThing) {
  Timeline timeline(kStart, /*keep_text=*/true);
  timeline.Note(kStart + std::chrono::milliseconds{3'723'004}, "run-1", {"is", "two\nlines"});
  ASSERT_EQ(timeline.lines().size(), 1u);
  EXPECT_EQ(timeline.lines()[0], "+01:02:03.004  run-1              is two lines");
}

TEST(TimelineTest, HashesTheSameWithAndWithoutText) {
  Timeline with(kStart, true);
  Timeline without(kStart, false);
  for (Timeline* timeline : {&with, &without}) timeline->Note(kStart, "a", {"b", "c"});
  EXPECT_EQ(with.hash(), without.hash());
  EXPECT_TRUE(without.lines().empty());
}

TEST(TimelineTest, TellsTimesOrdersAndBoundariesApart) {
  const auto hash = [](auto... notes) {
    Timeline timeline(kStart, false);
    (notes(timeline), ...);
    return timeline.hash();
  };
  const auto a = [](Timeline& t) { t.Note(kStart, "x", {"a"}); };
  const auto b = [](Timeline& t) { t.Note(kStart, "x", {"b"}); };
  const auto later = [](Timeline& t) { t.Note(kStart + Duration{1}, "x", {"a"}); };
  const auto split = [](Timeline& t) { t.Note(kStart, "x", {"a", ""}); };
  EXPECT_NE(hash(a, b), hash(b, a));
  EXPECT_NE(hash(a), hash(later));
  EXPECT_NE(hash(a), hash(split));
  EXPECT_EQ(hash(a, b), hash(a, b));
}

TEST(TimelineTest, MixesDocumentsWithoutShowingThem) {
  Timeline one(kStart, true);
  Timeline other(kStart, true);
  one.Mix(R"({"verdict":"Succeeded"})");
  other.Mix(R"({"verdict":"JobFailed"})");
  EXPECT_NE(one.hash(), other.hash());
  EXPECT_TRUE(one.lines().empty());
}

}  // namespace
}  // namespace ecm::sim
