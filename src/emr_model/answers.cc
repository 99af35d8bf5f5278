#include "emr_model/answers.h"

#include <algorithm>
#include <array>

namespace ecm::emr_model {
namespace {

constexpr std::array<std::pair<ActionOnFailure, std::string_view>, 4> kActions = {{
    {ActionOnFailure::kTerminateJobFlow, "TERMINATE_JOB_FLOW"},
    {ActionOnFailure::kTerminateCluster, "TERMINATE_CLUSTER"},
    {ActionOnFailure::kCancelAndWait, "CANCEL_AND_WAIT"},
    {ActionOnFailure::kContinue, "CONTINUE"},
}};

void SetTime(JsonObject& object, std::string_view key, const std::optional<WallTime>& time) {
  if (time.has_value()) object.emplace(key, ToEpochSeconds(*time));
}

void SetText(JsonObject& object, std::string_view key, const std::string& text) {
  if (!text.empty()) object.emplace(key, text);
}

JsonObject RenderClusterStatus(const ClusterOutline& cluster,
                               const boost::json::storage_ptr& memory = {}) {
  JsonObject reason = JsonObject(2, memory);
  SetText(reason, "Code", cluster.reason.code);
  SetText(reason, "Message", cluster.reason.message);
  JsonObject timeline = JsonObject(3, memory);
  timeline.emplace("CreationDateTime", ToEpochSeconds(cluster.created));
  SetTime(timeline, "ReadyDateTime", cluster.ready);
  SetTime(timeline, "EndDateTime", cluster.ended);
  JsonObject status = JsonObject(4, memory);
  status.emplace("State", Name(cluster.state));
  status.emplace("StateChangeReason", std::move(reason));
  status.emplace("Timeline", std::move(timeline));
  if (!cluster.error_details.empty()) status.emplace("ErrorDetails", cluster.error_details);
  return status;
}

JsonObject RenderStepConfig(const StepRecord& step) {
  JsonObject properties;
  for (const auto& [key, value] : step.properties) properties[key] = value;
  JsonObject config{{"Jar", step.jar},
                    {"Properties", std::move(properties)},
                    {"Args", JsonArray(step.args.begin(), step.args.end())}};
  SetText(config, "MainClass", step.main_class);
  return config;
}

JsonObject RenderStepStatus(const StepRecord& step) {
  JsonObject timeline{{"CreationDateTime", ToEpochSeconds(step.created)}};
  SetTime(timeline, "StartDateTime", step.started);
  SetTime(timeline, "EndDateTime", step.ended);
  JsonObject reason;
  if (step.state == StepState::kRunning) SetText(reason, "Message", step.waits_for);
  JsonObject status{{"State", Name(step.state)},
                    {"StateChangeReason", std::move(reason)},
                    {"Timeline", std::move(timeline)}};
  if (step.failure.has_value()) {
    JsonObject failure;
    SetText(failure, "Reason", step.failure->reason);
    SetText(failure, "Message", step.failure->message);
    SetText(failure, "LogFile", step.failure->log_file);
    status["FailureDetails"] = std::move(failure);
  }
  return status;
}

/// Groups and fleets go through the same states as their cluster, under these names.
std::string_view InstancesState(ClusterState state) {
  switch (state) {
    case ClusterState::kStarting:
      return "PROVISIONING";
    case ClusterState::kBootstrapping:
      return "BOOTSTRAPPING";
    case ClusterState::kRunning:
    case ClusterState::kWaiting:
      return "RUNNING";
    case ClusterState::kTerminating:
      return "TERMINATING";
    default:
      return "TERMINATED";
  }
}

JsonObject RenderInstancesStatus(const ClusterRecord& cluster,
                                 const InstanceCollection& collection) {
  JsonObject reason;
  if (IsEnding(cluster.state)) {
    reason = {{"Code", "CLUSTER_TERMINATED"}, {"Message", "Job flow terminated"}};
  }
  return {{"State", InstancesState(cluster.state)},
          {"StateChangeReason", std::move(reason)},
          {"Timeline", RenderTimeline(cluster, collection)}};
}

bool HasInstances(ClusterState state) {
  return state != ClusterState::kStarting && !IsEnding(state);
}

}  // namespace

std::string_view Name(ActionOnFailure action) {
  const auto* found = std::ranges::find(kActions, action, [](const auto& p) { return p.first; });
  return found->second;
}

std::optional<ActionOnFailure> ParseActionOnFailure(std::string_view name) {
  const auto* found = std::ranges::find(kActions, name, [](const auto& p) { return p.second; });
  if (found == kActions.end()) return std::nullopt;
  return found->first;
}

JsonObject RenderCluster(const ClusterRecord& cluster) {
  const JsonObject description = cluster.description.Unpack();
  JsonObject answer;
  answer.reserve(description.size() + 8);
  answer["Id"] = cluster.id.str();
  answer["Name"] = cluster.name;
  answer["ClusterArn"] = cluster.arn;
  for (const auto& member : description) {
    answer.insert(member);
    if (member.key() == "Applications") answer["Configurations"] = cluster.configurations;
  }
  answer["Status"] = RenderClusterStatus(cluster);
  answer["AutoTerminate"] = !cluster.keep_alive;
  answer["TerminationProtected"] = cluster.termination_protected;
  JsonArray tags;
  for (const auto& [key, value] : cluster.tags) {
    tags.push_back(JsonObject{{"Key", key}, {"Value", value}});
  }
  answer["Tags"] = std::move(tags);
  return answer;
}

JsonObject RenderClusterSummary(const ClusterOutline& cluster,
                                const boost::json::storage_ptr& memory) {
  JsonObject answer = JsonObject(5, memory);
  answer.emplace("Id", cluster.id.str());
  answer.emplace("Name", cluster.name);
  answer.emplace("Status", RenderClusterStatus(cluster, memory));
  answer.emplace("NormalizedInstanceHours", 0);
  answer.emplace("ClusterArn", cluster.arn);
  return answer;
}

JsonObject RenderStepSummary(const StepRecord& step) {
  JsonObject answer{{"Id", step.id.str()},
                    {"Name", step.name},
                    {"Config", RenderStepConfig(step)},
                    {"ActionOnFailure", Name(step.action)},
                    {"Status", RenderStepStatus(step)}};
  SetText(answer, "LogUri", step.log_uri);
  SetText(answer, "EncryptionKeyArn", step.encryption_key_arn);
  return answer;
}

JsonObject RenderStep(const StepRecord& step) {
  JsonObject answer = RenderStepSummary(step);
  SetText(answer, "ExecutionRoleArn", step.execution_role_arn);
  return answer;
}

JsonObject RenderTimeline(const ClusterRecord& cluster, const InstanceCollection& collection) {
  const WallTime created = collection.added.value_or(cluster.created);
  JsonObject timeline{{"CreationDateTime", ToEpochSeconds(created)}};
  if (cluster.ready.has_value()) {
    timeline["ReadyDateTime"] = ToEpochSeconds(std::max(created, *cluster.ready));
  }
  SetTime(timeline, "EndDateTime", cluster.ended);
  return timeline;
}

JsonObject RenderInstanceGroup(const ClusterRecord& cluster, const InstanceCollection& group) {
  JsonObject answer = group.description.Unpack();
  answer["RequestedInstanceCount"] = group.count;
  answer["RunningInstanceCount"] = HasInstances(cluster.state) ? group.count : 0;
  answer["Status"] = RenderInstancesStatus(cluster, group);
  return answer;
}

JsonObject RenderInstanceFleet(const ClusterRecord& cluster, const InstanceCollection& fleet) {
  JsonObject answer = fleet.description.Unpack();
  const bool provisioned = HasInstances(cluster.state);
  answer["TargetOnDemandCapacity"] = fleet.count;
  answer["TargetSpotCapacity"] = fleet.spot_count;
  answer["ProvisionedOnDemandCapacity"] = provisioned ? fleet.count : 0;
  answer["ProvisionedSpotCapacity"] = provisioned ? fleet.spot_count : 0;
  answer["Status"] = RenderInstancesStatus(cluster, fleet);
  return answer;
}

}  // namespace ecm::emr_model
