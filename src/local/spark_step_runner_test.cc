#include "local/spark_step_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "env/real/real_env.h"
#include "env/testing/sim_env.h"
#include "env/testing/temporary_folder.h"
#include "local/folder_object_store.h"
#include "local/leftovers.h"
#include "local/proc_scan.h"

namespace ecm::local {
namespace {

using emr_model::StepExit;
using emr_model::StepLaunch;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

/// Steps here are small programs; a shell script stands for spark-submit. Real Spark is in
/// tests/python/local.
class SparkStepRunnerTest : public testing::Test {
 protected:
  SparkStepRunnerTest() {
    create_directories(folder_.path() / "s3" / "logs");
    options_.state_dir = folder_.path();
    options_.spark = LocalSparkSettings{folder_.path() / "spark", "/usr/bin/python3", "/opt/java"};
    options_.machine = {2, std::int64_t{8} << 30};
    options_.environment = {{"PATH", ProcessEnvironment().Get("PATH").value_or("/usr/bin:/bin")},
                            {"TEST_MARK", mark_}};
    options_.cancel_grace = Duration{300};
  }
  void Prepare() {
    runner_ = std::make_unique<SparkStepRunner>(
        io_, options_, clock_,
        [this](const ClusterId&, const StepId& step, const StepExit& exit) {
          exits_[step.str()] = exit;
        },
        [this](const StepLaunch&, const std::string& note) { notes_.push_back(note); },
        [this](const ClusterId&, const StepId& step, const std::string& message) {
          waits_[step.str()].push_back(message);
        },
        [this](const ClusterId&, const emr_model::BootstrapExit& exit) { bootstrap_ = exit; });
  }
  static StepLaunch Launch(std::vector<std::string> args, const std::string& step = "s-1") {
    StepLaunch launch;
    launch.cluster = ClusterId("j-1");
    launch.step = StepId(step);
    launch.name = "step";
    launch.jar = "command-runner.jar";
    launch.args = std::move(args);
    launch.log_uri = "s3n://logs/emr/";
    return launch;
  }
  StepExit Run(const StepLaunch& launch) {
    if (runner_ == nullptr) Prepare();
    runner_->Start(launch);
    io_.restart();
    io_.run_for(std::chrono::seconds(30));
    EXPECT_TRUE(exits_.contains(launch.step.str())) << "the step did not end";
    return exits_[launch.step.str()];
  }
  /// Runs the io_context until the step has written something.
  void RunUntilItSays(const std::string& text) {
    for (int round = 0; round < 2000; ++round) {
      if (folder_.Read("work/j-1/s-1/stdout") == text) return;
      io_.restart();
      io_.run_for(std::chrono::milliseconds(10));
    }
    FAIL() << "the step did not say " << text;
  }
  void InstallSpark(const std::string& script) {
    folder_.Write("spark/bin/spark-submit", "#!/bin/sh\n" + script);
    permissions(folder_.path() / "spark/bin/spark-submit", std::filesystem::perms::owner_all);
  }
  std::string Log(const std::string& name) const {
    FolderObjectStore store{Buckets(folder_.path() / "s3")};
    const auto text =
        store.ReadTail(Region("eu-west-1"), "logs", "emr/j-1/steps/s-1/" + name + ".gz", 1 << 20);
    return text ? *text : "error: " + text.error().message;
  }
  std::vector<pid_t> Alive() const { return ProcessesMarked("TEST_MARK=" + mark_); }

  TemporaryFolder folder_;
  const std::string mark_ = folder_.path().filename().string();
  boost::asio::io_context io_;
  ManualClock clock_;
  SparkStepRunnerOptions options_;
  std::unique_ptr<SparkStepRunner> runner_;
  std::map<std::string, StepExit> exits_;
  std::vector<std::string> notes_;
  std::map<std::string, std::vector<std::string>> waits_;
  std::optional<emr_model::BootstrapExit> bootstrap_;
};

TEST_F(SparkStepRunnerTest, PublishesWhatAKilledProcessHasLeft) {
  folder_.Write("work/j-1/s-1/stdout", "half a line");
  ASSERT_TRUE(KeepLogPlaces(folder_.path() / "work/j-1/s-1", {"s3://logs/emr/j-1/steps/s-1/", ""}));
  Prepare();
  const auto work = boost::asio::make_work_guard(io_);
  for (int round = 0; round < 500 && notes_.empty(); ++round) {
    io_.restart();
    io_.run_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(Log("stdout"), "half a line");
  EXPECT_THAT(notes_, Contains(HasSubstr("s3://logs/emr/j-1/steps/s-1/")));
}

TEST_F(SparkStepRunnerTest, AStepThatPutsPipesAndLinksInThePlaceOfItsLogsEnds) {
  const StepExit exit = Run(Launch({"bash", "-c",
                                    "rm controller stdout stderr; mkfifo controller stderr; "
                                    "ln -s /dev/zero stdout; exit 3"}));
  EXPECT_FALSE(exit.succeeded);
  EXPECT_EQ(exit.exit_code, 3);
  EXPECT_EQ(exit.failure_reason, "Unknown Error.");
  for (const char* name : {"controller", "stdout", "stderr"}) {
    EXPECT_THAT(Log(name), HasSubstr("error: ")) << name;
  }
  EXPECT_TRUE(Run(Launch({"true"}, "s-2")).succeeded);
}

TEST_F(SparkStepRunnerTest, KeepsInMindWhereLogsBelongOnlyWhileTheStepRuns) {
  Prepare();
  runner_->Start(Launch({"bash", "-c", "printf on; read x < <(sleep 60)"}));
  RunUntilItSays("on");
  EXPECT_THAT(folder_.Read("work/j-1/s-1.json"), HasSubstr("s3://logs/emr/j-1/steps/s-1/"));
  runner_.reset();
  EXPECT_FALSE(exists(folder_.path() / "work" / "j-1"));
}

TEST_F(SparkStepRunnerTest, RunsAStepAndLaysItsLogsWhereEmrPutsThem) {
  const StepExit exit = Run(Launch({"bash", "-c", "echo out; echo err >&2"}));
  EXPECT_TRUE(exit.succeeded);
  EXPECT_EQ(exit.failure_reason, "");
  EXPECT_EQ(exit.log_file, "");
  EXPECT_EQ(Log("stdout"), "out\n");
  EXPECT_EQ(Log("stderr"), "err\n");
  EXPECT_THAT(Log("controller"), HasSubstr("Step succeeded with exitCode 0 and took 0 seconds"));
  EXPECT_FALSE(exists(folder_.path() / "work/j-1"));
  EXPECT_THAT(waits_, IsEmpty());
}

TEST_F(SparkStepRunnerTest, TheEndIsNotToldFromInsideStart) {
  Prepare();
  runner_->Start(Launch({}));
  EXPECT_THAT(exits_, IsEmpty());
  io_.run_for(std::chrono::seconds(30));
  EXPECT_EQ(exits_["s-1"].failure_reason, "command-runner.jar was given nothing to run");
}

TEST_F(SparkStepRunnerTest, AFailureHasItsExitCodeReasonAndLog) {
  const StepExit exit = Run(Launch({"python3", "-c", "raise ValueError('bad\\nluck')"}));
  EXPECT_FALSE(exit.succeeded);
  EXPECT_EQ(exit.exit_code, 1);
  EXPECT_EQ(exit.failure_reason, "ValueError: bad");
  EXPECT_EQ(exit.log_file, "s3://logs/emr/j-1/steps/s-1/stderr.gz");
  EXPECT_THAT(Log("controller"), HasSubstr("WARN Step failed with exitCode 1"));
}

TEST_F(SparkStepRunnerTest, AnExitCodeAloneIsAnUnknownError) {
  const StepExit exit = Run(Launch({"bash", "-c", "exit 3"}));
  EXPECT_EQ(exit.exit_code, 3);
  EXPECT_EQ(exit.failure_reason, "Unknown Error.");
  EXPECT_EQ(exit.log_file, "s3://logs/emr/j-1/steps/s-1/");
}

TEST_F(SparkStepRunnerTest, AKilledProcessIsNamed) {
  const StepExit exit = Run(Launch({"bash", "-c", "kill -9 $$"}));
  EXPECT_EQ(exit.exit_code, 137);
  EXPECT_THAT(exit.failure_reason, HasSubstr("killed by SIGKILL"));
}

TEST_F(SparkStepRunnerTest, AMissingProgramIsNamed) {
  const StepExit exit = Run(Launch({"no-such-program"}));
  EXPECT_THAT(exit.failure_reason, HasSubstr("cannot start \"no-such-program\""));
  EXPECT_THAT(exit.failure_reason, HasSubstr("No such file"));
}

TEST_F(SparkStepRunnerTest, ArgumentsReachTheProgramAsTheyAre) {
  Run(Launch({"printf", "%s|", "a b", "$(touch /tmp/x)", "", "ü\n'\"", "--"}));
  EXPECT_EQ(Log("stdout"), "a b|$(touch /tmp/x)||ü\n'\"|--|");
}

TEST_F(SparkStepRunnerTest, SparkSubmitFindsItsConfigurationAndNothingOfUsersEnvironment) {
  InstallSpark("printf '%s\\n' \"$@\"; cat \"$SPARK_CONF_DIR/spark-defaults.conf\"; env\n");
  create_directories(folder_.path() / "s3" / "data.in");
  folder_.Write("s3/data.in/job.py", "");
  EXPECT_TRUE(
      Run(Launch({"spark-submit", "--master", "yarn", "s3://data.in/job.py", "x"})).succeeded);
  EXPECT_THAT(Log("stdout"), testing::StartsWith("s3://data.in/job.py\nx\n"));
  EXPECT_THAT(Log("stdout"), HasSubstr("spark.hadoop.fs.viewfs.mounttable.data.in.linkFallback="));
  EXPECT_THAT(Log("stdout"), HasSubstr("spark.master=local[2]"));
  EXPECT_THAT(Log("stdout"), HasSubstr("JAVA_HOME=/opt/java"));
  EXPECT_THAT(Log("stdout"), testing::Not(HasSubstr("HOME=/root")));
  EXPECT_THAT(notes_, Contains(HasSubstr("one local JVM with 2048 MiB")));
}

TEST_F(SparkStepRunnerTest, AMissingEntryPointIsSaidBeforeSparkStarts) {
  InstallSpark("echo started\n");
  const StepExit exit = Run(Launch({"spark-submit", "s3://logs/missing.py"}));
  EXPECT_FALSE(exit.succeeded);
  EXPECT_THAT(exit.failure_reason, HasSubstr("the entry point s3://logs/missing.py"));
  EXPECT_THAT(exit.failure_reason, HasSubstr("no such key"));
  EXPECT_THAT(Log("stderr"), HasSubstr("no such key"));
}

TEST_F(SparkStepRunnerTest, AMissingBucketIsSaidWithWhatToDo) {
  InstallSpark("echo started\n");
  const StepExit exit = Run(Launch({"spark-submit", "--py-files", "s3a://code/a.zip", "/x.py"}));
  EXPECT_THAT(exit.failure_reason, HasSubstr("no such bucket: code (create it: mkdir -p '" +
                                             folder_.path().string() + "/s3/code')"));
}

TEST_F(SparkStepRunnerTest, AnEntryPointCannotLeaveItsBucket) {
  InstallSpark("echo started\n");
  folder_.Write("secret.py", "");
  const StepExit exit = Run(Launch({"spark-submit", "s3://logs/../../secret.py"}));
  EXPECT_FALSE(exit.succeeded);
  EXPECT_THAT(exit.failure_reason, HasSubstr("no such key"));
  EXPECT_FALSE(exists(folder_.path() / "work/j-1/s-1/stdout"));
}

TEST_F(SparkStepRunnerTest, WithoutSparkTheReasonSaysHowToGetIt) {
  options_.spark = Fail(ErrorKind::kInternal, "local Spark was not found: run `bash x`");
  const StepExit exit = Run(Launch({"spark-submit", "/x.py"}));
  EXPECT_EQ(exit.failure_reason, "local Spark was not found: run `bash x`");
}

TEST_F(SparkStepRunnerTest, AMissingLogBucketLosesNoLog) {
  StepLaunch launch = Launch({"bash", "-c", "echo out; exit 3"});
  launch.log_uri = "s3://nowhere/";
  const StepExit exit = Run(launch);
  EXPECT_EQ(exit.exit_code, 3);
  EXPECT_EQ(exit.log_file, "");
  EXPECT_THAT(notes_, Contains(HasSubstr("no such bucket: nowhere")));
  EXPECT_EQ(folder_.Read("work/j-1/s-1/stdout"), "out\n");
  EXPECT_FALSE(exists(folder_.path() / "s3/nowhere"));
}

TEST_F(SparkStepRunnerTest, WithoutALogUriNothingIsWrittenToBuckets) {
  StepLaunch launch = Launch({"bash", "-c", "exit 3"});
  launch.log_uri = "";
  EXPECT_EQ(Run(launch).log_file, "");
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path() / "s3/logs"));
  EXPECT_THAT(notes_, IsEmpty());
}

TEST_F(SparkStepRunnerTest, ACancelTerminatesTheStep) {
  Prepare();
  runner_->Start(Launch({"bash", "-c", "echo runs; sleep 600"}));
  RunUntilItSays("runs\n");
  runner_->Cancel(ClusterId("j-1"), StepId("s-1"), /*force=*/false);
  io_.run_for(std::chrono::seconds(30));
  EXPECT_EQ(exits_["s-1"].exit_code, 143);
  EXPECT_THAT(Alive(), IsEmpty());
}

TEST_F(SparkStepRunnerTest, WhoIgnoresACancelIsKilled) {
  Prepare();
  runner_->Start(
      Launch({"bash", "-c", "trap 'true' TERM; echo runs; while :; do sleep 0.05; done"}));
  RunUntilItSays("runs\n");
  runner_->Cancel(ClusterId("j-1"), StepId("s-1"), /*force=*/false);
  io_.restart();
  io_.run_for(std::chrono::seconds(30));
  EXPECT_EQ(exits_["s-1"].exit_code, 137);
  EXPECT_THAT(Alive(), IsEmpty());
}

TEST_F(SparkStepRunnerTest, AForcedCancelKillsAtOnce) {
  options_.cancel_grace = Duration{3'600'000};
  Prepare();
  runner_->Start(
      Launch({"bash", "-c", "trap 'true' TERM; echo runs; while :; do sleep 0.05; done"}));
  RunUntilItSays("runs\n");
  runner_->Cancel(ClusterId("j-1"), StepId("s-1"), /*force=*/true);
  runner_->Cancel(ClusterId("j-1"), StepId("s-unknown"), /*force=*/true);
  io_.restart();
  io_.run_for(std::chrono::seconds(30));
  EXPECT_EQ(exits_["s-1"].exit_code, 137);
}

TEST_F(SparkStepRunnerTest, NothingIsLeftWhenTheRunnerGoesAway) {
  Prepare();
  runner_->Start(Launch({"bash", "-c", "echo runs; sleep 600"}));
  RunUntilItSays("runs\n");
  EXPECT_FALSE(Alive().empty());
  runner_.reset();
  EXPECT_THAT(Alive(), IsEmpty());
  EXPECT_THAT(exits_, IsEmpty());
  EXPECT_EQ(Log("stdout"), "runs\n");
  EXPECT_THAT(Log("controller"), HasSubstr("the cluster is lost"));
  EXPECT_FALSE(exists(folder_.path() / "work/j-1"));
}

TEST_F(SparkStepRunnerTest, StepsOfSeveralClustersRunSideBySide) {
  Prepare();
  for (const char* step : {"s-1", "s-2", "s-3"}) {
    runner_->Start(Launch({"bash", "-c", std::string("exit ") + (step + 2)}, step));
  }
  io_.run_for(std::chrono::seconds(30));
  EXPECT_EQ(exits_["s-1"].exit_code, 1);
  EXPECT_EQ(exits_["s-2"].exit_code, 2);
  EXPECT_EQ(exits_["s-3"].exit_code, 3);
}

TEST_F(SparkStepRunnerTest, WhatFindsNoPlaceWaitsVisiblyAndEveryStepEnds) {
  options_.max_processes = 4;
  Prepare();
  constexpr int kSteps = 100;
  for (int i = 0; i < kSteps; ++i) {
    StepLaunch launch = Launch({"bash", "-c", "exit 0"}, "s-" + std::to_string(i));
    launch.cluster = ClusterId("j-" + std::to_string(i));
    runner_->Start(launch);
  }
  EXPECT_THAT(waits_, IsEmpty()) << "nothing is told from inside Start";
  io_.run_for(std::chrono::seconds(60));
  EXPECT_EQ(exits_.size(), std::size_t{kSteps});
  for (const auto& [step, exit] : exits_) EXPECT_TRUE(exit.succeeded) << step;
  EXPECT_FALSE(waits_.contains("s-3"));
  EXPECT_THAT(waits_["s-6"],
              testing::ElementsAre(
                  HasSubstr("at most 4 steps at once; before this one when it came: 2"), ""));
  EXPECT_FALSE(exists(folder_.path() / "work/j-99"));
}

TEST_F(SparkStepRunnerTest, StepsWithSparkAreBoundedAndTheirControllerSaysThatTheyWaited) {
  InstallSpark("echo run >> '" + (folder_.path() / "runs").string() + "'\nsleep 0.2\n");
  options_.max_spark = 1;
  Prepare();
  for (const char* step : {"s-2", "s-1"}) runner_->Start(Launch({"spark-submit", "/x.py"}, step));
  runner_->Start(Launch({"bash", "-c", "exit 0"}, "s-3"));
  io_.run_for(std::chrono::seconds(30));
  EXPECT_EQ(exits_.size(), 3U);
  EXPECT_EQ(folder_.Read("runs"), "run\nrun\n");
  EXPECT_FALSE(waits_.contains("s-3"));
  EXPECT_THAT(
      waits_["s-1"],
      testing::ElementsAre(
          HasSubstr("at most 1 steps with Spark at once; before this one when it came: 0"), ""));
  EXPECT_THAT(Log("controller"), HasSubstr("Waiting for a place on this machine"));
  EXPECT_THAT(Log("controller"), HasSubstr("the step has its place and starts"));
}

TEST_F(SparkStepRunnerTest, AStepThatWaitsIsCancelledAtOnce) {
  options_.max_processes = 1;
  options_.cancel_grace = Duration{3'600'000};
  Prepare();
  runner_->Start(Launch({"bash", "-c", "echo runs; sleep 600"}));
  runner_->Start(Launch({"bash", "-c", "touch ran"}, "s-2"));
  RunUntilItSays("runs\n");
  runner_->Cancel(ClusterId("j-1"), StepId("s-2"), /*force=*/false);
  runner_->Cancel(ClusterId("j-1"), StepId("s-2"), /*force=*/true);
  for (int round = 0; round < 500 && !exits_.contains("s-2"); ++round) {
    io_.restart();
    io_.run_for(std::chrono::milliseconds(10));
  }
  EXPECT_FALSE(exits_["s-2"].succeeded);
  EXPECT_THAT(exits_["s-2"].failure_reason, HasSubstr("cancelled while it waited"));
  EXPECT_FALSE(exits_.contains("s-1"));
  runner_->Cancel(ClusterId("j-1"), StepId("s-1"), /*force=*/true);
  io_.restart();
  io_.run_for(std::chrono::seconds(30));
  EXPECT_EQ(exits_["s-1"].exit_code, 137);
}

TEST_F(SparkStepRunnerTest, AScriptOfScriptRunnerRunsWithoutSpark) {
  options_.spark = Fail(ErrorKind::kInternal, "no Spark");
  folder_.Write("s3/code/run.sh", "#!/bin/bash\necho \"$1\"; exit 4\n");
  StepLaunch launch = Launch({"s3://code/run.sh", "a b"});
  launch.jar = "s3://us-east-1.elasticmapreduce/libs/script-runner/script-runner.jar";
  const StepExit exit = Run(launch);
  EXPECT_EQ(exit.exit_code, 4);
  EXPECT_EQ(Log("stdout"), "a b\n");
}

TEST_F(SparkStepRunnerTest, AScriptOfAnUnknownBucketIsSaid) {
  StepLaunch launch = Launch({"s3://nowhere/run.sh"});
  launch.jar = "script-runner.jar";
  EXPECT_THAT(Run(launch).failure_reason,
              HasSubstr("the script s3://nowhere/run.sh cannot be fetched: no such bucket"));
}

TEST_F(SparkStepRunnerTest, AJarThatIsNotThereIsSaid) {
  StepLaunch launch = Launch({"Main"});
  launch.jar = "s3://logs/none.jar";
  EXPECT_THAT(Run(launch).failure_reason,
              HasSubstr("the jar s3://logs/none.jar cannot be fetched: no such key"));
  launch.step = StepId("s-2");
  launch.jar = "none.jar";
  EXPECT_THAT(Run(launch).failure_reason, HasSubstr("s3://BUCKET/KEY or as an absolute path"));
}

TEST_F(SparkStepRunnerTest, InClusterModeTheDriversOutputIsAContainersAndTheStepsSaysTheCause) {
  InstallSpark(
      "echo out; echo 'Exception in thread \"main\" java.io.IOException: bad' >&2; exit 1");
  const StepExit exit = Run(Launch({"spark-submit", "--deploy-mode", "cluster", "/x.py"}));
  EXPECT_EQ(exit.failure_reason, "java.io.IOException: bad");
  EXPECT_THAT(exit.log_file,
              testing::MatchesRegex("s3://logs/emr/j-1/containers/application_[0-9]+_0001/"
                                    "container_[0-9]+_0001_01_000001/stderr.gz"));
  FolderObjectStore store{Buckets(folder_.path() / "s3")};
  const std::string container = exit.log_file.substr(std::string("s3://logs/").size());
  EXPECT_THAT(store.ReadTail(Region("x"), "logs", container, 4096).value(),
              HasSubstr("IOException"));
  EXPECT_EQ(Log("stdout"), "");
  EXPECT_THAT(Log("stderr"), HasSubstr("final status: FAILED"));
  EXPECT_THAT(Log("stderr"), HasSubstr("finished with failed status: java.io.IOException: bad\n"));
  EXPECT_FALSE(exists(folder_.path() / "work/j-1"));
}

TEST_F(SparkStepRunnerTest, InClusterModeASuccessIsSaidByTheClient) {
  InstallSpark("echo out");
  EXPECT_TRUE(Run(Launch({"spark-submit", "--deploy-mode", "cluster", "/x.py"})).succeeded);
  EXPECT_THAT(Log("stderr"), HasSubstr("final status: SUCCEEDED"));
  EXPECT_THAT(Log("stderr"), testing::Not(HasSubstr("Exception")));
}

TEST_F(SparkStepRunnerTest, BootstrapActionsFindWhatStepsFind) {
  folder_.Write("s3/code/a.sh", "#!/bin/sh\necho $PATH\nexit 3\n");
  Prepare();
  emr_model::BootstrapLaunch launch;
  launch.cluster = ClusterId("j-1");
  launch.instance = "i-0";
  launch.actions = {{"a", "s3://code/a.sh", {}}};
  runner_->StartBootstrap(launch);
  io_.run_for(std::chrono::seconds(30));
  ASSERT_TRUE(bootstrap_.has_value());
  EXPECT_EQ(bootstrap_->exit_code, 3);
  EXPECT_THAT(folder_.Read("work/j-1/bootstrap-actions/1/stdout"),
              testing::StartsWith("/usr/bin:/opt/java/bin:"));
}

}  // namespace
}  // namespace ecm::local
