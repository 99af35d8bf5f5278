#include "local/step_finish.h"

#include <algorithm>
#include <fstream>
#include <system_error>

#include "local/failure_reason.h"
#include "local/step_logs.h"

namespace ecm::local {
namespace {

namespace fs = std::filesystem;

/// The end of a log is enough: the exception that ended the program stands there.
constexpr std::streamoff kTailBytes = 256 * 1024;

std::string ReadEnd(const fs::path& file) {
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
  const std::string stdout_tail = ReadEnd(step.work_dir / "stdout");
  const std::string stderr_tail = ReadEnd(step.work_dir / "stderr");
  return ExplainFailure(
      {step.exit.exit_code, step.exit.signal, stdout_tail, stderr_tail, buckets.root()});
}

}  // namespace

bool Succeeded(const EndedStep& step) {
  return step.refusal.empty() && step.exit.failure.empty() && step.exit.exit_code == 0;
}

FinishedStep FinishStep(const EndedStep& step, const Buckets& buckets) {
  FinishedStep finished;
  finished.exit.succeeded = Succeeded(step);
  finished.exit.exit_code = step.exit.exit_code;
  std::string told_in;
  if (!finished.exit.succeeded) {
    FailureDetails details = Explain(step, buckets);
    told_in = details.log;
    finished.exit.failure_reason = std::move(details.reason);
    finished.exit.failure_message = std::move(details.message);
  }
  std::error_code ignored;
  fs::remove_all(step.work_dir / "tmp", ignored);
  if (step.launch.log_uri.empty()) return finished;

  const auto prefix = StepLogPrefix(step.launch.log_uri, step.launch.cluster, step.launch.step);
  const auto published = prefix ? PublishStepLogs(buckets, *prefix, step.work_dir)
                                : Result<void>(Fail(prefix.error()));
  if (!published) {
    finished.notes.push_back("the step's logs stay in " + step.work_dir.string() + ": " +
                             published.error().message);
    return finished;
  }
  if (!finished.exit.succeeded) {
    finished.exit.log_file = "s3://" + prefix->bucket + "/" + prefix->key;
    if (!told_in.empty()) finished.exit.log_file += told_in + ".gz";
  }
  return finished;
}

}  // namespace ecm::local
