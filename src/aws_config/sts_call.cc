#include "aws_config/sts_call.h"

#include <fmt/format.h>

#include <boost/algorithm/string/replace.hpp>

#include "aws/percent.h"
#include "aws/xml.h"
#include "aws_config/answers.h"
#include "aws_config/endpoint.h"

namespace ecm::aws_config {
namespace {

constexpr Duration kTimeout = std::chrono::seconds{10};

std::string BodyOf(const StsCall& call) {
  auto parameters = call.parameters;
  parameters.insert(parameters.begin(), {{"Action", std::string(call.action)},
                                         {"Version", std::string(kSts.query_version)}});
  return FormEncode(parameters);
}

/// Nothing in it for what is no XML.
XmlElement ReadXml(const std::string& text) { return ParseXml(text).value_or(XmlElement{}); }

Result<HttpRequest> RequestOf(const SourceContext& context, const StsCall& call) {
  ECM_TRY(const Endpoint endpoint,
          ResolveEndpoint(kSts, context.settings.region, context.settings));
  HttpRequest request;
  request.origin = endpoint.url.origin;
  request.target = endpoint.url.path;
  request.headers = {{"Content-Type", std::string(kSts.content_type)},
                     {"Host", HostHeader(endpoint.url.origin)}};
  request.body = BodyOf(call);
  request.timeout = kTimeout;
  request.repeatable = true;
  if (call.signer == nullptr) return request;
  const SignedParts parts{.method = request.method,
                          .path = request.target,
                          .query = {},
                          .headers = request.headers,
                          .body = request.body};
  for (auto& header : Sign(parts, *call.signer, endpoint.scope, context.ports.clock.Wall())) {
    request.headers.push_back(std::move(header));
  }
  return request;
}

/// STS's words, should they repeat a secret of the call, without it.
std::string WithoutSecrets(std::string text, const StsCall& call) {
  std::vector<std::string> secrets;
  if (call.signer != nullptr) {
    secrets = {call.signer->secret_access_key, call.signer->session_token};
  }
  for (const auto& [name, value] : call.parameters) {
    if (name == "WebIdentityToken" || name == "ExternalId") secrets.push_back(value);
  }
  for (const std::string& secret : secrets) {
    if (!secret.empty()) boost::algorithm::replace_all(text, secret, "…");
  }
  return FitForMessage(text);
}

std::unexpected<Error> Refused(const StsCall& call, const HttpResponse& response) {
  const XmlElement root = ReadXml(response.body);
  const std::string code = TextAt(root, {"Error", "Code"});
  const std::string message = TextAt(root, {"Error", "Message"});
  const bool may_work_later = response.status >= 500 || response.status == 429 ||
                              code == "Throttling" || code == "ThrottlingException";
  return Fail(may_work_later ? ErrorKind::kUnavailable : ErrorKind::kAccessDenied,
              fmt::format("{}: STS refused {} with {}: {}", call.source, call.action,
                          code.empty() ? fmt::format("HTTP status {}", response.status)
                                       : FitForMessage(code),
                          message.empty() ? "it said no more" : WithoutSecrets(message, call)),
              code);
}

}  // namespace

Result<ResolvedCredentials> CallSts(const SourceContext& context, const StsCall& call) {
  auto request = RequestOf(context, call);
  if (!request) {
    return Fail(ErrorKind::kAccessDenied,
                fmt::format("{}: {} needs the endpoint of STS: {}", call.source, call.action,
                            request.error().message));
  }
  const auto response = SendAgain(context.ports, *request, 2);
  if (!response) {
    return Fail(ErrorKind::kUnavailable, fmt::format("{}: STS did not answer {}: {}", call.source,
                                                     call.action, response.error().message));
  }
  if (response->status != 200) return Refused(call, *response);
  const XmlElement root = ReadXml(response->body);
  JsonObject answer;
  if (const XmlElement* keys = Find(root, {std::string(call.action) + "Result", "Credentials"})) {
    for (const XmlElement& key : keys->children) answer[key.name] = key.text;
  }
  return KeysIn(answer, {.token = "SessionToken"}, call.source);
}

}  // namespace ecm::aws_config
