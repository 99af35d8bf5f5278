#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace ecm {

/// Where a request goes: one scheme, host and port.
struct HttpOrigin {
  bool tls = true;
  std::string host;  ///< a name or an address, an IPv6 one without brackets
  std::uint16_t port = 443;

  bool operator==(const HttpOrigin&) const = default;
};

struct HttpRequest {
  HttpOrigin origin;
  std::string method = "POST";
  std::string target = "/";  ///< path and query as they go over the wire
  /// As given; Host, Content-Length and Connection are the transport's own unless Host is here.
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
  /// How long the exchange may take in all; the transport's own bound for connecting holds within
  /// it. Zero: as long as the peer wants (the Lambda Runtime API holds its answer for hours).
  Duration timeout = std::chrono::seconds{60};
  /// The request may be sent a second time when a kept connection turns out to be dead before the
  /// first byte of an answer.
  bool repeatable = false;
};

struct HttpResponse {
  unsigned status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  std::string body;

  /// The first header of this name (lower case), "" without one.
  std::string_view Header(std::string_view name) const;
};

/// The only door to other machines: one request, one whole answer, of any status. Connections are
/// kept and used again; safe to call from several threads.
///
/// Errors: kUnavailable where surely nothing of the request was seen (name, connection, TLS,
/// proxy), kUnknownOutcome from its first byte on (reset, timeout, broken or oversized answer),
/// kInvalidJob for a request that cannot be written (a line break in a header).
class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  virtual Result<HttpResponse> Send(const HttpRequest& request) = 0;
};

/// "http://127.0.0.1:8080/base" → its origin and path ("/" at least). kInvalidJob for what is no
/// http(s) URL with a host, or has a query, a fragment or a user.
struct HttpUrl {
  HttpOrigin origin;
  std::string path;
};
Result<HttpUrl> ParseHttpUrl(std::string_view url);
/// "elasticmapreduce.eu-west-1.amazonaws.com", "127.0.0.1:8080", "[::1]:8080": what Host says.
std::string HostHeader(const HttpOrigin& origin);

}  // namespace ecm
