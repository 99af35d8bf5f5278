#pragma once

#include <cstdint>
#include <string>

#include "aws/emr_api.h"
#include "aws/log_groups.h"
#include "aws/object_store.h"
#include "aws/step_functions_client.h"
#include "cli/context.h"
#include "cli/exit_code.h"

namespace ecm::cli {

/// What every command that talks to an account takes, as the AWS CLI does.
struct AccountOptions {
  std::string region;
  std::string profile;
  std::string endpoint_url;
  std::string stage = "dev";
  std::string state_machine;  ///< its name or ARN; "" derives the name from the stage
};

/// An account in one region, whoever stands behind it: AWS, the local endpoint, a model in a test.
struct Account {
  StepFunctionsApi& step_functions;
  EmrApi& emr;
  ObjectStore& objects;
  LogGroups& log_groups;
  Region region;
};

/// The options that reach the same account from another command line: " --profile p". The region
/// is left out: it is in every ARN.
std::string FlagsOf(const AccountOptions& options);

/// The ARN of the stack's state machine. One that was given as an ARN is not looked up.
/// kNotFound where it is not deployed: the message says how it would be.
Result<std::string> FindStateMachine(const Account& account, const AccountOptions& options);

/// An execution that a person named, and the region that it is in.
struct NamedExecution {
  ExecutionArn arn;
  Region region;
};

/// By its ARN or by its name. kInvalidJob for what is neither.
Result<NamedExecution> FindExecution(const Account& account, const AccountOptions& options,
                                     const std::string& id);

/// DescribeExecution of what a person named; kInvalidJob where there is no such execution.
Result<ExecutionDetails> Describe(const Account& account, const NamedExecution& execution);

/// Says why a command ends, and with which exit code.
ExitCode RefuseCall(const Error& error, Context& context);

}  // namespace ecm::cli
