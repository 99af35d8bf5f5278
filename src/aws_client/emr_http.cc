#include "aws_client/emr_http.h"

namespace ecm::aws_client {
namespace {

Repeat RepeatOf(std::string_view operation) {
  const bool is_same_twice = operation.starts_with("Describe") || operation.starts_with("List") ||
                             operation.starts_with("Get") || operation == "TerminateJobFlows" ||
                             operation == "SetTerminationProtection";
  return is_same_twice ? Repeat::kSafe : Repeat::kLookUp;
}

}  // namespace

Result<Json> EmrHttp::Call(const Region& region, std::string_view operation, const Json& request) {
  return client_.Call({.service = aws_config::kEmr,
                       .region = region,
                       .operation = operation,
                       .input = request,
                       .repeat = RepeatOf(operation)});
}

}  // namespace ecm::aws_client
