#include "local/step_finish.h"

#include <algorithm>
#include <fstream>
#include <system_error>

#include "local/failure_reason.h"
#include "local/log_file.h"
#include "local/step_folder.h"
#include "local/step_logs.h"

namespace ecm::local {
namespace {

namespace fs = std::filesystem;
using emr_model::StepLaunch;

/// The end of a log is enough: the exception that ended the program stands there.
constexpr std::streamoff kTailBytes = std::streamoff{256} * 1024;

std::string ReadEnd(const fs::path& file) {
  if (!IsLogFile(file)) return {};
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  if (!in) return {};
  const std::streamoff size = in.tellg();
  const std::streamoff start = std::max<std::streamoff>(size - kTailBytes, 0);
  in.seekg(start);
  std::string text(static_cast<std::size_t>(size - start), '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

FailureDetails Explain(const EndedStep& step, const Buckets& buckets) {
  if (!step.refusal.empty()) return {step.refusal, step.refusal, "stderr"};
  if (!step.exit.failure.empty()) return {step.exit.failure, step.exit.failure, "controller"};
  const fs::path folder = step.driver ? ContainerFolder(step.work_dir) : step.work_dir;
  const std::string stdout_tail = ReadEnd(folder / "stdout");
  const std::string stderr_tail = ReadEnd(folder / "stderr");
  return ExplainFailure(
      {step.exit.exit_code, step.exit.signal, stdout_tail, stderr_tail, buckets.root()});
}

/// Whether the process of the step came so far as to have output of its own.
bool Ran(const EndedStep& step) { return step.refusal.empty() && step.exit.failure.empty(); }

std::string ContainerLogs(const EndedStep& step) {
  const auto prefix = ContainerLogPrefix(step.launch.log_uri, step.launch.cluster, *step.driver);
  return prefix ? ToText(*prefix) : ContainerFolder(step.work_dir).string();
}

/// All logs into the bucket; where the step's own are.
Result<S3Uri> Publish(const EndedStep& step, const Buckets& buckets) {
  const StepLaunch& launch = step.launch;
  ECM_TRY(S3Uri prefix, StepLogPrefix(launch.log_uri, launch.cluster, launch.step));
  if (step.driver) {
    ECM_TRY(const S3Uri container,
            ContainerLogPrefix(launch.log_uri, launch.cluster, *step.driver));
    ECM_TRY_VOID(PublishLogs(buckets, container, ContainerFolder(step.work_dir)));
  }
  ECM_TRY_VOID(PublishLogs(buckets, prefix, step.work_dir));
  return prefix;
}

}  // namespace

bool Succeeded(const EndedStep& step) {
  return step.refusal.empty() && step.exit.failure.empty() && step.exit.exit_code == 0;
}

FinishedStep FinishStep(const EndedStep& step, const Buckets& buckets) {
  FinishedStep finished;
  finished.exit.succeeded = Succeeded(step);
  finished.exit.exit_code = step.exit.exit_code;
  FailureDetails details;
  if (!finished.exit.succeeded) {
    details = Explain(step, buckets);
    finished.exit.failure_reason = details.reason;
    finished.exit.failure_message = details.message;
  }
  if (step.driver) {
    // Who reads only the step's own log, as a client of EMR does, finds the cause there, too.
    AppendToLog(step.work_dir / "stderr",
                ClientEnds(step.when, *step.driver, finished.exit.succeeded, details.reason,
                           ContainerLogs(step)));
  }
  std::error_code ignored;
  fs::remove_all(step.work_dir / "tmp", ignored);
  if (step.launch.log_uri.empty()) return finished;
  const auto published = Publish(step, buckets);
  if (!published) {
    finished.notes.push_back("the step's logs stay in " + step.work_dir.string() + ": " +
                             published.error().message);
    return finished;
  }
  fs::remove_all(step.work_dir, ignored);
  if (!finished.exit.succeeded) {
    finished.exit.log_file =
        step.driver && Ran(step) && !details.log.empty() ? ContainerLogs(step) : ToText(*published);
    if (!details.log.empty()) finished.exit.log_file += details.log + ".gz";
  }
  return finished;
}

}  // namespace ecm::local
