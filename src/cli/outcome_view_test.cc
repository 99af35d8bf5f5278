#include "cli/outcome_view.h"

#include <gtest/gtest.h>

#include "cli/testing/captured_console.h"

namespace ecm::cli {
namespace {

class OutcomeViewTest : public testing::Test {
 protected:
  CapturedConsole console_{/*terminal=*/false};
};

TEST_F(OutcomeViewTest, AFailureSaysWhatHappenedAndWhatToDo) {
  PrintOutcome(ParseJson(R"({"verdict": "JobFailed", "cluster_id": "j-1",
      "cause": {"message": "step x FAILED", "log": "ValueError: bad\u001b[2J", "next": "Read it."},
      "timings": {"started": "2026-01-02T03:04:05.000Z", "ended": "2026-01-02T03:05:10.000Z"}})")
                   .value(),
               "/state/s3/logs/j-1", console_.get());
  EXPECT_EQ(console_.Written(),
            "JobFailed after 1 min 05 s\n"
            "  what happened  step x FAILED\n"
            "  the logs say   ValueError: bad\\x1b[2J\n"
            "  what to do     Read it.\n"
            "  cluster        j-1\n"
            "  logs           /state/s3/logs/j-1\n");
}

TEST_F(OutcomeViewTest, ASuccessShowsTheFirstRows) {
  PrintOutcome(ParseJson(R"({"verdict": "Succeeded", "cause": null})").value(), "", console_.get());
  PrintOutputs({{"s3://out/counts/", "/state/s3/out/counts", 2, 12, {"word,count", "the,3"}}},
               console_.get());
  EXPECT_EQ(console_.Written(),
            "Succeeded\n"
            "  output         /state/s3/out/counts (2 files, 12 bytes)\n"
            "                 word,count\n"
            "                 the,3\n");
}

}  // namespace
}  // namespace ecm::cli
