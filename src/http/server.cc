#include "http/server.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include "http/request_reader.h"
#include "http/response_text.h"

namespace ecm::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

/// How long the peer may take to leave after the last answer. Closing at once, with bytes of it
/// unread, would make its kernel throw that answer away (RFC 9112, 9.6).
constexpr milliseconds kLinger{2'000};
/// A body that is taken however much the others hold: large ones keep nobody else out.
constexpr std::size_t kSmallBody = 65'536;
constexpr std::string_view kContinueText = "HTTP/1.1 100 Continue\r\n\r\n";

/// A process that somebody starts must not hold our port or a peer's connection after us.
void KeepFromChildren(int descriptor) { fcntl(descriptor, F_SETFD, FD_CLOEXEC); }

class Connection;

/// What the connections of one server share. Its time is counted in ticks of one timer: a request
/// costs no timer and no look at a clock.
class Core : public std::enable_shared_from_this<Core> {
 public:
  Core(asio::io_context& io, const Limits& limits, Server::Handler handler)
      : limits_(limits),
        handler_(std::move(handler)),
        acceptor_(io),
        accept_timer_(io),
        tick_timer_(io),
        tick_(std::clamp(
            std::min({limits.read_timeout, limits.write_timeout, limits.idle_timeout}) / 10,
            milliseconds(5), milliseconds(250))) {}

  Result<void> Listen(const std::string& address, std::uint16_t port);
  void Accept();
  void Add(Connection& connection);
  void Remove(Connection& connection);
  /// The first tick that surely comes `after` from now.
  std::uint64_t TickAfter(milliseconds after) const {
    return now_ + static_cast<std::uint64_t>((after + tick_ - milliseconds(1)) / tick_) + 1;
  }
  void Stop();
  void Close();

  /// What the bodies of all requests take, after one of them has grown or gone.
  std::size_t Recount(std::size_t before, std::size_t now) {
    return bodies_bytes_ = bodies_bytes_ - before + now;
  }

  std::uint16_t port() const { return port_; }
  const Limits& limits() const { return limits_; }
  bool stopping() const { return stopping_; }
  Response Handle(const Request& request) { return handler_(request); }

 private:
  void OnAccept(const error_code& ec, tcp::socket socket);
  void Tick();
  void StopListening();

  const Limits limits_;
  const Server::Handler handler_;
  tcp::acceptor acceptor_;
  asio::steady_timer accept_timer_;
  asio::steady_timer tick_timer_;
  const milliseconds tick_;
  std::uint16_t port_ = 0;
  std::uint64_t now_ = 0;
  std::size_t bodies_bytes_ = 0;
  bool ticking_ = false;
  bool stopping_ = false;
  std::vector<Connection*> connections_;  // each removes itself
};

/// One peer. Exactly one operation is under way at any time, and its handler keeps the connection
/// alive.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<Core> core, tcp::socket socket)
      : core_(std::move(core)), socket_(std::move(socket)), reader_(core_->limits()) {
    core_->Add(*this);
  }
  // No timer of Asio's throws when it is cancelled.
  ~Connection() { Close(); }  // NOLINT(bugprone-exception-escape)
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void Start() {
    error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
    KeepFromChildren(socket_.native_handle());
    Enter(Phase::kIdle, core_->limits().idle_timeout);
    Receive();
  }

  void OnTick(std::uint64_t now);
  /// Lets an answer that is on its way arrive.
  void Stop() {
    if (phase_ == Phase::kIdle || phase_ == Phase::kReading) Close();
  }
  void Close();

  std::size_t place = 0;  ///< in the core's list

 private:
  enum class Phase { kIdle, kReading, kAnswering, kLingering, kClosed };

  void Enter(Phase phase, milliseconds timeout) {
    phase_ = phase;
    deadline_ = core_->TickAfter(timeout);
  }
  void Abort();
  void Receive();
  void OnReceived(const error_code& ec, std::size_t bytes);
  void Advance();
  bool HoldsTooMuch();
  void SayContinue();
  void Answer();
  void Refuse(Response response);
  void RefuseLate() { Refuse(PlainResponse(408, "the request did not come in time")); }
  void Send(Response response, bool with_body);
  void OnSent(const error_code& ec);
  void Linger();

  const std::shared_ptr<Core> core_;
  tcp::socket socket_;
  RequestReader reader_;
  Response response_;
  std::string head_;
  Phase phase_ = Phase::kIdle;
  std::uint64_t deadline_ = 0;
  std::size_t body_bytes_ = 0;  ///< as the core has counted it
  bool late_ = false;
  bool keep_alive_ = false;
};

void Connection::OnTick(std::uint64_t now) {
  if (now < deadline_) return;
  if (phase_ == Phase::kAnswering) return Abort();
  if (phase_ != Phase::kReading) return Close();
  // The operation under way hears of the cancellation and then answers.
  late_ = true;
  deadline_ = core_->TickAfter(core_->limits().write_timeout);
  error_code ignored;
  socket_.cancel(ignored);
}

void Connection::Close() {
  if (phase_ == Phase::kClosed) return;
  phase_ = Phase::kClosed;
  core_->Remove(*this);
  core_->Recount(std::exchange(body_bytes_, 0), 0);
  error_code ignored;
  socket_.close(ignored);
}

void Connection::Abort() {
  // Otherwise the kernel would keep what the peer does not take.
  error_code ignored;
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  Close();
}

void Connection::Receive() {
  const std::span<char> room = reader_.Room();
  socket_.async_read_some(asio::buffer(room.data(), room.size()),
                          [self = shared_from_this()](const error_code& ec, std::size_t bytes) {
                            self->OnReceived(ec, bytes);
                          });
}

void Connection::OnReceived(const error_code& ec, std::size_t bytes) {
  if (phase_ == Phase::kClosed) return;
  if (phase_ == Phase::kLingering) return ec ? Close() : Linger();
  if (late_) return RefuseLate();
  if (ec == asio::error::eof && phase_ == Phase::kReading) {
    return Refuse(PlainResponse(400, "the request ended before it was whole"));
  }
  if (ec) return Close();
  reader_.Commit(bytes);
  Advance();
}

bool Connection::HoldsTooMuch() {
  const std::size_t before = std::exchange(body_bytes_, reader_.body_bytes());
  const std::size_t all = core_->Recount(before, body_bytes_);
  return body_bytes_ > kSmallBody && all > core_->limits().bodies_bytes;
}

void Connection::Advance() {
  const RequestReader::State state = reader_.Read();
  if (HoldsTooMuch()) {
    return Refuse(PlainResponse(503, "all requests together are too large: try again later"));
  }
  switch (state) {
    case RequestReader::State::kIdle:
      if (core_->stopping()) return Close();
      if (phase_ != Phase::kIdle) Enter(Phase::kIdle, core_->limits().idle_timeout);
      return Receive();
    case RequestReader::State::kBegun:
      if (core_->stopping()) return Close();
      if (phase_ != Phase::kReading) Enter(Phase::kReading, core_->limits().read_timeout);
      return Receive();
    case RequestReader::State::kContinue:
      if (core_->stopping()) return Close();
      if (phase_ != Phase::kReading) Enter(Phase::kReading, core_->limits().read_timeout);
      return SayContinue();
    case RequestReader::State::kComplete:
      return Answer();
    case RequestReader::State::kRefused:
      return Refuse(reader_.refusal());
  }
}

void Connection::SayContinue() {
  asio::async_write(socket_, asio::buffer(kContinueText),
                    [self = shared_from_this()](const error_code& ec, std::size_t) {
                      if (self->phase_ == Phase::kClosed) return;
                      if (ec) return self->Close();
                      if (self->late_) return self->RefuseLate();
                      self->Receive();
                    });
}

void Connection::Answer() {
  // Before the handler, that may stop the server.
  Enter(Phase::kAnswering, core_->limits().write_timeout);
  Response response = core_->Handle(reader_.request());
  if (phase_ == Phase::kClosed) return;
  if (!IsWellFormed(response)) {
    response = PlainResponse(500, "the answer could not be written as HTTP");
  }
  keep_alive_ = reader_.keep_alive() && !core_->stopping();
  Send(std::move(response), !reader_.is_head());
}

void Connection::Refuse(Response response) {
  keep_alive_ = false;
  reader_.DropBody();
  core_->Recount(std::exchange(body_bytes_, 0), 0);
  Send(std::move(response), true);
}

void Connection::Send(Response response, bool with_body) {
  Enter(Phase::kAnswering, core_->limits().write_timeout);
  response_ = std::move(response);
  WriteHead(response_, {.is_http10 = reader_.is_http10(), .keep_alive = keep_alive_}, head_);
  if (!with_body || !MayHaveBody(response_.status)) response_.body.clear();
  asio::async_write(
      socket_,
      std::array{asio::const_buffer(asio::buffer(head_)),
                 asio::const_buffer(asio::buffer(response_.body))},
      [self = shared_from_this()](const error_code& ec, std::size_t) { self->OnSent(ec); });
}

void Connection::OnSent(const error_code& ec) {
  if (phase_ == Phase::kClosed) return;
  if (ec) return Close();
  response_ = Response();
  if (keep_alive_ && !core_->stopping()) {
    reader_.Next();
    return Advance();
  }
  error_code failed;
  socket_.shutdown(tcp::socket::shutdown_send, failed);
  if (failed) return Close();
  Enter(Phase::kLingering, std::min(kLinger, core_->limits().write_timeout));
  Linger();
}

void Connection::Linger() {
  // Nothing is committed: what comes is read over.
  Receive();
}

Result<void> Core::Listen(const std::string& address, std::uint16_t port) {
  error_code ec;
  const auto ip = asio::ip::make_address(address, ec);
  if (ec) {
    return Fail(ErrorKind::kInvalidJob,
                "\"" + address + "\" is not an IP address: give one, like 127.0.0.1");
  }
  const tcp::endpoint endpoint(ip, port);
  acceptor_.open(endpoint.protocol(), ec);
  if (!ec) KeepFromChildren(acceptor_.native_handle());
  if (!ec) acceptor_.set_option(tcp::acceptor::reuse_address(true), ec);
  if (!ec) acceptor_.bind(endpoint, ec);
  if (!ec) acceptor_.listen(asio::socket_base::max_listen_connections, ec);
  if (!ec) port_ = acceptor_.local_endpoint(ec).port();
  if (!ec) return {};
  const std::string number = std::to_string(port);
  if (ec == asio::error::address_in_use) {
    return Fail(ErrorKind::kConflict,
                "port " + number + " is taken by another program: choose another with --port");
  }
  if (ec == asio::error::access_denied) {
    return Fail(ErrorKind::kAccessDenied,
                "port " + number + " is not open to this user: choose one above 1023 with --port");
  }
  if (ec == boost::system::errc::address_not_available) {
    return Fail(ErrorKind::kInvalidJob,
                "this machine has no address " + address + ": choose one of its own, or 127.0.0.1");
  }
  return Fail(ErrorKind::kInternal,
              "cannot listen on " + address + " port " + number + ": " + ec.message());
}

void Core::Accept() {
  acceptor_.async_accept([self = shared_from_this()](const error_code& ec, tcp::socket socket) {
    self->OnAccept(ec, std::move(socket));
  });
}

void Core::OnAccept(const error_code& ec, tcp::socket socket) {
  if (stopping_) return;
  if (!ec) {
    if (connections_.size() < limits_.connections) {
      std::make_shared<Connection>(shared_from_this(), std::move(socket))->Start();
    }
    return Accept();
  }
  // Most likely out of descriptors: the peers wait in the kernel's queue until some are free.
  accept_timer_.expires_after(tick_);
  accept_timer_.async_wait([self = shared_from_this()](const error_code& cancelled) {
    if (!cancelled && !self->stopping_) self->Accept();
  });
}

void Core::Add(Connection& connection) {
  connection.place = connections_.size();
  connections_.push_back(&connection);
  if (!ticking_) Tick();
}

void Core::Remove(Connection& connection) {
  connections_.back()->place = connection.place;
  connections_[connection.place] = connections_.back();
  connections_.pop_back();
  if (stopping_ && connections_.empty()) tick_timer_.cancel();
}

void Core::Tick() {
  ticking_ = true;
  tick_timer_.expires_after(tick_);
  tick_timer_.async_wait([self = shared_from_this()](const error_code& cancelled) {
    self->ticking_ = false;
    if (cancelled) return;
    ++self->now_;
    // From the back: who leaves is replaced by the last, who has been seen already.
    for (std::size_t i = self->connections_.size(); i-- > 0;) {
      self->connections_[i]->OnTick(self->now_);
    }
    if (!self->connections_.empty()) self->Tick();
  });
}

void Core::StopListening() {
  stopping_ = true;
  error_code ignored;
  acceptor_.close(ignored);
  accept_timer_.cancel();
  if (connections_.empty()) tick_timer_.cancel();
}

void Core::Stop() {
  StopListening();
  for (std::size_t i = connections_.size(); i-- > 0;) connections_[i]->Stop();
}

void Core::Close() {
  StopListening();
  while (!connections_.empty()) connections_.back()->Close();
}

class ListeningServer final : public Server {
 public:
  explicit ListeningServer(std::shared_ptr<Core> core) : core_(std::move(core)) {}
  // As the connections'.
  ~ListeningServer() override { core_->Close(); }  // NOLINT(bugprone-exception-escape)
  ListeningServer(const ListeningServer&) = delete;
  ListeningServer& operator=(const ListeningServer&) = delete;

  std::uint16_t port() const override { return core_->port(); }
  void Stop() override { core_->Stop(); }

 private:
  const std::shared_ptr<Core> core_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::Listen(asio::io_context& io, const std::string& address,
                                               std::uint16_t port, const Limits& limits,
                                               Handler handler) {
  auto core = std::make_shared<Core>(io, limits, std::move(handler));
  ECM_TRY_VOID(core->Listen(address, port));
  core->Accept();
  return std::make_unique<ListeningServer>(std::move(core));
}

}  // namespace ecm::http
