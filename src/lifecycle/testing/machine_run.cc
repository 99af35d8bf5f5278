#include "lifecycle/testing/machine_run.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "aws/emr_types.h"
#include "lifecycle/shipped_definition.h"

namespace ecm::lifecycle {
namespace {

constexpr int kMaxRounds = 1000;

asl::Identity RunIdentity() {
  return {"arn:aws:states:eu-west-1:123456789012:execution:ecm-dev:run-1", "run-1",
          "arn:aws:states:eu-west-1:123456789012:stateMachine:ecm-dev", "ecm-dev",
          "arn:aws:iam::123456789012:role/ecm-dev-states"};
}

/// What EventBridge's rule lets through to Wake: the ends of clusters and steps.
bool IsEnd(const Json& event) {
  const Json* detail = Find(event, "detail");
  const std::string state = detail == nullptr ? "" : StringOr(*detail, "state");
  return IsFinal(ParseClusterState(state)) || IsFinal(ParseStepState(state));
}

}  // namespace

std::map<std::string, std::string> ShippedValues() {
  return {{"partition", "aws"},
          {"submit", "submit"},
          {"await", "await"},
          {"inspect", "inspect"},
          {"release", "release"},
          {"report", "report"},
          {"topic", "arn:aws:sns:eu-west-1:123456789012:notices"}};
}

std::shared_ptr<const asl::Definition> ReadShippedDefinition() {
  const Result<Json> shipped = ShippedDefinition(ShippedValues());
  if (!shipped) {
    ADD_FAILURE() << shipped.error().message;
    return nullptr;
  }
  asl::DefinitionReading reading = asl::ReadDefinition(*shipped);
  for (const asl::DefinitionProblem& problem : reading.problems) {
    ADD_FAILURE() << problem.pointer << ": " << problem.message;
  }
  return reading.definition;
}

std::vector<std::string> PathOf(const asl::Execution& execution) {
  std::vector<std::string> path;
  for (const asl::HistoryEvent& event : execution.history()) {
    if (event.type.ends_with("StateEntered")) path.push_back(StringOr(event.details, "name"));
  }
  return path;
}

MachineRun::MachineRun(LifecycleWorld& world, Json job)
    : world_(world), execution_(ReadShippedDefinition(), RunIdentity(), std::move(job)) {}

void MachineRun::Run(const std::function<bool()>& asleep) {
  Tell(asl::Start{});
  for (int round = 0; round < kMaxRounds; ++round) {
    if (execution_.status() != asl::Status::kRunning) return;
    if (!tasks_.empty()) {
      const asl::RunTask task = tasks_.front();
      tasks_.erase(tasks_.begin());
      Perform(task);
      continue;
    }
    DeliverEvents();
    if (AnswerTokens()) continue;
    if (execution_.current_state() == "Await" && asleep()) continue;
    if (!FireNextTimer()) break;
  }
  ADD_FAILURE() << "the execution does not end; it is in " << execution_.current_state();
}

void MachineRun::Tell(const asl::Event& event) {
  for (asl::Command& command : execution_.Apply(event, world_.clock.Wall(), random_)) {
    if (auto* task = std::get_if<asl::RunTask>(&command)) tasks_.push_back(std::move(*task));
    if (auto* timer = std::get_if<asl::SetTimer>(&command))
      timers_.emplace(timer->due, timer->timer);
  }
}

void MachineRun::Perform(const asl::RunTask& task) {
  if (task.resource != "sns:publish") {
    Invoke(task);
    return;
  }
  published_.push_back(task.parameters);
  Tell(asl::TaskAnswered{task.task, JsonObject{{"MessageId", "message-1"}}});
}

void MachineRun::Invoke(const asl::RunTask& task) {
  const std::string function = StringOr(task.parameters, "FunctionName");
  const Handler handler = FindHandler(function);
  ASSERT_NE(handler, nullptr) << function;
  const Result<Json> answer = handler(task.parameters.at("Payload"), world_.ports);
  if (!answers_.contains(function)) answers_[function] = JsonArray{};
  JsonArray& told = answers_[function].get_array();
  if (answer) {
    told.push_back(JsonObject{{"output", *answer}});
    Tell(asl::TaskAnswered{
        task.task,
        JsonObject{{"ExecutedVersion", "$LATEST"}, {"Payload", *answer}, {"StatusCode", 200}}});
    return;
  }
  const Json error = ToLambdaError(answer.error());
  told.push_back(JsonObject{{"error", error.at("errorType")}, {"cause", error.at("errorMessage")}});
  Tell(asl::TaskErred{task.task, StringOr(error, "errorType"), ToText(error)});
}

void MachineRun::DeliverEvents() {
  for (; delivered_ < world_.events.size(); ++delivered_) {
    if (!IsEnd(world_.events[delivered_])) continue;
    const Result<Json> woken = Wake(world_.events[delivered_], world_.ports);
    EXPECT_TRUE(woken.has_value()) << woken.error().message;
  }
}

bool MachineRun::AnswerTokens() {
  bool told = false;
  for (; tokens_told_ < world_.tokens.answered.size(); ++tokens_told_) {
    const std::string& token = world_.tokens.answered[tokens_told_];
    if (!execution_.WaitsFor(token)) continue;
    Tell(asl::TokenSucceeded{token, JsonObject{}});
    told = true;
  }
  return told;
}

bool MachineRun::FireNextTimer() {
  if (timers_.empty()) return false;
  const auto [due, timer] = *timers_.begin();
  timers_.erase(timers_.begin());
  world_.clock.Advance(std::max(Duration{0}, due - world_.clock.Wall()));
  Tell(asl::TimerFired{timer});
  return true;
}

}  // namespace ecm::lifecycle
