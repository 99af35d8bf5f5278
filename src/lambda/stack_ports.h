#pragma once

#include <memory>

#include "aws/executions.h"
#include "aws_client/dynamodb_job_store.h"
#include "aws_client/emr_http.h"
#include "aws_client/s3_objects.h"
#include "aws_client/service_client.h"
#include "aws_client/sns_notices.h"
#include "aws_client/step_functions_http.h"
#include "aws_config/credentials.h"
#include "env/environment.h"
#include "lambda/bootstrap.h"
#include "lambda/scoped_log.h"
#include "lambda/stack_environment.h"

namespace ecm::lambda {

/// What handlers reach in a deployed stack: AWS over signed HTTP, with what the function's
/// environment says. Between two invocations it keeps connections, the budget of retries and what
/// it knows of the clock; credentials are read anew by each call.
class StackPorts : public HandlerPorts {
 public:
  struct Machine {
    const Environment& environment;
    HttpTransport& http;
    Clock& clock;
    Random& random;
  };
  /// kInvalidJob names what is wrong in the environment.
  static Result<std::unique_ptr<HandlerPorts>> Make(const Machine& machine);

  lifecycle::Ports For(MonoTime stop_at, Log& log) override;

 private:
  StackPorts(const Machine& machine, StackEnvironment environment, aws_config::Settings settings);

  Machine machine_;
  StackEnvironment environment_;
  SwitchedLog log_;  ///< that of the current invocation, for those who live longer
  std::unique_ptr<aws_config::CredentialsProvider> credentials_;
  aws_client::ServiceClient client_;
  aws_client::EmrHttp emr_;
  aws_client::DynamoDbJobStore jobs_;
  aws_client::StepFunctionsHttp step_functions_;
  aws_client::TaskTokensHttp tokens_;
  aws_client::S3Objects objects_;
  StepFunctionsExecutions executions_;
  aws_client::SnsNotices notices_;
};

}  // namespace ecm::lambda
