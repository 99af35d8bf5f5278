#include "local/bootstrap_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <map>

#include "env/real/real_env.h"
#include "env/testing/sim_env.h"
#include "env/testing/temporary_folder.h"
#include "local/folder_object_store.h"
#include "local/proc_scan.h"

namespace ecm::local {
namespace {

namespace fs = std::filesystem;
using emr_model::BootstrapExit;
using emr_model::BootstrapLaunch;
using testing::HasSubstr;
using testing::IsEmpty;

class BootstrapRunnerTest : public testing::Test {
 protected:
  BootstrapRunnerTest() {
    fs::create_directories(folder_.path() / "s3/logs");
    runner_ = std::make_unique<BootstrapRunner>(
        io_, finisher_, places_,
        BootstrapOptions{folder_.path(),
                         {{"PATH", ProcessEnvironment().Get("PATH").value_or("/usr/bin:/bin")},
                          {"HOME", "/me"},
                          {"TEST_MARK", mark_}}},
        clock_, [this](const ClusterId& cluster, const BootstrapExit& exit) {
          exits_.emplace(cluster.str(), exit);
        });
  }
  ~BootstrapRunnerTest() override {
    runner_->Abandon();
    finisher_.join();
  }
  std::string Script(const std::string& name, const std::string& text) const {
    folder_.Write("s3/code/" + name, text);
    return "s3://code/" + name;
  }
  static BootstrapLaunch Launch(std::vector<BootstrapLaunch::Action> actions,
                                const std::string& cluster = "j-1") {
    BootstrapLaunch launch;
    launch.cluster = ClusterId(cluster);
    launch.instance = "i-0";
    launch.actions = std::move(actions);
    launch.log_uri = "s3://logs/emr/";
    return launch;
  }
  BootstrapExit Run(const BootstrapLaunch& launch) {
    runner_->Start(launch);
    return Wait(launch.cluster.str());
  }
  BootstrapExit Wait(const std::string& cluster) {
    io_.restart();
    io_.run_for(std::chrono::seconds(30));
    EXPECT_TRUE(exits_.contains(cluster)) << "the actions did not end";
    return exits_[cluster];
  }
  void RunUntil(const std::string& file) {
    for (int round = 0; round < 2000 && !exists(folder_.path() / file); ++round) {
      io_.restart();
      io_.run_for(std::chrono::milliseconds(10));
    }
    ASSERT_TRUE(exists(folder_.path() / file));
  }
  std::string Log(int number, const std::string& name) const {
    FolderObjectStore store{Buckets(folder_.path() / "s3")};
    const auto text = store.ReadTail(
        Region("eu-west-1"), "logs",
        "emr/j-1/node/i-0/bootstrap-actions/" + std::to_string(number) + "/" + name + ".gz",
        1 << 20);
    return text ? *text : "error: " + text.error().message;
  }

  TemporaryFolder folder_;
  const std::string mark_ = folder_.path().filename().string();
  boost::asio::io_context io_;
  boost::asio::thread_pool finisher_{1};
  ManualClock clock_;
  Places places_{PlaceLimits{1, 1, 0}};
  std::map<std::string, BootstrapExit> exits_;
  std::unique_ptr<BootstrapRunner> runner_;
};

TEST_F(BootstrapRunnerTest, RunsTheActionsInTheirOrderWithTheirArguments) {
  const std::string seen = (folder_.path() / "seen").string();
  const std::string script =
      Script("a.sh", "#!/bin/sh\necho \"$2|$HOME|$TMPDIR\"; echo oops >&2; echo $1 >> '" + seen +
                         "'; test -d \"$TMPDIR\"\n");
  const BootstrapExit exit = Run(Launch({{"one", script, {"1", "a $b"}}, {"two", script, {"2"}}}));
  EXPECT_EQ(exit.failed_action, 0U);
  EXPECT_EQ(folder_.Read("seen"), "1\n2\n");
  EXPECT_EQ(Log(1, "stdout"),
            "a $b|/me|" + (folder_.path() / "work/j-1/bootstrap-actions/1/tmp").string() + "\n");
  EXPECT_EQ(Log(2, "stderr"), "oops\n");
  EXPECT_THAT(Log(2, "controller"), HasSubstr("bootstrap action 2 \"two\": s3://code/a.sh 2"));
  EXPECT_THAT(Log(2, "controller"), HasSubstr("ended with exit code 0"));
  EXPECT_FALSE(exists(folder_.path() / "work/j-1"));
}

TEST_F(BootstrapRunnerTest, TheFirstThatFailsEndsThem) {
  const BootstrapExit exit = Run(
      Launch({{"good", Script("good.sh", "#!/bin/sh\n"), {}},
              {"bad", Script("bad.sh", "#!/bin/sh\necho no luck >&2; exit 7\n"), {}},
              {"never",
               Script("never.sh", "#!/bin/sh\ntouch '" + (folder_.path() / "ran").string() + "'\n"),
               {}}}));
  EXPECT_EQ(exit.failed_action, 2U);
  EXPECT_EQ(exit.exit_code, 7);
  EXPECT_EQ(exit.failure_message, "");
  EXPECT_EQ(Log(2, "stderr"), "no luck\n");
  EXPECT_FALSE(exists(folder_.path() / "ran"));
}

TEST_F(BootstrapRunnerTest, AMissingScriptIsSaid) {
  const BootstrapExit exit = Run(Launch({{"x", "s3://nowhere/a.sh", {}}}));
  EXPECT_EQ(exit.failed_action, 1U);
  EXPECT_THAT(exit.failure_message,
              HasSubstr("the script s3://nowhere/a.sh cannot be fetched: no such bucket: nowhere"));
  EXPECT_THAT(Log(1, "stderr"), HasSubstr("no such bucket"));
  const BootstrapExit aws = Run(Launch({{"x", "/usr/share/aws/emr/x", {}}}, "j-2"));
  EXPECT_THAT(aws.failure_message, HasSubstr("there is no such file on this machine"));
}

TEST_F(BootstrapRunnerTest, AnInterpreterThatIsMissingIsSaid) {
  const BootstrapExit exit = Run(Launch({{"x", Script("a.sh", "#!/no/such/interpreter\n"), {}}}));
  EXPECT_EQ(exit.failed_action, 1U);
  EXPECT_THAT(exit.failure_message, HasSubstr("cannot start"));
}

TEST_F(BootstrapRunnerTest, AFileOfThisMachineRunsAlsoWithoutAnInterpreterLine) {
  const fs::path script = folder_.Write("mine.sh", "exit 5\n");
  EXPECT_EQ(Run(Launch({{"x", "file://" + script.string(), {}}})).exit_code, 5);
}

TEST_F(BootstrapRunnerTest, WithoutALogBucketTheLogsStay) {
  BootstrapLaunch launch = Launch({{"x", Script("a.sh", "#!/bin/sh\necho out\n"), {}}});
  launch.log_uri = "s3://nowhere/";
  EXPECT_EQ(Run(launch).failed_action, 0U);
  EXPECT_EQ(folder_.Read("work/j-1/bootstrap-actions/1/stdout"), "out\n");
  EXPECT_THAT(folder_.Read("work/j-1/bootstrap-actions/1/controller"),
              HasSubstr("the logs stay here: no such bucket: nowhere"));
}

TEST_F(BootstrapRunnerTest, ACancelKillsWhatRunsAndWhatWaitsNeverBegins) {
  const std::string ready = (folder_.path() / "ready").string();
  runner_->Start(
      Launch({{"x", Script("a.sh", "#!/bin/sh\ntouch '" + ready + "'; sleep 600\n"), {}}}));
  runner_->Start(Launch({{"y", Script("b.sh", "#!/bin/sh\ntouch ran\n"), {}}}, "j-2"));
  RunUntil("ready");
  runner_->Cancel(ClusterId("j-2"));
  io_.restart();
  io_.run_for(std::chrono::milliseconds(200));
  EXPECT_THAT(exits_["j-2"].failure_message, HasSubstr("cancelled"));
  EXPECT_FALSE(exits_.contains("j-1"));
  runner_->Cancel(ClusterId("j-1"));
  runner_->Cancel(ClusterId("j-unknown"));
  EXPECT_EQ(Wait("j-1").exit_code, 137);
  EXPECT_THAT(ProcessesMarked("TEST_MARK=" + mark_), IsEmpty());
}

TEST_F(BootstrapRunnerTest, ClustersWithoutAPlaceWaitForOne) {
  const std::string script = Script("a.sh", "#!/bin/sh\n");
  for (int i = 0; i < 5; ++i) runner_->Start(Launch({{"x", script, {}}}, "j-" + std::to_string(i)));
  EXPECT_EQ(Wait("j-4").failed_action, 0U);
  EXPECT_EQ(exits_.size(), 5U);
}

TEST_F(BootstrapRunnerTest, NoActionsAreASuccessThatIsToldLater) {
  runner_->Start(Launch({}));
  EXPECT_THAT(exits_, IsEmpty());
  EXPECT_EQ(Wait("j-1").failed_action, 0U);
}

TEST_F(BootstrapRunnerTest, NothingIsLeftWhenTheRunnerGoesAway) {
  const std::string ready = (folder_.path() / "ready").string();
  runner_->Start(
      Launch({{"x", Script("a.sh", "#!/bin/sh\ntouch '" + ready + "'; sleep 600\n"), {}}}));
  RunUntil("ready");
  EXPECT_FALSE(ProcessesMarked("TEST_MARK=" + mark_).empty());
  runner_ = std::make_unique<BootstrapRunner>(io_, finisher_, places_, BootstrapOptions{}, clock_,
                                              nullptr);
  EXPECT_THAT(ProcessesMarked("TEST_MARK=" + mark_), IsEmpty());
  EXPECT_THAT(exits_, IsEmpty());
}

}  // namespace
}  // namespace ecm::local
