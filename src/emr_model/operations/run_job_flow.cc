#include <fmt/format.h>

#include "base/text.h"
#include "emr_model/errors.h"
#include "emr_model/operations/operations.h"
#include "emr_model/rules/instance_rules.h"
#include "emr_model/rules/policy_rules.h"
#include "emr_model/rules/release_rules.h"
#include "emr_model/rules/step_rules.h"
#include "emr_model/rules/tag_rules.h"

namespace ecm::emr_model {
namespace {

constexpr std::size_t kMaxBootstrapActions = 16;

/// "emr-7.10.0" → 7, 10.
Result<std::pair<int, int>> ReadRelease(const Json& request) {
  const std::string label = StringOr(request, "ReleaseLabel");
  const std::string ami = StringOr(request, "AmiVersion");
  if (label.empty() == ami.empty()) {
    return ValidationError(
        "Must specify exactly one of the following: release label, AMI version, or Hadoop "
        "version.");
  }
  if (!ami.empty()) {
    return ValidationError(
        "The built-in EMR has no AMI versions: name a ReleaseLabel such as emr-7.10.0.");
  }
  const std::optional<std::pair<int, int>> release = ParseRelease(label);
  if (!release.has_value()) return ValidationError(InvalidRelease(label));
  return *release;
}

Result<void> CheckName(const std::string& name) {
  if (name.find_first_of("<>$|`") == std::string::npos) return {};
  return ValidationError("The cluster name '" + ToOneLine(name) +
                         "' has one of the characters < > $ | ` that are not allowed.");
}

Result<void> CheckRoles(const Json& request) {
  if (StringOr(request, "ServiceRole").empty()) {
    return ValidationError("ServiceRole is required for creating cluster.");
  }
  if (StringOr(request, "JobFlowRole").empty()) {
    return ValidationError("InstanceProfile is required for creating cluster");
  }
  return {};
}

/// Custom AMIs came with emr-5.7.0.
Result<void> CheckCustomAmi(const Json& request, std::pair<int, int> release) {
  if (StringOr(request, "CustomAmiId").empty() || release >= std::pair(5, 7)) return {};
  return ValidationError("Custom AMI is not allowed");
}

Result<std::int64_t> ReadConcurrency(const Json& request) {
  const std::int64_t level = FindInt(request, "StepConcurrencyLevel").value_or(1);
  if (IsStepConcurrency(level)) return level;
  return ValidationError(std::string(kInvalidConcurrency));
}

/// Those that the request has: no policy is no policy, not the default one.
Result<void> ReadPolicies(const Json& request, ClusterRecord& cluster) {
  const Json* idle = Find(request, "AutoTerminationPolicy");
  if (idle != nullptr && !idle->is_null()) {
    ECM_TRY(cluster.idle_timeout, ReadIdleTimeout(*idle, cluster.release));
  }
  const Json* scaling = Find(request, "ManagedScalingPolicy");
  if (scaling != nullptr && !scaling->is_null()) {
    ECM_TRY_VOID(CheckManagedScaling(*scaling, cluster.release, cluster.uses_fleets));
    cluster.managed_scaling = *scaling;
  }
  return {};
}

Result<JsonArray> ReadBootstrapActions(const Json& request) {
  const JsonArray& configs = FindArray(request, "BootstrapActions");
  if (configs.size() > kMaxBootstrapActions) {
    return ValidationError(fmt::format("{} bootstrap actions; a cluster has at most {}.",
                                       configs.size(), kMaxBootstrapActions));
  }
  JsonArray commands;
  for (const Json& config : configs) {
    const Json& script = config.at("ScriptBootstrapAction");
    commands.push_back(JsonObject{{"Name", config.at("Name")},
                                  {"ScriptPath", script.at("Path")},
                                  {"Args", FindArray(script, "Args")}});
  }
  return commands;
}

void CopyMembers(const Json& from, std::initializer_list<std::string_view> keys, JsonObject& to) {
  for (const std::string_view key : keys) {
    const Json* found = Find(from, key);
    if (found != nullptr && !found->is_null()) to[key] = *found;
  }
}

/// Shape Ec2InstanceAttributes.
JsonObject DescribeEc2(const Json& request) {
  const Json& instances = request.at("Instances");
  JsonObject ec2{{"IamInstanceProfile", StringOr(request, "JobFlowRole")}};
  CopyMembers(instances,
              {"Ec2KeyName", "Ec2SubnetId", "EmrManagedMasterSecurityGroup",
               "EmrManagedSlaveSecurityGroup", "ServiceAccessSecurityGroup",
               "AdditionalMasterSecurityGroups", "AdditionalSlaveSecurityGroups"},
              ec2);
  const JsonArray& subnets = FindArray(instances, "Ec2SubnetIds");
  if (!subnets.empty() && !ec2.contains("Ec2SubnetId")) ec2["Ec2SubnetId"] = subnets.front();
  JsonArray requested = subnets;
  if (requested.empty() && ec2.contains("Ec2SubnetId")) requested.push_back(ec2["Ec2SubnetId"]);
  ec2["RequestedEc2SubnetIds"] = std::move(requested);
  const Json* placement = Find(instances, "Placement");
  if (placement != nullptr && placement->is_object()) {
    const std::string zone = StringOr(*placement, "AvailabilityZone");
    if (!zone.empty()) ec2["Ec2AvailabilityZone"] = zone;
    ec2["RequestedEc2AvailabilityZones"] = FindArray(*placement, "AvailabilityZones");
  }
  return ec2;
}

/// The members of shape Cluster that are written nowhere else in the record. KerberosAttributes is
/// left out: passwords.
JsonObject Describe(const ClusterRecord& cluster, const Json& request) {
  JsonObject description{
      {"Ec2InstanceAttributes", DescribeEc2(request)},
      {"InstanceCollectionType", cluster.uses_fleets ? "INSTANCE_FLEET" : "INSTANCE_GROUP"},
      {"UnhealthyNodeReplacement",
       FindBool(request.at("Instances"), "UnhealthyNodeReplacement").value_or(true)},
      {"VisibleToAllUsers", true},  // the member of the request has no effect any more
      {"Applications", FindArray(request, "Applications")},
      // Grows with what Amazon bills; these instances cost nothing.
      {"NormalizedInstanceHours", 0},
      {"StepConcurrencyLevel", cluster.step_concurrency}};
  CopyMembers(
      request,
      {"LogUri", "LogEncryptionKmsKeyId", "ReleaseLabel", "ServiceRole", "SecurityConfiguration",
       "AutoScalingRole", "ScaleDownBehavior", "CustomAmiId", "EbsRootVolumeSize",
       "EbsRootVolumeIops", "EbsRootVolumeThroughput", "RepoUpgradeOnBoot", "OSReleaseLabel",
       "ExtendedSupport", "MonitoringConfiguration", "SessionEnabled"},
      description);
  const Json* placement_groups = Find(request, "PlacementGroupConfigs");
  if (placement_groups != nullptr && placement_groups->is_array()) {
    description["PlacementGroups"] = *placement_groups;
  }
  return description;
}

Result<ClusterId> NewClusterId(World& world) {
  constexpr int kTries = 16;  // two equal ones are already beyond belief
  for (int i = 0; i < kTries; ++i) {
    ClusterId id(NewId(world.random, "j-"));
    if (!world.registry.Knows(id)) return id;
  }
  return Fail(ErrorKind::kInternal, "The source of random numbers repeats itself");
}

}  // namespace

Result<Json> RunJobFlow(World& world, const Region& region, const Json& request) {
  const Json& instances = request.at("Instances");
  ClusterRecord cluster;
  cluster.name = StringOr(request, "Name");
  cluster.region = region;
  ECM_TRY_VOID(CheckName(cluster.name));
  ECM_TRY(cluster.release, ReadRelease(request));
  ECM_TRY_VOID(CheckRoles(request));
  ECM_TRY_VOID(CheckCustomAmi(request, cluster.release));
  ECM_TRY(cluster.step_concurrency, ReadConcurrency(request));
  ECM_TRY(cluster.bootstrap_actions, ReadBootstrapActions(request));
  ECM_TRY(cluster.tags, MergeTags({}, FindArray(request, "Tags"), "ValidationException"));
  ECM_TRY(Instances read,
          ReadInstances(instances, {cluster.region, cluster.release, world.random}));
  cluster.uses_fleets = read.fleets;
  cluster.instances = std::move(read.collections);
  ECM_TRY_VOID(ReadPolicies(request, cluster));
  cluster.log_uri = StringOr(request, "LogUri");
  cluster.step_execution_role_arn = StringOr(request, "StepExecutionRoleArn");
  cluster.configurations = FindArray(request, "Configurations");
  cluster.keep_alive = FindBool(instances, "KeepJobFlowAliveWhenNoSteps").value_or(false);
  cluster.termination_protected = FindBool(instances, "TerminationProtected").value_or(false);
  ECM_TRY(cluster.steps, ReadSteps(FindArray(request, "Steps"), cluster, world.random));
  ECM_TRY(cluster.id, NewClusterId(world));
  cluster.arn = fmt::format("arn:{}:elasticmapreduce:{}:{}:cluster/{}", world.options.partition,
                            region.str(), world.options.account, cluster.id.str());
  cluster.description = PackedObject(Describe(cluster, request));

  JsonObject answer{{"JobFlowId", cluster.id.str()}, {"ClusterArn", cluster.arn}};
  world.life.Create(std::move(cluster));
  return answer;
}

}  // namespace ecm::emr_model
