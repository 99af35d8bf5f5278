#pragma once

#include "aws/step_functions_api.h"
#include "aws/task_tokens.h"
#include "aws_client/service_client.h"

namespace ecm::aws_client {

/// AWS Step Functions over signed HTTP. Tried again whatever happened: reading, answers to tokens,
/// StopExecution, and StartExecution with a name (of a standard state machine: the same name and
/// input give the same execution).
class StepFunctionsHttp : public StepFunctionsApi {
 public:
  explicit StepFunctionsHttp(ServiceClient& client) : client_(client) {}
  Result<Json> Call(const Region& region, std::string_view operation, const Json& request) override;

 private:
  ServiceClient& client_;
};

/// Answers to the tokens of one region. The second of two answers to one token finds it gone
/// (kNotFound): so does a repeated call whose first try arrived.
class TaskTokensHttp : public TaskTokens {
 public:
  TaskTokensHttp(StepFunctionsApi& api, Region region) : api_(api), region_(std::move(region)) {}
  Result<void> SendTaskSuccess(const TaskToken& token, const Json& output) override;

 private:
  StepFunctionsApi& api_;
  Region region_;
};

}  // namespace ecm::aws_client
