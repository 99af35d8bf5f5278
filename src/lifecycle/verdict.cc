#include "lifecycle/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/text.h"

namespace ecm::lifecycle {
namespace {

constexpr std::array<std::pair<Verdict, std::string_view>, 9> kNames = {{
    {Verdict::kSucceeded, "Succeeded"},
    {Verdict::kInvalidJob, "InvalidJob"},
    {Verdict::kAccessDenied, "AccessDenied"},
    {Verdict::kJobFailed, "JobFailed"},
    {Verdict::kNoCapacity, "NoCapacity"},
    {Verdict::kOutOfTime, "OutOfTime"},
    {Verdict::kCancelled, "Cancelled"},
    {Verdict::kCleanupUnverified, "CleanupUnverified"},
    {Verdict::kInternalError, "InternalError"},
}};

/// So often a list of steps may contradict a cluster that says that all of them completed.
constexpr int kLooksForTheGoodEnd = 15;
/// So often the one may be told as it was before what the other tells.
constexpr int kLooksForTheSameMoment = 3;

Decision Unless(Decision decision, int looks) {
  decision.kind = Decision::Kind::kUnsettled;
  decision.looks = looks;
  return decision;
}

Decision Decided(Verdict verdict, std::string message) {
  return {Decision::Kind::kDecided, verdict, std::move(message)};
}

bool Mentions(std::string_view text, std::string_view word) {
  return std::ranges::search(text, word, [](char a, char b) {
           const auto lower = [](char c) {
             return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
           };
           return lower(a) == lower(b);
         }).size() == word.size();
}

std::string ClusterReason(const Cluster& cluster) {
  std::string reason = cluster.reason_code.empty() ? "no reason given" : cluster.reason_code;
  if (!cluster.reason_message.empty()) reason += ": " + ToOneLine(cluster.reason_message);
  for (const std::string& detail : cluster.error_details) reason += "; " + ToOneLine(detail);
  return reason;
}

Decision TooLate(const JobRecord& record) {
  return Decided(Verdict::kOutOfTime,
                 fmt::format("the job was not done after {}",
                             ToHumanDuration(record.deadline - record.started)));
}

/// Why a cluster ended before its steps did.
Decision ClusterEnded(const JobRecord& record, const Cluster& cluster, WallTime now) {
  const std::string& code = cluster.reason_code;
  const std::string reason = ClusterReason(cluster);
  // Whoever ends a cluster after its deadline (the sweep does) only says what time has said.
  const bool late = cluster.ended.value_or(now) >= record.deadline;
  if (code == "USER_REQUEST" && late) return TooLate(record);
  if (code == "USER_REQUEST") {
    return Decided(Verdict::kCancelled,
                   fmt::format("cluster {} was terminated by request before its steps were done",
                               cluster.id.str()));
  }
  const bool capacity = code == "INSTANCE_FLEET_TIMEOUT" || Mentions(reason, "capacity");
  if (capacity) {
    return Decided(Verdict::kNoCapacity,
                   fmt::format("cluster {} got no instances ({})", cluster.id.str(), reason));
  }
  if (code == "VALIDATION_ERROR") {
    return Decided(Verdict::kInvalidJob,
                   fmt::format("Amazon EMR refused cluster {} after accepting it ({})",
                               cluster.id.str(), reason));
  }
  return Decided(
      Verdict::kJobFailed,
      fmt::format("cluster {} ended before its steps were done ({})", cluster.id.str(), reason));
}

Decision StepEnded(const JobRecord& record, const Step& step, const Cluster& cluster,
                   WallTime now) {
  const bool ended_by_cluster =
      step.state == StepState::kCancelled || step.state == StepState::kInterrupted;
  if (ended_by_cluster && (IsFinal(cluster.state) || cluster.state == ClusterState::kTerminating)) {
    return ClusterEnded(record, cluster, now);
  }
  std::string message =
      fmt::format("step {} ({}) ended {}", step.name, step.id.str(), step.state_name);
  if (!step.failure_reason.empty()) message += ": " + ToOneLine(step.failure_reason);
  // EMR's reason and message are often one and the same line.
  if (step.failure_reason.find(step.failure_message) == std::string::npos) {
    message += " " + ToOneLine(step.failure_message);
  }
  const bool cancelled = step.state == StepState::kCancelled;
  Decision decision =
      Decided(cancelled ? Verdict::kCancelled : Verdict::kJobFailed, std::move(message));
  // Such a step is the last of a cluster that is not kept alive: why it ends is still to come.
  return ended_by_cluster ? Unless(std::move(decision), kLooksForTheSameMoment) : decision;
}

std::optional<Decision> DeadlinePassed(const JobRecord& record, const Cluster& cluster,
                                       WallTime now) {
  const bool starting = cluster.state == ClusterState::kStarting;
  const bool preparing = starting || cluster.state == ClusterState::kBootstrapping;
  if (preparing && now >= record.start_deadline) {
    return Decided(
        starting ? Verdict::kNoCapacity : Verdict::kOutOfTime,
        fmt::format("cluster {} was still {} after {}", cluster.id.str(), cluster.state_name,
                    ToHumanDuration(record.start_deadline - record.started)));
  }
  if (now >= record.deadline) return TooLate(record);
  return std::nullopt;
}

}  // namespace

std::string_view Name(Verdict verdict) {
  for (const auto& [candidate, name] : kNames) {
    if (candidate == verdict) return name;
  }
  return "InternalError";
}

std::optional<Verdict> ParseVerdict(std::string_view name) {
  for (const auto& [verdict, candidate] : kNames) {
    if (candidate == name) return verdict;
  }
  return std::nullopt;
}

Verdict VerdictOfError(std::string_view error_name) {
  if (error_name == "AccessDeniedException" || error_name == "Lambda.AccessDeniedException") {
    return Verdict::kAccessDenied;
  }
  if (const std::optional<Verdict> verdict = ParseVerdict(error_name)) return *verdict;
  const std::optional<ErrorKind> kind = ErrorKindFromName(error_name);
  if (!kind) return Verdict::kInternalError;
  switch (*kind) {
    case ErrorKind::kInvalidJob:
      return Verdict::kInvalidJob;
    case ErrorKind::kAccessDenied:
      return Verdict::kAccessDenied;
    case ErrorKind::kNoCapacity:
    case ErrorKind::kThrottled:
      return Verdict::kNoCapacity;
    case ErrorKind::kUnavailable:
    case ErrorKind::kUnknownOutcome:
    case ErrorKind::kNotFound:
    case ErrorKind::kConflict:
    case ErrorKind::kInternal:
      return Verdict::kInternalError;
  }
  return Verdict::kInternalError;
}

std::vector<Step> ExpectedSteps(const JobRecord& record, const std::vector<Step>& steps) {
  std::vector<Step> expected;
  for (const std::string& name : record.step_names) {
    const auto found = std::ranges::find(steps, name, &Step::name);
    if (found != steps.end()) {
      expected.push_back(*found);
    } else {
      Step missing;
      missing.name = name;
      missing.state_name = "MISSING";
      expected.push_back(missing);
    }
  }
  return expected;
}

Decision Decide(const JobRecord& record, const Cluster& cluster, const std::vector<Step>& steps,
                WallTime now) {
  const std::vector<Step> expected = ExpectedSteps(record, steps);
  for (const Step& step : expected) {
    if (IsFinal(step.state) && step.state != StepState::kCompleted) {
      return StepEnded(record, step, cluster, now);
    }
  }
  const bool all_completed = !expected.empty() && std::ranges::all_of(expected, [](const Step& s) {
    return s.state == StepState::kCompleted;
  });
  if (all_completed) return Decided(Verdict::kSucceeded, "");
  if (IsFinal(cluster.state)) {
    if (cluster.reason_code == "ALL_STEPS_COMPLETED") {
      return Unless(Decided(Verdict::kJobFailed,
                            "cluster " + cluster.id.str() +
                                " reports that all its steps completed, but its steps never said "
                                "so"),
                    kLooksForTheGoodEnd);
    }
    Decision decision = ClusterEnded(record, cluster, now);
    return expected.empty() ? decision : Unless(std::move(decision), kLooksForTheSameMoment);
  }
  if (auto decision = DeadlinePassed(record, cluster, now)) return *std::move(decision);
  return {Decision::Kind::kRunning, {}, {}};
}

}  // namespace ecm::lifecycle
