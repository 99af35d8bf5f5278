// Asks an HTTP server on this machine the same requests again and again, over connections that stay
// open, and says how many answers came.
//
//     bench_load PORT CONNECTIONS SECONDS REQUEST_FILE...
//
// A request file holds one whole request, head and body, byte for byte; the connections send the
// files in turn. Each connection sends its next request when the answer to its last has come; a
// server that announces `Connection: close` gets a new connection instead of the old one. One JSON
// object on standard output tells requests, connections, seconds, latencies in microseconds and the
// processor time that this program took. Any answer but 200, a connection that closes unannounced
// or an answer without Content-Length ends it with 1: what is measured must be the same work every
// time.

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

// How long no connection may hear anything.
constexpr int kSilenceMs = 30'000;

[[noreturn]] void Die(const std::string& message) {
  std::fprintf(stderr, "bench_load: %s\n", message.c_str());
  std::exit(1);
}

[[noreturn]] void DieOfErrno(const std::string& what) { Die(what + ": " + std::strerror(errno)); }

template <typename Number>
Number ParseNumber(std::string_view text, Number least, Number most) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most) {
    Die("not a number that fits: " + std::string(text));
  }
  return value;
}

std::string ReadFile(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) Die(std::string("cannot read ") + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower;
}

struct Head {
  std::size_t answer_length = 0;  ///< head and body; 0 while the head is not complete
  bool closes = false;
};

/// Of the answer at the front of `data`.
Head ReadHead(std::string_view data) {
  static constexpr std::string_view kLength = "\r\ncontent-length:";
  const std::size_t end = data.find("\r\n\r\n");
  if (end == std::string_view::npos) return {};
  if (!data.starts_with("HTTP/1.1 200 ")) Die("not 200: " + std::string(data.substr(0, 500)));
  const std::string lower = LowerCase(data.substr(0, end));
  std::size_t at = lower.find(kLength);
  if (at == std::string::npos) Die("no Content-Length: " + lower);
  at = lower.find_first_not_of(' ', at + kLength.size());
  const std::string_view value(lower.data() + at, std::min(lower.find("\r\n", at), end) - at);
  return {.answer_length = end + 4 + ParseNumber<std::size_t>(value, 0, std::size_t{1} << 30U),
          .closes = lower.find("\r\nconnection: close") != std::string::npos};
}

class Connection {
 public:
  Connection(std::uint16_t port, int poll, std::size_t number)
      : port_(port), poll_(poll), number_(number) {
    Open();
  }
  Connection(Connection&& other) noexcept
      : port_(other.port_),
        poll_(other.poll_),
        number_(other.number_),
        fd_(std::exchange(other.fd_, -1)) {}
  Connection& operator=(Connection&&) = delete;
  ~Connection() {
    if (fd_ >= 0) close(fd_);
  }

  Clock::time_point sent() const { return sent_; }
  std::size_t opened() const { return opened_; }

  void Send(std::string_view request) {
    sent_ = Clock::now();
    if (fd_ < 0) Open();
    while (!request.empty()) {
      const ssize_t count = send(fd_, request.data(), request.size(), MSG_NOSIGNAL);
      if (count < 0 && errno != EINTR) DieOfErrno("cannot send");
      if (count > 0) request.remove_prefix(static_cast<std::size_t>(count));
    }
  }

  /// Reads what is there; true when that completes the answer.
  bool Receive() {
    const ssize_t count = recv(fd_, block_.data(), block_.size(), MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (count < 0) DieOfErrno("cannot receive");
    if (count == 0) Die("closed after " + std::to_string(data_.size()) + " bytes of an answer");
    data_.append(block_.data(), static_cast<std::size_t>(count));
    if (head_.answer_length == 0) head_ = ReadHead(data_);
    if (head_.answer_length == 0 || data_.size() < head_.answer_length) return false;
    if (data_.size() > head_.answer_length) Die("bytes after the end of an answer");
    if (head_.closes) close(std::exchange(fd_, -1));
    data_.clear();
    head_ = {};
    return true;
  }

 private:
  void Open() {
    sockaddr_in peer{};
    peer.sin_family = AF_INET;
    peer.sin_port = htons(port_);
    peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd_ < 0 || connect(fd_, reinterpret_cast<sockaddr*>(&peer), sizeof peer) != 0) {
      DieOfErrno("cannot connect to port " + std::to_string(port_));
    }
    const int on = 1;
    if (setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) DieOfErrno("TCP_NODELAY");
    epoll_event event{.events = EPOLLIN, .data = {.u64 = number_}};
    if (epoll_ctl(poll_, EPOLL_CTL_ADD, fd_, &event) != 0) DieOfErrno("epoll_ctl");
    ++opened_;
  }

  std::uint16_t port_;
  int poll_;
  std::size_t number_;
  int fd_ = -1;
  std::size_t opened_ = 0;
  std::vector<char> block_ = std::vector<char>(std::size_t{64} * 1024);
  std::string data_;
  Head head_;  ///< of the answer that is coming
  Clock::time_point sent_;
};

struct Measured {
  double seconds = 0;
  std::size_t connections = 0;
  std::vector<std::uint32_t> latencies_us;
};

Measured Measure(std::uint16_t port, std::size_t count, std::span<const std::string> requests,
                 std::chrono::duration<double> duration) {
  const int poll = epoll_create1(EPOLL_CLOEXEC);
  if (poll < 0) DieOfErrno("epoll_create1");
  std::vector<Connection> connections;
  connections.reserve(count);
  for (std::size_t i = 0; i < count; ++i) connections.emplace_back(port, poll, i);
  Measured out;
  std::size_t next = 0;
  const Clock::time_point start = Clock::now();
  for (Connection& connection : connections) connection.Send(requests[next++ % requests.size()]);
  std::array<epoll_event, 64> events;
  std::size_t busy = count;
  while (busy > 0) {
    const int ready = epoll_wait(poll, events.data(), events.size(), kSilenceMs);
    if (ready == 0) Die("no answer for 30 seconds");
    if (ready < 0 && errno != EINTR) DieOfErrno("epoll_wait");
    for (int i = 0; i < ready; ++i) {
      Connection& connection = connections[events[static_cast<std::size_t>(i)].data.u64];
      if (!connection.Receive()) continue;
      const Clock::time_point now = Clock::now();
      const auto took =
          std::chrono::duration_cast<std::chrono::microseconds>(now - connection.sent());
      out.latencies_us.push_back(static_cast<std::uint32_t>(took.count()));
      if (now - start < duration) {
        connection.Send(requests[next++ % requests.size()]);
      } else {
        --busy;
      }
    }
  }
  out.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  for (const Connection& connection : connections) out.connections += connection.opened();
  close(poll);
  return out;
}

double ProcessorSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void Print(Measured measured) {
  std::vector<std::uint32_t>& sorted = measured.latencies_us;
  std::ranges::sort(sorted);
  const auto at = [&](double part) {
    return sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1))];
  };
  std::printf(
      "{\"requests\": %zu, \"connections\": %zu, \"seconds\": %.6f, \"per_second\": %.1f, "
      "\"p50_us\": %u, \"p99_us\": "
      "%u, "
      "\"max_us\": %u, \"own_cpu_s\": %.6f}\n",
      sorted.size(), measured.connections, measured.seconds,
      static_cast<double>(sorted.size()) / measured.seconds, at(0.5), at(0.99), sorted.back(),
      ProcessorSeconds());
}

}  // namespace

int main(int argc, char** argv) {
  const std::span<char*> arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() < 5) Die("usage: bench_load PORT CONNECTIONS SECONDS REQUEST_FILE...");
  const auto port = ParseNumber<std::uint16_t>(arguments[1], 1, 65535);
  const auto count = ParseNumber<std::size_t>(arguments[2], 1, 1000);
  const auto seconds = ParseNumber<double>(arguments[3], 0.01, 3600);
  std::vector<std::string> requests;
  for (const char* path : arguments.subspan(4)) requests.push_back(ReadFile(path));
  Print(Measure(port, count, requests, std::chrono::duration<double>(seconds)));
  return 0;
}
