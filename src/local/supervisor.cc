#include "local/supervisor.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <string>
#include <vector>

#include "local/proc_scan.h"
#include "local/process_spec.h"

namespace ecm::local {
namespace {

using std::chrono::milliseconds;
using SteadyTime = std::chrono::steady_clock::time_point;

/// From SIGTERM to SIGKILL when the main process has ended or the parent is gone.
constexpr milliseconds kGrace{1500};
constexpr milliseconds kKillInterval{10};
/// A process in an uninterruptible system call cannot be killed: then we give up, and say so.
constexpr milliseconds kKillLimit{30'000};
constexpr std::size_t kMaxSpecBytes = std::size_t{64} << 20;

std::optional<std::string> ReadExactly(std::size_t bytes) {
  std::string text(bytes, '\0');
  std::size_t done = 0;
  while (done < bytes) {
    const ssize_t got = read(kSupervisorSocket, text.data() + done, bytes - done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return std::nullopt;
    done += static_cast<std::size_t>(got);
  }
  return text;
}

/// Nothing where the parent went away before it had said what to start.
std::optional<ProcessSpec> ReadSpec() {
  std::string length;
  while (length.size() < 20) {
    const auto letter = ReadExactly(1);
    if (!letter) return std::nullopt;
    if (*letter == "\n") break;
    length += *letter;
  }
  std::size_t bytes = 0;
  const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), bytes);
  if (error != std::errc{} || bytes > kMaxSpecBytes) return std::nullopt;
  const auto payload = ReadExactly(bytes);
  if (!payload) return std::nullopt;
  auto spec = DecodeSpec(*payload);
  if (!spec) return std::nullopt;
  return *std::move(spec);
}

void Report(const std::string& line) {
  // Nobody may listen any more; then there is nobody to tell.
  (void)!send(kSupervisorSocket, line.data(), line.size(), MSG_NOSIGNAL);
}

/// What went wrong between fork and exec, through a pipe that exec closes.
struct StartFailure {
  int error = 0;
  char what[32] = {};
};

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

[[noreturn]] void GiveUp(int pipe, const char* what) {
  StartFailure failure;
  failure.error = errno;
  std::string_view(what).copy(failure.what, sizeof failure.what - 1);
  (void)!write(pipe, &failure, sizeof failure);
  _exit(127);
}

void RedirectOrGiveUp(const std::filesystem::path& file, int target, int pipe, const char* what) {
  const int fd = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (fd < 0 || dup2(fd, target) < 0) GiveUp(pipe, what);
}

[[noreturn]] void BecomeProgram(ProcessSpec& spec, pid_t supervisor, int pipe) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // A supervisor killed before the line above would leave an orphan that nobody knows of.
  if (getppid() != supervisor) _exit(127);
  setsid();
  signal(SIGPIPE, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  if (chdir(spec.cwd.c_str()) != 0) GiveUp(pipe, "working directory");
  RedirectOrGiveUp(spec.stdout_file, STDOUT_FILENO, pipe, "file for stdout");
  RedirectOrGiveUp(spec.stderr_file, STDERR_FILENO, pipe, "file for stderr");
  std::vector<char*> argv = Pointers(spec.argv);
  std::vector<char*> env = Pointers(spec.env);
  environ = env.data();
  execvp(argv.front(), argv.data());
  GiveUp(pipe, "program");
}

class Supervisor {
 public:
  int Run();

 private:
  bool Start(ProcessSpec spec);
  void OnSocket();
  void OnSignal();
  /// False when no process is left.
  bool Reap();
  void SignalTree(int signal) const;
  void BeginEnding();
  void BeginKilling();
  void OnTime(SteadyTime now);
  int PollTimeout(SteadyTime now) const;

  enum class Phase { kRunning, kEnding, kKilling };
  Phase phase_ = Phase::kRunning;
  SteadyTime next_{};  ///< of the grace's end, or of the next round of kills
  SteadyTime kill_limit_{};
  int signals_ = -1;
  bool parent_gone_ = false;
  pid_t main_ = -1;
  int status_ = 0;
};

bool Supervisor::Start(ProcessSpec spec) {
  int pipe[2];
  if (pipe2(pipe, O_CLOEXEC) != 0) {
    Report("failed " + std::to_string(errno) + " pipe\n");
    return false;
  }
  const pid_t self = getpid();
  if (const auto stat = ReadProcStat(self)) spec.env.push_back(TreeMark(self, *stat));
  main_ = fork();
  if (main_ < 0) {
    Report("failed " + std::to_string(errno) + " process\n");
    return false;
  }
  if (main_ == 0) BecomeProgram(spec, self, pipe[1]);
  close(pipe[1]);
  StartFailure failure;
  ssize_t got = 0;
  do {
    got = read(pipe[0], &failure, sizeof failure);
  } while (got < 0 && errno == EINTR);
  close(pipe[0]);
  if (got != sizeof failure) return true;
  waitpid(main_, nullptr, 0);
  Report("failed " + std::to_string(failure.error) + " " + failure.what + "\n");
  return false;
}

void Supervisor::SignalTree(int signal) const {
  // A pid found here cannot be another process by now: orphans stay zombies until we reap them.
  for (const pid_t pid : Descendants(getpid())) kill(pid, signal);
}

void Supervisor::BeginEnding() {
  if (phase_ != Phase::kRunning) return;
  phase_ = Phase::kEnding;
  next_ = std::chrono::steady_clock::now() + kGrace;
  SignalTree(SIGTERM);
}

void Supervisor::BeginKilling() {
  if (phase_ == Phase::kKilling) return;
  phase_ = Phase::kKilling;
  next_ = std::chrono::steady_clock::now();
  kill_limit_ = next_ + kKillLimit;
}

void Supervisor::OnTime(SteadyTime now) {
  if (phase_ == Phase::kRunning || now < next_) return;
  if (phase_ == Phase::kEnding) BeginKilling();
  SignalTree(SIGKILL);
  next_ = now + kKillInterval;
}

int Supervisor::PollTimeout(SteadyTime now) const {
  if (phase_ == Phase::kRunning) return -1;
  const auto left = std::chrono::ceil<milliseconds>(next_ - now).count();
  return static_cast<int>(std::max<milliseconds::rep>(left, 0));
}

void Supervisor::OnSocket() {
  char command = 0;
  const ssize_t got = read(kSupervisorSocket, &command, 1);
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (got <= 0) {
    parent_gone_ = true;
    BeginEnding();
  } else if (command == kTerminateCommand) {
    SignalTree(SIGTERM);
  } else if (command == kKillCommand) {
    BeginKilling();
  }
}

void Supervisor::OnSignal() {
  signalfd_siginfo info{};
  if (read(signals_, &info, sizeof info) != sizeof info) return;
  if (info.ssi_signo != SIGCHLD) BeginEnding();
}

bool Supervisor::Reap() {
  while (true) {
    int status = 0;
    const pid_t pid = waitpid(-1, &status, WNOHANG);
    if (pid < 0 && errno == EINTR) continue;
    if (pid < 0) return false;  // ECHILD: as a subreaper we would have inherited any survivor
    if (pid == 0) break;
    if (pid == main_) {
      status_ = status;
      main_ = -1;
    }
  }
  if (main_ < 0) BeginEnding();
  return true;
}

int Supervisor::Run() {
  sigset_t handled;
  sigemptyset(&handled);
  for (const int number : {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT}) sigaddset(&handled, number);
  sigprocmask(SIG_BLOCK, &handled, nullptr);
  signal(SIGPIPE, SIG_IGN);
  signals_ = signalfd(-1, &handled, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signals_ < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) {
    Report("failed " + std::to_string(errno) + " supervisor\n");
    return 1;
  }
  auto spec = ReadSpec();
  if (!spec) return 1;
  if (!Start(*std::move(spec))) return 1;
  while (Reap()) {
    const SteadyTime now = std::chrono::steady_clock::now();
    OnTime(now);
    if (phase_ == Phase::kKilling && now > kill_limit_) {
      if (main_ > 0) status_ = SIGKILL;  // the wait status of a process killed by it
      break;
    }
    // poll passes over a negative descriptor: the socket of a parent that is gone.
    pollfd events[2] = {{parent_gone_ ? -1 : kSupervisorSocket, POLLIN, 0}, {signals_, POLLIN, 0}};
    if (poll(events, 2, PollTimeout(now)) <= 0) continue;
    if (events[0].revents != 0) OnSocket();
    if (events[1].revents != 0) OnSignal();
  }
  Report("exited " + std::to_string(status_) + "\n");
  return 0;
}

}  // namespace

std::optional<int> SupervisorMain(int argc, char** argv) {
  if (argc != 2 || argv[1] != kSuperviseArgument) return std::nullopt;
  if (fcntl(kSupervisorSocket, F_SETFD, FD_CLOEXEC) != 0) return 2;
  // Not the program's own name: `pkill -9 emrctl` must not take the supervisor along.
  prctl(PR_SET_NAME, "ecm-supervisor");
  return Supervisor().Run();
}

}  // namespace ecm::local
