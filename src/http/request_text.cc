#include "http/request_text.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/text.h"

namespace ecm::http {
namespace {

/// RFC 9110, 5.6.2, for each byte whether a token may have it.
constexpr auto kOfTokens = [] {
  std::array<bool, 256> of_tokens{};
  for (const unsigned char byte : std::string_view("!#$%&'*+-.^_`|~0123456789"
                                                   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                   "abcdefghijklmnopqrstuvwxyz")) {
    of_tokens[byte] = true;
  }
  return of_tokens;
}();

bool IsToken(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](unsigned char byte) { return kOfTokens[byte]; });
}

bool IsVisible(char c) { return c > ' ' && c < '\x7f'; }

/// Bytes beyond ASCII are let through: whoever signs them knows.
bool IsValue(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return c == '\t' || (byte >= ' ' && c != '\x7f');
  });
}

bool IsOurs(std::string_view name) {
  return EqualsIgnoringCase(name, "content-length") || EqualsIgnoringCase(name, "connection");
}

bool HasBody(const HttpRequest& request) {
  return !request.body.empty() || request.method == "POST" || request.method == "PUT" ||
         request.method == "PATCH";
}

}  // namespace

Result<void> CheckWritable(const HttpRequest& request) {
  const auto fail = [&request](const std::string& what) {
    return Fail(ErrorKind::kInvalidJob,
                "a request to " + HostHeader(request.origin) + " cannot be written: " + what);
  };
  if (!IsToken(request.method)) return fail("its method is no word of HTTP");
  if (!request.target.starts_with('/') || !std::ranges::all_of(request.target, IsVisible)) {
    return fail("its target is no path, or has blanks or control characters in it");
  }
  if (request.timeout < Duration::zero()) return fail("its time limit is negative");
  for (const auto& [name, value] : request.headers) {
    if (!IsToken(name)) return fail("\"" + ToOneLine(name) + "\" is no name of a header");
    if (!IsValue(value)) return fail("a control character is in the header " + name);
    if (EqualsIgnoringCase(name, "transfer-encoding")) {
      return fail("it has a Transfer-Encoding, but its body goes out with its length");
    }
  }
  return {};
}

std::string WriteRequestHead(const HttpRequest& request, const std::string& target,
                             const std::string& proxy_authorization) {
  const bool has_host = std::ranges::any_of(
      request.headers, [](const auto& header) { return EqualsIgnoringCase(header.first, "host"); });
  std::string text = request.method + " " + target + " HTTP/1.1\r\n";
  const auto add = [&text](std::string_view name, std::string_view value) {
    text.append(name).append(": ").append(value).append("\r\n");
  };
  if (!has_host) add("Host", HostHeader(request.origin));
  for (const auto& [name, value] : request.headers) {
    if (!IsOurs(name)) add(name, value);
  }
  if (!proxy_authorization.empty()) add("Proxy-Authorization", proxy_authorization);
  if (HasBody(request)) add("Content-Length", std::to_string(request.body.size()));
  return text + "\r\n";
}

}  // namespace ecm::http
