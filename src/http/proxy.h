#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "env/environment.h"
#include "env/http_transport.h"

namespace ecm::http {

/// A server that passes requests on.
struct Proxy {
  HttpOrigin origin{};          ///< tls: the way to the proxy itself is encrypted
  std::string authorization{};  ///< the value of Proxy-Authorization, "" for none; a secret
  std::string variable{};       ///< "HTTPS_PROXY": whom a message names
};

/// Which requests go through which proxy, as curl and the SDKs read it from the environment.
struct ProxySettings {
  /// An entry of NO_PROXY.
  struct Exception {
    std::string host;          ///< "*", or a name (it and what is under it), or "" for a network
    std::string network;       ///< the bytes of an address
    unsigned prefix_bits = 0;  ///< how many bits of it count
    std::uint16_t port = 0;    ///< 0: any
  };
  std::optional<Proxy> http;
  std::optional<Proxy> https;
  std::vector<Exception> exceptions;
};

/// https_proxy, HTTPS_PROXY, http_proxy, HTTP_PROXY, no_proxy, NO_PROXY: where both spellings are
/// set, lower case counts; set but empty means none. A proxy is "[http[s]://][user:password@]host
/// [:port]"; user and password may have percent-encoded characters. HTTP_PROXY is not read where
/// REQUEST_METHOD is set: there a visitor of a CGI program could have set it.
///
/// NO_PROXY is a list divided by commas or blanks: "*" for all, names with all names under them
/// (with or without a dot before), addresses, networks ("10.0.0.0/8"), each with ":port" if it is
/// for that port alone.
///
/// kInvalidJob for a proxy that cannot be one, without its user and password.
Result<ProxySettings> ReadProxySettings(const Environment& environment);

/// The proxy for requests to `origin`; null where they go straight: there is none for its scheme,
/// it is an exception, it is this machine (localhost, loopback) or a link-local address, behind
/// which AWS keeps the credentials of machines and containers.
const Proxy* ProxyFor(const HttpOrigin& origin, const ProxySettings& settings);

}  // namespace ecm::http
