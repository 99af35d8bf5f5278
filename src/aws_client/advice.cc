#include "aws_client/advice.h"

#include <fmt/format.h>

#include "base/text.h"

namespace ecm::aws_client {
namespace {

void Erase(std::string& text, const std::string& secret) {
  if (secret.empty()) return;
  for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
    text.replace(at, secret.size(), "[removed]");
    at += std::string_view("[removed]").size();
  }
}

bool IsOneOf(std::string_view code, std::initializer_list<std::string_view> codes) {
  return std::ranges::find(codes, code) != codes.end();
}

/// The service's words where the endpoint is that of another one: AWS's, and those of our own
/// endpoint.
bool IsForAnotherService(std::string_view message) {
  return message.contains("scoped to correct service") || message.contains("is signed for '");
}

/// What to do about a refusal of kind kAccessDenied, whose causes look alike and are not.
std::string AccessAdvice(const ServiceError& error, const std::string& source) {
  const std::string_view code = error.code;
  if (IsExpired(code)) {
    return fmt::format("the credentials of {} have expired: sign in again or renew them", source);
  }
  if (IsOneOf(code, {"InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException",
                     "InvalidToken"})) {
    return fmt::format(
        "the credentials of {} are not known there: check the keys, the profile, and that the "
        "region is one of the account's partition and is switched on",
        source);
  }
  if (IsOneOf(code, {"RequestExpired", "RequestInTheFuture", "RequestTimeTooSkewed"})) {
    return "the clock of this machine is wrong: set it";
  }
  if (IsForAnotherService(error.message)) {
    return "the configured endpoint URL leads to another service";
  }
  if (MayBeSkew(code) || IsOneOf(code, {"IncompleteSignature", "IncompleteSignatureException"})) {
    return fmt::format(
        "the secret key of {} does not belong to its access key, or something between here and the "
        "service changes requests",
        source);
  }
  if (IsOneOf(code, {"OptInRequired", "NotSignedUp", "AccountProblem", "AllAccessDisabled"})) {
    return "the account may not use this service: sign up for it or ask AWS support";
  }
  return fmt::format("the identity of {} needs a permission that it does not have", source);
}

std::string Advice(const Exchange& exchange, ErrorKind kind, const ServiceError& error,
                   const std::string& source) {
  switch (kind) {
    case ErrorKind::kAccessDenied:
      return AccessAdvice(error, source);
    case ErrorKind::kThrottled:
      return "calls come too fast for the account's limits: try again later";
    case ErrorKind::kUnknownOutcome:
      return exchange.repeat == Repeat::kLookUp
                 ? "it may have been applied: look before asking again"
                 : "the service is in trouble: try again later";
    default:
      return {};
  }
}

/// What an answer without a message of a service looks like.
std::string Unexplained(const HttpResponse& response) {
  const std::string type = ToOneLine(response.Header("content-type"));
  if (response.body.empty()) return fmt::format("answered {} without a word", response.status);
  return fmt::format("answered {} with {} bytes{} that are no error of AWS (a proxy's?)",
                     response.status, response.body.size(),
                     type.empty() ? "" : " of " + TruncateUtf8(type, 64));
}

}  // namespace

std::string AdviceWithoutAnswer(const Exchange& exchange) {
  return exchange.repeat == Repeat::kLookUp ? "; look before asking again" : "; try again later";
}

std::string What(const Exchange& exchange) {
  return fmt::format("{} in {}", exchange.operation, exchange.scope.region);
}

Error Refusal(const Exchange& exchange, const ServiceError& error,
              const aws_config::ResolvedCredentials& used, const HttpResponse& response) {
  const ErrorKind kind = KindOf(exchange.scope.service, error);
  std::string said = error.message;
  if (said.empty()) said = error.code.empty() ? Unexplained(response) : error.code;
  Erase(said, used.credentials.session_token);
  Erase(said, used.credentials.secret_access_key);
  const std::string advice = Advice(exchange, kind, error, used.source);
  if (!advice.empty() && said.ends_with('.')) said.pop_back();  // AWS speaks in sentences
  return {kind, fmt::format("{}: {}{}{}", What(exchange), said, advice.empty() ? "" : "; ", advice),
          error.code.empty() ? std::to_string(error.status) : error.code};
}

}  // namespace ecm::aws_client
