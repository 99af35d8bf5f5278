#include "cli/account/start.h"

#include <fmt/format.h>

#include <optional>

#include "aws/digest.h"
#include "base/text.h"
#include "cli/account/pending_start.h"
#include "cli/execution_name.h"
#include "cli/job_file.h"
#include "cli/validate_command.h"
#include "plan/names.h"
#include "plan/plan.h"

namespace ecm::cli {
namespace {

constexpr std::size_t kMostNameCharacters = 80;
/// So much of the job's name goes into the execution's.
constexpr std::size_t kMostJobCharacters = 48;

/// The same job in the same place: the bytes count, not what they mean.
std::string KeyOf(const std::string& machine, const StartOptions& options, const ReadyJob& job) {
  const std::string separator(1, '\0');
  return HexSha256(options.account.endpoint_url + separator + machine + separator + job.text);
}

bool SameInput(const std::string& ours, const std::string& theirs) {
  const Result<Json> left = ParseJson(ours);
  const Result<Json> right = ParseJson(theirs);
  return left && right && *left == *right;
}

/// The execution that has this name already; nothing where there is none (yet).
Result<std::optional<Started>> FindStarted(StepFunctionsClient& client, const ExecutionArn& arn,
                                           const ReadyJob& job) {
  const Result<ExecutionDetails> known = client.DescribeExecution(arn);
  if (!known && known.error().kind == ErrorKind::kNotFound) return std::optional<Started>{};
  if (!known) return Fail(known.error());
  if (!SameInput(job.text, known->input)) {
    return Fail(ErrorKind::kConflict,
                fmt::format("the name {} stands for another job, started {} ({}): start this one "
                            "under another --id",
                            known->name, ToIso8601(known->started), known->status),
                "ExecutionAlreadyExists");
  }
  return std::optional(Started{arn, known->name, /*before=*/true, known->status});
}

/// Asks for an execution of this name, which may be there already.
Result<Started> StartUnder(StepFunctionsClient& client, const std::string& machine,
                           const std::string& name, const ReadyJob& job, bool may_be_there) {
  const ExecutionArn arn = ExecutionArnOf(machine, name);
  if (may_be_there) {
    Result<std::optional<Started>> found = FindStarted(client, arn, job);
    if (found && *found) return **std::move(found);
    // Who may start and not look is told by StartExecution itself.
    if (!found && found.error().kind != ErrorKind::kAccessDenied) return Fail(found.error());
  }
  const Result<ExecutionArn> started = client.StartExecution(machine, name, job.text);
  if (started) return Started{*started, name, /*before=*/false};
  // A first call whose answer was lost, and a job that was quick.
  if (started.error().code == "ExecutionAlreadyExists") {
    ECM_TRY(std::optional<Started> found, FindStarted(client, arn, job));
    if (found) return *std::move(found);
  }
  return Fail(started.error());
}

Error WithRetryHint(Error error) {
  if (error.kind == ErrorKind::kUnknownOutcome) {
    error.message +=
        "; nobody knows whether the job was started: the same command again finds out, and starts "
        "it at most once";
  }
  return error;
}

}  // namespace

Result<ReadyJob> ReadReadyJob(const std::string& file, const std::string& stage,
                              const Region& region, Context& context) {
  ECM_TRY(std::string text, ReadJobFile(file));
  const JobReading reading = ReadJob(text);
  PrintProblems(file, reading, context);
  if (!reading.job) {
    return Fail(ErrorKind::kInvalidJob, file + " is no valid job description: nothing was started");
  }
  StackConfig stack;
  stack.stage = stage;
  stack.region = region.empty() ? reading.job->region : region;
  if (stack.region.empty()) stack.region = Region("us-east-1");  // any: the plan is for checking
  const std::string name(kMostNameCharacters, 'x');
  ECM_TRY_VOID(MakePlan(*reading.job, stack,
                        ExecutionIdentity{ExecutionArn(name), name, context.clock.Wall()}));
  return ReadyJob{std::move(text), reading.job->job_name, reading.job->region};
}

std::string FreshName(const ReadyJob& job, Context& context) {
  const std::string part = ToNamePart(ToNamePart(job.name).substr(0, kMostJobCharacters));
  return part + "-" + NewExecutionName(context.clock, context.random);
}

Result<void> CheckId(const std::string& id) {
  if (id.empty() || (id.size() <= kMostNameCharacters && ToNamePart(id) == id)) return {};
  return Fail(ErrorKind::kInvalidJob,
              fmt::format("--id '{}' cannot be an execution's name: at most 80 letters, digits and "
                          ". _ -, no '-' at an end and none after another",
                          ToOneLine(TruncateUtf8(id, 100))));
}

Result<Started> StartJob(const Account& account, const StartOptions& options, const ReadyJob& job,
                         Context& context) {
  ECM_TRY_VOID(CheckId(options.id));
  ECM_TRY(const std::string machine, FindStateMachine(account, options.account));
  StepFunctionsClient client(account.step_functions, account.region);
  if (!options.id.empty()) {
    Result<Started> started = StartUnder(client, machine, options.id, job, /*may_be_there=*/true);
    if (!started) return Fail(WithRetryHint(started.error()));
    return started;
  }
  ECM_TRY(PendingStart pending,
          PendingStart::Open(std::filesystem::path(options.state_dir) / "starts",
                             KeyOf(machine, options, job)));
  const bool again = !pending.name().empty();
  if (!again) ECM_TRY_VOID(pending.Store(FreshName(job, context)));
  Result<Started> started = StartUnder(client, machine, pending.name(), job, again);
  const bool unknown = !started && (started.error().kind == ErrorKind::kUnknownOutcome || again);
  if (!unknown) {
    if (const Result<void> settled = pending.Settle(); !settled) {
      context.console.Err("emrctl: warning: " + settled.error().message);
    }
  }
  if (!started) return Fail(WithRetryHint(started.error()));
  return started;
}

void TellStarted(const Started& started, const AccountOptions& options, Context& context) {
  context.console.Err(started.before
                          ? fmt::format("emrctl: {} was started by an earlier call and is {}",
                                        started.name, ToOneLine(started.status))
                          : fmt::format("emrctl: started {}", started.name));
  context.console.Err(
      fmt::format("  follow it  emrctl watch {}{}", started.execution.str(), FlagsOf(options)));
}

ExitCode RefuseStart(const Error& error, Context& context) {
  const ExitCode code = RefuseCall(error, context);
  return error.kind == ErrorKind::kConflict ? ExitCode::kInvalid : code;
}

ExitCode RunStart(const Account& account, const StartOptions& options, const ReadyJob& job,
                  Context& context) {
  const Result<Started> started = StartJob(account, options, job, context);
  if (!started) return RefuseStart(started.error(), context);
  const std::string& arn = started->execution.str();
  if (options.json) {
    context.console.Out(ToPrettyText(JsonObject{{"execution_arn", arn},
                                                {"name", started->name},
                                                {"started_before", started->before},
                                                {"status", started->status}}));
  } else {
    context.console.Out(arn);
  }
  TellStarted(*started, options.account, context);
  return ExitCode::kSuccess;
}

}  // namespace ecm::cli
