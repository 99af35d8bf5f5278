#include "http/testing/scripted_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>

namespace ecm::http {
namespace {

constexpr timeval kLongestRead{.tv_sec = 10, .tv_usec = 0};

sockaddr_in Loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// OpenSSL writes to its socket without a word about signals.
void BlockBrokenPipes() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

/// False at the end of `from`.
bool PassOn(int from, int to) {
  char bytes[16 * 1024];
  const ssize_t got = recv(from, bytes, sizeof(bytes), 0);
  return got > 0 && send(to, bytes, static_cast<std::size_t>(got), MSG_NOSIGNAL) == got;
}

}  // namespace

ServerSide::ServerSide(int socket) : socket_(socket) {
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &kLongestRead, sizeof(kLongestRead));
}

ServerSide::~ServerSide() {
  ssl_.reset();
  close(socket_);
}

bool ServerSide::StartTls(SSL_CTX* context) {
  ssl_.reset(SSL_new(context), SSL_free);
  SSL_set_fd(ssl_.get(), socket_);
  return SSL_accept(ssl_.get()) == 1;
}

std::string ServerSide::ServerName() const {
  const char* const name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
  return name == nullptr ? "" : name;
}

bool ServerSide::ReceiveMore() {
  char bytes[16 * 1024];
  const auto got = ssl_ == nullptr ? recv(socket_, bytes, sizeof(bytes), 0)
                                   : SSL_read(ssl_.get(), bytes, sizeof(bytes));
  if (got > 0) received_.append(bytes, static_cast<std::size_t>(got));
  return got > 0;
}

std::string ServerSide::ReadTo(std::string_view mark) {
  std::size_t end = std::string::npos;
  while (true) {
    if (!mark.empty()) end = received_.find(mark);
    if (end != std::string::npos || !ReceiveMore()) break;
  }
  end = end == std::string::npos ? received_.size() : end + mark.size();
  std::string taken = received_.substr(0, end);
  received_.erase(0, end);
  return taken;
}

std::string ServerSide::ReadRequest() {
  std::string request = ReadTo("\r\n\r\n");
  constexpr std::string_view kLength = "\r\nContent-Length: ";
  const std::size_t at = request.find(kLength);
  if (at == std::string::npos) return request;
  const std::size_t length = std::stoul(request.substr(at + kLength.size()));
  while (received_.size() < length && ReceiveMore()) {
  }
  request += received_.substr(0, length);
  received_.erase(0, std::min(length, received_.size()));
  return request;
}

bool ServerSide::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ssl_ == nullptr
                          ? send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL)
                          : SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool ServerSide::Answer(const std::string& body) {
  return Send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
              body);
}

void ServerSide::SendTicket() {
  SSL_new_session_ticket(ssl_.get());
  SSL_do_handshake(ssl_.get());
}

void ServerSide::End() {
  if (ssl_ != nullptr) SSL_shutdown(ssl_.get());
  shutdown(socket_, SHUT_WR);
}

void ServerSide::Reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

void ServerSide::RelayTo(std::uint16_t port) {
  const int other = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(port);
  if (other < 0) return;
  if (connect(other, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
    while (true) {
      pollfd watched[2] = {{.fd = socket_, .events = POLLIN, .revents = 0},
                           {.fd = other, .events = POLLIN, .revents = 0}};
      if (poll(watched, 2, 10'000) <= 0) break;
      if (watched[0].revents != 0 && !PassOn(socket_, other)) break;
      if (watched[1].revents != 0 && !PassOn(other, socket_)) break;
    }
  }
  close(other);
}

void ServerSide::Wake() { shutdown(socket_, SHUT_RDWR); }

ScriptedServer::ScriptedServer(Script script)
    : script_(std::move(script)), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof(address);
  if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      listen(listener_, SOMAXCONN) != 0) {
    std::abort();  // no test can go on
  }
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

ScriptedServer::~ScriptedServer() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
    for (ServerSide* const each : open_) each->Wake();
  }
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (std::thread& each : threads_) each.join();
  close(listener_);
}

void ScriptedServer::Accept() {
  while (true) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    threads_.emplace_back([this, socket, number = connections_++] {
      BlockBrokenPipes();
      ServerSide connection(socket);
      {
        const std::scoped_lock lock(mutex_);
        if (ending_) return;
        open_.push_back(&connection);
      }
      script_(connection, number);
      const std::scoped_lock lock(mutex_);
      std::erase(open_, &connection);
    });
  }
}

}  // namespace ecm::http
