#include "cli/account/sweep_command.h"

#include <fmt/format.h>

#include "aws/executions.h"
#include "base/text.h"
#include "lifecycle/handlers.h"

namespace ecm::cli {
namespace {

/// A dry run answers no token and tells nobody: whoever tries has found a bug.
class Untouched : public TaskTokens, public Notices {
 public:
  Result<void> SendTaskSuccess(const TaskToken& /*token*/, const Json& /*output*/) override {
    return Fail(ErrorKind::kInternal, "a dry run must not answer a token");
  }
  Result<void> Publish(const std::string& /*subject*/, const std::string& /*message*/) override {
    return Fail(ErrorKind::kInternal, "a dry run must not publish a notice");
  }
};

std::string Named(const Json& item, std::string_view key) {
  const std::string text = ToOneLine(StringOr(item, key));
  return text.empty() ? std::string() : " " + text;
}

void Print(const Json& report, Console& console) {
  for (const Json& ended : FindArray(report, "ended")) {
    console.Out(fmt::format("would end     {}{}: {}", ToOneLine(StringOr(ended, "cluster")),
                            Named(ended, "name"), ToOneLine(StringOr(ended, "why"))));
  }
  for (const Json& settled : FindArray(report, "settled")) {
    console.Out(fmt::format("would settle {}: {}", Named(settled, "execution"),
                            ToOneLine(StringOr(settled, "verdict"))));
  }
  for (const Json& woken : FindArray(report, "woken")) {
    if (woken.is_string()) {
      console.Out("would wake    " + ToOneLine(std::string_view(woken.get_string())));
    }
  }
  for (const Json& problem : FindArray(report, "problems")) {
    console.Out(fmt::format("problem      {}{}: {}", Named(problem, "cluster"),
                            Named(problem, "execution"), ToOneLine(StringOr(problem, "what"))));
  }
  if (const Json* looked = Find(report, "looked_at")) {
    console.Err(fmt::format("looked at {} clusters and {} jobs",
                            FindInt(*looked, "clusters").value_or(0),
                            FindInt(*looked, "jobs").value_or(0)));
  }
  if (FindBool(report, "unfinished").value_or(false)) {
    console.Err("emrctl: not everything was looked at: AWS refused calls, or time was up");
  }
}

/// `emrctl local serve` has neither a table nor a need of one; it calls itself by these words.
Error WithAdvice(Error error) {
  if (error.message.contains("this is a local Amazon EMR")) {
    error.message +=
        "; emrctl local serve keeps its jobs itself and ends what executions leave behind: it "
        "needs no sweep";
  }
  return error;
}

}  // namespace

ExitCode RunSweep(const Account& account, JobStore& jobs, const SweepOptions& options,
                  Context& context) {
  NullLog log;
  Untouched untouched;
  StepFunctionsExecutions executions(account.step_functions);
  StackConfig stack;
  stack.stage = options.account.stage;
  stack.region = account.region;
  lifecycle::Ports ports{context.clock,   context.random, log,       account.emr, jobs, untouched,
                         account.objects, executions,     untouched, stack,       {}};
  const Result<Json> report = lifecycle::Sweep(JsonObject{{"dry_run", true}}, ports);
  if (!report) return RefuseCall(WithAdvice(report.error()), context);
  if (options.json) {
    context.console.Out(ToPrettyText(*report));
  } else {
    Print(*report, context.console);
  }
  return ExitCode::kSuccess;
}

}  // namespace ecm::cli
