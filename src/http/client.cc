#include "http/client.h"

#include <mutex>
#include <utility>

#include "http/connection_pool.h"
#include "http/request_text.h"
#include "http/resolve.h"
#include "http/socket_stream.h"

namespace ecm::http {
namespace {

/// Up to here the body goes out together with the head.
constexpr std::size_t kOneWrite = 65'536;
constexpr unsigned kProxyWantsPassword = 407;
constexpr std::string_view kMayBeDone = "; what it was asked for may have been done";

bool IsSuccess(unsigned status) { return status >= 200 && status < 300; }

/// How one request goes to its origin.
struct Route {
  HttpOrigin origin;
  const Proxy* proxy = nullptr;  ///< null: straight

  std::string Peer() const { return HostHeader(origin); }
  std::string ProxyName() const {
    return "the proxy " + HostHeader(proxy->origin) + " (" + proxy->variable + ")";
  }
  /// " through the proxy …" for messages.
  std::string Through() const { return proxy == nullptr ? "" : " through " + ProxyName(); }
  /// A proxy passes bytes on for TLS and whole requests otherwise.
  bool has_tunnel() const { return proxy != nullptr && origin.tls; }
};

Error CannotReach(const Route& route, const std::string& reason) {
  if (route.proxy != nullptr) {
    return {ErrorKind::kUnavailable,
            "cannot reach " + route.ProxyName() + ": " + reason + "; start it, correct " +
                route.proxy->variable + ", or name " + route.origin.host + " in NO_PROXY",
            ""};
  }
  return {ErrorKind::kUnavailable,
          "cannot reach " + route.Peer() + ": " + reason +
              "; check the address (region, endpoint URL) and this machine's network",
          ""};
}

/// What a proxy says instead of the peer.
Error RefusedByProxy(const Route& route, unsigned status) {
  std::string message = route.ProxyName() + " did not let a request to " + route.Peer() +
                        " pass (status " + std::to_string(status) + "): ";
  if (status == kProxyWantsPassword) {
    message += "it wants a user and a password, or others; write them into " +
               route.proxy->variable + " (http://user:password@host:port)";
  } else {
    message += "ask who runs it, or name " + route.origin.host + " in NO_PROXY";
  }
  return {ErrorKind::kUnavailable, std::move(message), ""};
}

/// One request and its answer, or the lack of one, on one connection.
struct Attempt {
  Result<HttpResponse> answer;
  bool has_more = false;     ///< bytes came behind the answer
  bool may_keep = false;     ///< the connection is ready for another request
  bool dead_before = false;  ///< the connection ended before the first byte of an answer
  bool unseen = false;       ///< not one byte of the request was sent
};

class Exchange {
 public:
  Exchange(Stream& stream, const AnswerLimits& limits, bool without_body, std::string peer,
           const Deadline& deadline)
      : stream_(stream),
        reader_(limits, without_body),
        peer_(std::move(peer)),
        deadline_(deadline),
        sent_before_(stream.sent()) {}

  Attempt Run(const std::string& head, const std::string& body) {
    if (const IoStatus status = Send(head, body); status == IoStatus::kTimeout) {
      return Lost(" did not take the whole request in time");
    } else if (status != IoStatus::kDone) {
      write_problem_ = stream_.problem();  // an answer may have come all the same
    }
    while (true) {
      const IoResult got = stream_.Read(reader_.Room(), deadline_);
      auto state = ResponseReader::State::kWaiting;
      if (got.status == IoStatus::kTimeout) return Lost(" did not answer in time");
      if (got.status == IoStatus::kDone) state = reader_.Commit(got.bytes);
      if (got.status == IoStatus::kEnd && reader_.got_some()) state = reader_.End();
      if (state == ResponseReader::State::kComplete) {
        const bool may_keep =
            got.status == IoStatus::kDone && write_problem_.empty() && reader_.keep_alive();
        const bool has_more = reader_.has_more();
        return {.answer = reader_.Take(), .has_more = has_more, .may_keep = may_keep};
      }
      if (state == ResponseReader::State::kBroken) {
        return Lost(" sent an unusable answer: " + reader_.problem());
      }
      if (got.status != IoStatus::kDone) return Dead(got.status);
    }
  }

 private:
  IoStatus Send(const std::string& head, const std::string& body) {
    if (body.size() <= kOneWrite) return stream_.Write(head + body, deadline_).status;
    const IoResult first = stream_.Write(head, deadline_);
    if (first.status != IoStatus::kDone) return first.status;
    return stream_.Write(body, deadline_).status;
  }

  Attempt Dead(IoStatus status) {
    std::string why =
        reader_.got_some() ? " broke its answer off" : " ended the connection without an answer";
    if (!write_problem_.empty()) {
      why += " (" + write_problem_ + ")";
    } else if (status == IoStatus::kBroken) {
      why += " (" + stream_.problem() + ")";
    }
    Attempt attempt = Lost(why);
    attempt.dead_before = !reader_.got_some();
    return attempt;
  }

  Attempt Lost(const std::string& why) {
    Attempt attempt;
    attempt.unseen = stream_.sent() == sent_before_;
    attempt.answer =
        attempt.unseen
            ? Fail(ErrorKind::kUnavailable, peer_ + why + "; nothing of the request was sent")
            : Fail(ErrorKind::kUnknownOutcome, peer_ + why + std::string(kMayBeDone));
    return attempt;
  }

  Stream& stream_;
  ResponseReader reader_;
  const std::string peer_;
  const Deadline& deadline_;
  const std::uint64_t sent_before_;
  std::string write_problem_;
};

/// Opens connections; TLS is made ready with the first that needs it.
class Connector {
 public:
  explicit Connector(const HttpClientOptions& options) : options_(options) {}

  Result<std::unique_ptr<Stream>> Open(const Route& route, const Deadline& request_deadline) {
    const Deadline deadline = request_deadline.Within(options_.connect_timeout);
    ECM_TRY(std::unique_ptr<Stream> stream, OpenFirstHop(route, deadline));
    if (route.has_tunnel()) ECM_TRY_VOID(OpenTunnel(route, *stream, deadline));
    if (!route.origin.tls) return stream;
    auto encrypted = Encrypt(std::move(stream), route.origin.host, deadline);
    if (encrypted.has_value()) return encrypted;
    return Fail(AddContext(std::move(encrypted).error(),
                           "no secure connection to " + route.Peer() + route.Through()));
  }

 private:
  Result<std::unique_ptr<Stream>> OpenFirstHop(const Route& route, const Deadline& deadline) {
    const HttpOrigin& hop = route.proxy == nullptr ? route.origin : route.proxy->origin;
    auto addresses = Resolve(hop.host, hop.port, deadline);
    if (!addresses.has_value()) return Fail(CannotReach(route, addresses.error().message));
    auto stream = SocketStream::Connect(*addresses, deadline);
    if (!stream.has_value()) return Fail(CannotReach(route, stream.error().message));
    if (route.proxy == nullptr || !hop.tls) return std::unique_ptr<Stream>(*std::move(stream));
    auto encrypted = Encrypt(*std::move(stream), hop.host, deadline);
    if (encrypted.has_value()) return encrypted;
    return Fail(
        AddContext(std::move(encrypted).error(), "no secure connection to " + route.ProxyName()));
  }

  Result<void> OpenTunnel(const Route& route, Stream& stream, const Deadline& deadline) {
    const std::string target =
        (route.origin.host.contains(':') ? "[" + route.origin.host + "]" : route.origin.host) +
        ":" + std::to_string(route.origin.port);
    std::string head = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n";
    if (!route.proxy->authorization.empty()) {
      head += "Proxy-Authorization: " + route.proxy->authorization + "\r\n";
    }
    Exchange exchange(stream, options_.limits, true, route.ProxyName(), deadline);
    const Attempt attempt = exchange.Run(head + "\r\n", "");
    // Whatever became of it: the peer behind the proxy saw nothing.
    // In an open tunnel nobody has a word before we have.
    if (!attempt.answer.has_value() || (attempt.has_more && IsSuccess(attempt.answer->status))) {
      return Fail(CannotReach(route, "it gave no usable answer"));
    }
    const unsigned status = attempt.answer->status;
    if (IsSuccess(status)) return {};
    return Fail(RefusedByProxy(route, status));
  }

  Result<std::unique_ptr<Stream>> Encrypt(std::unique_ptr<Stream> stream, const std::string& host,
                                          const Deadline& deadline) {
    std::shared_ptr<TlsContext> context;
    {
      const std::scoped_lock lock(mutex_);
      if (tls_ == nullptr) {
        ECM_TRY(tls_, TlsContext::Make(options_.roots));
      }
      context = tls_;
    }
    return context->Connect(std::move(stream), host, deadline);
  }

  const HttpClientOptions& options_;
  std::mutex mutex_;
  std::shared_ptr<TlsContext> tls_;
};

class SocketHttpTransport : public HttpTransport {
 public:
  SocketHttpTransport(HttpClientOptions options, const Clock& clock)
      : options_(std::move(options)),
        clock_(clock),
        pool_(clock, options_.idle_timeout, options_.kept_connections),
        connector_(options_) {}

  Result<HttpResponse> Send(const HttpRequest& request) override {
    ECM_TRY_VOID(CheckWritable(request));
    const Deadline deadline(clock_, request.timeout);
    const Route route{request.origin, ProxyFor(request.origin, options_.proxies)};
    const Duration longest_rest =
        request.repeatable ? options_.idle_timeout : options_.idle_timeout_unrepeatable;
    if (auto kept = pool_.Take(request.origin, longest_rest)) {
      Attempt attempt = Try(request, route, std::move(kept), deadline);
      const bool again = attempt.unseen || (attempt.dead_before && request.repeatable);
      if (attempt.answer.has_value() || !again || deadline.Passed()) return attempt.answer;
    }
    ECM_TRY(std::unique_ptr<Stream> stream, connector_.Open(route, deadline));
    return Try(request, route, std::move(stream), deadline).answer;
  }

 private:
  Attempt Try(const HttpRequest& request, const Route& route, std::unique_ptr<Stream> stream,
              const Deadline& deadline) {
    const bool whole_url = route.proxy != nullptr && !route.has_tunnel();
    Exchange exchange(*stream, options_.limits, request.method == "HEAD",
                      route.Peer() + route.Through(), deadline);
    Attempt attempt = exchange.Run(
        whole_url
            ? WriteRequestHead(request, "http://" + HostHeader(request.origin) + request.target,
                               route.proxy->authorization)
            : WriteRequestHead(request, request.target, ""),
        request.body);
    if (attempt.may_keep) pool_.Keep(request.origin, std::move(stream));
    if (whole_url && attempt.answer.has_value() && attempt.answer->status == kProxyWantsPassword) {
      attempt.answer = Fail(RefusedByProxy(route, kProxyWantsPassword));
    }
    return attempt;
  }

  const HttpClientOptions options_;
  const Clock& clock_;
  ConnectionPool pool_;
  Connector connector_;
};

}  // namespace

std::unique_ptr<HttpTransport> MakeHttpTransport(HttpClientOptions options, const Clock& clock) {
  return std::make_unique<SocketHttpTransport>(std::move(options), clock);
}

}  // namespace ecm::http
