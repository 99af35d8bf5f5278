#include "asl/model.h"

#include <algorithm>
#include <utility>

namespace ecm::asl {

std::string_view ResourceName(Resource resource) {
  switch (resource) {
    case Resource::kLambdaInvoke:
      return "lambda:invoke";
    case Resource::kLambdaInvokeWaitForTaskToken:
      return "lambda:invoke.waitForTaskToken";
    case Resource::kSnsPublish:
      return "sns:publish";
  }
  std::unreachable();
}

std::vector<Transition*> TransitionsOf(State& state) {
  std::vector<Transition*> ways;
  if (!state.next.name.empty()) ways.push_back(&state.next);
  if (auto* choice = std::get_if<ChoiceSpec>(&state.spec)) {
    for (Choice& one : choice->choices) ways.push_back(&one.next);
    if (choice->otherwise) ways.push_back(&*choice->otherwise);
  }
  if (auto* task = std::get_if<TaskSpec>(&state.spec)) {
    for (Catcher& catcher : task->catchers) ways.push_back(&catcher.next);
  }
  return ways;
}

std::vector<const Transition*> TransitionsOf(const State& state) {
  const auto ways = TransitionsOf(const_cast<State&>(state));
  return {ways.begin(), ways.end()};
}

bool MatchesError(const std::vector<std::string>& error_equals, std::string_view error) {
  if (error == "States.Runtime") return false;
  return std::ranges::any_of(error_equals, [&](const std::string& name) {
    if (name == error) return true;
    if (error == "States.DataLimitExceeded") return false;
    if (name == "States.ALL") return true;
    if (name == "States.TaskFailed") return error != "States.Timeout";
    // A missed heartbeat is a timeout too: its own name is the narrower one.
    return name == "States.Timeout" && error == "States.HeartbeatTimeout";
  });
}

}  // namespace ecm::asl
