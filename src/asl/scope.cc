#include "asl/scope.h"

#include <fmt/format.h>

namespace ecm::asl {
namespace {

bool NamesExecutionInput(const Path& path) {
  const auto& steps = path.steps();
  return steps.size() >= 2 && steps[0].key == "Execution" && steps[1].key == "Input";
}

JsonObject ExecutionPart(const ContextView& view, bool with_input) {
  JsonObject part;
  part["Id"] = view.identity->execution_arn;
  if (with_input) part["Input"] = *view.execution_input;
  part["Name"] = view.identity->execution_name;
  part["RoleArn"] = view.identity->role_arn;
  part["StartTime"] = ToIso8601(view.execution_started);
  return part;
}

JsonObject StatePart(const ContextView& view) {
  JsonObject part;
  part["Name"] = view.state;
  part["EnteredTime"] = ToIso8601(view.state_entered);
  part["RetryCount"] = view.retry_count;
  return part;
}

JsonObject MachinePart(const ContextView& view) {
  JsonObject part;
  part["Id"] = view.identity->state_machine_arn;
  part["Name"] = view.identity->state_machine_name;
  return part;
}

/// The context object, or only that part of it into which the path leads.
Json BuildContext(const Path& path, const ContextView& view) {
  const std::string_view first = path.steps().empty() ? "" : std::string_view(path.steps()[0].key);
  JsonObject context;
  if (first.empty() || first == "Execution") {
    context["Execution"] = ExecutionPart(view, path.steps().size() < 2);
  }
  if (first.empty() || first == "State") context["State"] = StatePart(view);
  if (first.empty() || first == "StateMachine") context["StateMachine"] = MachinePart(view);
  if ((first.empty() || first == "Task") && !view.token.empty()) {
    context["Task"] = JsonObject{{"Token", view.token}};
  }
  return context;
}

}  // namespace

const Json* Look(const Path& path, const Scope& scope, Json& storage) {
  if (path.root() == Path::Root::kInput) return path.Follow(*scope.input);
  if (NamesExecutionInput(path)) return path.Follow(*scope.context->execution_input, 2);
  storage = BuildContext(path, *scope.context);
  return path.Follow(storage);
}

Result<const Json*> LookOrFail(const Path& path, const Scope& scope, Json& storage) {
  const Json* found = Look(path, scope, storage);
  if (found == nullptr) {
    return Fail(ErrorKind::kInvalidJob,
                fmt::format("The path '{}' could not be found in the {}", path.text(),
                            path.root() == Path::Root::kInput ? "input" : "context object"));
  }
  return found;
}

bool IsContextPath(const Path& path) {
  static const Json kNothing;
  static const Identity kNobody;
  if (path.root() != Path::Root::kContext) return false;
  if (NamesExecutionInput(path)) return true;
  const ContextView view{&kNobody, &kNothing, {}, "state", {}, 0, "token"};
  Json storage;
  return Look(path, Scope{&kNothing, &view}, storage) != nullptr;
}

}  // namespace ecm::asl
