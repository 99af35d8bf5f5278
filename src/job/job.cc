#include "job/job.h"

#include <fmt/format.h>

#include "base/text.h"
#include "job/fields.h"
#include "job/problems.h"
#include "job/unwrap.h"

namespace ecm {
namespace {

/// The most that a state machine takes as input.
constexpr std::size_t kMaxText = std::size_t{256} * 1024;

JobReading Finish(Job job, Problems problems) {
  JobReading reading;
  if (problems.empty()) reading.job = std::move(job);
  reading.warnings = problems.TakeWarnings();
  reading.problems = problems.TakeProblems();
  return reading;
}

JobReading Refuse(std::string message) {
  JobReading reading;
  reading.problems.push_back({"", std::move(message)});
  return reading;
}

}  // namespace

JobReading ReadJob(std::string_view text) {
  if (text.size() > kMaxText) {
    return Refuse(
        fmt::format("expected at most {} bytes (the limit of a state machine's input), "
                    "found {}",
                    kMaxText, text.size()));
  }
  const Result<Json> document = ParseJson(text);
  if (!document) return Refuse(document.error().message);
  return ReadJob(*document);
}

JobReading ReadJob(const Json& document) {
  Problems problems;
  Job job;
  const std::optional<Unwrapped> unwrapped = Unwrap(document, problems);
  if (unwrapped) {
    const JsonObject& object = *unwrapped->object;
    CheckMemberNames(object, unwrapped->pointer, problems);
    ReadPlainFields(object, unwrapped->pointer, job, problems);
    ReadMaps(object, unwrapped->pointer, job, problems);
    ReadEmrShapes(object, unwrapped->pointer, job, problems);
    ReadOverrides(object, unwrapped->pointer, job, problems);
  }
  return Finish(std::move(job), std::move(problems));
}

Error ToError(const std::vector<JobProblem>& problems) {
  std::string message;
  for (const JobProblem& problem : problems) {
    if (!message.empty()) message += '\n';
    const std::string where = problem.pointer.empty() ? "the description" : problem.pointer;
    message += ToOneLine(where) + ": " + ToOneLine(problem.message);
  }
  return {ErrorKind::kInvalidJob, std::move(message), {}};
}

}  // namespace ecm
