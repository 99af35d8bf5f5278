#include "env/real/real_programs.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <thread>

#include "env/real/real_env.h"
#include "env/testing/temporary_folder.h"

namespace ecm {
namespace {

using namespace std::chrono_literals;
using testing::ContainsRegex;
using testing::EndsWith;
using testing::HasSubstr;

class RealProgramsTest : public testing::Test {
 protected:
  Result<ProgramOutput> Run(const std::vector<std::string>& arguments, Duration timeout = 20s) {
    return programs_.Run(arguments, timeout);
  }
  ProgramOutput Shell(const std::string& text) { return Run({"/bin/sh", "-c", text}).value(); }

  SystemClock clock_;
  RealPrograms programs_{clock_};
};

TEST_F(RealProgramsTest, GivesOutputErrorsAndExitCode) {
  const ProgramOutput output = Shell("echo out; echo err >&2; exit 3");
  EXPECT_EQ(output.exit_code, 3);
  EXPECT_EQ(output.out, "out\n");
  EXPECT_EQ(output.err, "err\n");
}

TEST_F(RealProgramsTest, SearchesThePathAndPassesArgumentsAsTheyAre) {
  const auto output = Run({"printf", "%s|", "a b", "$HOME; *", "", "\"'\\"});
  EXPECT_EQ(output->out, "a b|$HOME; *||\"'\\|");
}

TEST_F(RealProgramsTest, HandsTheEnvironmentOn) {
  setenv("ECM_PROGRAMS_TEST", "here", 1);
  EXPECT_EQ(Shell("echo $ECM_PROGRAMS_TEST").out, "here\n");
  unsetenv("ECM_PROGRAMS_TEST");
}

TEST_F(RealProgramsTest, TellsWhichSignalEndedIt) {
  EXPECT_EQ(Shell("kill -TERM $$").exit_code, 128 + SIGTERM);
}

TEST_F(RealProgramsTest, SaysThatThereIsNone) {
  EXPECT_EQ(Run({"ecm-surely-no-program"}).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(Run({"/none/program"}).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(Run({"/etc/passwd"}).error().kind, ErrorKind::kAccessDenied);
  EXPECT_EQ(Run({}).error().kind, ErrorKind::kInvalidJob);
  EXPECT_EQ(Run({""}).error().kind, ErrorKind::kInvalidJob);
  EXPECT_EQ(Run({"echo", std::string("a\0b", 3)}).error().kind, ErrorKind::kInvalidJob);
  EXPECT_EQ(Run({"/none/program", "--password=secret"}).error().message,
            "cannot run the program /none/program: No such file or directory");
}

TEST_F(RealProgramsTest, ReadsNothingAndInheritsNoDescriptor) {
  const int ours = open("/etc/passwd", O_RDONLY);  // without O_CLOEXEC
  ASSERT_GE(ours, 0);
  EXPECT_EQ(Shell("cat; ls /proc/$$/fd").out, "0\n1\n2\n");
  close(ours);
}

TEST_F(RealProgramsTest, StartsWithNoSignalBlockedOrIgnored) {
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const auto handler = std::signal(SIGPIPE, SIG_IGN);
  const std::string status = Run({"cat", "/proc/self/status"})->out;
  std::signal(SIGPIPE, handler);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_THAT(status, HasSubstr("SigBlk:\t0000000000000000\n"));
  // The first 28 signals; two beyond them are glibc's own.
  EXPECT_THAT(status, ContainsRegex("SigIgn:\t[0-9a-f]{9}0000000\n"));
}

TEST_F(RealProgramsTest, TakesOneMebibyteAndNotAByteMore) {
  EXPECT_EQ(Shell("head -c 1048576 /dev/zero").out.size(), 1'048'576U);
  const auto beyond = Run({"cat", "/dev/zero"});
  ASSERT_FALSE(beyond.has_value());
  EXPECT_EQ(beyond.error().kind, ErrorKind::kInvalidJob);
  EXPECT_EQ(beyond.error().message, "the program cat wrote more than 1 MiB and was killed");
}

TEST_F(RealProgramsTest, KeepsTheLastOfTheErrors) {
  const ProgramOutput output = Shell("head -c 3000000 /dev/zero >&2; echo end >&2");
  EXPECT_EQ(output.err.size(), 4096U);
  EXPECT_THAT(output.err, EndsWith("end\n"));
}

TEST_F(RealProgramsTest, KillsTheWholeGroupWhenItsTimeIsOver) {
  // The grandchild holds a pipe, whose other end says when it is gone.
  const TemporaryFolder folder;
  const std::string fifo = folder.path() / "fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  const int reader = open(fifo.c_str(), O_RDONLY | O_NONBLOCK);
  const MonoTime begin = clock_.Mono();
  const auto late = Run({"/bin/sh", "-c", "exec 3>" + fifo + "; sleep 60 & sleep 60"}, 300ms);
  EXPECT_LT(clock_.Mono() - begin, 10s);
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(late.error().message, HasSubstr("/bin/sh did not end within"));
  fcntl(reader, F_SETFL, 0);
  char byte = 0;
  EXPECT_EQ(read(reader, &byte, 1), 0);  // returns when the last writer is gone
  EXPECT_LT(clock_.Mono() - begin, 10s);
  close(reader);
}

TEST_F(RealProgramsTest, KillsWhatNeverStopsComplaining) {
  const auto late = Run({"/bin/sh", "-c", "exec cat /dev/zero >&2"}, 300ms);
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().kind, ErrorKind::kUnavailable);
}

TEST_F(RealProgramsTest, DoesNotWaitForWhatTheProgramLeftBehind) {
  const MonoTime begin = clock_.Mono();
  EXPECT_EQ(Shell("sleep 15 & echo done").out, "done\n");
  EXPECT_LT(clock_.Mono() - begin, 10s);
}

TEST_F(RealProgramsTest, LeavesNoDescriptorAndNoZombie) {
  const auto open_descriptors = [] {
    const std::filesystem::directory_iterator open("/proc/self/fd");
    return std::distance(begin(open), end(open));
  };
  const auto before = open_descriptors();
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(Run({"true"}).has_value());
    EXPECT_FALSE(Run({"/none"}).has_value());
  }
  EXPECT_FALSE(Run({"sleep", "60"}, 10ms).has_value());
  EXPECT_EQ(open_descriptors(), before);
  EXPECT_EQ(Shell("ps -o stat= --ppid " + std::to_string(getpid()) + " | grep -c Z").out, "0\n");
}

TEST_F(RealProgramsTest, RunsFromSeveralThreads) {
  std::vector<std::jthread> threads;
  threads.reserve(8);
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([this, i] {
      const std::string text = std::to_string(i);
      for (int n = 0; n < 5; ++n) EXPECT_EQ(Run({"echo", text})->out, text + "\n");
    });
  }
}

}  // namespace
}  // namespace ecm
