#include "aws_client/emr_http.h"

namespace ecm::aws_client {
namespace {

Repeat RepeatOf(std::string_view operation) {
  const bool is_same_twice = operation.starts_with("Describe") || operation.starts_with("List") ||
                             operation.starts_with("Get") || operation == "TerminateJobFlows" ||
                             operation == "SetTerminationProtection";
  return is_same_twice ? Repeat::kSafe : Repeat::kLookUp;
}

/// An outcome that nobody knows costs minutes of looking: better to wait for the answer.
constexpr Duration kPatience = std::chrono::seconds{60};

}  // namespace

Result<Json> EmrHttp::Call(const Region& region, std::string_view operation, const Json& request) {
  const Repeat repeat = RepeatOf(operation);
  JsonCall call{.service = aws_config::kEmr,
                .region = region,
                .operation = operation,
                .input = request,
                .repeat = repeat};
  if (repeat == Repeat::kLookUp) call.timeout = kPatience;
  return client_.Call(call);
}

}  // namespace ecm::aws_client
