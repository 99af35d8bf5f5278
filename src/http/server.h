#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace boost::asio {
class io_context;
}

namespace ecm::http {

struct Request {
  std::string method;  ///< "POST"; "GET" for HEAD too: the server leaves the body out
  /// "/clusters?state=RUNNING", as sent. It starts with "/", save the "*" of OPTIONS; of an
  /// absolute URL the authority has become the host header.
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case, as they came
  std::string body;

  /// The value of the first header of this name (lower case), "" without one.
  std::string_view Header(std::string_view name) const;
};

struct Response {
  unsigned status = 200;
  std::vector<std::pair<std::string, std::string>> headers;  ///< Content-Type and the like
  std::string body;
};

/// What peers may take of the server. Beyond a limit the answer is 413, 431, 408 or 503, or the
/// connection is closed.
struct Limits {
  std::size_t header_bytes = 16'384;
  std::size_t body_bytes = 16'777'216;
  /// Of all requests that are here in part: who goes beyond it is refused, but not small ones.
  std::size_t bodies_bytes = 268'435'456;
  std::size_t connections = 1024;                   ///< beyond them, new ones are closed at once
  std::chrono::milliseconds read_timeout{30'000};   ///< for one whole request, from its first byte
  std::chrono::milliseconds write_timeout{30'000};  ///< for one whole response
  std::chrono::milliseconds idle_timeout{75'000};   ///< between two requests of a connection
};

/// A plain HTTP/1.1 server with keep-alive, on the thread of its io_context. Content-Length and
/// Connection are its own matter; HEAD is answered as GET without the body.
class Server {
 public:
  /// Called on the io_context's thread; it must not throw and should not take long: everybody
  /// waits.
  using Handler = std::function<Response(const Request&)>;

  /// Listens at once; port 0 takes a free one. kInvalidJob for an address that is none, kConflict
  /// where the port is taken, kAccessDenied where it is not for everybody, with messages that say
  /// what to do. The io_context outlives the server.
  static Result<std::unique_ptr<Server>> Listen(boost::asio::io_context& io,
                                                const std::string& address, std::uint16_t port,
                                                const Limits& limits, Handler handler);
  virtual ~Server() = default;  ///< closes everything

  virtual std::uint16_t port() const = 0;
  /// Takes no new connections, lets requests that are being answered finish (at most
  /// write_timeout), closes idle ones.
  virtual void Stop() = 0;
};

}  // namespace ecm::http
