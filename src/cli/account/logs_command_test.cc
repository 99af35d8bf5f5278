#include "cli/account/logs_command.h"

#include "cli/testing/account_world.h"

namespace ecm::cli {
namespace {

using std::chrono::minutes;
using testing::HasSubstr;
using testing::Not;

class LogsTest : public AccountWorld {
 protected:
  ExitCode Logs(const std::string& stream = "", std::size_t tail = 0) {
    return RunLogs(account, {options, "run", stream, tail}, context);
  }
  void StartAndRunStep() {
    StartNamed("run");
    Pass(minutes{1});
    Pass(minutes{1});
    ASSERT_EQ(steps.started.size(), 1U);
    folder_ = "log-bucket/emr/dev/" + OnlyCluster() + "/";
    step_folder_ = folder_ + "steps/" + steps.started[0].step.str() + "/";
  }
  std::string folder_;
  std::string step_folder_;
};

TEST_F(LogsTest, PrintsBothStreams) {
  StartAndRunStep();
  objects.objects[step_folder_ + "stdout.gz"] = "one\ttab\ntwo \x1b[2J\n";
  objects.objects[step_folder_ + "stderr.gz"] = "INFO\n";
  EXPECT_EQ(Logs(), ExitCode::kSuccess);
  EXPECT_EQ(streams.TakeOut(), "one    tab\ntwo \\x1b[2J\nINFO\n");
  EXPECT_EQ(streams.TakeErr(), "==> ecm-dev-count stdout\n==> ecm-dev-count stderr\n");
}

TEST_F(LogsTest, PrintsTheLastLinesOfOneStream) {
  StartAndRunStep();
  objects.objects[step_folder_ + "controller.gz"] = "a\nb\nc\n";
  EXPECT_EQ(Logs("controller", 2), ExitCode::kSuccess);
  EXPECT_EQ(streams.TakeOut(), "b\nc\n");
  EXPECT_EQ(Logs("controller", 7), ExitCode::kSuccess);
  EXPECT_EQ(streams.TakeOut(), "a\nb\nc\n");
  objects.objects[step_folder_ + "controller.gz"] = "";
  EXPECT_EQ(Logs("controller", 7), ExitCode::kSuccess);
  EXPECT_EQ(streams.TakeOut(), "");
}

TEST_F(LogsTest, FindsTheDriverOfClusterMode) {
  StartAndRunStep();
  const std::string application = folder_ + "containers/application_1_0001/";
  objects.objects[application + "container_1_0001_01_000001/stdout.gz"] = "driver\n";
  objects.objects[application + "container_1_0001_01_000002/stdout.gz"] = "executor\n";
  EXPECT_EQ(Logs("driver"), ExitCode::kSuccess);
  EXPECT_EQ(streams.TakeOut(), "driver\n");
}

TEST_F(LogsTest, InClientModeTheDriverIsTheStep) {
  StartAndRunStep();
  objects.objects[step_folder_ + "stdout.gz"] = "of the step\n";
  EXPECT_EQ(Logs("driver"), ExitCode::kSuccess);
  EXPECT_EQ(streams.TakeOut(), "of the step\n");
}

TEST_F(LogsTest, SaysThatLogsAreNotThereYet) {
  StartAndRunStep();
  EXPECT_EQ(Logs(), ExitCode::kToolError);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("is not there yet: EMR copies logs"));
}

TEST_F(LogsTest, SaysThatLogsWillNotCome) {
  StartAndRunStep();
  Pass(minutes{10});
  Pass(minutes{10});
  Pass(minutes{10});
  EXPECT_EQ(Logs(), ExitCode::kToolError);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("the cluster's role may not write there"));
}

TEST_F(LogsTest, SaysWhichPermissionIsMissing) {
  StartAndRunStep();
  objects.denied = true;
  EXPECT_EQ(Logs("stderr"), ExitCode::kAccessDenied);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("s3:GetObject"));
  EXPECT_EQ(Logs("driver"), ExitCode::kAccessDenied);
}

TEST_F(LogsTest, AJobWithoutAClusterHasNoLogs) {
  StartNamed("run", R"({"job_name": "x"})");
  EXPECT_EQ(Logs(), ExitCode::kToolError);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("run ended without a cluster"));
}

TEST_F(LogsTest, AJobWithoutALogBucketHasNone) {
  StartNamed("run", R"({"job_name": "x", "release": "emr-7.5.0",
                        "code_entrypoint": "s3://b-1/x.py"})");
  EXPECT_EQ(Logs(), ExitCode::kToolError);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("keeps no logs: give the job a log_bucket"));
}

TEST_F(LogsTest, WhatEmrRefusesIsTold) {
  StartAndRunStep();
  emr.RefuseNext("DescribeCluster", Denied());
  EXPECT_EQ(Logs(), ExitCode::kAccessDenied);
}

}  // namespace
}  // namespace ecm::cli
