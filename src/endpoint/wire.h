#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "http/server.h"

// AWS's JSON protocol (facts: https://smithy.io, "AWS JSON 1.0/1.1 protocol"): the operation in a
// header, one JSON object in the body.

namespace ecm::endpoint {

/// "ElasticMapReduce.RunJobFlow"
struct OperationName {
  std::string_view service;    ///< "ElasticMapReduce"
  std::string_view operation;  ///< "RunJobFlow"
};
/// Nothing where the header is not two names with a dot between them.
std::optional<OperationName> ParseTarget(std::string_view x_amz_target);

/// The media type in lower case, without parameters: "application/x-amz-json-1.1".
std::string MediaType(std::string_view content_type);
/// "1.0" or "1.1" of an AWS JSON media type, "" for others.
std::string_view JsonVersion(std::string_view media_type);

/// The request's members; an empty body is {}. SerializationException for anything that is not one
/// JSON object.
Result<Json> ParseBody(std::string_view body);

/// By the code, where there is one that says it, else by the kind; 400 for what the client did.
unsigned HttpStatus(const Error& error);

http::Response AnswerResponse(std::string_view json_version, const std::string& request_id,
                              const Json& answer);
/// {"__type": code, "message": …}; EMR's modelled exceptions have "Message" (and ErrorCode).
http::Response ErrorResponse(std::string_view json_version, const std::string& request_id,
                             const Error& error);

}  // namespace ecm::endpoint
