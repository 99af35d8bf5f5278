#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "env/http_transport.h"
#include "lambda/function_error.h"

namespace ecm::lambda {

/// One event with what Lambda says about it (Runtime API 2018-06-01, "Next invocation").
struct Invocation {
  std::string request_id;
  std::string invocation_id;  ///< of this attempt alone; "" where Lambda gives none
  std::string function_arn;
  std::string trace_id;              ///< of X-Ray, "" without
  std::optional<WallTime> deadline;  ///< Lambda ends the process then
  std::string event;                 ///< bytes, from anybody
};

/// What became of an answer that reached the Runtime API.
enum class Receipt {
  kAccepted,
  kTooLarge,  ///< 413: nobody has an answer yet
  kTooLate,   ///< 410: Lambda gave the invocation up meanwhile; nothing is left to say
};

/// What Lambda takes as an answer; its 6 MB are a little more.
inline constexpr std::size_t kMaxResponseBytes = std::size_t{6} * 1024 * 1024;

/// The address in AWS_LAMBDA_RUNTIME_API: "127.0.0.1:9001".
Result<HttpOrigin> ParseRuntimeApiAddress(const std::string& address);

/// Lambda's side of a custom runtime. Any error means that this process has lost its place in the
/// protocol and must end; only Next's kUnknownOutcome may be asked again.
class RuntimeApi {
 public:
  RuntimeApi(HttpTransport& http, HttpOrigin origin) : http_(http), origin_(std::move(origin)) {}

  /// Waits as long as Lambda wants: the process may be frozen meanwhile.
  Result<Invocation> Next();
  Result<Receipt> SendResponse(const Invocation& invocation, std::string body);
  Result<Receipt> SendError(const Invocation& invocation, const FunctionError& error);
  /// The process must end afterwards.
  Result<void> SendInitError(const FunctionError& error);

 private:
  HttpRequest Request(std::string target) const;
  Result<Receipt> Answer(const Invocation& invocation, HttpRequest request);

  HttpTransport& http_;
  HttpOrigin origin_;
};

}  // namespace ecm::lambda
