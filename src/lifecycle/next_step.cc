#include "lifecycle/next_step.h"

#include <fmt/format.h>

#include <optional>

#include "base/text.h"

namespace ecm::lifecycle {
namespace {

/// The bucket that a message says is not there: its name, "" where the message has none.
std::optional<std::string> MissingBucket(std::string_view text) {
  constexpr std::string_view kOurs = "no such bucket: ";
  const std::size_t at = text.find(kOurs);
  if (at != std::string_view::npos) {
    const std::string_view rest = text.substr(at + kOurs.size());
    return ToOneLine(rest.substr(0, rest.find_first_of(" \n,;)")));
  }
  for (const std::string_view amazons : {"NoSuchBucket", "The specified bucket does not exist"}) {
    if (text.find(amazons) != std::string_view::npos) return "";
  }
  return std::nullopt;
}

/// A cluster that ended although its job did nothing wrong, or before it could do anything.
std::string OfCluster(std::string_view reason_code) {
  if (reason_code == "INSTANCE_FAILURE") {
    return "Start the job again: its cluster lost its primary instance, which is no fault of the "
           "job.";
  }
  if (reason_code == "INTERNAL_ERROR") {
    return "Start the job again: Amazon EMR failed, not the job. If it does so again, ask AWS "
           "support.";
  }
  if (reason_code == "BOOTSTRAP_FAILURE") {
    return "Read the bootstrap action's stderr under `logs` (node/INSTANCE/bootstrap-actions/), "
           "correct the action, start the job again.";
  }
  return {};
}

std::string OfJob(const Situation& situation) {
  for (const std::string_view text : {situation.message, situation.log_cause}) {
    const auto bucket = MissingBucket(text);
    if (!bucket) continue;
    return fmt::format("Create the bucket {}, or name another one in the job; then start it again.",
                       bucket->empty() ? "that is missing" : *bucket);
  }
  if (!situation.step_failed) {
    std::string next = OfCluster(situation.reason_code);
    if (!next.empty()) return next;
  }
  if (!situation.log_trouble.empty()) {
    const auto bucket = MissingBucket(situation.log_trouble);
    if (!bucket) {
      return "The step's logs cannot be read (" + std::string(situation.log_trouble) +
             "). Make them readable, find the cause there, correct the job, start it again.";
    }
    return fmt::format(
        "The logs are not there, for their bucket{}{} does not exist. Create it and start the job "
        "again: the step's stdout and stderr then say what to correct.",
        bucket->empty() ? "" : " ", *bucket);
  }
  return "Read the step's stdout and stderr under `logs`, correct the job, start it again.";
}

}  // namespace

std::string NextStep(const Situation& situation) {
  switch (situation.verdict) {
    case Verdict::kSucceeded:
      return "";
    case Verdict::kInvalidJob:
      return "Correct the job description and start it again.";
    case Verdict::kAccessDenied:
      return "Give the role the permission that the message names, or use another role.";
    case Verdict::kJobFailed:
      return OfJob(situation);
    case Verdict::kNoCapacity:
      return "Try another instance type, subnet or time, or raise start_timeout_minutes.";
    case Verdict::kOutOfTime:
      return "Find out what hangs, or raise timeout_minutes.";
    case Verdict::kCancelled:
      return "Start the job again if it was ended by mistake.";
    case Verdict::kCleanupUnverified:
      return "Look at the cluster in the EMR console and terminate it: it may still cost money.";
    case Verdict::kInternalError:
      return "Look at the history of the execution and the logs of its functions.";
  }
  return "";
}

}  // namespace ecm::lifecycle
