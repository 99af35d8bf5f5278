#include "cli/account/account.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "plan/plan.h"

namespace ecm::cli {
namespace {

constexpr std::size_t kMostNameCharacters = 80;

/// What a shell takes as one word without quotes.
std::string Quoted(const std::string& text) {
  static constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@%+=,";
  if (text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string quoted = "'";
  for (const char character : text) {
    if (character == '\'') {
      quoted += "'\\''";
    } else {
      quoted += character;
    }
  }
  return quoted + "'";
}

Error NotDeployed(const Account& account, const std::string& name, const std::string& stage,
                  const std::vector<std::string>& others) {
  std::string message =
      fmt::format("there is no state machine {} in {}: deploy the stack there (make ENV={} deploy)",
                  ToOneLine(name), account.region.str(), stage);
  if (!others.empty()) message += ", or name another --stage or --state-machine; there are:";
  for (std::size_t index = 0; index < others.size() && index < 5; ++index) {
    message += (index == 0 ? " " : ", ") + ToOneLine(NameInArn(others[index]));
  }
  return {ErrorKind::kNotFound, message, "StateMachineDoesNotExist"};
}

}  // namespace

std::string FlagsOf(const AccountOptions& options) {
  std::string flags;
  if (!options.profile.empty()) flags += " --profile " + Quoted(options.profile);
  if (!options.endpoint_url.empty()) flags += " --endpoint-url " + Quoted(options.endpoint_url);
  return flags;
}

Result<std::string> FindStateMachine(const Account& account, const AccountOptions& options) {
  if (options.state_machine.starts_with("arn:")) return options.state_machine;
  const std::string name =
      options.state_machine.empty() ? StateMachineName(options.stage) : options.state_machine;
  StepFunctionsClient client(account.step_functions, account.region);
  const Result<std::vector<std::string>> all = client.ListStateMachines("");
  if (!all) {
    Error error = all.error();
    if (error.code.starts_with("AccessDenied")) {
      error.message += " (not needed with --state-machine ARN)";
    }
    return Fail(std::move(error));
  }
  std::vector<std::string> ours;
  for (const std::string& arn : *all) {
    if (NameInArn(arn) == name) return arn;
    if (NameInArn(arn).starts_with("ecm-")) ours.push_back(arn);
  }
  return Fail(NotDeployed(account, name, options.stage, ours));
}

Result<NamedExecution> FindExecution(const Account& account, const AccountOptions& options,
                                     const std::string& id) {
  if (const auto parts = ParseExecutionArn(id)) {
    return NamedExecution{ExecutionArn(id), parts->region};
  }
  const bool is_name = !id.empty() && id.size() <= kMostNameCharacters &&
                       id.find_first_of(" :/<>{}[]?*\"#%\\^|~`$&,;") == std::string::npos &&
                       ToOneLine(id) == id;
  if (!is_name) {
    return Fail(ErrorKind::kInvalidJob,
                fmt::format("'{}' is neither the name nor the ARN of an execution: emrctl list "
                            "shows those that there are",
                            ToOneLine(TruncateUtf8(id, 100))));
  }
  ECM_TRY(const std::string machine, FindStateMachine(account, options));
  return NamedExecution{ExecutionArnOf(machine, id), account.region};
}

Result<ExecutionDetails> Describe(const Account& account, const NamedExecution& execution) {
  StepFunctionsClient client(account.step_functions, execution.region);
  Result<ExecutionDetails> details = client.DescribeExecution(execution.arn);
  if (details || details.error().kind != ErrorKind::kNotFound) return details;
  const auto parts = ParseExecutionArn(execution.arn.str());
  return Fail(ErrorKind::kInvalidJob,
              fmt::format("there is no execution {} of {} in {}: emrctl list shows those that "
                          "there are (they are kept for 90 days)",
                          parts ? parts->name : execution.arn.str(), parts ? parts->machine : "any",
                          execution.region.str()),
              details.error().code);
}

ExitCode RefuseCall(const Error& error, Context& context) {
  context.console.Err("emrctl: " + ToOneLine(error.message));
  // A quota of calls is not the capacity that a job needs: nothing is known of the job.
  if (error.kind == ErrorKind::kThrottled) return ExitCode::kToolError;
  return ExitCodeOf(error);
}

}  // namespace ecm::cli
