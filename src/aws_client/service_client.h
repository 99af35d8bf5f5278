#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws_client/exchange.h"
#include "aws_client/retry.h"
#include "aws_config/credentials.h"
#include "aws_config/endpoint.h"
#include "base/json.h"

namespace ecm::aws_client {

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
  using Ports = ClientPorts;
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
  /// One request of S3 (REST): signed, tried again, any error read from its XML. Nothing but
  /// reading: it is always safe to repeat.
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
  Result<HttpResponse> CallS3In(const Region& region, const S3Call& call, bool may_be_elsewhere);
  Region RegionOf(const S3Call& call);

  aws_config::Settings settings_;
  Exchanger exchanger_;
  std::mutex buckets_mutex_;
  std::map<std::string, Region> bucket_regions_;  ///< of those that are not where they were sought
};

}  // namespace ecm::aws_client
