#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "aws_client/retry.h"
#include "aws_config/credentials.h"
#include "aws_config/endpoint.h"
#include "base/json.h"

namespace ecm::aws_client {

/// What may be done when nobody knows whether a call was applied.
enum class Repeat {
  kSafe,    ///< reading, or an operation that is the same twice: tried again
  kLookUp,  ///< never: the caller gets kUnknownOutcome and looks
};

/// One call of a service whose protocol is JSON 1.0 or 1.1 (EMR, Step Functions, DynamoDB, Logs).
struct JsonCall {
  const aws_config::Service& service;
  Region region;
  std::string_view operation;
  const Json& input;
  Repeat repeat = Repeat::kLookUp;
  Duration timeout = std::chrono::seconds{20};  ///< of one attempt
};

/// Signs, sends, reads the answer or the error, corrects the clock, tries again. One for a process;
/// safe to call from several threads.
///
/// Errors carry the service's code and what the caller can do (base/error.h): codes that no rule
/// knows are judged by their status (4xx kInvalidJob, 5xx kUnknownOutcome).
class ServiceClient {
 public:
  struct Ports {
    HttpTransport& http;
    aws_config::CredentialsProvider& credentials;
    Clock& clock;
    Random& random;
    Log& log;
  };
  ServiceClient(aws_config::Settings settings, RetryPolicy retry, Ports ports);

  /// Nothing is begun after it, and no attempt lasts beyond it: the end of a Lambda invocation,
  /// less what its answer needs. Holds until it is set anew.
  void SetDeadline(MonoTime deadline);

  /// The answer as the service wrote it; {} for an empty one.
  Result<Json> Call(const JsonCall& call);
  /// The query protocol (SNS, STS): parameters as they are named on the wire, the answer's XML.
  Result<std::string> CallQuery(const aws_config::Service& service, const Region& region,
                                std::string_view operation,
                                std::vector<std::pair<std::string, std::string>> parameters,
                                Repeat repeat);
  /// One request of S3 (REST): signed, tried again, any error read from its XML.
  struct S3Call {
    Region region;
    std::string method = "GET";
    std::string bucket;
    std::string key;  ///< "" for the bucket itself
    std::vector<std::pair<std::string, std::string>> query;
    std::vector<std::pair<std::string, std::string>> headers;
  };
  Result<HttpResponse> CallS3(const S3Call& call);

  const aws_config::Settings& settings() const { return settings_; }

 private:
  aws_config::Settings settings_;
  RetryPolicy retry_;
  Ports ports_;
  std::atomic<MonoTime> deadline_ = MonoTime::max();
};

}  // namespace ecm::aws_client
