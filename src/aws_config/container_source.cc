#include <fmt/format.h>

#include <array>
#include <optional>

#include "aws_config/answers.h"
#include "aws_config/credential_source.h"
#include "base/text.h"

namespace ecm::aws_config {
namespace {

constexpr const char* kSource = "container";
constexpr Duration kTimeout = std::chrono::seconds{2};
constexpr int kAttempts = 3;
constexpr Duration kPause = std::chrono::seconds{1};
/// Where keys may travel without TLS, besides addresses of the machine itself.
constexpr std::array<std::string_view, 4> kPlainHosts{"169.254.170.2", "169.254.170.23",
                                                      "fd00:ec2::23", "localhost"};

std::unexpected<Error> Wrong(const std::string& what, ErrorKind kind = ErrorKind::kAccessDenied) {
  return Fail(kind, fmt::format("{}: {}", kSource, what));
}

/// 127.0.0.0/8 in four decimal numbers, or ::1.
bool IsLoopback(std::string_view host) {
  if (host == "::1") return true;
  int parts = 0;
  for (std::string_view rest = host; parts < 5; ++parts) {
    const std::size_t end = std::min(rest.find('.'), rest.size());
    const std::string_view part = rest.substr(0, end);
    if (part.empty() || part.size() > 3) return false;
    int number = 0;
    for (const char c : part) {
      if (c < '0' || c > '9') return false;
      number = number * 10 + (c - '0');
    }
    if (number > 255 || (parts == 0 && number != 127)) return false;
    if (end == rest.size()) return parts == 3;
    rest.remove_prefix(end + 1);
  }
  return false;
}

Result<HttpRequest> RequestTo(const std::optional<std::string>& relative, const std::string& full) {
  if (relative) {
    // Without the slash it could become part of the host's name.
    if (!relative->starts_with('/')) {
      return Wrong("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does not begin with a slash");
    }
    auto request = RequestFor("GET", fmt::format("http://{}{}", kPlainHosts.front(), *relative));
    if (!request) {
      return Wrong("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: " + request.error().message);
    }
    return request;
  }
  auto request = RequestFor("GET", full);
  if (!request) return Wrong("AWS_CONTAINER_CREDENTIALS_FULL_URI: " + request.error().message);
  const HttpOrigin& origin = request->origin;
  const bool may_be_plain =
      IsLoopback(origin.host) || std::ranges::find(kPlainHosts, origin.host) != kPlainHosts.end();
  if (!origin.tls && !may_be_plain) {
    return Wrong(
        fmt::format("AWS_CONTAINER_CREDENTIALS_FULL_URI names {} without TLS; allowed are "
                    "addresses of this machine, {}",
                    ToOneLine(origin.host), fmt::join(kPlainHosts, ", ")));
  }
  return request;
}

Result<std::optional<std::string>> Authorization(const SourceContext& context) {
  const Environment& environment = context.ports.environment;
  std::optional<std::string> token;
  std::string place = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
  if (const auto file = environment.Get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")) {
    place += "_FILE";
    auto text = context.ports.files.Read(*file);
    if (!text) return Wrong(fmt::format("{}: {}", place, text.error().message));
    token = *std::move(text);
  } else {
    token = environment.Get(place);
  }
  if (token && token->find_first_of("\r\n") != std::string::npos) {
    return Wrong(fmt::format("the token of {} has a line break, which no header may have", place));
  }
  return token;
}

}  // namespace

Result<Found> FromContainer(const SourceContext& context) {
  const Environment& environment = context.ports.environment;
  const auto relative = environment.Get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  const auto full = environment.Get("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (!relative && !full) {
    return NotHere{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and _FULL_URI are not set"};
  }
  ECM_TRY(HttpRequest request, RequestTo(relative, full.value_or("")));
  ECM_TRY(const auto token, Authorization(context));
  request.headers = {{"Accept", "application/json"}};
  if (token) request.headers.emplace_back("Authorization", *token);
  request.timeout = kTimeout;
  const auto response = SendAgain(context.ports, request, kAttempts, kPause);
  const std::string host = HostHeader(request.origin);
  if (!response) {
    return Wrong(fmt::format("{} did not answer: {}", host, response.error().message),
                 ErrorKind::kUnavailable);
  }
  if (response->status != 200) {
    return Wrong(fmt::format("{} answered with HTTP status {}", host, response->status),
                 response->status >= 500 ? ErrorKind::kUnavailable : ErrorKind::kAccessDenied);
  }
  const auto answer = ParseJson(response->body);
  if (!answer) {
    return Wrong(fmt::format("{} did not answer with JSON", host), ErrorKind::kUnavailable);
  }
  return KeysIn(*answer, {}, kSource);
}

}  // namespace ecm::aws_config
