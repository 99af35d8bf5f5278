#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "asl/field_reader.h"
#include "base/text.h"

namespace ecm::asl {
namespace {

/// Parameters that the service's integrations take: Lambda Invoke and SNS Publish.
const std::vector<std::string_view> kLambdaParameters = {
    "FunctionName", "Payload", "InvocationType", "ClientContext", "LogType", "Qualifier"};
const std::vector<std::string_view> kSnsParameters = {
    "TopicArn",          "TargetArn",      "PhoneNumber",
    "Message",           "Subject",        "MessageStructure",
    "MessageAttributes", "MessageGroupId", "MessageDeduplicationId"};

std::optional<Resource> ResourceFromArn(std::string_view arn) {
  // arn:{partition}:states:::lambda:invoke
  if (!arn.starts_with("arn:aws")) return std::nullopt;
  const std::size_t partition_end = arn.find(':', 4);
  constexpr std::string_view kMiddle = ":states:::";
  if (partition_end == std::string_view::npos || !arn.substr(partition_end).starts_with(kMiddle)) {
    return std::nullopt;
  }
  const std::string_view name = arn.substr(partition_end + kMiddle.size());
  for (const Resource resource :
       {Resource::kLambdaInvoke, Resource::kLambdaInvokeWaitForTaskToken, Resource::kSnsPublish}) {
    if (name == ResourceName(resource)) return resource;
  }
  return std::nullopt;
}

bool HasParameter(const Json& parameters, std::string_view name) {
  return Find(parameters, name) != nullptr || Find(parameters, std::string(name) + ".$") != nullptr;
}

void CheckParameters(FieldReader& state, Resource resource, const Json& parameters) {
  const bool lambda = resource != Resource::kSnsPublish;
  const auto& known = lambda ? kLambdaParameters : kSnsParameters;
  const std::string pointer = PointerTo(state.pointer(), "Parameters");
  for (const auto& member : parameters.get_object()) {
    std::string_view name = member.key();
    if (name.ends_with(".$")) name.remove_suffix(2);
    if (std::ranges::find(known, name) != known.end()) continue;
    const std::string_view near = Nearest(name, known);
    state.problems().push_back(
        {PointerTo(pointer, member.key()),
         fmt::format("{} has no parameter '{}'{}", ResourceName(resource), name,
                     near.empty() ? "" : fmt::format("; did you mean '{}'?", near))});
  }
  if (lambda && !HasParameter(parameters, "FunctionName")) {
    state.Problem("Parameters", "'FunctionName' is missing");
  }
  if (!lambda && !HasParameter(parameters, "Message")) {
    state.Problem("Parameters", "'Message' is missing");
  }
  if (!lambda && !HasParameter(parameters, "TopicArn") && !HasParameter(parameters, "TargetArn") &&
      !HasParameter(parameters, "PhoneNumber")) {
    state.Problem("Parameters", "'TopicArn', 'TargetArn' or 'PhoneNumber' is missing");
  }
}

/// Whether the parameters carry $$.Task.Token, so that somebody can answer it.
bool CarriesToken(const PayloadTemplate& parameters) {
  std::vector<const Path*> paths;
  CollectPaths(parameters, paths);
  return std::ranges::any_of(paths, [](const Path* path) {
    return path->root() == Path::Root::kContext &&
           (path->steps().empty() || path->steps()[0].key == "Task");
  });
}

void CheckToken(FieldReader& state, const TaskSpec& task) {
  if (!task.WaitsForToken()) {
    if (task.heartbeat.IsSet()) {
      state.Problem(task.heartbeat.fixed ? "HeartbeatSeconds" : "HeartbeatSecondsPath",
                    "only a .waitForTaskToken task can send heartbeats");
    }
    return;
  }
  if (!CarriesToken(task.parameters)) {
    state.Problem("Parameters", "nothing in them is $$.Task.Token: nobody could answer the task");
  }
  if (task.heartbeat.fixed && task.timeout.fixed && *task.heartbeat.fixed >= *task.timeout.fixed) {
    state.Problem("HeartbeatSeconds", "it must be smaller than TimeoutSeconds");
  }
}

}  // namespace

TaskSpec ReadTask(FieldReader& state) {
  TaskSpec task;
  const auto arn = state.String("Resource");
  const auto resource = arn ? ResourceFromArn(*arn) : std::nullopt;
  if (!arn) {
    state.Problem("", "'Resource' is missing");
  } else if (!resource) {
    state.Problem("Resource",
                  fmt::format("'{}' is not run by this executor; it runs arn:aws:states:::"
                              "lambda:invoke, …lambda:invoke.waitForTaskToken and …sns:publish",
                              *arn));
  }
  task.resource = resource.value_or(Resource::kLambdaInvoke);
  task.result_selector = state.Template("ResultSelector");
  task.placement = state.Place("ResultPath");
  task.timeout = state.SecondsOrPath("TimeoutSeconds", 1);
  task.heartbeat = state.SecondsOrPath("HeartbeatSeconds", 1);
  task.retriers = ReadRetry(state);
  task.catchers = ReadCatch(state);
  if (auto parameters = state.Template("Parameters")) {
    task.parameters = *std::move(parameters);
    if (resource) {
      CheckParameters(state, *resource, *state.Take("Parameters"));
      CheckToken(state, task);
    }
  } else if (resource && state.Take("Parameters") == nullptr) {
    state.Problem("", "'Parameters' is missing");
  }
  return task;
}

}  // namespace ecm::asl
