#include "cli/emrctl.h"

#include <CLI/CLI.hpp>

#include "cli/account/account_commands.h"
#include "cli/account/aws_account.h"
#include "cli/checked.h"
#include "cli/exit_code.h"
#include "cli/options.h"
#include "cli/plan_command.h"
#include "cli/run_command.h"
#include "cli/serve.h"
#include "cli/serve_command.h"
#include "cli/usage_error.h"
#include "cli/validate_command.h"
#include "job/formats.h"

namespace ecm::cli {
namespace {

constexpr const char* kVersion = "emrctl " ECM_VERSION;

constexpr const char* kFooter =
    "Exit codes: 0 success, 1 tool error, 2 invalid job or usage, 3 job failed, 4 no permission,\n"
    "5 no capacity, 6 out of time, 7 cancelled, 8 cleanup not verified, 130 watching interrupted.\n"
    "The commands are explained in docs/cli.md, the job description in docs/job-description.md.";

void AddValidate(CLI::App& app, ValidateOptions& options) {
  CLI::App* command =
      app.add_subcommand("validate", "Say all that is wrong with a job description");
  command->add_option("job", options.files, "Job descriptions; - reads standard input")->required();
  command->add_flag("--json", options.json, "Print the problems as JSON");
}

void AddPlan(CLI::App& app, PlanOptions& options) {
  CLI::App* command =
      app.add_subcommand("plan", "Show what would be asked of EMR, without asking anybody");
  command->add_option("job", options.file, "The job description; - reads standard input")
      ->required();
  command->add_flag("--json", options.json, "Print the exact RunJobFlow request");
  command->add_option("--stage", options.stage, "The stage in names and tags")
      ->capture_default_str()
      ->check(Checked(IsStage, kStageWanted));
  command
      ->add_option("--region", options.region,
                   "The stack's region (else the job's, AWS_REGION, AWS_DEFAULT_REGION)")
      ->check(Checked(IsRegion, "a region such as eu-west-1"));
  command->add_option("--log-bucket", options.log_bucket, "The stack's bucket for logs")
      ->check(Checked(IsBucketName, "the name of a bucket"));
  command->add_option("--subnet", options.subnet, "The stack's subnet");
}

/// Where `run` runs a job; neither of them: on the deployed stack.
struct RunAnywhereOptions {
  RunOptions local;
  StartOptions on_account;
  bool direct = false;
};

void AddRun(CLI::App& app, RunAnywhereOptions& anywhere) {
  RunOptions& options = anywhere.local;
  CLI::App* command = app.add_subcommand(
      "run",
      "Run a job to its end and say how it went: on the deployed stack (start, then watch; Ctrl-C "
      "ends the watching alone) or, with --local or --direct, out of this process: there Ctrl-C "
      "ends "
      "the job's cluster, and a second one does not wait for the state machine");
  command->add_option("job", options.file, "The job description; - reads standard input")
      ->required();
  CLI::Option* local = command->add_flag(
      "--local", options.local,
      "On this machine: the built-in state machine and EMR, steps on real local Spark");
  CLI::Option* direct = command->add_flag(
      "--direct", anywhere.direct,
      "On Amazon EMR, without a deployed stack: the state machine runs in this process");
  direct->excludes(local);
  command
      ->add_option("--state-dir", options.state_dir,
                   "The folder of the local stack: bucket B is the folder s3/B in it. Otherwise "
                   "what must outlive this process")
      ->capture_default_str();
  AddStartOptions(*command, anywhere.on_account);
  direct->excludes(command->get_option("--state-machine"));
  for (const char* name : {"--profile", "--endpoint-url", "--stage", "--state-machine", "--id"}) {
    local->excludes(command->get_option(name));
  }
  command->add_flag("--json", options.json,
                    "Print the outcome as JSON (schema/outcome.schema.json); with --local, where "
                    "nothing was run (exit codes 1 and 2), {\"v\": 1, \"error\": {\"kind\", "
                    "\"message\"}, \"problems\": [{\"pointer\", \"message\"}]}");
  command->add_flag("--verbose", options.verbose,
                    "Show the handlers' log on standard error (--local, --direct)");
  command->footer(
      "Examples:\n"
      "  emrctl run --local examples/wordcount/job.json\n"
      "  emrctl run job.json --stage prod --profile data\n"
      "  emrctl run --direct job.json --region eu-west-1\n"
      "With --local, Spark is the folder in EMRCTL_SPARK_HOME or SPARK_HOME, or else the PySpark "
      "of\n"
      "a .venv beside this program or above it; JAVA_HOME and PYSPARK_PYTHON choose Java and "
      "Python.");
}

ExitCode RunAnywhere(const RunAnywhereOptions& options, Context& context) {
  if (options.local.local) {
    RunOptions local = options.local;
    local.region = options.on_account.account.region;
    return RunJob(local, context);
  }
  if (options.local.verbose && !options.direct) {
    context.console.Err("emrctl: --verbose needs --local or --direct: handlers run elsewhere");
    return ExitCode::kInvalid;
  }
  StartOptions start = options.on_account;
  start.file = options.local.file;
  start.state_dir = options.local.state_dir;
  start.json = options.local.json;
  if (options.direct) {
    return RunDirectly({std::move(start), options.local.verbose}, OpenAwsAccount, context);
  }
  return RunStartAndWatch(start, OpenAwsAccount, context);
}

}  // namespace

int RunEmrctl(int argc, const char* const* argv, Context& context) {
  CLI::App app(
      "EMR Cluster Manager: one job description in, one cluster that lives exactly as "
      "long as its job, the truth about what happened out.");
  app.set_version_flag("--version", kVersion);
  app.footer(kFooter);
  app.require_subcommand(1);
  ValidateOptions validate;
  PlanOptions plan;
  RunAnywhereOptions run;
  AccountCommands on_account;
  ServeOptions serve;
  AddValidate(app, validate);
  AddPlan(app, plan);
  AddRun(app, run);
  AddAccountCommands(app, on_account);
  CLI::App* local = app.add_subcommand("local", "The built-in EMR and Step Functions");
  local->footer("To run one job without a server: emrctl run --local job.json");
  local->require_subcommand(1);
  AddServe(*local, serve);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Help and version are successes; everything else is a wrong command line.
    if (error.get_exit_code() == 0) return app.exit(error);
    ExplainUsage(app, error, context.console);
    return static_cast<int>(ExitCode::kInvalid);
  }
  ExitCode code = ExitCode::kSuccess;
  if (app.got_subcommand("validate")) {
    code = RunValidate(validate, context);
  } else if (app.got_subcommand("plan")) {
    code = RunPlan(plan, context);
  } else if (app.got_subcommand("local")) {
    code = RunServe(serve, context, ServeLocally);
  } else if (const auto done = RunAccountCommand(app, on_account, OpenAwsAccount, context)) {
    code = *done;
  } else {
    code = RunAnywhere(run, context);
  }
  if (code == ExitCode::kSuccess && context.console.lost_output()) {
    context.console.Err("emrctl: the result could not be written to standard output");
    code = ExitCode::kToolError;
  }
  return static_cast<int>(code);
}

}  // namespace ecm::cli
