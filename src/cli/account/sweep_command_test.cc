#include "cli/account/sweep_command.h"

#include "cli/testing/account_world.h"

namespace ecm::cli {
namespace {

using std::chrono::hours;
using testing::HasSubstr;

class SweepCommandTest : public AccountWorld {
 protected:
  ExitCode Sweep(bool json = false) {
    return RunSweep(account, jobs(), {options, /*dry_run=*/true, "", json}, context);
  }
};

TEST_F(SweepCommandTest, ShowsWhatTheSweepWouldEndAndEndsNothing) {
  StartNamed("run");
  const std::string id = OnlyCluster();
  run_functions = false;  // a stack whose sweep does not run
  Pass(hours{1});
  ASSERT_TRUE(StepFunctionsClient(step_functions, account.region)
                  .StopExecution(ExecutionNamed("run"), "", "")
                  .has_value());
  Pass(hours{1});
  EXPECT_EQ(Sweep(), ExitCode::kSuccess);
  EXPECT_THAT(streams.TakeOut(), HasSubstr("would end     " + id + " ecm-dev-count-run: aborted"));
  EXPECT_THAT(streams.TakeErr(), HasSubstr("looked at 1 clusters and 1 jobs"));
  EXPECT_EQ(emr.Count("TerminateJobFlows"), 0U);
  EXPECT_EQ(Sweep(/*json=*/true), ExitCode::kSuccess);
  const auto report = ParseJson(streams.TakeOut());
  EXPECT_EQ(FindBool(*report, "dry_run"), true);
  EXPECT_EQ(StringOr(FindArray(*report, "ended").at(0), "cluster"), id);
}

TEST_F(SweepCommandTest, WhereNothingIsLeftItSaysWhatItLookedAt) {
  EXPECT_EQ(Sweep(), ExitCode::kSuccess);
  EXPECT_EQ(streams.TakeOut(), "");
  EXPECT_THAT(streams.TakeErr(), HasSubstr("looked at 0 clusters and 0 jobs"));
}

TEST_F(SweepCommandTest, WhoMayNotLookIsTold) {
  emr.RefuseAll("ListClusters", Denied());
  EXPECT_EQ(Sweep(), ExitCode::kAccessDenied);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("ListClusters: User: u is not authorized"));
}

}  // namespace
}  // namespace ecm::cli
