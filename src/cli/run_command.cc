#include "cli/run_command.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/text.h"
#include "cli/cluster_notes.h"
#include "cli/execution_name.h"
#include "cli/job_file.h"
#include "cli/live_view.h"
#include "cli/local_runner.h"
#include "cli/outcome_view.h"
#include "cli/plan_command.h"
#include "cli/region.h"
#include "cli/stack_run.h"
#include "cli/validate_command.h"
#include "local/buckets.h"
#include "local/folder_object_store.h"
#include "local_stack/local_stack.h"
#include "local_stack/outputs.h"
#include "local_stack/state_folder.h"
#include "store/memory_document_store.h"
#include "store/sqlite_job_store.h"

namespace ecm::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxRows = 5;

/// What the command line and the job say together.
struct LocalJob {
  Json input;
  Job job;
  StackConfig stack;
  std::string execution_name;
  Plan plan;
};

/// Says why nothing is run. Whoever asked for JSON finds it on standard output in this case, too.
ExitCode RefuseRun(const RunOptions& options, const Error& error,
                   const std::vector<JobProblem>& problems, Context& context) {
  if (problems.empty()) context.console.Err("emrctl: " + error.message);
  if (options.json) {
    JsonArray listed;
    for (const JobProblem& problem : problems) {
      listed.push_back(JsonObject{{"pointer", problem.pointer}, {"message", problem.message}});
    }
    context.console.Out(ToPrettyText(JsonObject{
        {"v", 1},
        {"error", JsonObject{{"kind", ErrorName(error.kind)}, {"message", error.message}}},
        {"problems", std::move(listed)}}));
  }
  return ExitCodeOf(error);
}

/// The job and its plan; nothing after the problems were printed.
std::optional<LocalJob> Prepare(const RunOptions& options, Context& context, ExitCode& code) {
  const Result<std::string> text = ReadJobFile(options.file);
  if (!text) {
    code = RefuseRun(options, text.error(), {}, context);
    return std::nullopt;
  }
  const JobReading reading = ReadJob(*text);
  PrintProblems(options.file, reading, context);
  if (!reading.job) {
    code = RefuseRun(options, ToError(reading.problems), reading.problems, context);
    return std::nullopt;
  }
  LocalJob local{ParseJson(*text).value(), *reading.job, {}, "", {}};
  local.stack.stage = kLocalStage;
  local.stack.region = ChooseRegion(options.region, local.job, context.environment);
  if (local.stack.region.empty()) local.stack.region = Region("us-east-1");
  local.stack.log_bucket = kLocalLogBucket;
  // The cluster's name puts the job before it.
  local.execution_name = NewExecutionName(context.clock, context.random);
  const ExecutionIdentity execution{ExecutionArn(local.execution_name), local.execution_name,
                                    context.clock.Wall()};
  Result<Plan> plan = MakePlan(local.job, local.stack, execution);
  if (!plan) {
    code = RefuseRun(options, plan.error(), {}, context);
    return std::nullopt;
  }
  local.plan = *std::move(plan);
  return local;
}

std::string LogBucketOf(const LocalJob& local) {
  return local.job.log_bucket.empty() ? local.stack.log_bucket : local.job.log_bucket;
}

/// The folder of the cluster's logs, "" where there are none.
std::string LogFolder(const Json& outcome, const fs::path& buckets) {
  const auto uri = local::ParseS3Uri(StringOr(outcome, "logs"));
  return uri ? (buckets / uri->bucket / uri->key).string() : std::string();
}

ExitCode Conclude(const RunOptions& options, const local_stack::Ended& ended, const LocalJob& local,
                  const fs::path& buckets, fs::file_time_type began, Context& context) {
  const auto verdict = lifecycle::ParseVerdict(StringOr(ended.outcome, "verdict"));
  const ExitCode code = ExitCodeOf(verdict.value_or(lifecycle::Verdict::kInternalError));
  if (options.json) {
    context.console.Out(ToPrettyText(ended.outcome));
    return code;
  }
  PrintOutcome(ended.outcome, LogFolder(ended.outcome, buckets), context.console);
  PrintOutputs(local_stack::FindOutputs(buckets, LogBucketOf(local), began, kMaxRows),
               context.console);
  return code;
}

}  // namespace

ExitCode RunJob(const RunOptions& options, Context& context) {
  ExitCode code = ExitCode::kSuccess;
  const std::optional<LocalJob> local = Prepare(options, context, code);
  if (!local) return code;
  // The machine's own troubles are no fault of the job: they are told before anything is started.
  const auto spark = FindSpark(context);
  if (!spark)
    return RefuseRun(options, Error{ErrorKind::kInternal, spark.error().message, ""}, {}, context);
  const auto folder = local_stack::StateFolder::Open(options.state_dir);
  if (!folder) return RefuseRun(options, folder.error(), {}, context);

  std::error_code ignored;  // a bucket that cannot be made is met again when logs are written
  fs::create_directories(folder->Buckets() / LogBucketOf(*local), ignored);
  const auto jobs = SqliteJobStore::Open(folder->JobStore());
  if (!jobs) return RefuseRun(options, jobs.error(), {}, context);
  local::FolderObjectStore objects{local::Buckets(folder->Buckets())};
  MemoryDocumentStore documents;  // this job alone: what outlives it is in its records
  NullLog quiet;
  Log& log = options.verbose ? context.log : quiet;

  local_stack::Options stack_options;
  stack_options.state_dir = folder->path();
  stack_options.stack = local->stack;
  stack_options.patience.look_again = std::chrono::seconds{1};
  LiveView view(context.console, context.clock);
  const auto stack = local_stack::LocalStack::Create(
      stack_options, {context.clock, context.random, log, **jobs, objects, documents},
      LocalRunners(*folder, spark, context,
                   [&context](const emr_model::StepLaunch&, const std::string& note) {
                     context.console.Err("  note: " + ToOneLine(note));
                   }),
      view);
  if (!stack) return RefuseRun(options, stack.error(), {}, context);

  StackRun run(**stack, view, context);
  for (const std::string& line : DescribePlan(local->job, local->plan)) context.console.Err(line);
  for (const std::string& note :
       ClusterNotes(local->job.release, "", local::Buckets(folder->Buckets()))) {
    context.console.Err("  note: " + note);
  }

  const fs::file_time_type began = fs::last_write_time(folder->Touch());
  const local_stack::Ended ended = run.Run(local->execution_name, local->input);
  return Conclude(options, ended, *local, folder->Buckets(), began, context);
}

}  // namespace ecm::cli
