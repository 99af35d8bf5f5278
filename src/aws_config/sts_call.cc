#include "aws_config/sts_call.h"

#include <fmt/format.h>

#include <boost/algorithm/string/replace.hpp>
#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <sstream>

#include "aws_config/answers.h"
#include "aws_config/endpoint.h"

namespace ecm::aws_config {
namespace {

constexpr Duration kTimeout = std::chrono::seconds{10};
/// Reading goes one call deeper for each level of elements: this bounds them.
constexpr std::size_t kLongestAnswer = 32U * 1024;

/// An empty tree for what is no XML.
boost::property_tree::ptree ReadXml(const std::string& text) {
  boost::property_tree::ptree tree;
  if (text.size() > kLongestAnswer) return tree;
  try {
    std::istringstream stream(text);
    boost::property_tree::read_xml(stream, tree, boost::property_tree::xml_parser::trim_whitespace);
  } catch (const boost::property_tree::xml_parser_error&) {
    tree.clear();
  }
  return tree;
}

std::string BodyOf(const StsCall& call) {
  std::string body = fmt::format("Action={}&Version={}", call.action, kSts.query_version);
  for (const auto& [name, value] : call.parameters) {
    body += fmt::format("&{}={}", UrlEncode(name), UrlEncode(value));
  }
  return body;
}

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
  const auto tree = ReadXml(response.body);
  const std::string code = tree.get<std::string>("ErrorResponse.Error.Code", "");
  const std::string message = tree.get<std::string>("ErrorResponse.Error.Message", "");
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
  const auto tree = ReadXml(response->body);
  JsonObject answer;
  const auto keys =
      tree.get_child_optional(fmt::format("{0}Response.{0}Result.Credentials", call.action));
  if (keys) {
    for (const auto& [name, value] : *keys) answer[name] = value.data();
  }
  return KeysIn(answer, {.token = "SessionToken"}, call.source);
}

}  // namespace ecm::aws_config
