#include "env/http_transport.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/ascii.h"
#include "base/text.h"

namespace ecm {
namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;
constexpr std::size_t kLongestName = 253;  // RFC 1035, 2.3.4

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// RFC 3986, 3.3, without looking at what follows a percent sign.
bool IsPathCharacter(char c) {
  return IsLetter(c) || IsDigit(c) || std::string_view("-._~!$&'()*+,;=:@%/").contains(c);
}

bool IsIpv6(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(AF_INET6, text.c_str(), address.data()) == 1;
}

/// A name of DNS as machines really have them (underscores too), or an IPv4 address. Names are
/// also what certificates and proxies' exceptions are compared with: one spelling, lower case.
bool IsName(std::string_view text) {
  if (text.empty() || text.size() > kLongestName || text.starts_with('.')) return false;
  return !text.contains("..") && std::ranges::all_of(text, [](char c) {
    return IsLetter(c) || IsDigit(c) || c == '-' || c == '.' || c == '_';
  });
}

bool ReadPort(std::string_view text, std::uint16_t& port) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port != 0;
}

/// Takes "http://" or "https://" from the front.
bool TakeScheme(std::string_view& url, HttpOrigin& origin) {
  const std::size_t end = url.find("://");
  if (end == std::string_view::npos) return false;
  const std::string scheme = ToLowerAscii(url.substr(0, end));
  if (scheme != "http" && scheme != "https") return false;
  origin.tls = scheme == "https";
  origin.port = origin.tls ? kHttpsPort : kHttpPort;
  url.remove_prefix(end + 3);
  return true;
}

/// "host", "host:port", "[v6]", "[v6]:port"; an empty port is the scheme's own (RFC 3986, 3.2.3).
bool ReadAuthority(std::string_view authority, HttpOrigin& origin) {
  std::string_view rest;
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos) return false;
    origin.host = authority.substr(1, end - 1);
    rest = authority.substr(end + 1);
    if (!IsIpv6(origin.host)) return false;
  } else {
    const std::size_t end = std::min(authority.find(':'), authority.size());
    origin.host = authority.substr(0, end);
    rest = authority.substr(end);
    if (!IsName(origin.host)) return false;
  }
  origin.host = ToLowerAscii(origin.host);
  if (rest.empty() || rest == ":") return true;
  return rest.starts_with(':') && ReadPort(rest.substr(1), origin.port);
}

}  // namespace

std::string_view HttpResponse::Header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &std::pair<std::string, std::string>::first);
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

Result<HttpUrl> ParseHttpUrl(std::string_view url) {
  HttpUrl parsed;
  std::string_view rest = url;
  // The URL is not in the message where it may hold a password.
  if (url.contains('@')) {
    return Fail(ErrorKind::kInvalidJob,
                "a URL with an \"@\" in it: leave user and password out of it");
  }
  const auto fail = [url](std::string_view why) {
    return Fail(ErrorKind::kInvalidJob,
                "\"" + ToOneLine(TruncateUtf8(url, 200)) + "\" " + std::string(why) +
                    ": give one like https://host or http://127.0.0.1:8080/path");
  };
  if (!TakeScheme(rest, parsed.origin)) return fail("is no http:// or https:// URL");
  if (rest.find_first_of("?#") != std::string_view::npos) {
    return fail("has a query or a fragment, which has no meaning here");
  }
  const std::size_t path = std::min(rest.find('/'), rest.size());
  if (!ReadAuthority(rest.substr(0, path), parsed.origin)) {
    return fail("has no host, or one that cannot be: a name or an address, then a port of 1-65535");
  }
  parsed.path = path == rest.size() ? "/" : rest.substr(path);
  if (!std::ranges::all_of(parsed.path, IsPathCharacter)) {
    return fail("has a path with characters that a URL does not have");
  }
  return parsed;
}

std::string HostHeader(const HttpOrigin& origin) {
  std::string text = origin.host.contains(':') ? "[" + origin.host + "]" : origin.host;
  if (origin.port != (origin.tls ? kHttpsPort : kHttpPort)) {
    text += ":" + std::to_string(origin.port);
  }
  return text;
}

}  // namespace ecm
