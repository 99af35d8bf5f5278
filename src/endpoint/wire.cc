#include "endpoint/wire.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/ascii.h"

namespace ecm::endpoint {
namespace {

constexpr std::string_view kMediaTypePrefix = "application/x-amz-json-";

bool IsName(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !text.empty() && text.size() <= 128 && std::ranges::all_of(text, fits);
}

/// What is not the client's fault, or has a number of its own.
constexpr std::array<std::pair<std::string_view, unsigned>, 14> kStatuses = {{
    {"UnknownOperationException", 404},
    {"NotFound", 404},
    {"MethodNotAllowed", 405},
    {"RequestEntityTooLargeException", 413},
    {"UnsupportedMediaTypeException", 415},
    {"AccessDeniedException", 403},
    {"MissingAuthenticationTokenException", 403},
    {"IncompleteSignatureException", 403},
    {"UnrecognizedClientException", 403},
    {"InvalidSignatureException", 403},
    {"ServiceUnavailableException", 503},
    {"InternalServerException", 500},
    {"InternalServerError", 500},
    {"InternalFailure", 500},
}};

std::string CodeOf(const Error& error) {
  if (!error.code.empty()) return error.code;
  switch (error.kind) {
    case ErrorKind::kInternal:
    case ErrorKind::kUnknownOutcome:
      return "InternalServerException";
    case ErrorKind::kAccessDenied:
      return "AccessDeniedException";
    case ErrorKind::kThrottled:
      return "ThrottlingException";
    case ErrorKind::kUnavailable:
      return "ServiceUnavailableException";
    default:
      return "ValidationException";
  }
}

/// EMR's modelled exceptions spell their member with a capital; everything else, Step Functions'
/// exceptions among them, has "message" (facts: EMR API, errors).
std::string_view MessageKey(std::string_view code) {
  return code == "InvalidRequestException" || code == "InternalServerException" ? "Message"
                                                                                : "message";
}

http::Response Respond(unsigned status, std::string_view json_version,
                       const std::string& request_id, const Json& body) {
  http::Response response;
  response.status = status;
  response.headers = {
      {"Content-Type", std::string(kMediaTypePrefix) + std::string(json_version)},
      {"x-amzn-RequestId", request_id},
  };
  response.body = ToText(body);
  return response;
}

}  // namespace

std::optional<OperationName> ParseTarget(std::string_view x_amz_target) {
  const std::size_t dot = x_amz_target.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const OperationName name{x_amz_target.substr(0, dot), x_amz_target.substr(dot + 1)};
  if (!IsName(name.service) || !IsName(name.operation)) return std::nullopt;
  return name;
}

std::string MediaType(std::string_view content_type) {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  return ToLowerAscii(type);
}

std::string_view JsonVersion(std::string_view media_type) {
  if (!media_type.starts_with(kMediaTypePrefix)) return {};
  const std::string_view version = media_type.substr(kMediaTypePrefix.size());
  for (const std::string_view known : {"1.0", "1.1"}) {
    if (version == known) return known;
  }
  return {};
}

Result<Json> ParseBody(std::string_view body) {
  if (body.empty()) return Json(JsonObject{});
  Result<Json> parsed = ParseJson(body);
  if (!parsed) {
    return Fail(ErrorKind::kInvalidJob,
                "the body of the request is not JSON: " + parsed.error().message,
                "SerializationException");
  }
  if (!parsed->is_object()) {
    return Fail(ErrorKind::kInvalidJob,
                "the body of the request must be one JSON object, such as {\"ClusterId\": \"j-…\"}",
                "SerializationException");
  }
  return parsed;
}

unsigned HttpStatus(const Error& error) {
  const std::string code = CodeOf(error);
  const auto* found =
      std::ranges::find(kStatuses, std::string_view(code), [](const auto& p) { return p.first; });
  return found == kStatuses.end() ? 400 : found->second;
}

http::Response AnswerResponse(std::string_view json_version, const std::string& request_id,
                              const Json& answer) {
  return Respond(200, json_version, request_id, answer);
}

http::Response ErrorResponse(std::string_view json_version, const std::string& request_id,
                             const Error& error) {
  const std::string code = CodeOf(error);
  JsonObject body{{"__type", code}};
  if (code == "InvalidRequestException" && error.kind == ErrorKind::kNotFound &&
      error.message.starts_with("Cluster id")) {
    body["ErrorCode"] = "NoSuchCluster";
  }
  body[MessageKey(code)] = error.message;
  return Respond(HttpStatus(error), json_version, request_id, body);
}

}  // namespace ecm::endpoint
