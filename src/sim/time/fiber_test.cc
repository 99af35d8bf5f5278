#include "sim/time/fiber.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#if defined(ECM_SANITIZE)
#include <sanitizer/common_interface_defs.h>
#endif

namespace ecm::sim {
namespace {

TEST(FiberTest, GoesOnWhereItStopped) {
  StackPool stacks;
  std::string story;
  std::unique_ptr<Fiber> fiber;
  fiber = std::make_unique<Fiber>(stacks, [&] {
    story += "a";
    fiber->Yield();
    story += "b";
  });
  EXPECT_EQ(story, "");
  fiber->Resume();
  story += "-";
  EXPECT_FALSE(fiber->ended());
  fiber->Resume();
  EXPECT_EQ(story, "a-b");
  EXPECT_TRUE(fiber->ended());
}

TEST(FiberTest, RunsDestructorsAndNothingElseWhenItIsDestroyedInTheMiddle) {
  StackPool stacks;
  std::string story;
  struct Guard {
    std::string& story;
    ~Guard() { story += "unwound"; }
  };
  std::unique_ptr<Fiber> fiber;
  Fiber* running = nullptr;
  fiber = std::make_unique<Fiber>(stacks, [&] {
    const Guard guard{story};
    running->Yield();
    story += "never";
  });
  running = fiber.get();
  fiber->Resume();
  fiber.reset();
  EXPECT_EQ(story, "unwound");
}

TEST(FiberTest, NeverRunsABodyThatIsDestroyedBeforeItsStart) {
  StackPool stacks;
  bool ran = false;
  {
    const Fiber fiber(stacks, [&] { ran = true; });
  }
  EXPECT_FALSE(ran);
}

#if defined(ECM_SANITIZE)
/// Whether AddressSanitizer knows on which stack this thread is; it tells that to nobody but who
/// switches away from it and back.
bool KnowsWhereWeAre() {
  // Where locals lie is not the stack: the sanitizer may keep them elsewhere.
  const char* const here = static_cast<const char*>(__builtin_frame_address(0));
  const void* bottom = nullptr;
  std::size_t size = 0;
  void* kept = nullptr;
  __sanitizer_start_switch_fiber(&kept, here, 1);
  __sanitizer_finish_switch_fiber(kept, &bottom, &size);
  __sanitizer_start_switch_fiber(&kept, bottom, size);
  __sanitizer_finish_switch_fiber(kept, nullptr, nullptr);
  const char* const begin = static_cast<const char*>(bottom);
  return begin <= here && here < begin + size;
}

TEST(FiberTest, LeavesTheThreadItsStackHoweverItEnds) {
  StackPool stacks;
  EXPECT_TRUE(KnowsWhereWeAre());
  {
    const Fiber never_begun(stacks, [] {});
  }
  EXPECT_TRUE(KnowsWhereWeAre());
  {
    std::unique_ptr<Fiber> stopped;
    stopped = std::make_unique<Fiber>(stacks, [&stopped] { stopped->Yield(); });
    stopped->Resume();
    EXPECT_TRUE(KnowsWhereWeAre());
  }
  EXPECT_TRUE(KnowsWhereWeAre());
  Fiber ended(stacks, [] {});
  ended.Resume();
  EXPECT_TRUE(KnowsWhereWeAre());
}
#endif

TEST(FiberTest, ThrowsAndCatchesOnItsOwnStack) {
  StackPool stacks;
  std::string caught;
  std::unique_ptr<Fiber> fiber;
  fiber = std::make_unique<Fiber>(stacks, [&] {
    try {
      fiber->Yield();
      throw std::runtime_error("inside");
    } catch (const std::runtime_error& error) {
      caught = error.what();
    }
  });
  fiber->Resume();
  fiber->Resume();
  EXPECT_EQ(caught, "inside");
}

TEST(FiberTest, UsesAStackAgain) {
  StackPool stacks;
  const boost::context::stack_context first = stacks.Take();
  stacks.GiveBack(first);
  for (int i = 0; i < 1000; ++i) {
    std::unique_ptr<Fiber> fiber;
    fiber = std::make_unique<Fiber>(stacks, [&] {
      std::array<char, 4096> room{};
      EXPECT_EQ(std::ranges::count(room, '\0'), 4096);
      if (i % 2 == 0) fiber->Yield();
    });
    fiber->Resume();
    fiber.reset();
  }
  EXPECT_EQ(stacks.Take().sp, first.sp);
}

}  // namespace
}  // namespace ecm::sim
