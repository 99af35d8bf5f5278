#include "cli/account/account_commands.h"

#include <CLI/CLI.hpp>
#include <string>

#include "cli/account/interrupt.h"
#include "cli/checked.h"
#include "job/formats.h"
#include "plan/names.h"

namespace ecm::cli {
namespace {

constexpr std::size_t kMostListed = 10'000;
constexpr std::size_t kMostLines = 1'000'000;

constexpr const char* kIdHelp = "The execution: its name or its ARN";

void AddStart(CLI::App& app, StartOptions& options) {
  CLI::App* command =
      app.add_subcommand("start", "Start a job on the deployed stack and return at once");
  AddStartOptions(*command, options);
  command->add_flag("--json", options.json, "Print the execution as JSON");
  command->footer(
      "Examples:\n"
      "  emrctl start job.json --stage prod\n"
      "  emrctl start job.json --id orders-2026-11-22    the same id and job: started once\n"
      "A command whose answer was lost may be given again: it starts the job at most once.");
}

void AddStatus(CLI::App& app, StatusOptions& options) {
  CLI::App* command = app.add_subcommand("status", "Tell how a job is: state, cluster, step");
  command->add_option("id", options.id, kIdHelp)->required();
  AddAccountOptions(*command, options.account);
  command->add_flag("--json", options.json, "Print it as JSON");
  command->footer("Example:\n  emrctl status count-20261122-131454-4f2a");
}

void AddWatch(CLI::App& app, WatchOptions& options) {
  CLI::App* command = app.add_subcommand(
      "watch", "Follow a job to its end; the exit code is the job's. Ctrl-C leaves the job alone");
  command->add_option("id", options.id, kIdHelp)->required();
  AddAccountOptions(*command, options.account);
  command->add_flag("--json", options.json,
                    "Print the outcome as JSON (schema/outcome.schema.json)");
  command->footer("Example:\n  emrctl watch count-20261122-131454-4f2a --profile dev");
}

void AddList(CLI::App& app, ListOptions& options) {
  CLI::App* command = app.add_subcommand("list", "List the stack's jobs, the newest first");
  AddAccountOptions(*command, options.account);
  command->add_option("--limit", options.limit, "At most so many")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{1}, kMostListed));
  command->add_option("--state", options.state, "Only those in this state")
      ->check(
          CLI::IsMember(std::vector<std::string>(std::begin(kListStates), std::end(kListStates))));
  command->add_flag("--json", options.json, "Print them as JSON");
  command->footer("Example:\n  emrctl list --state running --limit 50");
}

void AddLogs(CLI::App& app, LogsOptions& options) {
  CLI::App* command =
      app.add_subcommand("logs", "Print what a job has logged, or the functions about it");
  command->add_option("id", options.id, kIdHelp)->required();
  AddAccountOptions(*command, options.account);
  command
      ->add_option("--stream", options.stream,
                   "This one alone (else stdout and stderr); driver: also of cluster deploy mode; "
                   "functions: what the stack's functions said about the job, as JSON lines")
      ->check(
          CLI::IsMember(std::vector<std::string>(std::begin(kLogStreams), std::end(kLogStreams))));
  command->add_option("--tail", options.tail, "Only so many last lines of each")
      ->check(CLI::Range(std::size_t{1}, kMostLines));
  command->footer(
      "Examples:\n"
      "  emrctl logs count-20261122-131454-4f2a --stream stdout --tail 50\n"
      "  emrctl logs count-20261122-131454-4f2a --stream functions");
}

void AddStop(CLI::App& app, StopOptions& options) {
  CLI::App* command = app.add_subcommand("stop", "Stop a job; the stack's sweep ends its cluster");
  command->add_option("id", options.id, kIdHelp)->required();
  AddAccountOptions(*command, options.account);
  command->add_option("--cause", options.cause, "Why, for those who look at it later");
  command->add_flag("--wait", options.wait, "Return when the cluster is gone");
  command->add_flag("--json", options.json, "Print what was done as JSON");
  command->footer(
      "Example:\n  emrctl stop count-20261122-131454-4f2a --cause 'wrong input' --wait");
}

void AddTerminate(CLI::App& app, TerminateOptions& options) {
  CLI::App* command = app.add_subcommand("terminate", "End a cluster of ours at once");
  command->add_option("id", options.id, "The cluster's id, or an execution's name or ARN")
      ->required();
  AddAccountOptions(*command, options.account);
  command->add_flag("--force", options.force, "Also where it is protected from termination");
  command->add_flag("--any", options.any, "Also where it is not a cluster of the stage");
  command->add_flag("--json", options.json, "Print what was done as JSON");
  command->footer(
      "Examples:\n"
      "  emrctl terminate j-2AXXXXXXGAPLF\n"
      "  emrctl terminate count-20261122-131454-4f2a --force");
}

void AddSweep(CLI::App& app, SweepOptions& options) {
  CLI::App* command = app.add_subcommand(
      "sweep", "Show what the stack's sweep would do now: clusters to end, jobs to settle");
  AddAccountOptions(*command, options.account);
  command->add_flag("--dry-run", options.dry_run, "Change nothing: the stack itself sweeps")
      ->required();
  command->add_option("--table", options.table, "The table of the jobs (else ecm-STAGE-jobs)");
  command->add_flag("--json", options.json, "Print the sweep's report as JSON");
  command->footer("Example:\n  emrctl sweep --dry-run --stage prod");
}

/// The region of an execution that is named by its ARN.
template <class Options>
Region RegionNamedBy(const Options& options) {
  if constexpr (requires { options.id; }) {
    if (const auto parts = ParseExecutionArn(options.id)) return parts->region;
  }
  return Region();
}

/// Opens the account and runs `command` on it.
template <class Options, class Command>
ExitCode On(const Options& options, const OpenAccount& open, Context& context,
            const Command& command) {
  const auto opened = open(options.account, RegionNamedBy(options), context);
  if (!opened) return RefuseCall(opened.error(), context);
  return command((*opened)->account());
}

/// The job, and the account of its region.
struct Opened {
  ReadyJob job;
  std::unique_ptr<OpenedAccount> account;
};
Result<Opened> OpenForJob(const StartOptions& options, const OpenAccount& open, Context& context) {
  ECM_TRY(ReadyJob job, ReadReadyJob(options.file, options.account.stage,
                                     Region(options.account.region), context));
  ECM_TRY(auto account, open(options.account, job.region, context));
  return Opened{std::move(job), std::move(account)};
}

}  // namespace

void AddAccountOptions(CLI::App& command, AccountOptions& options) {
  command
      .add_option("--region", options.region,
                  "The stack's region (else the job's, AWS_REGION, AWS_DEFAULT_REGION, the "
                  "profile's)")
      ->check(Checked(IsRegion, "a region such as eu-west-1"));
  command.add_option("--profile", options.profile, "The profile of the shared configuration");
  command.add_option("--endpoint-url", options.endpoint_url,
                     "Send requests there, such as the address of emrctl local serve");
  command.add_option("--stage", options.stage, "The stage of the stack")
      ->capture_default_str()
      ->check(Checked(IsStage, kStageWanted));
  command.add_option("--state-machine", options.state_machine,
                     "The state machine's name or ARN (else ecm-STAGE)");
}

void AddStartOptions(CLI::App& command, StartOptions& options) {
  AddAccountOptions(command, options.account);
  command.add_option("--id", options.id,
                     "The execution's name: the same id and job are the same execution");
}

void AddAccountCommands(CLI::App& app, AccountCommands& commands) {
  AddStart(app, commands.start);
  CLI::App* start = app.get_subcommand("start");
  start->add_option("job", commands.start.file, "The job description; - reads standard input")
      ->required();
  start
      ->add_option("--state-dir", commands.start.state_dir,
                   "Where a name is kept until AWS has answered")
      ->capture_default_str();
  AddStatus(app, commands.status);
  AddWatch(app, commands.watch);
  AddList(app, commands.list);
  AddLogs(app, commands.logs);
  AddStop(app, commands.stop);
  AddTerminate(app, commands.terminate);
  AddSweep(app, commands.sweep);
}

std::optional<ExitCode> RunAccountCommand(const CLI::App& app, const AccountCommands& commands,
                                          const OpenAccount& open, Context& context) {
  const auto on = [&](const auto& options, const auto& command) {
    return On(options, open, context,
              [&](const Account& account) { return command(account, options); });
  };
  if (app.got_subcommand("start")) {
    const Result<Opened> opened = OpenForJob(commands.start, open, context);
    if (!opened) return RefuseCall(opened.error(), context);
    return RunStart(opened->account->account(), commands.start, opened->job, context);
  }
  if (app.got_subcommand("status")) {
    return on(commands.status, [&](const Account& account, const StatusOptions& options) {
      return RunStatus(account, options, context);
    });
  }
  if (app.got_subcommand("watch")) {
    const InterruptGuard guard;
    return on(commands.watch, [&](const Account& account, const WatchOptions& options) {
      return RunWatch(account, options, InterruptGuard::Raised, context);
    });
  }
  if (app.got_subcommand("list")) {
    return on(commands.list, [&](const Account& account, const ListOptions& options) {
      return RunList(account, options, context);
    });
  }
  if (app.got_subcommand("logs")) {
    return on(commands.logs, [&](const Account& account, const LogsOptions& options) {
      return RunLogs(account, options, context);
    });
  }
  if (app.got_subcommand("stop")) {
    const InterruptGuard guard;
    return on(commands.stop, [&](const Account& account, const StopOptions& options) {
      return RunStop(account, options, InterruptGuard::Raised, context);
    });
  }
  if (app.got_subcommand("terminate")) {
    return on(commands.terminate, [&](const Account& account, const TerminateOptions& options) {
      return RunTerminate(account, options, context);
    });
  }
  if (app.got_subcommand("sweep")) {
    const SweepOptions& sweep = commands.sweep;
    const auto opened = open(sweep.account, Region(), context);
    if (!opened) return RefuseCall(opened.error(), context);
    const std::string table = sweep.table.empty() ? JobTableName(sweep.account.stage) : sweep.table;
    return RunSweep((*opened)->account(), (*opened)->Jobs(table, sweep.account.stage), sweep,
                    context);
  }
  return std::nullopt;
}

ExitCode RunStartAndWatch(const StartOptions& options, const OpenAccount& open, Context& context) {
  const Result<Opened> opened = OpenForJob(options, open, context);
  if (!opened) return RefuseCall(opened.error(), context);
  const Account& account = opened->account->account();
  const Result<Started> started = StartJob(account, options, opened->job, context);
  if (!started) return RefuseStart(started.error(), context);
  TellStarted(*started, options.account, context);
  const InterruptGuard guard;
  const WatchOptions watch{options.account, started->execution.str(), options.json};
  return RunWatch(account, watch, InterruptGuard::Raised, context);
}

ExitCode RunDirectly(const DirectOptions& options, const OpenAccount& open, Context& context) {
  const Result<Opened> opened = OpenForJob(options.start, open, context);
  if (!opened) return RefuseCall(opened.error(), context);
  return RunDirect(opened->account->account(), options, opened->job, context);
}

}  // namespace ecm::cli
