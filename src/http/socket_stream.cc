#include "http/socket_stream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace ecm::http {
namespace {

std::string TextOf(int error) { return std::generic_category().message(error); }

bool WouldBlock(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

/// 0 where `descriptor` is ready or in error, ETIMEDOUT, or why it cannot be watched.
int WaitFor(int descriptor, short events, const Deadline& deadline) {
  while (true) {
    pollfd watched{.fd = descriptor, .events = events, .revents = 0};
    const int ready = poll(&watched, 1, deadline.PollMillis());
    if (ready > 0) return 0;
    if (ready < 0 && errno != EINTR) return errno;
    if (deadline.Passed()) return ETIMEDOUT;
  }
}

/// The descriptor of a connection, or the negated error.
int Open(const SocketAddress& address, const Deadline& deadline) {
  const int descriptor =
      socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -errno;
  int error = 0;
  if (connect(descriptor, reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0) {
    error = errno;
    if (error == EINPROGRESS || error == EINTR) {
      error = WaitFor(descriptor, POLLOUT, deadline);
      socklen_t size = sizeof(error);
      if (error == 0) getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
    }
  }
  if (error != 0) {
    close(descriptor);
    return -error;
  }
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  // An answer that may take hours must not look alive when the peer is gone.
  setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
  return descriptor;
}

}  // namespace

Result<std::unique_ptr<SocketStream>> SocketStream::Connect(
    const std::vector<SocketAddress>& addresses, const Deadline& deadline) {
  int error = EADDRNOTAVAIL;
  std::size_t left = addresses.size();
  for (const SocketAddress& address : addresses) {
    const int descriptor = Open(address, deadline.Share(left--));
    if (descriptor >= 0) return std::make_unique<SocketStream>(descriptor);
    error = -descriptor;
    if (deadline.Passed()) break;
  }
  return Fail(ErrorKind::kUnavailable, error == ETIMEDOUT ? "no answer in time" : TextOf(error));
}

SocketStream::~SocketStream() { close(descriptor_); }

IoStatus SocketStream::Break(int error) {
  error_ = error;
  return IoStatus::kBroken;
}

IoStatus SocketStream::Wait(short events, const Deadline& deadline) {
  const int error = WaitFor(descriptor_, events, deadline);
  if (error == 0) return IoStatus::kDone;
  return error == ETIMEDOUT ? IoStatus::kTimeout : Break(error);
}

IoResult SocketStream::Read(std::span<char> into, const Deadline& deadline) {
  while (true) {
    const ssize_t got = recv(descriptor_, into.data(), into.size(), 0);
    if (got > 0) return {IoStatus::kDone, static_cast<std::size_t>(got)};
    if (got == 0) return {IoStatus::kEnd};
    if (errno == EINTR) continue;
    if (!WouldBlock(errno)) return {Break(errno)};
    const IoStatus status = Wait(POLLIN, deadline);
    if (status != IoStatus::kDone) return {status};
  }
}

IoResult SocketStream::Write(std::string_view bytes, const Deadline& deadline) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t went = send(descriptor_, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
    if (went >= 0) {
      done += static_cast<std::size_t>(went);
      sent_ += static_cast<std::uint64_t>(went);
      continue;
    }
    if (errno == EINTR) continue;
    if (!WouldBlock(errno)) return {Break(errno), done};
    const IoStatus status = Wait(POLLOUT, deadline);
    if (status != IoStatus::kDone) return {status, done};
  }
  return {IoStatus::kDone, done};
}

bool SocketStream::IsQuiet() {
  char byte = 0;
  return recv(descriptor_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && WouldBlock(errno);
}

std::string SocketStream::problem() const { return TextOf(error_); }

}  // namespace ecm::http
