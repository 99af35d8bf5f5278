#include "aws/emr_types.h"

#include <algorithm>
#include <array>

namespace ecm {
namespace {

constexpr std::array<std::pair<ClusterState, std::string_view>, 7> kClusterStates = {{
    {ClusterState::kStarting, "STARTING"},
    {ClusterState::kBootstrapping, "BOOTSTRAPPING"},
    {ClusterState::kRunning, "RUNNING"},
    {ClusterState::kWaiting, "WAITING"},
    {ClusterState::kTerminating, "TERMINATING"},
    {ClusterState::kTerminated, "TERMINATED"},
    {ClusterState::kTerminatedWithErrors, "TERMINATED_WITH_ERRORS"},
}};

constexpr std::array<std::pair<StepState, std::string_view>, 7> kStepStates = {{
    {StepState::kPending, "PENDING"},
    {StepState::kCancelPending, "CANCEL_PENDING"},
    {StepState::kRunning, "RUNNING"},
    {StepState::kCompleted, "COMPLETED"},
    {StepState::kCancelled, "CANCELLED"},
    {StepState::kFailed, "FAILED"},
    {StepState::kInterrupted, "INTERRUPTED"},
}};

std::optional<WallTime> TimeAt(const Json& json, std::initializer_list<std::string_view> path) {
  const Json* found = Find(json, path);
  if (found == nullptr || !found->is_number()) return std::nullopt;
  return FromEpochSeconds(found->to_number<double>());
}

std::string TextAt(const Json& json, std::initializer_list<std::string_view> path) {
  const Json* found = Find(json, path);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

}  // namespace

ClusterState ParseClusterState(std::string_view name) {
  const auto* found =
      std::ranges::find(kClusterStates, name, [](const auto& p) { return p.second; });
  return found == kClusterStates.end() ? ClusterState::kOther : found->first;
}

StepState ParseStepState(std::string_view name) {
  const auto* found = std::ranges::find(kStepStates, name, [](const auto& p) { return p.second; });
  return found == kStepStates.end() ? StepState::kOther : found->first;
}

std::string_view Name(ClusterState state) {
  const auto* found =
      std::ranges::find(kClusterStates, state, [](const auto& p) { return p.first; });
  return found == kClusterStates.end() ? "OTHER" : found->second;
}

std::string_view Name(StepState state) {
  const auto* found = std::ranges::find(kStepStates, state, [](const auto& p) { return p.first; });
  return found == kStepStates.end() ? "OTHER" : found->second;
}

bool IsFinal(ClusterState state) {
  return state == ClusterState::kTerminated || state == ClusterState::kTerminatedWithErrors;
}

bool IsFinal(StepState state) {
  return state == StepState::kCompleted || state == StepState::kCancelled ||
         state == StepState::kFailed || state == StepState::kInterrupted;
}

Cluster ParseCluster(const Json& json) {
  Cluster cluster;
  cluster.id = ClusterId(StringOr(json, "Id"));
  cluster.name = StringOr(json, "Name");
  cluster.state_name = TextAt(json, {"Status", "State"});
  cluster.state = ParseClusterState(cluster.state_name);
  cluster.reason_code = TextAt(json, {"Status", "StateChangeReason", "Code"});
  cluster.reason_message = TextAt(json, {"Status", "StateChangeReason", "Message"});
  if (const Json* status = Find(json, "Status")) {
    for (const Json& detail : FindArray(*status, "ErrorDetails")) {
      cluster.error_details.push_back(StringOr(detail, "ErrorCode") + ": " +
                                      StringOr(detail, "ErrorMessage"));
    }
  }
  cluster.created = TimeAt(json, {"Status", "Timeline", "CreationDateTime"});
  cluster.ready = TimeAt(json, {"Status", "Timeline", "ReadyDateTime"});
  cluster.ended = TimeAt(json, {"Status", "Timeline", "EndDateTime"});
  cluster.termination_protected = FindBool(json, "TerminationProtected").value_or(false);
  cluster.auto_terminate = FindBool(json, "AutoTerminate").value_or(false);
  cluster.log_uri = StringOr(json, "LogUri");
  for (const Json& tag : FindArray(json, "Tags")) {
    cluster.tags.emplace_back(StringOr(tag, "Key"), StringOr(tag, "Value"));
  }
  return cluster;
}

ClusterSummary ParseClusterSummary(const Json& json) {
  return {ClusterId(StringOr(json, "Id")), StringOr(json, "Name"),
          ParseClusterState(TextAt(json, {"Status", "State"})),
          TimeAt(json, {"Status", "Timeline", "CreationDateTime"})};
}

Step ParseStep(const Json& json) {
  Step step;
  step.id = StepId(StringOr(json, "Id"));
  step.name = StringOr(json, "Name");
  step.state_name = TextAt(json, {"Status", "State"});
  step.state = ParseStepState(step.state_name);
  step.failure_reason = TextAt(json, {"Status", "FailureDetails", "Reason"});
  step.failure_message = TextAt(json, {"Status", "FailureDetails", "Message"});
  step.failure_log_file = TextAt(json, {"Status", "FailureDetails", "LogFile"});
  step.created = TimeAt(json, {"Status", "Timeline", "CreationDateTime"});
  step.started = TimeAt(json, {"Status", "Timeline", "StartDateTime"});
  step.ended = TimeAt(json, {"Status", "Timeline", "EndDateTime"});
  return step;
}

}  // namespace ecm
