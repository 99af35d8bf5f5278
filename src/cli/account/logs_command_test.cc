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

class FunctionLogsTest : public LogsTest {
 protected:
  void SetUp() override { StartNamed("run"); }
  void Say(const std::string& function, std::chrono::seconds after, const std::string& text) {
    log_groups.groups["/aws/lambda/ecm-dev-" + function].push_back({began_ + after, text});
  }
  std::string About(const std::string& name) const {
    return "\"execution\":\"" + ExecutionNamed(name).str() + "\"";
  }
  const WallTime began_ = clock.Wall();
};

TEST_F(FunctionLogsTest, AreThoseOfTheExecutionInOrderOfTime) {
  using std::chrono::seconds;
  Say("submit", seconds{1}, "{\"n\":1," + About("run") + "}\n");
  Say("submit", seconds{2}, "{\"n\":2," + About("another") + "}\n");
  Say("report", seconds{9}, "{\"n\":4," + About("run") + "}\n");
  Say("inspect", seconds{5}, "{\"n\":3,\x1b" + About("run") + "}\n");
  Pass(minutes{1});
  EXPECT_EQ(Logs("functions"), ExitCode::kSuccess);
  EXPECT_EQ(streams.TakeOut(), "{\"n\":1," + About("run") + "}\n" + "{\"n\":3,\\x1b" +
                                   About("run") + "}\n" + "{\"n\":4," + About("run") + "}\n");
  EXPECT_EQ(Logs("functions", 1), ExitCode::kSuccess);
  EXPECT_EQ(streams.TakeOut(), "{\"n\":4," + About("run") + "}\n");
}

TEST_F(FunctionLogsTest, GoOnForAnHourAfterTheEnd) {
  Pass(minutes{30});
  ASSERT_NE(StatusOf("run"), "RUNNING");
  Say("sweep", std::chrono::seconds{3600}, "soon " + About("run"));
  Say("sweep", std::chrono::seconds{10 * 3600}, "late " + About("run"));
  Pass(std::chrono::hours{12});
  EXPECT_EQ(Logs("functions"), ExitCode::kSuccess);
  EXPECT_EQ(streams.TakeOut(), "soon " + About("run") + "\n");
}

TEST_F(FunctionLogsTest, ThatAreNotThereAreNamed) {
  EXPECT_EQ(Logs("functions"), ExitCode::kToolError);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("no log groups /aws/lambda/ecm-dev-* in eu-west-1"));
  Say("wake", std::chrono::seconds{1}, "somebody else's");
  EXPECT_EQ(Logs("functions"), ExitCode::kSuccess);
  EXPECT_EQ(streams.TakeErr(), "emrctl: the functions of stage dev have no line about run\n");
}

TEST_F(FunctionLogsTest, SayWhatIsMissing) {
  log_groups.refusal = Denied();
  EXPECT_EQ(Logs("functions"), ExitCode::kAccessDenied);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("logs:FilterLogEvents on /aws/lambda/ecm-dev-submit"));
  options.endpoint_url = "http://127.0.0.1:8367";
  log_groups.refusal = Error{ErrorKind::kAccessDenied, "no", "InvalidSignatureException"};
  EXPECT_EQ(Logs("functions"), ExitCode::kAccessDenied);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("emrctl: no; where emrctl local serve runs"));
}

TEST_F(LogsTest, WhatEmrRefusesIsTold) {
  StartAndRunStep();
  emr.RefuseNext("DescribeCluster", Denied());
  EXPECT_EQ(Logs(), ExitCode::kAccessDenied);
}

}  // namespace
}  // namespace ecm::cli
