#include "env/real/real_programs.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include "base/text.h"

namespace ecm {
namespace {

constexpr std::size_t kMostOutput = 1'048'576;
constexpr std::size_t kLastError = 4096;
constexpr int kSignalBase = 128;  // how shells say which signal ended a program

/// Closes what it holds; -1 holds nothing.
class Descriptor {
 public:
  Descriptor() = default;
  ~Descriptor() { Reset(-1); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  void Reset(int number) {
    if (number_ >= 0) close(number_);
    number_ = number;
  }
  int number() const { return number_; }

 private:
  int number_ = -1;
};

struct Pipe {
  Descriptor read;
  Descriptor write;

  bool Open() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    read.Reset(ends[0]);
    write.Reset(ends[1]);
    // Only our end: a program that finds its output not ready may fail.
    return fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;
  }
};

Error CannotRun(const std::string& program, int error) {
  ErrorKind kind = ErrorKind::kInternal;
  if (error == ENOENT || error == ENOTDIR) kind = ErrorKind::kNotFound;
  if (error == EACCES || error == EPERM) kind = ErrorKind::kAccessDenied;
  return {kind,
          "cannot run the program " + ToOneLine(program) + ": " +
              std::generic_category().message(error),
          ""};
}

/// One program, from its start until it is waited for.
class Child {
 public:
  Child() = default;
  ~Child() {
    if (pid_ > 0) Kill();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  Result<void> Start(const std::vector<std::string>& arguments);
  /// Takes what has come of the two outputs; false where both have ended.
  bool Drain();
  /// Waits for output or the end of the program. True where it ended.
  bool WaitFor(int millis);
  int ExitCode();
  void Kill();

  ProgramOutput output;
  bool too_much = false;

 private:
  /// False at the end of the stream.
  template <class Append>
  static bool DrainOne(Descriptor& end, const Append& append);

  pid_t pid_ = -1;
  Descriptor process_;
  Pipe out_;
  Pipe err_;
};

int Spawn(const std::vector<std::string>& arguments, int out, int err, pid_t& pid) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, err, STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  posix_spawnattr_setpgroup(&attributes, 0);
  sigset_t signals;
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&attributes, &signals);
  sigfillset(&signals);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  std::vector<std::string> copies = arguments;
  std::vector<char*> argv;
  argv.reserve(copies.size() + 1);
  for (std::string& copy : copies) argv.push_back(copy.data());
  argv.push_back(nullptr);
  const int error = posix_spawnp(&pid, argv[0], &files, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return error;
}

Result<void> Child::Start(const std::vector<std::string>& arguments) {
  if (!out_.Open() || !err_.Open()) return Fail(CannotRun(arguments[0], errno));
  const int error = Spawn(arguments, out_.write.number(), err_.write.number(), pid_);
  if (error != 0) {
    pid_ = -1;
    return Fail(CannotRun(arguments[0], error));
  }
  out_.write.Reset(-1);
  err_.write.Reset(-1);
  // glibc 2.36 declares its pidfd_open for C alone.
  process_.Reset(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
  if (process_.number() < 0) return Fail(CannotRun(arguments[0], errno));
  return {};
}

template <class Append>
bool Child::DrainOne(Descriptor& end, const Append& append) {
  while (end.number() >= 0) {
    char bytes[16 * 1024];
    const ssize_t got = read(end.number(), bytes, sizeof(bytes));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return true;
    if (got <= 0) {
      end.Reset(-1);
    } else if (!append(std::string_view(bytes, static_cast<std::size_t>(got)))) {
      return true;
    }
  }
  return false;
}

bool Child::Drain() {
  const bool more_out = DrainOne(out_.read, [this](std::string_view bytes) {
    output.out.append(bytes);
    too_much = output.out.size() > kMostOutput;
    return !too_much;
  });
  // A program that never stops complaining must not keep us from seeing that its time is over.
  std::size_t taken = 0;
  const bool more_err = DrainOne(err_.read, [this, &taken](std::string_view bytes) {
    output.err.append(bytes);
    if (output.err.size() > kLastError) output.err.erase(0, output.err.size() - kLastError);
    taken += bytes.size();
    return taken < kMostOutput;
  });
  return more_out || more_err;
}

bool Child::WaitFor(int millis) {
  // poll(2) passes over descriptors below zero: outputs that have ended.
  std::array<pollfd, 3> watched{{{.fd = process_.number(), .events = POLLIN, .revents = 0},
                                 {.fd = out_.read.number(), .events = POLLIN, .revents = 0},
                                 {.fd = err_.read.number(), .events = POLLIN, .revents = 0}}};
  poll(watched.data(), watched.size(), millis);
  return watched[0].revents != 0;
}

int Child::ExitCode() {
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return WIFSIGNALED(status) ? kSignalBase + WTERMSIG(status) : WEXITSTATUS(status);
}

void Child::Kill() {
  kill(-pid_, SIGKILL);
  ExitCode();
}

}  // namespace

Result<ProgramOutput> RealPrograms::Run(const std::vector<std::string>& arguments,
                                        Duration timeout) {
  if (arguments.empty() || arguments[0].empty()) {
    return Fail(ErrorKind::kInvalidJob, "no program to run: its name is empty");
  }
  if (std::ranges::any_of(arguments, [](const auto& each) { return each.contains('\0'); })) {
    return Fail(ErrorKind::kInvalidJob, "cannot run the program " + ToOneLine(arguments[0]) +
                                            ": a zero byte is in its arguments");
  }
  const MonoTime end = clock_.Mono() + timeout;
  Child child;
  ECM_TRY_VOID(child.Start(arguments));
  while (true) {
    const Duration left = end - clock_.Mono();
    if (left <= Duration::zero()) {
      child.Kill();
      return Fail(ErrorKind::kUnavailable, "the program " + ToOneLine(arguments[0]) +
                                               " did not end within " + ToHumanDuration(timeout) +
                                               " and was killed");
    }
    constexpr Duration kLongest{60'000};
    const bool ended = child.WaitFor(static_cast<int>(std::min(left, kLongest).count()));
    child.Drain();
    if (child.too_much) {
      child.Kill();
      return Fail(ErrorKind::kInvalidJob, "the program " + ToOneLine(arguments[0]) +
                                              " wrote more than 1 MiB and was killed");
    }
    if (!ended) continue;
    child.output.exit_code = child.ExitCode();
    return std::move(child.output);
  }
}

}  // namespace ecm
