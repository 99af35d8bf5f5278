#include "cli/live_view.h"

#include <gtest/gtest.h>

#include "cli/testing/captured_console.h"
#include "env/testing/sim_env.h"

namespace ecm::cli {
namespace {

TEST(LiveViewTest, WritesALineForEachChangeWhereThereIsNoTerminal) {
  CapturedConsole console(/*terminal=*/false);
  ManualClock clock;
  LiveView view(console.get(), clock);
  view.OnState(ExecutionArn("run"), "Submit");
  clock.Advance(std::chrono::seconds{61});
  view.OnCluster(ClusterId("j-1"), "RUNNING");
  view.OnStep(ClusterId("j-1"), "count\x1b", "RUNNING");
  view.OnState(ExecutionArn("run"), "Await");
  view.OnState(ExecutionArn("run"), "Await");
  EXPECT_EQ(console.Written(),
            "[0:00] state machine: Submit\n"
            "[1:01] cluster j-1 RUNNING\n"
            "[1:01] step RUNNING count\\x1b\n"
            "[1:01] state machine: Await\n");
}

TEST(LiveViewTest, RedrawsTwoLinesOnATerminal) {
  CapturedConsole console(/*terminal=*/true);
  ManualClock clock;
  LiveView view(console.get(), clock);
  view.OnState(ExecutionArn("run"), "Await");
  view.OnCluster(ClusterId("j-1"), "STARTING");
  clock.Advance(std::chrono::seconds{5});
  view.Tick();
  view.Stop();
  EXPECT_EQ(console.Written(),
            "     0:00  state machine: Await\n"
            "\x1b[1F\x1b[J"
            "     0:00  state machine: Await\n     0:00  cluster j-1 STARTING\n"
            "\x1b[2F\x1b[J"
            "     0:05  state machine: Await\n     0:05  cluster j-1 STARTING\n"
            "\x1b[2F\x1b[J");
}

TEST(LiveViewTest, ALineNeverWraps) {
  CapturedConsole console(/*terminal=*/true);
  console.get().Redraw({std::string(500, 'x')});
  EXPECT_LE(console.Written().size(), 81U);
}

}  // namespace
}  // namespace ecm::cli
