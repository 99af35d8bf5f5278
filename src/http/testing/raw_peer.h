#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "http/server.h"

namespace ecm::http {

/// A server on a free port whose io_context runs on a thread of its own, as long as this lives.
class RunningServer {
 public:
  explicit RunningServer(Server::Handler handler, const Limits& limits = {})
      : server_(Server::Listen(io_, "127.0.0.1", 0, limits, std::move(handler)).value()),
        port_(server_->port()),
        thread_([this] { io_.run(); }) {}
  ~RunningServer() {
    Destroy();
    work_.reset();
    thread_.join();  // returns: without a server nothing is left to do
  }
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;

  std::uint16_t port() const { return port_; }
  /// Runs `work` where the server runs and waits for its end.
  void OnItsThread(const std::function<void()>& work) {
    std::promise<void> done;
    boost::asio::post(io_, [&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }
  void Stop() {
    OnItsThread([this] { server_->Stop(); });
  }
  void Destroy() {
    OnItsThread([this] { server_.reset(); });
  }

 private:
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      io_.get_executor()};
  std::unique_ptr<Server> server_;
  std::uint16_t port_;
  std::thread thread_;
};

/// A client that sends the bytes that it is told to. No read waits longer than ten seconds.
class RawPeer {
 public:
  explicit RawPeer(std::uint16_t port, int receive_buffer = 0)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receive_buffer > 0) {
      setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
    }
    const timeval limit{.tv_sec = 10, .tv_usec = 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }
  ~RawPeer() { close(socket_); }
  RawPeer(const RawPeer&) = delete;
  RawPeer& operator=(const RawPeer&) = delete;

  bool connected() const { return connected_; }
  bool Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void EndSending() { shutdown(socket_, SHUT_WR); }
  /// What came since the last read, up to and with `mark`; without it, all until the server closed.
  std::string ReadTo(std::string_view mark) {
    while (true) {
      const std::size_t found = mark.empty() ? std::string::npos : received_.find(mark);
      if (found != std::string::npos) return Take(found + mark.size());
      if (!ReceiveMore()) return Take(received_.size());
    }
  }
  /// One response: its head, and as many bytes as its Content-Length says.
  std::string ReadResponse(bool with_body = true) {
    std::string response = ReadTo("\r\n\r\n");
    constexpr std::string_view kLength = "Content-Length: ";
    const std::size_t at = response.find(kLength);
    if (!with_body || at == std::string::npos) return response;
    const std::size_t length = std::stoul(response.substr(at + kLength.size()));
    while (received_.size() < length && ReceiveMore()) {
    }
    return response + Take(length);
  }
  std::string ReadToEnd() { return ReadTo(""); }
  /// Whether bytes, or the end of the connection, came in that time. It reads none.
  bool AnswerCameWithin(std::chrono::milliseconds wait) { return Poll(POLLIN, wait); }
  /// Whether the server broke the connection off in that time, both ways.
  bool HungUpWithin(std::chrono::milliseconds wait) { return Poll(0, wait); }
  /// Whether the server closed the connection, rather than let us wait.
  bool closed() const { return closed_; }

 private:
  bool Poll(int events, std::chrono::milliseconds wait) const {
    pollfd watched{.fd = socket_, .events = static_cast<short>(events), .revents = 0};
    return poll(&watched, 1, static_cast<int>(wait.count())) > 0;
  }
  std::string Take(std::size_t bytes) {
    std::string taken = received_.substr(0, bytes);
    received_.erase(0, taken.size());
    return taken;
  }
  bool ReceiveMore() {
    char bytes[16 * 1024];
    const ssize_t got = recv(socket_, bytes, sizeof(bytes), 0);
    if (got > 0) received_.append(bytes, static_cast<std::size_t>(got));
    if (got == 0 || (got < 0 && errno != EAGAIN)) closed_ = true;
    return got > 0;
  }

  int socket_;
  bool connected_ = false;
  bool closed_ = false;
  std::string received_;
};

}  // namespace ecm::http
