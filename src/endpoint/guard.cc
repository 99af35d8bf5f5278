#include "endpoint/guard.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/text.h"
#include "endpoint/wire.h"

namespace ecm::endpoint {
namespace {

std::unexpected<Error> Deny(std::string message) {
  return Fail(ErrorKind::kAccessDenied, std::move(message), "AccessDeniedException");
}

/// Other people's text in a message: one line, and not too much of it.
std::string Quoted(std::string_view text) {
  return "'" + TruncateUtf8(ToOneLine(text.substr(0, 200)), 100) + "'";
}

std::vector<std::string_view> All(const http::Request& request, std::string_view name) {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : request.headers) {
    if (key == name) values.emplace_back(value);
  }
  return values;
}

bool IsPort(std::string_view text) {
  return text.size() <= 5 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// "us-east-1", "us-gov-west-1": it becomes part of ARNs and of the store's keys.
bool IsRegionName(std::string_view text) {
  if (text.empty() || text.size() > 32 || text.front() == '-' || text.back() == '-') return false;
  return std::ranges::all_of(
      text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

Result<void> CheckHost(const http::Request& request, const Access& access) {
  const std::vector<std::string_view> hosts = All(request, "host");
  if (hosts.size() != 1) {
    return Deny("the request has " + std::to_string(hosts.size()) + " Host headers; one is needed");
  }
  if (access.keys) return {};
  const std::string name = HostName(hosts.front());
  if (std::ranges::find(access.host_names, name) != access.host_names.end()) return {};
  return Deny("the request is for the host " + Quoted(hosts.front()) +
              ", which is not this server: use the address that it printed when it started, such "
              "as http://" +
              (access.host_names.empty() ? std::string("127.0.0.1") : access.host_names.front()) +
              ":PORT");
}

}  // namespace

std::string HostName(std::string_view host_header) {
  std::string_view name = host_header;
  std::string_view port;
  if (name.starts_with('[')) {
    const std::size_t end = name.find(']');
    if (end == std::string_view::npos) return {};
    port = name.substr(end + 1);
    name = name.substr(1, end - 1);
    if (!port.empty() && port.front() != ':') return {};
    if (!port.empty()) port.remove_prefix(1);
  } else if (const std::size_t colon = name.find(':'); colon != std::string_view::npos) {
    port = name.substr(colon + 1);
    name = name.substr(0, colon);
  }
  return IsPort(port) ? ToLowerAscii(name) : std::string();
}

Result<void> CheckOrigin(const http::Request& request, const Access& access) {
  ECM_TRY_VOID(CheckHost(request, access));
  const std::string own = "http://" + ToLowerAscii(request.Header("host"));
  for (const std::string_view origin : All(request, "origin")) {
    if (ToLowerAscii(origin) == own) continue;
    return Deny("a web page of " + Quoted(origin) +
                " asked for this: pages of other origins may not use this server");
  }
  for (const std::string_view site : All(request, "sec-fetch-site")) {
    if (site == "same-origin" || site == "none") continue;
    return Deny("a web page of another site led here (Sec-Fetch-Site: " + Quoted(site) +
                "): type the address into the browser instead of following a link");
  }
  return {};
}

Result<void> CheckCall(const http::Request& request) {
  if (request.method != "POST") {
    return Fail(
        ErrorKind::kInvalidJob,
        "the method " + Quoted(request.method) + " is not used here: calls are POST, pages GET",
        "MethodNotAllowed");
  }
  const std::string_view content_type = request.Header("content-type");
  const std::string type = MediaType(content_type);
  if (JsonVersion(type).empty() || All(request, "content-type").size() > 1) {
    return Fail(ErrorKind::kInvalidJob,
                "the Content-Type " + Quoted(content_type) +
                    " is not taken: calls are application/x-amz-json-1.1 (Amazon EMR) or "
                    "application/x-amz-json-1.0 (AWS Step Functions)",
                "UnsupportedMediaTypeException");
  }
  if (request.target != "/") {
    return Fail(ErrorKind::kNotFound,
                "there is nothing at " + Quoted(request.target) + ": calls are POST to /",
                "UnknownOperationException");
  }
  return {};
}

Result<std::optional<SigningScope>> ReadScope(const http::Request& request) {
  const std::string_view header = request.Header("authorization");
  if (!header.starts_with("AWS4-")) return std::optional<SigningScope>();
  std::optional<Authorization> authorization = ParseAuthorization(header);
  if (!authorization) {
    return Fail(ErrorKind::kAccessDenied,
                "the Authorization header is not a Signature Version 4: it needs Credential, "
                "SignedHeaders and Signature",
                "IncompleteSignatureException");
  }
  return std::optional<SigningScope>(std::move(authorization->scope));
}

Result<Region> CheckSignature(const http::Request& request, const Service& service,
                              const Access& access, const Region& default_region, WallTime now) {
  ECM_TRY(const std::optional<SigningScope> scope, ReadScope(request));
  if (access.keys) {
    const std::size_t question = request.target.find('?');
    const SignedParts parts{
        request.method,
        request.target.substr(0, question),
        question == std::string::npos ? std::string() : request.target.substr(question + 1),
        request.headers,
        request.body,
    };
    ECM_TRY_VOID(Verify(parts, *access.keys, now));
  }
  if (!scope) return default_region;
  if (scope->service != service.signing_name) {
    return Fail(ErrorKind::kAccessDenied,
                "Credential should be scoped to correct service: '" + service.signing_name + "'.",
                "InvalidSignatureException");
  }
  if (!IsRegionName(scope->region)) {
    return Fail(ErrorKind::kAccessDenied, "Credential should be scoped to a valid region.",
                "InvalidSignatureException");
  }
  return Region(scope->region);
}

void AddPageHeaders(http::Response& response) {
  const std::pair<const char*, const char*> headers[] = {
      {"Content-Security-Policy",
       "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
       "frame-ancestors 'none'"},
      {"X-Content-Type-Options", "nosniff"},
      {"X-Frame-Options", "DENY"},
      {"Referrer-Policy", "no-referrer"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cache-Control", "no-store"},
  };
  for (const auto& [name, value] : headers) response.headers.emplace_back(name, value);
}

}  // namespace ecm::endpoint
