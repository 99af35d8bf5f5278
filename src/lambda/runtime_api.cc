#include "lambda/runtime_api.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "base/text.h"

namespace ecm::lambda {
namespace {

constexpr std::string_view kVersion = "/2018-06-01/runtime/";
constexpr std::size_t kMaxHeaderBytes = 1024;

/// Becomes a segment of a path and a header: anything else is no id that Lambda gives.
bool IsId(std::string_view text) {
  return !text.empty() && text.size() <= 256 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '~';
  });
}

/// Fit for a log.
std::string Described(std::string_view header) {
  return ToOneLine(header.substr(0, kMaxHeaderBytes));
}

/// Nothing for what is no time before the year 10000.
std::optional<WallTime> ParseDeadline(std::string_view text) {
  constexpr std::int64_t kLast = 253'402'300'799'000;
  std::int64_t milliseconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), milliseconds);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  if (!whole || milliseconds < 0 || milliseconds > kLast) return std::nullopt;
  return WallTime{Duration{milliseconds}};
}

std::unexpected<Error> Unexpected(const std::string& what, const HttpResponse& response) {
  return Fail(ErrorKind::kInternal, "the Runtime API answered " + std::to_string(response.status) +
                                        " to " + what + ": " + Described(response.body));
}

}  // namespace

Result<HttpOrigin> ParseRuntimeApiAddress(const std::string& address) {
  const Result<HttpUrl> url = ParseHttpUrl("http://" + address);
  if (!url || url->path != "/") {
    return Fail(ErrorKind::kInvalidJob, "AWS_LAMBDA_RUNTIME_API is '" + Described(address) +
                                            "', which is no HOST:PORT; AWS Lambda sets it");
  }
  return url->origin;
}

HttpRequest RuntimeApi::Request(std::string target) const {
  HttpRequest request;
  request.origin = origin_;
  request.target = std::string(kVersion) + std::move(target);
  // Nothing else goes over this connection, and Lambda hands out an invocation once: a request
  // that died with a connection from before a freeze is the same one when it is sent again.
  request.repeatable = true;
  return request;
}

Result<Invocation> RuntimeApi::Next() {
  HttpRequest request = Request("invocation/next");
  request.method = "GET";
  request.timeout = Duration::zero();
  ECM_TRY(HttpResponse response, http_.Send(request));
  if (response.status != 200) return Unexpected("GET next", response);

  Invocation invocation;
  invocation.request_id = response.Header("lambda-runtime-aws-request-id");
  invocation.invocation_id = response.Header("lambda-runtime-invocation-id");
  if (!IsId(invocation.request_id) ||
      (!invocation.invocation_id.empty() && !IsId(invocation.invocation_id))) {
    return Fail(ErrorKind::kInternal,
                "the Runtime API gave an invocation whose id cannot be answered: '" +
                    Described(invocation.request_id) + "', '" +
                    Described(invocation.invocation_id) + "'");
  }
  invocation.function_arn = Described(response.Header("lambda-runtime-invoked-function-arn"));
  invocation.trace_id = Described(response.Header("lambda-runtime-trace-id"));
  invocation.deadline = ParseDeadline(response.Header("lambda-runtime-deadline-ms"));
  invocation.event = std::move(response.body);
  return invocation;
}

Result<Receipt> RuntimeApi::SendResponse(const Invocation& invocation, std::string body) {
  HttpRequest request = Request("invocation/" + invocation.request_id + "/response");
  request.body = std::move(body);
  return Answer(invocation, std::move(request));
}

Result<Receipt> RuntimeApi::SendError(const Invocation& invocation, const FunctionError& error) {
  HttpRequest request = Request("invocation/" + invocation.request_id + "/error");
  request.headers.emplace_back("Lambda-Runtime-Function-Error-Type", error.category);
  request.body = ToBody(error);
  return Answer(invocation, std::move(request));
}

Result<Receipt> RuntimeApi::Answer(const Invocation& invocation, HttpRequest request) {
  request.headers.emplace_back("Content-Type", "application/json");
  if (!invocation.invocation_id.empty()) {
    // A request id may come twice; this one tells Lambda which attempt is answered.
    request.headers.emplace_back("Lambda-Runtime-Invocation-Id", invocation.invocation_id);
  }
  ECM_TRY(const HttpResponse response, http_.Send(request));
  switch (response.status) {
    case 202:
      return Receipt::kAccepted;
    case 410:
      return Receipt::kTooLate;
    case 413:
      return Receipt::kTooLarge;
    default:
      return Unexpected("POST " + request.target, response);
  }
}

Result<void> RuntimeApi::SendInitError(const FunctionError& error) {
  HttpRequest request = Request("init/error");
  request.headers = {{"Content-Type", "application/json"},
                     {"Lambda-Runtime-Function-Error-Type", error.category}};
  request.body = ToBody(error);
  ECM_TRY(const HttpResponse response, http_.Send(request));
  if (response.status != 202) return Unexpected("POST init/error", response);
  return {};
}

}  // namespace ecm::lambda
