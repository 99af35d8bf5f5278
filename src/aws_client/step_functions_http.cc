#include "aws_client/step_functions_http.h"

namespace ecm::aws_client {
namespace {

Repeat RepeatOf(std::string_view operation, const Json& request) {
  if (operation == "StartExecution") {
    return StringOr(request, "name").empty() ? Repeat::kLookUp : Repeat::kSafe;
  }
  const bool is_same_twice = operation.starts_with("Describe") || operation.starts_with("List") ||
                             operation.starts_with("Get") || operation.starts_with("SendTask") ||
                             operation == "StopExecution";
  return is_same_twice ? Repeat::kSafe : Repeat::kLookUp;
}

}  // namespace

Result<Json> StepFunctionsHttp::Call(const Region& region, std::string_view operation,
                                     const Json& request) {
  return client_.Call({.service = aws_config::kStepFunctions,
                       .region = region,
                       .operation = operation,
                       .input = request,
                       .repeat = RepeatOf(operation, request)});
}

Result<void> TaskTokensHttp::SendTaskSuccess(const TaskToken& token, const Json& output) {
  ECM_TRY_VOID(api_.Call(region_, "SendTaskSuccess",
                         JsonObject{{"taskToken", token.str()}, {"output", ToText(output)}}));
  return {};
}

}  // namespace ecm::aws_client
