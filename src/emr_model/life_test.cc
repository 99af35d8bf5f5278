#include "emr_model/life.h"

#include <gmock/gmock.h>

#include "emr_model/testing/fixture.h"

namespace ecm::emr_model {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

class LifeTest : public ModelFixture {};

Options SlowOptions() {
  Options options;
  options.timings = {seconds{10}, seconds{5}, seconds{3}};
  return options;
}

class SlowLifeTest : public ModelFixture {
 protected:
  SlowLifeTest() : ModelFixture(SlowOptions()) {}
};

TEST_F(SlowLifeTest, GoesThroughTheStatesAtTheirTimes) {
  const ClusterId cluster = Run(Request({Step("one")}));
  EXPECT_EQ(Status(cluster), "STARTING  ");
  EXPECT_EQ(model.NextDue(), clock.Wall() + seconds{10});
  clock.Advance(seconds{9});
  model.Advance();
  EXPECT_EQ(State(cluster), "STARTING");
  clock.Advance(seconds{1});
  model.Advance();
  EXPECT_EQ(Status(cluster), "BOOTSTRAPPING  Configuring cluster software");
  EXPECT_THAT(runner.started, IsEmpty());
  clock.Advance(seconds{5});
  model.Advance();
  EXPECT_EQ(Status(cluster), "RUNNING  Running step");
  EXPECT_EQ(StepStates(cluster), "RUNNING");
  EXPECT_EQ(model.NextDue(), std::nullopt);
  clock.Advance(minutes{1});
  Exit(true);
  EXPECT_EQ(Status(cluster), "TERMINATING ALL_STEPS_COMPLETED Steps completed");
  clock.Advance(seconds{3});
  model.Advance();
  EXPECT_EQ(Status(cluster), "TERMINATED ALL_STEPS_COMPLETED Steps completed");
  EXPECT_EQ(StepStates(cluster), "COMPLETED");
  EXPECT_EQ(model.NextDue(), std::nullopt);

  const double start = 1767323045;
  const Json timeline = Describe(cluster).at("Status").at("Timeline");
  EXPECT_EQ(FindDouble(timeline, "CreationDateTime"), start);
  EXPECT_EQ(FindDouble(timeline, "ReadyDateTime"), start + 15);
  EXPECT_EQ(FindDouble(timeline, "EndDateTime"), start + 78);
}

TEST_F(LifeTest, MakesAllTransitionsThatAreDueInOneAdvance) {
  const ClusterId cluster = Run(Request({Step("one")}));
  EXPECT_EQ(State(cluster), "STARTING");
  model.Advance();
  EXPECT_EQ(State(cluster), "RUNNING");
}

TEST_F(LifeTest, HandsTheStepToTheRunnerAsItWasAsked) {
  JsonObject request = Request({Step("one")});
  const JsonArray configurations{
      JsonObject{{"Classification", "spark"}, {"Properties", JsonObject{{"a", "b"}}}}};
  request["Configurations"] = configurations;
  const ClusterId cluster = RunAndBoot(request);
  ASSERT_EQ(runner.started.size(), 1U);
  const StepLaunch& launch = runner.started[0];
  EXPECT_EQ(launch.cluster, cluster);
  EXPECT_EQ(launch.cluster_name, "demo");
  EXPECT_EQ(launch.name, "one");
  EXPECT_EQ(launch.jar, "command-runner.jar");
  EXPECT_THAT(launch.args, ElementsAre("spark-submit", "s3://b/main.py"));
  EXPECT_EQ(launch.log_uri, "s3://logs/emr/");
  EXPECT_EQ(launch.configurations, Json(configurations));
}

TEST_F(LifeTest, HandsTheStepsMainClassPropertiesAndOwnLogsToTheRunner) {
  RunAndBoot(Request({ParseJson(R"({"Name": "jar",
    "HadoopJarStep": {"Jar": "s3://b/x.jar", "MainClass": "Main",
                      "Properties": [{"Key": "k", "Value": "v"}]},
    "StepMonitoringConfiguration": {"S3MonitoringConfiguration": {"LogUri": "s3://own/logs/"}}})")
                          .value()}));
  ASSERT_EQ(runner.started.size(), 1U);
  EXPECT_EQ(runner.started[0].main_class, "Main");
  EXPECT_THAT(runner.started[0].properties, ElementsAre(testing::Pair("k", "v")));
  EXPECT_EQ(runner.started[0].log_uri, "s3://own/logs/");
}

TEST_F(LifeTest, RunsStepsInTheirOrderOneAtATime) {
  const ClusterId cluster = RunAndBoot(Request({Step("one"), Step("two"), Step("three")}));
  EXPECT_EQ(StepStates(cluster), "RUNNING,PENDING,PENDING");
  Exit(true);
  EXPECT_EQ(StepStates(cluster), "COMPLETED,RUNNING,PENDING");
  EXPECT_EQ(runner.started.back().name, "two");
}

TEST_F(LifeTest, RunsAsManyStepsAtATimeAsItsConcurrency) {
  JsonObject request =
      Request({Step("one", "CONTINUE"), Step("two", "CONTINUE"), Step("three", "CONTINUE")});
  request["StepConcurrencyLevel"] = 2;
  const ClusterId cluster = RunAndBoot(request);
  EXPECT_EQ(StepStates(cluster), "RUNNING,RUNNING,PENDING");
  Exit(runner.started[1], false);
  EXPECT_EQ(StepStates(cluster), "RUNNING,FAILED,RUNNING");
  Exit(runner.started[0], true);
  EXPECT_EQ(State(cluster), "RUNNING");
  Exit(runner.started[2], true);
  EXPECT_EQ(Status(cluster), "TERMINATING ALL_STEPS_COMPLETED Steps completed");
}

TEST_F(LifeTest, EndsAtOnceWithoutStepsUnlessKeptAlive) {
  const ClusterId transient = RunAndBoot(Request());
  EXPECT_EQ(Status(transient), "TERMINATED ALL_STEPS_COMPLETED Steps completed");
  const ClusterId kept = RunAndBoot(Request({}, /*keep_alive=*/true));
  EXPECT_EQ(Status(kept), "WAITING  Waiting for steps to run");
}

TEST_F(LifeTest, GoesFromWaitingToRunningAndBack) {
  const ClusterId cluster = RunAndBoot(Request({}, /*keep_alive=*/true));
  Answer("AddJobFlowSteps",
         JsonObject{{"JobFlowId", cluster.str()}, {"Steps", JsonArray{Step("late")}}});
  EXPECT_EQ(StepStates(cluster), "PENDING");
  EXPECT_EQ(State(cluster), "WAITING");
  model.Advance();
  EXPECT_EQ(StepStates(cluster), "RUNNING");
  EXPECT_EQ(State(cluster), "RUNNING");
  Exit(true);
  EXPECT_EQ(State(cluster), "WAITING");
}

TEST_F(LifeTest, EndsAWaitingClusterThatIsNoLongerKeptAlive) {
  const ClusterId cluster = RunAndBoot(Request({}, /*keep_alive=*/true));
  Answer("SetKeepJobFlowAliveWhenNoSteps",
         JsonObject{{"JobFlowIds", JsonArray{Json(cluster.str())}},
                    {"KeepJobFlowAliveWhenNoSteps", false}});
  EXPECT_EQ(State(cluster), "WAITING");
  model.Advance();
  EXPECT_EQ(Status(cluster), "TERMINATED ALL_STEPS_COMPLETED Steps completed");
}

TEST_F(LifeTest, GivesTheDetailsOfAFailure) {
  const ClusterId cluster = RunAndBoot(Request({Step("one")}));
  Exit(false);
  const Json step = Answer("DescribeStep", JsonObject{{"ClusterId", cluster.str()},
                                                      {"StepId", runner.started[0].step.str()}})
                        .at("Step");
  const Json& details = step.at("Status").at("FailureDetails");
  EXPECT_EQ(StringOr(details, "Reason"), "Unknown Error.");
  EXPECT_EQ(StringOr(details, "Message"), "Exception in thread \"main\"");
  EXPECT_EQ(StringOr(details, "LogFile"), "s3://logs/emr/stderr.gz");
}

TEST_F(LifeTest, GivesNoDetailsWithoutLogs) {
  JsonObject request = Request({Step("one")});
  request.erase("LogUri");
  const ClusterId cluster = RunAndBoot(request);
  Exit(false);
  const Json answer = Answer("ListSteps", JsonObject{{"ClusterId", cluster.str()}});
  EXPECT_EQ(Find(FindArray(answer, "Steps")[0], {"Status", "FailureDetails"}), nullptr);
}

// The table of facts: EMR API, "ActionOnFailure outcome": action, keep-alive (AutoTerminate off),
// protection → state of the cluster after the first of two steps failed, and the second step's.
struct Outcome {
  std::string_view action;
  bool keep_alive;
  bool termination_protected;
  std::string_view status;
  std::string_view steps;
};

class ActionOnFailureTest : public ModelFixture, public testing::WithParamInterface<Outcome> {};

TEST_P(ActionOnFailureTest, DecidesWhatAFailedStepDoes) {
  const Outcome& outcome = GetParam();
  const ClusterId cluster =
      RunAndBoot(Request({Step("one", outcome.action), Step("two", outcome.action)},
                         outcome.keep_alive, outcome.termination_protected));
  Exit(false);
  EXPECT_EQ(Status(cluster), outcome.status);
  EXPECT_EQ(StepStates(cluster), outcome.steps);
}

constexpr std::string_view kShutDown = "TERMINATING STEP_FAILURE Shut down as step failed";
constexpr std::string_view kCompleted = "TERMINATING ALL_STEPS_COMPLETED Steps completed";
constexpr std::string_view kRunning = "RUNNING  Running step";
constexpr std::string_view kWaiting = "WAITING  Waiting for steps to run";

INSTANTIATE_TEST_SUITE_P(
    Table, ActionOnFailureTest,
    testing::Values(Outcome{"TERMINATE_CLUSTER", false, false, kShutDown, "FAILED,CANCELLED"},
                    Outcome{"TERMINATE_JOB_FLOW", false, false, kShutDown, "FAILED,CANCELLED"},
                    Outcome{"TERMINATE_CLUSTER", false, true, kShutDown, "FAILED,CANCELLED"},
                    Outcome{"TERMINATE_CLUSTER", true, true, kRunning, "FAILED,RUNNING"},
                    Outcome{"TERMINATE_CLUSTER", true, false, kShutDown, "FAILED,CANCELLED"},
                    Outcome{"CANCEL_AND_WAIT", false, false, kCompleted, "FAILED,CANCELLED"},
                    Outcome{"CANCEL_AND_WAIT", false, true, kCompleted, "FAILED,CANCELLED"},
                    Outcome{"CANCEL_AND_WAIT", true, false, kWaiting, "FAILED,CANCELLED"},
                    Outcome{"CONTINUE", false, false, kRunning, "FAILED,RUNNING"},
                    Outcome{"CONTINUE", true, true, kRunning, "FAILED,RUNNING"}));

TEST_F(LifeTest, EndsWithoutErrorsThoughTheLastStepFailedWithContinue) {
  const ClusterId cluster = RunAndBoot(Request({Step("one", "CONTINUE")}));
  Exit(false);
  model.Advance();
  EXPECT_EQ(Status(cluster), "TERMINATED ALL_STEPS_COMPLETED Steps completed");
  EXPECT_EQ(StepStates(cluster), "FAILED");
}

TEST_F(LifeTest, EndsWithErrorsAfterAFailedStep) {
  const ClusterId cluster = RunAndBoot(Request({Step("one")}));
  Exit(false);
  model.Advance();
  EXPECT_EQ(Status(cluster), "TERMINATED_WITH_ERRORS STEP_FAILURE Shut down as step failed");
}

TEST_F(LifeTest, KillsWhatRunsAndIsGoneOnlyWhenItHasEnded) {
  const ClusterId cluster = RunAndBoot(Request({Step("one"), Step("two")}));
  Answer("TerminateJobFlows", JsonObject{{"JobFlowIds", JsonArray{Json(cluster.str())}}});
  EXPECT_EQ(Status(cluster), "TERMINATING USER_REQUEST Terminated by user request");
  EXPECT_EQ(StepStates(cluster), "INTERRUPTED,CANCELLED");
  const StepLaunch& launch = runner.started[0];
  EXPECT_THAT(runner.cancelled,
              ElementsAre(RecordingRunner::Cancelled{cluster, launch.step, true}));
  clock.Advance(minutes{10});
  model.Advance();
  EXPECT_EQ(State(cluster), "TERMINATING");
  EXPECT_EQ(model.NextDue(), std::nullopt);
  Exit(false);
  model.Advance();
  EXPECT_EQ(Status(cluster), "TERMINATED USER_REQUEST Terminated by user request");
  EXPECT_EQ(StepStates(cluster), "INTERRUPTED,CANCELLED");
}

TEST_F(SlowLifeTest, TakesItsTimeToTerminateAlsoWhenTheProcessEndsAtOnce) {
  const ClusterId cluster = Run(Request({Step("one")}));
  clock.Advance(seconds{10});
  model.Advance();
  clock.Advance(seconds{5});
  model.Advance();
  Answer("TerminateJobFlows", JsonObject{{"JobFlowIds", JsonArray{Json(cluster.str())}}});
  Exit(false);
  EXPECT_EQ(model.NextDue(), clock.Wall() + seconds{3});
}

TEST_F(LifeTest, CanBeTerminatedWhileItStarts) {
  const ClusterId cluster = Run(Request({Step("one")}));
  Answer("TerminateJobFlows", JsonObject{{"JobFlowIds", JsonArray{Json(cluster.str())}}});
  EXPECT_EQ(StepStates(cluster), "CANCELLED");
  model.Advance();
  EXPECT_EQ(State(cluster), "TERMINATED");
  EXPECT_THAT(runner.started, IsEmpty());
}

TEST_F(LifeTest, CancelsItsStepsWhenThePrimaryIsLost) {
  const ClusterId cluster =
      RunAndBoot(Request({Step("one"), Step("two")}, true, /*termination_protected=*/true));
  model.LosePrimary(cluster);
  EXPECT_EQ(StepStates(cluster), "CANCELLED,CANCELLED");
  Exit(false);
  model.Advance();
  EXPECT_EQ(Status(cluster),
            "TERMINATED_WITH_ERRORS INSTANCE_FAILURE The master node was terminated");
}

TEST_F(LifeTest, AllEndAtOnceWhenTheirMachinesAreGone) {
  const ClusterId running = RunAndBoot(Request({Step("one"), Step("two")}, true));
  const ClusterId starting = Run(Request({Step("one")}));
  const ClusterId ended = Run(Request({Step("one")}));
  Answer("TerminateJobFlows", JsonObject{{"JobFlowIds", JsonArray{ended.str()}}});
  model.LoseAll();
  model.Advance();
  EXPECT_EQ(State(running), "TERMINATING") << "its process still runs";
  EXPECT_EQ(State(starting), "TERMINATED_WITH_ERRORS");
  EXPECT_EQ(State(ended), "TERMINATED") << "it was told to before";
  model.OnStepExit(running, runner.started.front().step, {});
  model.Advance();
  EXPECT_EQ(Status(running),
            "TERMINATED_WITH_ERRORS INSTANCE_FAILURE The master node was terminated");
  EXPECT_EQ(StepStates(running), "CANCELLED,CANCELLED");
  EXPECT_TRUE(model.LiveClusters().empty());
}

TEST_F(LifeTest, FailsWhileItIsProvisionedWithTheReasonGiven) {
  const ClusterId cluster = Run(Request({Step("one")}));
  model.FailProvisioning(cluster, "VALIDATION_ERROR", "EMR service role arn is invalid");
  EXPECT_EQ(State(cluster), "TERMINATING");
  model.Advance();
  EXPECT_EQ(Status(cluster),
            "TERMINATED_WITH_ERRORS VALIDATION_ERROR EMR service role arn is invalid");
  EXPECT_EQ(StepStates(cluster), "CANCELLED");
}

TEST_F(LifeTest, DoesNotFailItsProvisioningOnceItRuns) {
  const ClusterId cluster = RunAndBoot(Request({Step("one")}));
  model.FailProvisioning(cluster, "INTERNAL_ERROR", "EC2 is out of capacity for m5.xlarge");
  EXPECT_EQ(State(cluster), "RUNNING");
}

TEST_F(LifeTest, TellsWhatARunningStepWaitsFor) {
  const ClusterId cluster = RunAndBoot(Request({Step("one"), Step("two")}));
  const StepId step = runner.started[0].step;
  const auto message = [&](std::size_t place) {
    const Json answer = Answer("ListSteps", JsonObject{{"ClusterId", cluster.str()}});
    const Json& status = FindArray(answer, "Steps")[place].at("Status");
    return StringOr(status.at("StateChangeReason"), "Message");
  };
  model.OnStepWaits(cluster, step, "a place on this machine: 3 steps are before it");
  EXPECT_EQ(message(1), "a place on this machine: 3 steps are before it");
  EXPECT_EQ(message(0), "");
  const Json described =
      Answer("DescribeStep", JsonObject{{"ClusterId", cluster.str()}, {"StepId", step.str()}});
  EXPECT_EQ(StringOr(described.at("Step").at("Status").at("StateChangeReason"), "Message"),
            "a place on this machine: 3 steps are before it");
  model.OnStepWaits(cluster, step, "");
  EXPECT_EQ(message(1), "");
  model.OnStepWaits(cluster, step, "again");
  Exit(true);
  EXPECT_EQ(message(1), "");
  model.OnStepWaits(cluster, step, "late");
  model.OnStepWaits(cluster, StepId("s-NONE"), "unknown");
  model.OnStepWaits(ClusterId("j-NONE"), step, "unknown");
  EXPECT_EQ(message(1), "");
}

TEST_F(LifeTest, IgnoresTheEndOfAStepThatIsOver) {
  const ClusterId cluster = RunAndBoot(Request({Step("one"), Step("two")}));
  const StepLaunch first = runner.started[0];
  Exit(first, true);
  Exit(first, false);
  EXPECT_EQ(StepStates(cluster), "COMPLETED,RUNNING");
  model.OnStepExit(ClusterId("j-NONE"), first.step, {});
  model.OnStepExit(cluster, StepId("s-NONE"), {});
  EXPECT_EQ(StepStates(cluster), "COMPLETED,RUNNING");
}

TEST_F(LifeTest, ListsLiveClustersInTheOrderOfTheirCreation) {
  const ClusterId first = Run(Request());
  const ClusterId second = Run(Request({}, true));
  EXPECT_THAT(model.LiveClusters(), ElementsAre(first, second));
  model.Advance();
  EXPECT_THAT(model.LiveClusters(), ElementsAre(second));
}

class StuckTest : public ModelFixture {
 protected:
  static Options StuckOptions() {
    Options options;
    options.timings_of = [](const ClusterId&) { return Timings{.provision = kNever}; };
    return options;
  }
  StuckTest() : ModelFixture(StuckOptions()) {}
};

TEST_F(StuckTest, StaysStartingForEverWithoutCapacityUntilItIsTerminated) {
  const ClusterId cluster = Run(Request({Step("one")}));
  EXPECT_EQ(model.NextDue(), std::nullopt);
  clock.Advance(std::chrono::hours{24 * 30});
  model.Advance();
  EXPECT_EQ(State(cluster), "STARTING");
  Answer("TerminateJobFlows", JsonObject{{"JobFlowIds", JsonArray{Json(cluster.str())}}});
  model.Advance();
  EXPECT_EQ(State(cluster), "TERMINATED");
}

TEST_F(LifeTest, EndsAnIdleClusterAfterTheTimeoutOfItsPolicy) {
  JsonObject request = Request({}, /*keep_alive=*/true);
  request["AutoTerminationPolicy"] = JsonObject{{"IdleTimeout", 60}};
  const ClusterId cluster = RunAndBoot(request);
  EXPECT_EQ(model.NextDue(), clock.Wall() + seconds{60});
  clock.Advance(seconds{60});
  model.Advance();
  EXPECT_EQ(Status(cluster), "TERMINATED USER_REQUEST Terminated by user request");
}

TEST_F(LifeTest, IsForgottenTwoMonthsAfterItsEnd) {
  const ClusterId cluster = RunAndBoot(Request());
  clock.Advance(std::chrono::days{60});
  EXPECT_EQ(State(cluster), "TERMINATED");
  clock.Advance(std::chrono::days{2});
  EXPECT_EQ(Refusal("DescribeCluster", JsonObject{{"ClusterId", cluster.str()}}),
            "InvalidRequestException: Cluster id '" + cluster.str() + "' is not valid.");
}

}  // namespace
}  // namespace ecm::emr_model
