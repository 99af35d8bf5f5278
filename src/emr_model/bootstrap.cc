#include "emr_model/bootstrap.h"

#include <fmt/format.h>

#include "emr_model/cluster_instances.h"

namespace ecm::emr_model {
namespace {

constexpr std::string_view kGuide = "https://docs.aws.amazon.com/emr/latest/ManagementGuide/";

/// With a return code an action has run; without one its script could not even be fetched.
std::string_view CodeOf(const BootstrapExit& exit) {
  return exit.failure_message.empty() ? "BOOTSTRAP_FAILURE_PRIMARY_WITH_NON_ZERO_CODE"
                                      : "BOOTSTRAP_FAILURE_BA_DOWNLOAD_FAILED_PRIMARY";
}

}  // namespace

BootstrapLaunch MakeBootstrapLaunch(const ClusterRecord& cluster) {
  BootstrapLaunch launch;
  launch.cluster = cluster.id;
  launch.cluster_name = cluster.name;
  launch.instance = PrimaryEc2Id(cluster);
  for (const Json& command : cluster.bootstrap_actions) {
    BootstrapLaunch::Action action{StringOr(command, "Name"), StringOr(command, "ScriptPath"), {}};
    for (const Json& arg : FindArray(command, "Args")) action.args.emplace_back(arg.get_string());
    launch.actions.push_back(std::move(action));
  }
  launch.log_uri = cluster.log_uri;
  launch.configurations = cluster.configurations;
  return launch;
}

BootstrapFailure ExplainBootstrapFailure(const ClusterRecord& cluster, const BootstrapExit& exit) {
  const std::string instance = PrimaryEc2Id(cluster);
  std::string message = fmt::format("On the master instance ({}), bootstrap action {} ", instance,
                                    exit.failed_action);
  message += exit.failure_message.empty() ? "returned a non-zero return code"
                                          : "could not be run: " + exit.failure_message;
  const std::string_view code = CodeOf(exit);
  const std::size_t place = exit.failed_action - 1;
  const std::string path = place < cluster.bootstrap_actions.size()
                               ? StringOr(cluster.bootstrap_actions[place], "ScriptPath")
                               : "";
  JsonObject data{{"primary-instance-id", instance},
                  {"bootstrap-action", std::to_string(exit.failed_action)},
                  {"amazon-s3-path", path},
                  {"public-doc", fmt::format("{}{}.html", kGuide, code)}};
  if (exit.failure_message.empty()) data["return-code"] = std::to_string(exit.exit_code);
  JsonArray details{JsonObject{
      {"ErrorCode", code}, {"ErrorData", JsonArray{std::move(data)}}, {"ErrorMessage", message}}};
  return {{"BOOTSTRAP_FAILURE", std::move(message)}, std::move(details)};
}

}  // namespace ecm::emr_model
