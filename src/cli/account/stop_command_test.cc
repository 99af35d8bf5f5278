#include "cli/account/stop_command.h"

#include "cli/testing/account_world.h"

namespace ecm::cli {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

class StopTest : public AccountWorld {
 protected:
  ExitCode Stop(bool wait = false) {
    StopOptions stop{options, "run", cause_, wait, json_};
    return RunStop(account, stop, [] { return false; }, context);
  }
  std::string cause_;
  bool json_ = false;
};

TEST_F(StopTest, EndsTheExecutionAndSaysWhoEndsTheCluster) {
  StartNamed("run");
  cause_ = "enough";
  EXPECT_EQ(Stop(), ExitCode::kSuccess);
  EXPECT_EQ(StatusOf("run"), "ABORTED");
  const std::string told = streams.TakeErr();
  EXPECT_THAT(told, HasSubstr("emrctl: stopped run"));
  EXPECT_THAT(told, HasSubstr("its cluster is ended by the stack's sweep"));
  const auto details =
      StepFunctionsClient(step_functions, account.region).DescribeExecution(ExecutionNamed("run"));
  EXPECT_EQ(details->error, "Cancelled");
  EXPECT_EQ(details->cause, "enough");
}

TEST_F(StopTest, WaitsUntilTheClusterIsGone) {
  StartNamed("run");
  Pass(minutes{2});
  EXPECT_EQ(Stop(/*wait=*/true), ExitCode::kSuccess);
  EXPECT_EQ(ClusterState(OnlyCluster()), "TERMINATED");
  EXPECT_THAT(streams.TakeErr(), HasSubstr("TERMINATING"));
}

TEST_F(StopTest, WaitsForAClusterThatMayStillAppear) {
  run_functions = false;
  StartNamed("run");
  EXPECT_EQ(Stop(/*wait=*/true), ExitCode::kSuccess);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("no cluster was created"));
  EXPECT_GE(clock.Mono(), MonoTime{minutes{2}});
}

TEST_F(StopTest, AClusterThatStaysIsNotVerified) {
  StartNamed("run");
  Pass(minutes{1});
  emr.RefuseAll("DescribeCluster", {ErrorKind::kUnavailable, "cannot connect", ""});
  EXPECT_EQ(Stop(/*wait=*/true), ExitCode::kCleanupUnverified);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("end it by hand: emrctl terminate arn:"));
  EXPECT_GE(clock.Mono(), MonoTime{minutes{30}});
}

TEST_F(StopTest, WhoMayNotLookIsToldAtOnce) {
  StartNamed("run");
  emr.RefuseAll("DescribeCluster", Denied());
  EXPECT_EQ(Stop(/*wait=*/true), ExitCode::kAccessDenied);
  EXPECT_LT(clock.Mono(), MonoTime{minutes{1}});
}

TEST_F(StopTest, WhatIsOverStaysAsItIs) {
  StartNamed("run");
  Pass(minutes{2});
  Pass(minutes{10});
  json_ = true;
  EXPECT_EQ(Stop(), ExitCode::kSuccess);
  EXPECT_EQ(StatusOf("run"), "SUCCEEDED");
  EXPECT_THAT(streams.TakeErr(), HasSubstr("run is already over: SUCCEEDED"));
  const auto told = ParseJson(streams.TakeOut());
  EXPECT_EQ(FindBool(*told, "stopped"), false);
  EXPECT_EQ(step_functions.Count("StopExecution"), 0U);
}

TEST_F(StopTest, ErrorsAreTold) {
  EXPECT_EQ(Stop(), ExitCode::kInvalid);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("there is no execution run"));
  StartNamed("run");
  step_functions.RefuseNext("StopExecution", Denied());
  EXPECT_EQ(Stop(), ExitCode::kAccessDenied);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("emrctl: User: u is not authorized"));
  EXPECT_EQ(StatusOf("run"), "RUNNING");
}

TEST_F(StopTest, CtrlCEndsTheWaiting) {
  StartNamed("run");
  const StopOptions stop{options, "run", "", /*wait=*/true, false};
  EXPECT_EQ(RunStop(account, stop, [] { return true; }, context), ExitCode::kInterrupted);
  EXPECT_EQ(StatusOf("run"), "ABORTED");
}

}  // namespace
}  // namespace ecm::cli
