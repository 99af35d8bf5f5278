#include "local/process_tree.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <optional>
#include <utility>

#include "local/proc_scan.h"
#include "local/supervisor.h"

namespace ecm::local {
namespace {

constexpr std::size_t kMaxReportBytes = 256;

/// Starts this program again as a supervisor, with `socket` as its only descriptor of ours.
Result<pid_t> SpawnSupervisor(int socket) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, socket, kSupervisorSocket);
  // Not our terminal or pipe: whoever reads our output must see its end when we are gone.
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    posix_spawn_file_actions_addopen(&files, fd, "/dev/null", O_RDWR, 0);
  }
  posix_spawn_file_actions_addclosefrom_np(&files, kSupervisorSocket + 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  sigset_t signals;
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&attributes, &signals);
  sigfillset(&signals);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  std::string name = "ecm-supervisor";
  std::string argument(kSuperviseArgument);
  char* argv[] = {name.data(), argument.data(), nullptr};
  char* env[] = {nullptr};
  pid_t pid = -1;
  const int error = posix_spawn(&pid, "/proc/self/exe", &files, &attributes, argv, env);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) {
    return Fail(ErrorKind::kInternal,
                std::string("cannot start the process supervisor: ") + std::strerror(error));
  }
  return pid;
}

bool SendAll(int socket, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = send(socket, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::optional<int> ParseInt(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Reads the supervisor's one line (supervisor.h); nothing for an incomplete one.
std::optional<ProcessExit> ParseReport(std::string_view line, const std::string& program) {
  constexpr std::string_view kExited = "exited ";
  constexpr std::string_view kFailed = "failed ";
  if (line.starts_with(kExited)) {
    const auto status = ParseInt(line.substr(kExited.size()));
    if (!status) return std::nullopt;
    if (WIFSIGNALED(*status)) return ProcessExit{128 + WTERMSIG(*status), WTERMSIG(*status), {}};
    return ProcessExit{WEXITSTATUS(*status), 0, {}};
  }
  if (!line.starts_with(kFailed)) return std::nullopt;
  line.remove_prefix(kFailed.size());
  const std::size_t space = line.find(' ');
  const auto error = ParseInt(line.substr(0, space));
  if (!error || space == std::string_view::npos) return std::nullopt;
  return ProcessExit{127, 0,
                     "cannot start \"" + program + "\" (" + std::string(line.substr(space + 1)) +
                         "): " + std::strerror(*error)};
}

}  // namespace

class ProcessTree::Impl : public std::enable_shared_from_this<ProcessTree::Impl> {
 public:
  Impl(boost::asio::io_context& io, int socket, pid_t supervisor, std::string program,
       OnExit on_exit)
      : socket_(io, socket),
        supervisor_(supervisor),
        program_(std::move(program)),
        on_exit_(std::move(on_exit)) {
    if (const auto stat = ReadProcStat(supervisor)) mark_ = TreeMark(supervisor, *stat);
  }

  void Listen() {
    boost::asio::async_read_until(socket_, boost::asio::dynamic_buffer(report_, kMaxReportBytes),
                                  '\n',
                                  [self = shared_from_this()](const boost::system::error_code&,
                                                              std::size_t) { self->OnReport(); });
  }

  void Command(char command) {
    if (!on_exit_) return;
    (void)!send(socket_.native_handle(), &command, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
  }

  void Abandon() {
    if (!on_exit_) return;
    Command(kKillCommand);
    on_exit_ = nullptr;
    boost::system::error_code ignored;
    socket_.close(ignored);
    Collect();
  }

  pid_t supervisor() const { return supervisor_; }

 private:
  void OnReport() {
    if (!on_exit_) return;  // abandoned
    const std::string_view report(report_);
    auto exit = ParseReport(report.substr(0, report.find('\n')), program_);
    Collect();
    if (!exit) {
      exit = ProcessExit{128 + SIGKILL, SIGKILL, {}};
    }
    const OnExit on_exit = std::exchange(on_exit_, nullptr);
    on_exit(*exit);
  }

  /// The supervisor ends when its tree has. Should somebody have killed the supervisor, we do its
  /// work: its mark is in the environment of all processes of the tree.
  void Collect() {
    int status = 0;
    while (waitpid(supervisor_, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFSIGNALED(status) || mark_.empty()) return;
    constexpr int kMaxRounds = 1000;
    for (int round = 0; round < kMaxRounds; ++round) {
      const auto left = ProcessesMarked(mark_);
      if (left.empty()) return;
      for (const pid_t pid : left) kill(pid, SIGKILL);
    }
  }

  boost::asio::posix::stream_descriptor socket_;
  const pid_t supervisor_;
  const std::string program_;
  OnExit on_exit_;  ///< empty once it was called
  std::string mark_;
  std::string report_;
};

Result<std::unique_ptr<ProcessTree>> ProcessTree::Start(const ProcessSpec& spec,
                                                        boost::asio::io_context& io,
                                                        OnExit on_exit) {
  ECM_TRY(const std::string encoded, EncodeSpec(spec));
  int sockets[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) {
    return Fail(ErrorKind::kInternal,
                std::string("cannot talk to a process supervisor: ") + std::strerror(errno));
  }
  const Result<pid_t> supervisor = SpawnSupervisor(sockets[1]);
  close(sockets[1]);
  if (!supervisor) {
    close(sockets[0]);
    return Fail(supervisor.error());
  }
  // A supervisor that dies meanwhile shows as the end of the socket.
  (void)SendAll(sockets[0], encoded);
  auto impl =
      std::make_shared<Impl>(io, sockets[0], *supervisor, spec.argv.front(), std::move(on_exit));
  impl->Listen();
  return std::unique_ptr<ProcessTree>(new ProcessTree(std::move(impl)));
}

ProcessTree::ProcessTree(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
ProcessTree::~ProcessTree() { impl_->Abandon(); }
void ProcessTree::Terminate() { impl_->Command(kTerminateCommand); }
void ProcessTree::Kill() { impl_->Command(kKillCommand); }
pid_t ProcessTree::supervisor() const { return impl_->supervisor(); }

}  // namespace ecm::local
