#pragma once

#include <memory>

#include "env/clock.h"
#include "env/http_transport.h"
#include "http/proxy.h"
#include "http/response_reader.h"
#include "http/tls.h"

namespace ecm::http {

struct HttpClientOptions {
  ProxySettings proxies{};  ///< ReadProxySettings
  TrustRoots roots{};       ///< read when TLS is first used
  AnswerLimits limits{};
  /// For the name, the connection, the proxy and TLS together, within the request's own limit.
  Duration connect_timeout = std::chrono::seconds{10};
  /// How long a connection is kept for the next request.
  Duration idle_timeout = std::chrono::seconds{20};
  /// The same for a request that is not repeatable: a peer that closes while the request is on its
  /// way leaves its outcome unknown, and the longer a connection rests, the likelier that is.
  Duration idle_timeout_unrepeatable = std::chrono::seconds{4};
  std::size_t kept_connections = 32;  ///< at most; the oldest goes first
};

/// The transport over real sockets. `clock` goes with real time and outlives it.
std::unique_ptr<HttpTransport> MakeHttpTransport(HttpClientOptions options, const Clock& clock);

}  // namespace ecm::http
