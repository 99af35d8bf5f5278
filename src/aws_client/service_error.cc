#include "aws_client/service_error.h"

#include <algorithm>
#include <array>

#include "aws/emr_api.h"
#include "aws/xml.h"
#include "base/json.h"
#include "base/text.h"

namespace ecm::aws_client {
namespace {

using enum ErrorKind;

/// A message is for people and goes into logs, notices and the job store.
constexpr std::size_t kMaxMessageBytes = 2048;

/// "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException:http://…" → the name in the middle.
std::string BareCode(std::string_view code) {
  code = code.substr(0, code.find(':'));
  const std::size_t hash = code.rfind('#');
  if (hash != std::string_view::npos) code.remove_prefix(hash + 1);
  return TruncateUtf8(ToOneLine(code), 128);
}

/// The first line: those after it repeat the request that was signed, with its session token.
std::string BareMessage(std::string_view message) {
  return TruncateUtf8(ToOneLine(message.substr(0, message.find('\n'))), kMaxMessageBytes);
}

/// DynamoDB tells why a transaction was cancelled in a list, one reason for each of its parts.
std::string CancellationReason(const Json& body) {
  for (const Json& reason : FindArray(body, "CancellationReasons")) {
    const std::string code = StringOr(reason, "Code");
    if (!code.empty() && code != "None") return code;
  }
  return {};
}

void ReadJsonError(const Json& body, ServiceError& error) {
  std::string code = StringOr(body, "__type");
  if (code.empty()) code = StringOr(body, "code");
  if (!code.empty()) error.code = BareCode(code);
  for (const std::string_view key : {"message", "Message", "errorMessage"}) {
    const std::string message = StringOr(body, key);
    if (error.message.empty()) error.message = BareMessage(message);
  }
  if (error.code == "TransactionCanceledException") {
    const std::string reason = CancellationReason(body);
    if (!reason.empty()) error.code = BareCode(reason);
  }
}

void ReadXmlError(const XmlElement& root, ServiceError& error) {
  const XmlElement* found = root.name == "Error" ? &root : Find(root, {"Error"});
  if (found == nullptr) found = Find(root, {"Errors", "Error"});
  if (found == nullptr) return;
  const std::string code = TextAt(*found, {"Code"});
  if (!code.empty()) error.code = BareCode(code);
  error.message = BareMessage(TextAt(*found, {"Message"}));
  if (error.region.empty()) error.region = TextAt(*found, {"Region"});
}

/// Services write many codes with and without this word.
std::string_view WithoutException(std::string_view code) {
  constexpr std::string_view kException = "Exception";
  if (code.size() > kException.size() && code.ends_with(kException)) {
    code.remove_suffix(kException.size());
  }
  return code;
}

struct Rule {
  std::string_view code;  ///< without "Exception"
  ErrorKind kind;
};

constexpr auto kRules = std::to_array<Rule>({
    // Refused for the rate.
    {"BandwidthLimitExceeded", kThrottled},
    {"KMSThrottling", kThrottled},
    {"KmsThrottling", kThrottled},
    {"LimitExceeded", kThrottled},
    {"PriorRequestNotComplete", kThrottled},
    {"ProvisionedThroughputExceeded", kThrottled},
    {"RequestLimitExceeded", kThrottled},
    {"RequestThrottled", kThrottled},
    {"SlowDown", kThrottled},
    {"Throttled", kThrottled},
    {"Throttling", kThrottled},
    {"ThrottlingError", kThrottled},
    {"TooManyRequests", kThrottled},
    // Credentials, signatures, permissions.
    {"AccessDenied", kAccessDenied},
    {"AccountProblem", kAccessDenied},
    {"AllAccessDisabled", kAccessDenied},
    {"AuthFailure", kAccessDenied},
    {"AuthorizationError", kAccessDenied},
    {"ExpiredToken", kAccessDenied},
    {"IncompleteSignature", kAccessDenied},
    {"InvalidAccessKeyId", kAccessDenied},
    {"InvalidClientTokenId", kAccessDenied},
    {"InvalidSecurity", kAccessDenied},
    {"InvalidSignature", kAccessDenied},
    {"KMSAccessDenied", kAccessDenied},
    {"KmsAccessDenied", kAccessDenied},
    {"MissingAuthenticationToken", kAccessDenied},
    {"NotAuthorized", kAccessDenied},
    {"NotSignedUp", kAccessDenied},
    {"OptInRequired", kAccessDenied},
    {"RequestExpired", kAccessDenied},
    {"RequestInTheFuture", kAccessDenied},
    {"RequestTimeTooSkewed", kAccessDenied},
    {"SignatureDoesNotMatch", kAccessDenied},
    {"TokenRefreshRequired", kAccessDenied},
    {"UnauthorizedOperation", kAccessDenied},
    {"UnrecognizedClient", kAccessDenied},
    // Not there, or not any more.
    {"ActivityDoesNotExist", kNotFound},
    {"ExecutionDoesNotExist", kNotFound},
    {"NoSuchBucket", kNotFound},
    {"NoSuchKey", kNotFound},
    {"NotFound", kNotFound},
    {"ResourceNotFound", kNotFound},
    {"StateMachineDeleting", kNotFound},
    {"StateMachineDoesNotExist", kNotFound},
    {"TableNotFound", kNotFound},
    {"TaskDoesNotExist", kNotFound},
    {"TaskTimedOut", kNotFound},
    // Somebody was first.
    {"ConditionalCheckFailed", kConflict},
    {"Conflict", kConflict},
    {"ExecutionAlreadyExists", kConflict},
    {"OperationAborted", kConflict},
    {"PreconditionFailed", kConflict},
    {"ReplicatedWriteConflict", kConflict},
    {"ResourceAlreadyExists", kConflict},
    {"ResourceInUse", kConflict},
    {"StateMachineAlreadyExists", kConflict},
    {"TransactionCanceled", kConflict},
    {"TransactionConflict", kConflict},
    {"TransactionInProgress", kConflict},
    // The account's quotas.
    {"ActivityLimitExceeded", kNoCapacity},
    {"ExecutionLimitExceeded", kNoCapacity},
    {"StateMachineLimitExceeded", kNoCapacity},
    // The service gave up on it, which is not the same as not having done it.
    {"RequestTimeout", kUnknownOutcome},
    // Never right as it is, whatever the status.
    {"UnknownOperation", kInvalidJob},
    {"ValidationError", kInvalidJob},
    {"Validation", kInvalidJob},
});

ErrorKind KindOfStatus(unsigned status) {
  switch (status) {
    case 401:
    case 403:
    case 407:
      return kAccessDenied;
    case 404:
      return kNotFound;
    case 408:
      return kUnknownOutcome;
    case 409:
    case 412:
      return kConflict;
    case 429:
      return kThrottled;
    default:
      return status >= 300 && status < 500 ? kInvalidJob : kUnknownOutcome;
  }
}

}  // namespace

ServiceError ReadServiceError(const HttpResponse& response) {
  ServiceError error;
  error.status = response.status;
  error.code = BareCode(response.Header("x-amzn-errortype"));
  error.region = response.Header("x-amz-bucket-region");
  const std::size_t begin = response.body.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return error;
  const std::string_view body = std::string_view(response.body).substr(begin);
  if (body.front() == '{') {
    if (const auto json = ParseJson(body)) ReadJsonError(*json, error);
  } else if (body.front() == '<') {
    if (const auto xml = ParseXml(body)) ReadXmlError(*xml, error);
  }
  return error;
}

ErrorKind KindOf(std::string_view signing_name, const ServiceError& error) {
  if (signing_name == "elasticmapreduce") {
    const ErrorKind kind = EmrErrorKind(error.code, error.message);
    if (kind != kUnknownOutcome) return kind;
  }
  if (error.code == "InvalidToken") {
    return signing_name == "states" ? kNotFound : kAccessDenied;
  }
  const std::string_view code = WithoutException(error.code);
  const auto* const rule = std::ranges::find(kRules, code, &Rule::code);
  return rule != kRules.end() ? rule->kind : KindOfStatus(error.status);
}

bool MayBeSkew(std::string_view code) {
  constexpr auto kCodes = std::to_array<std::string_view>(
      {"AuthFailure", "InvalidSignature", "RequestExpired", "RequestInTheFuture",
       "RequestTimeTooSkewed", "SignatureDoesNotMatch"});
  return std::ranges::find(kCodes, WithoutException(code)) != kCodes.end();
}

bool IsExpired(std::string_view code) {
  code = WithoutException(code);
  return code == "ExpiredToken" || code == "TokenRefreshRequired";
}

}  // namespace ecm::aws_client
