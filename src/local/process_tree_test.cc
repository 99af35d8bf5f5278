#include "local/process_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <thread>

#include "env/real/real_env.h"
#include "env/testing/temporary_folder.h"
#include "local/proc_scan.h"

namespace ecm::local {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::IsEmpty;

/// Real processes need real time: asks again and again, at most 20 s.
bool Eventually(const std::function<bool()>& holds) {
  for (int round = 0; round < 2000; ++round) {
    if (holds()) return true;
    std::this_thread::sleep_for(milliseconds(10));
  }
  return false;
}

/// A Python program that forks in every way that makes processes hard to find again: a child in a
/// session of its own that double-forks, one in a process group of its own that ignores SIGTERM.
/// It says "ready" when all run, then does what its first argument says.
constexpr const char* kForker = R"(
import os, signal, sys, time
def ready():
    with open("ready", "a") as f: f.write("x")
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        ready()
        time.sleep(600)
    os._exit(0)
if os.fork() == 0:
    os.setpgid(0, 0)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.execvp("python3", ["python3", "-c", '''
import time
open("ready", "a").write("x")
time.sleep(600)'''])
while not os.path.exists("ready") or os.path.getsize("ready") < 2: time.sleep(0.01)
open("all-ready", "w").close()
if sys.argv[1] == "exit": sys.exit(int(sys.argv[2]))
time.sleep(600)
)";

class ProcessTreeTest : public testing::Test {
 protected:
  ProcessSpec Spec(std::vector<std::string> argv) const {
    return {std::move(argv),
            {"PATH=" + ProcessEnvironment().Get("PATH").value_or("/usr/bin:/bin"),
             "TEST_MARK=" + mark_},
            folder_.path(),
            folder_.path() / "out",
            folder_.path() / "err"};
  }
  ProcessSpec Forker(std::vector<std::string> args) const {
    std::vector<std::string> argv{"python3", "-c", kForker};
    argv.insert(argv.end(), args.begin(), args.end());
    return Spec(std::move(argv));
  }
  void Start(const ProcessSpec& spec) {
    auto tree = ProcessTree::Start(spec, io_, [this](const ProcessExit& exit) { exit_ = exit; });
    ASSERT_TRUE(tree.has_value()) << tree.error().message;
    tree_ = *std::move(tree);
  }
  ProcessExit Wait() {
    io_.run_for(std::chrono::seconds(30));
    EXPECT_TRUE(exit_.has_value()) << "the process tree did not end";
    return exit_.value_or(ProcessExit{-1, -1, "did not end"});
  }
  void WaitUntilAllRun() {
    ASSERT_TRUE(Eventually([&] { return exists(folder_.path() / "all-ready"); }));
    ASSERT_GE(Alive().size(), 3U);
  }
  /// Everything that any test program of this fixture started and that still lives.
  std::vector<pid_t> Alive() const { return ProcessesMarked("TEST_MARK=" + mark_); }

  TemporaryFolder folder_;
  const std::string mark_ = folder_.path().filename().string();
  boost::asio::io_context io_;
  std::unique_ptr<ProcessTree> tree_;
  std::optional<ProcessExit> exit_;
};

TEST_F(ProcessTreeTest, RunsAProgramWithItsArgumentsEnvironmentAndFolder) {
  Start(Spec({"sh", "-c", "pwd; echo \"$1|$TEST_MARK|$HOME\"; echo wrong >&2; exit 7", "sh",
              "a b\n$(id)"}));
  EXPECT_EQ(Wait().exit_code, 7);
  EXPECT_EQ(exit_->signal, 0);
  EXPECT_EQ(folder_.Read("out"), folder_.path().string() + "\na b\n$(id)|" + mark_ + "|\n");
  EXPECT_EQ(folder_.Read("err"), "wrong\n");
}

TEST_F(ProcessTreeTest, SaysWhyAProgramCannotStart) {
  Start(Spec({"/no/such/program"}));
  EXPECT_THAT(Wait().failure, HasSubstr("\"/no/such/program\" (program): No such file"));
  EXPECT_EQ(exit_->exit_code, 127);
}

TEST_F(ProcessTreeTest, SaysThatTheWorkingDirectoryIsMissing) {
  ProcessSpec spec = Spec({"true"});
  spec.cwd = folder_.path() / "missing";
  Start(spec);
  EXPECT_THAT(Wait().failure, HasSubstr("working directory"));
}

TEST_F(ProcessTreeTest, RefusesAnEmptyCommandAndANul) {
  EXPECT_FALSE(ProcessTree::Start(Spec({}), io_, nullptr).has_value());
  EXPECT_FALSE(
      ProcessTree::Start(Spec({"echo", std::string("a\0b", 3)}), io_, nullptr).has_value());
}

TEST_F(ProcessTreeTest, TellsASignalFromAnExitCode) {
  Start(Spec({"sh", "-c", "kill -9 $$"}));
  EXPECT_EQ(Wait().signal, SIGKILL);
  EXPECT_EQ(exit_->exit_code, 137);
}

TEST_F(ProcessTreeTest, LeavesNothingBehindWhenTheProgramSucceeds) {
  Start(Forker({"exit", "0"}));
  EXPECT_EQ(Wait().exit_code, 0);
  EXPECT_TRUE(exists(folder_.path() / "all-ready"));
  EXPECT_THAT(Alive(), IsEmpty());
}

TEST_F(ProcessTreeTest, LeavesNothingBehindWhenTheProgramFails) {
  Start(Forker({"exit", "3"}));
  EXPECT_EQ(Wait().exit_code, 3);
  EXPECT_THAT(Alive(), IsEmpty());
}

TEST_F(ProcessTreeTest, TerminateReachesEveryProcess) {
  Start(Forker({"stay"}));
  WaitUntilAllRun();
  tree_->Terminate();
  EXPECT_EQ(Wait().signal, SIGTERM);
  EXPECT_THAT(Alive(), IsEmpty());
}

TEST_F(ProcessTreeTest, AProgramMayIgnoreTerminateButNotKill) {
  Start(
      Spec({"sh", "-c", "trap 'echo caught' TERM; touch all-ready; while :; do sleep 0.05; done"}));
  ASSERT_TRUE(Eventually([&] { return exists(folder_.path() / "all-ready"); }));
  tree_->Terminate();
  EXPECT_TRUE(Eventually([&] { return folder_.Read("out") == "caught\n"; }));
  EXPECT_FALSE(Alive().empty());
  tree_->Kill();
  EXPECT_EQ(Wait().signal, SIGKILL);
  EXPECT_THAT(Alive(), IsEmpty());
}

TEST_F(ProcessTreeTest, NothingIsLeftWhenTheTreeIsDestroyed) {
  Start(Forker({"stay"}));
  WaitUntilAllRun();
  tree_.reset();
  EXPECT_THAT(Alive(), IsEmpty());
  io_.run_for(std::chrono::seconds(1));
  EXPECT_FALSE(exit_.has_value());
}

TEST_F(ProcessTreeTest, NothingIsLeftWhenTheParentIsKilled) {
  // The parent is a copy of this test that starts the tree and then gets no chance to clean up.
  const pid_t parent = fork();
  ASSERT_GE(parent, 0);
  if (parent == 0) {
    boost::asio::io_context io;
    auto tree = ProcessTree::Start(Forker({"stay"}), io, [](const ProcessExit&) {});
    if (!tree) _exit(1);
    io.run();
    _exit(0);
  }
  WaitUntilAllRun();
  kill(parent, SIGKILL);
  waitpid(parent, nullptr, 0);
  EXPECT_TRUE(Eventually([&] { return Alive().empty(); }));
}

TEST_F(ProcessTreeTest, NothingIsLeftWhenTheSupervisorIsKilled) {
  Start(Forker({"stay"}));
  WaitUntilAllRun();
  kill(tree_->supervisor(), SIGKILL);
  EXPECT_EQ(Wait().signal, SIGKILL);
  EXPECT_THAT(Alive(), IsEmpty());
}

TEST_F(ProcessTreeTest, TheTreeIsOutOfReachOfTheTerminal) {
  Start(Spec({"sh", "-c", "touch all-ready; sleep 600"}));
  ASSERT_TRUE(Eventually([&] { return exists(folder_.path() / "all-ready"); }));
  EXPECT_NE(getsid(tree_->supervisor()), getsid(0));
  const auto descendants = Descendants(tree_->supervisor());
  ASSERT_FALSE(descendants.empty());
  for (const pid_t pid : descendants) {
    EXPECT_NE(getsid(pid), getsid(0));
    EXPECT_NE(getpgid(pid), getpgid(tree_->supervisor()));
  }
}

TEST_F(ProcessTreeTest, ManyTreesEndIndependently) {
  constexpr int kTrees = 8;
  std::vector<std::unique_ptr<ProcessTree>> trees;
  std::vector<int> codes(kTrees, -1);
  for (int i = 0; i < kTrees; ++i) {
    ProcessSpec spec = Spec({"sh", "-c", "exit " + std::to_string(i)});
    spec.stdout_file = folder_.path() / ("out" + std::to_string(i));
    trees.push_back(ProcessTree::Start(spec, io_, [&codes, i](const ProcessExit& exit) {
                      codes[static_cast<std::size_t>(i)] = exit.exit_code;
                    }).value());
  }
  io_.run_for(std::chrono::seconds(30));
  EXPECT_THAT(codes, testing::ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
}

TEST(ProcStatTest, ReadsANameWithParenthesesAndSpaces) {
  const auto stat = ParseProcStat(
      "4242 (a) Z (b c) S 17 4242 4242 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1 2 3");
  ASSERT_TRUE(stat.has_value());
  EXPECT_EQ(stat->parent, 17);
  EXPECT_EQ(stat->state, 'S');
  EXPECT_EQ(stat->start_ticks, 987654U);
  EXPECT_FALSE(ParseProcStat("12 (cut").has_value());
  EXPECT_FALSE(ParseProcStat("12 (cut) S 3").has_value());
}

}  // namespace
}  // namespace ecm::local
