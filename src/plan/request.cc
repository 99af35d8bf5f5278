#include "plan/request.h"

#include "base/time.h"

namespace ecm {
namespace {

JsonObject Tag(std::string_view key, std::string_view value) {
  return {{"Key", key}, {"Value", value}};
}

JsonArray OwnTags(const RequestParts& parts) {
  // An ARN can be longer than a tag's value; the name is always within it.
  const std::string& arn = parts.execution.arn.str();
  const bool arn_fits = !arn.empty() && arn.size() <= 256;
  JsonArray tags = {
      // Without this tag EMR's own role may not end the cluster (facts: EMR API, Roles).
      Tag("for-use-with-amazon-emr-managed-policies", "true"),
      Tag("ecm:stage", parts.stack.stage),
      Tag("ecm:execution", arn_fits ? arn : parts.execution.name),
      Tag("ecm:job", parts.job.job_name),
  };
  if (!parts.job.resource.empty()) tags.push_back(Tag("ecm:resource", parts.job.resource));
  tags.push_back(Tag("ecm:deadline", ToIso8601(parts.deadline)));
  return tags;
}

JsonObject InstanceGroup(std::string_view name, std::string_view role, std::string_view type,
                         std::int64_t count) {
  return {{"Name", name},
          {"InstanceRole", role},
          {"InstanceType", type},
          {"InstanceCount", count},
          {"Market", "ON_DEMAND"}};
}

JsonObject Instances(const Job& job, const StackConfig& stack) {
  JsonObject instances = {
      {"InstanceGroups", JsonArray{InstanceGroup("primary", "MASTER", job.master_type, 1),
                                   InstanceGroup("core", "CORE", job.slave_type, job.count)}},
      {"KeepJobFlowAliveWhenNoSteps", false},
      {"TerminationProtected", false},
  };
  const std::string& subnet = job.subnet.empty() ? stack.subnet : job.subnet;
  if (!subnet.empty()) instances["Ec2SubnetId"] = subnet;
  return instances;
}

JsonArray ToJson(const std::vector<std::string>& strings) {
  JsonArray array;
  array.reserve(strings.size());
  for (const std::string& text : strings) array.emplace_back(text);
  return array;
}

JsonArray Steps(const Job& job, const std::string& step_name) {
  return {JsonObject{{"Name", step_name},
                     {"ActionOnFailure", "TERMINATE_CLUSTER"},
                     {"HadoopJarStep", JsonObject{{"Jar", "command-runner.jar"},
                                                  {"Args", ToJson(SparkSubmitArgs(job))}}}}};
}

JsonArray Applications(const Job& job) {
  JsonArray applications;
  for (const std::string& name : job.applications) {
    applications.push_back(JsonObject{{"Name", name}});
  }
  return applications;
}

JsonArray BootstrapActions(const Job& job) {
  JsonArray actions;
  for (const BootstrapAction& action : job.bootstrap_actions) {
    JsonObject script = {{"Path", action.path}};
    if (!action.args.empty()) script["Args"] = ToJson(action.args);
    actions.push_back(
        JsonObject{{"Name", action.name}, {"ScriptBootstrapAction", std::move(script)}});
  }
  return actions;
}

}  // namespace

std::vector<std::string> SparkSubmitArgs(const Job& job) {
  std::vector<std::string> args = {"spark-submit",    "--deploy-mode", "client",
                                   "--driver-memory", job.mem_driver,  "--executor-memory",
                                   job.mem_executor};
  const auto add = [&](std::string option, std::string value) {
    args.push_back(std::move(option));
    args.push_back(std::move(value));
  };
  if (!job.code_files.empty()) add("--py-files", job.code_files);
  if (!job.spark_packages.empty()) {
    std::string packages;
    for (const std::string& package : job.spark_packages) {
      packages += (packages.empty() ? "" : ",") + package;
    }
    add("--packages", std::move(packages));
  }
  for (const JobArgument& argument : job.arguments) {
    add("--conf",
        "spark.hadoop." + job.spark_namespace + "." + argument.name + "=" + argument.value);
  }
  for (const auto& [key, value] : job.spark_conf) add("--conf", key + "=" + value);
  args.push_back(job.code_entrypoint);
  return args;
}

JsonObject BaseRequest(const RequestParts& parts) {
  const Job& job = parts.job;
  const StackConfig& stack = parts.stack;
  JsonObject request = {{"Name", parts.cluster_name}, {"ReleaseLabel", job.release}};
  const std::string& log_bucket = job.log_bucket.empty() ? stack.log_bucket : job.log_bucket;
  if (!log_bucket.empty()) request["LogUri"] = "s3://" + log_bucket + "/emr/" + stack.stage + "/";
  request["Applications"] = Applications(job);
  if (const JsonArray* given = job.configurations.if_array(); given != nullptr && !given->empty()) {
    request["Configurations"] = job.configurations;
  }
  if (!job.bootstrap_actions.empty()) request["BootstrapActions"] = BootstrapActions(job);
  request["Instances"] = Instances(job, stack);
  request["Steps"] = Steps(job, parts.step_name);
  request["ServiceRole"] = job.service_role.empty() ? stack.service_role : job.service_role;
  request["JobFlowRole"] =
      job.instance_profile.empty() ? stack.instance_profile : job.instance_profile;
  request["Tags"] = OwnTags(parts);
  return request;
}

}  // namespace ecm
