#include "cli/account/watch.h"

#include "cli/account/status_command.h"
#include "cli/testing/account_world.h"

namespace ecm::cli {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

bool Never() { return false; }

class WatchTest : public AccountWorld {
 protected:
  ExitCode Watch(const std::string& id, const Interrupted& interrupted = Never) {
    return RunWatch(account, {options, id, json_}, interrupted, context);
  }
  ExitCode Status(const std::string& id) {
    return RunStatus(account, {options, id, json_}, context);
  }
  bool json_ = false;
};

TEST_F(WatchTest, ShowsAJobToItsSuccess) {
  StartNamed("run");
  EXPECT_EQ(Watch("run"), ExitCode::kSuccess);
  const std::string told = streams.TakeErr();
  EXPECT_THAT(told, HasSubstr("state machine: Await\n"));
  EXPECT_THAT(told, HasSubstr("BOOTSTRAPPING\n"));
  EXPECT_THAT(told, HasSubstr("step RUNNING ecm-dev-count\n"));
  EXPECT_THAT(told, HasSubstr("state machine: Succeeded\n"));
  const std::string outcome = streams.TakeOut();
  EXPECT_THAT(outcome, HasSubstr("Succeeded after 4 min"));
  EXPECT_THAT(outcome, HasSubstr("s3://log-bucket/emr/dev/j-"));
}

TEST_F(WatchTest, AnswersWithTheExitCodeOfTheOutcome) {
  steps_succeed = false;
  StartNamed("run");
  EXPECT_EQ(Watch("run"), ExitCode::kJobFailed);
  EXPECT_THAT(streams.TakeOut(), HasSubstr("JobFailed after"));
}

TEST_F(WatchTest, CanBeTakenUpAfterTheEnd) {
  StartNamed("run");
  Pass(minutes{2});
  Pass(minutes{10});
  ASSERT_EQ(StatusOf("run"), "SUCCEEDED");
  json_ = true;
  EXPECT_EQ(Watch(ExecutionNamed("run").str()), ExitCode::kSuccess);
  const auto outcome = ParseJson(streams.TakeOut());
  ASSERT_TRUE(outcome.has_value());
  EXPECT_EQ(StringOr(*outcome, "verdict"), "Succeeded");
  EXPECT_EQ(StringOr(*outcome, "cluster_id"), OnlyCluster());
}

TEST_F(WatchTest, AnInvalidJobEndsWithItsOwnExitCode) {
  StartNamed("run", R"({"job_name": "x"})");
  EXPECT_EQ(Watch("run"), ExitCode::kInvalid);
  EXPECT_THAT(streams.TakeOut(), HasSubstr("InvalidJob"));
}

TEST_F(WatchTest, CtrlCLeavesTheJobAlone) {
  options.endpoint_url = "http://127.0.0.1:8367";
  StartNamed("run");
  const MonoTime until = clock.Mono() + seconds{20};
  EXPECT_EQ(Watch("run", [&] { return clock.Mono() >= until; }), ExitCode::kInterrupted);
  EXPECT_LT(clock.Mono() - until, seconds{1});
  const std::string told = streams.TakeErr();
  EXPECT_THAT(told, HasSubstr("emrctl watch arn:aws:states:eu-west-1:000000000000:execution:"
                              "ecm-dev:run --endpoint-url http://127.0.0.1:8367\n"));
  EXPECT_THAT(told, HasSubstr("emrctl stop arn:"));
  EXPECT_EQ(StatusOf("run"), "RUNNING");
}

TEST_F(WatchTest, AsksGentlyAndLessOftenTheLongerAJobTakes) {
  step_takes = minutes{56};
  StartNamed("run");
  EXPECT_EQ(Watch("run"), ExitCode::kSuccess);
  // An hour at five seconds would be 720 looks.
  EXPECT_LT(step_functions.Count("DescribeExecution"), 250U);
  EXPECT_GT(step_functions.Count("DescribeExecution"), 100U);
}

TEST_F(WatchTest, WaitsLongerWhileItIsThrottled) {
  StartNamed("run");
  for (int call = 0; call < 4; ++call) {
    step_functions.RefuseNext("DescribeExecution", Throttled());
  }
  const MonoTime start = clock.Mono();
  MonoTime first_answer{};
  EXPECT_EQ(
      Watch("run",
            [&] {
              if (first_answer == MonoTime{} && step_functions.Count("GetExecutionHistory") > 0) {
                first_answer = clock.Mono();
              }
              return false;
            }),
      ExitCode::kSuccess);
  EXPECT_GE(first_answer - start, seconds{10 + 20 + 40 + 60});
  EXPECT_THAT(streams.TakeErr(), HasSubstr("Rate exceeded: looking again in 10 s"));
}

TEST_F(WatchTest, AnAccountThatCannotBeReachedEndsTheWatchingNotTheJob) {
  StartNamed("run");
  step_functions.RefuseAll("DescribeExecution",
                           {ErrorKind::kUnavailable, "cannot connect to states", ""});
  EXPECT_EQ(Watch("run"), ExitCode::kToolError);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("the job goes on without being watched"));
  EXPECT_GE(clock.Mono(), MonoTime{minutes{10}});
  EXPECT_EQ(StatusOf("run"), "SUCCEEDED");
}

TEST_F(WatchTest, ExpiredCredentialsEndTheWatchingAtOnce) {
  StartNamed("run");
  step_functions.RefuseNext("GetExecutionHistory", Expired());
  EXPECT_EQ(Watch("run"), ExitCode::kAccessDenied);
  const std::string told = streams.TakeErr();
  EXPECT_THAT(told, HasSubstr("security token included in the request is expired"));
  EXPECT_THAT(told, HasSubstr("again: emrctl watch arn:"));
}

TEST_F(WatchTest, AJobThatIsStoppedElsewhereIsCancelled) {
  StartNamed("run");
  const MonoTime stop_at = clock.Mono() + seconds{30};
  bool stopped = false;
  const ExitCode code = Watch("run", [&] {
    if (clock.Mono() < stop_at || std::exchange(stopped, true)) return false;
    EXPECT_TRUE(StepFunctionsClient(step_functions, account.region)
                    .StopExecution(ExecutionNamed("run"), "", "enough")
                    .has_value());
    return false;
  });
  EXPECT_EQ(code, ExitCode::kCancelled);
  EXPECT_THAT(streams.TakeOut(), HasSubstr("what happened  enough"));
}

TEST_F(WatchTest, WhoMayNotAskEmrStillLearnsTheOutcome) {
  emr.RefuseAll("DescribeCluster", Denied());
  StartNamed("run");
  EXPECT_EQ(Watch("run"), ExitCode::kSuccess);
}

TEST_F(WatchTest, ACancelledJobWhoseClusterNobodyCanSeeIsNotProvedClean) {
  StartNamed("run");
  emr.RefuseAll("DescribeCluster", Denied());
  ASSERT_TRUE(StepFunctionsClient(step_functions, account.region)
                  .StopExecution(ExecutionNamed("run"), "", "")
                  .has_value());
  EXPECT_EQ(Watch("run"), ExitCode::kCleanupUnverified);
  EXPECT_THAT(streams.TakeOut(), HasSubstr("nobody could look at cluster j-"));
}

TEST_F(WatchTest, AnUnknownExecutionIsAWrongCommandLine) {
  EXPECT_EQ(Watch("nope"), ExitCode::kInvalid);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("there is no execution nope of ecm-dev in eu-west-1"));
  EXPECT_EQ(Watch("no such name"), ExitCode::kInvalid);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("neither the name nor the ARN"));
  EXPECT_EQ(Status(""), ExitCode::kInvalid);
  EXPECT_EQ(Status("nope"), ExitCode::kInvalid);
}

TEST_F(WatchTest, StatusTellsWhatGoesOn) {
  StartNamed("run");
  Pass(minutes{1});
  Pass(minutes{1});
  Pass(seconds{30});
  EXPECT_EQ(Status("run"), ExitCode::kSuccess);
  const std::string told = streams.TakeOut();
  EXPECT_THAT(told, HasSubstr("RUNNING, for 2 min 30 s\n"));
  EXPECT_THAT(told, HasSubstr("Await, for 2 min 30 s\n"));
  EXPECT_THAT(told, HasSubstr(OnlyCluster() + " RUNNING"));
  EXPECT_THAT(told, HasSubstr("ecm-dev-count RUNNING, for 30 s\n"));
  json_ = true;
  EXPECT_EQ(Status("run"), ExitCode::kSuccess);
  const auto json = ParseJson(streams.TakeOut());
  ASSERT_TRUE(json.has_value());
  EXPECT_EQ(StringOr(*json, "state"), "Await");
  EXPECT_EQ(StringOr(*Find(*json, "cluster"), "state"), "RUNNING");
  EXPECT_EQ(StringOr(FindArray(*json, "steps").at(0), "state"), "RUNNING");
  EXPECT_TRUE(Find(*json, "outcome")->is_null());
}

TEST_F(WatchTest, StatusSaysWhenThereIsNoClusterYet) {
  run_functions = false;
  StartNamed("run");
  EXPECT_EQ(Status("run"), ExitCode::kSuccess);
  const std::string told = streams.TakeOut();
  EXPECT_THAT(told, HasSubstr("state          Submit"));
  EXPECT_THAT(told, HasSubstr("cluster        none yet"));
}

TEST_F(WatchTest, StatusTellsTheOutcomeOfAJobThatIsOver) {
  steps_succeed = false;
  StartNamed("run");
  Pass(minutes{2});
  Pass(minutes{3});
  Pass(minutes{5});
  Pass(minutes{5});
  EXPECT_EQ(Status("run"), ExitCode::kSuccess);
  EXPECT_THAT(streams.TakeOut(), HasSubstr("JobFailed after"));
}

TEST_F(WatchTest, StatusTellsWhatEmrRefusedToTell) {
  StartNamed("run");
  emr.RefuseNext("DescribeCluster", Throttled());
  EXPECT_EQ(Status("run"), ExitCode::kSuccess);
  EXPECT_THAT(streams.TakeOut(), HasSubstr("EMR says       Rate exceeded"));
}

}  // namespace
}  // namespace ecm::cli
