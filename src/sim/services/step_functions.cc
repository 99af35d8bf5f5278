#include "sim/services/step_functions.h"

#include <algorithm>
#include <utility>

#include "lifecycle/verdict.h"

namespace ecm::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Duration DispatchDelay(Random& chance) {
  return DrawBetween(chance, milliseconds{10}, milliseconds{150});
}

/// What a person wants to read of a history; the rest goes into the hash alone.
bool IsStory(const std::string& type) {
  return type.ends_with("StateEntered") || type.ends_with("Failed") || type.ends_with("TimedOut");
}

/// What AWS counts as a state transition: a state that is entered, and each further try of its
/// task.
void CountTransition(const asl::HistoryEvent& event, ExecutionTruth& truth) {
  if (event.type.ends_with("StateEntered")) ++truth.transitions;
  if (event.type == "TaskScheduled") ++truth.transitions;
  if (event.type == "TaskStateEntered") --truth.transitions;  // its first try
}

/// Whether `text` has this ARN, and not that of run-11 for that of run-1.
bool Names(std::string_view text, std::string_view arn) {
  for (std::size_t at = text.find(arn); at != std::string_view::npos; at = text.find(arn, at + 1)) {
    const std::size_t end = at + arn.size();
    if (end == text.size() || text[end] < '0' || text[end] > '9') return true;
  }
  return false;
}

/// The verdict that a notice about a job's end gives in its subject; "" in others.
std::string VerdictIn(std::string_view subject) {
  const std::size_t begin = subject.find("] ");
  const std::size_t end = subject.find(": ");
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return {};
  const std::string_view word = subject.substr(begin + 2, end - begin - 2);
  return lifecycle::ParseVerdict(word) ? std::string(word) : std::string();
}

constexpr Duration kLongestClosed = std::chrono::hours{3};

}  // namespace

StepFunctions::StepFunctions(Core core, Random& random, Definitions definitions,
                             Functions& functions, Ledger& ledger,
                             std::function<void(std::size_t)> on_ended)
    : core_(core),
      random_(random),
      definitions_(std::move(definitions)),
      functions_(functions),
      ledger_(ledger),
      on_ended_(std::move(on_ended)) {}

void StepFunctions::Start(std::size_t index, Json input) {
  ExecutionTruth& truth = ledger_.executions[index];
  truth.hasty = core_.faults.DrawPlanned(Site::kExecution, Fault::kMachineTimesOut, 0.2);
  asl::Identity identity{.execution_arn = truth.arn,
                         .execution_name = truth.name,
                         .state_machine_arn = "arn:aws:states:eu-west-1:1:stateMachine:ecm-sim",
                         .state_machine_name = "ecm-sim",
                         .role_arn = "arn:aws:iam::1:role/ecm-sim"};
  runs_[index].execution = std::make_unique<asl::Execution>(
      truth.hasty ? definitions_.hasty : definitions_.usual, std::move(identity), std::move(input),
      asl::HistoryDetail::kNames);
  open_.insert(index);
  Apply(index, asl::Start{});
}

void StepFunctions::Stop(std::size_t index) {
  const auto found = runs_.find(index);
  if (found == runs_.end() || found->second.execution->status() != asl::Status::kRunning) return;
  ledger_.executions[index].asked_to_stop = true;
  Apply(index, asl::StopRequested{});
}

bool StepFunctions::Redrive(std::size_t index) {
  const auto found = runs_.find(index);
  if (deleted_ || found == runs_.end()) return false;
  const asl::Status status = found->second.execution->status();
  if (status == asl::Status::kRunning || status == asl::Status::kSucceeded) return false;
  ExecutionTruth& truth = ledger_.executions[index];
  truth.status = asl::Status::kRunning;
  truth.ended.reset();
  truth.judged.reset();
  truth.outcome = nullptr;
  truth.killed = false;
  truth.asked_to_stop = false;
  truth.redriven = core_.scheduler.now();
  --ledger_.ended_executions;
  open_.insert(index);
  Apply(index, asl::Redriven{});
  return true;
}

bool StepFunctions::Kill(std::size_t index) {
  if (!open_.contains(index)) return false;
  ledger_.executions[index].killed = true;
  Apply(index, asl::Abandoned{"States.Runtime", "an error that nothing catches"});
  return true;
}

void StepFunctions::DeleteMachine() {
  deleted_ = true;
  for (const std::size_t index : std::set<std::size_t>(open_)) {
    ledger_.executions[index].deleted = true;
    Stop(index);
  }
}

Result<void> StepFunctions::TakeToken(const TaskToken& token, const Json& output) {
  for (const std::size_t index : open_) {
    if (!runs_.at(index).execution->WaitsFor(token.str())) continue;
    Apply(index, asl::TokenSucceeded{token.str(), output});
    return {};
  }
  core_.faults.Count(Fault::kTokenLate, Site::kSendTaskSuccess);
  return Fail(ErrorKind::kNotFound, "Task Timed Out", "TaskTimedOut");
}

Result<ExecutionState> StepFunctions::Tell(const ExecutionArn& execution, Duration lag) {
  const WallTime then = core_.scheduler.now() - lag;
  const std::optional<std::size_t> index = IndexOfRun(execution.str());
  const bool known = index && *index < ledger_.executions.size() &&
                     ledger_.executions[*index].arn == execution.str();
  const ExecutionTruth* found = known ? &ledger_.executions[*index] : nullptr;
  if (deleted_ || found == nullptr || found->started > then) {
    return Fail(ErrorKind::kNotFound, "Execution Does Not Exist: '" + execution.str() + "'",
                "ExecutionDoesNotExist");
  }
  ExecutionState state;
  state.started = found->started;
  state.status = ExecutionStatus::kRunning;
  if (!found->ended || *found->ended > then) return state;
  state.status = ParseExecutionStatus(Name(found->status));
  state.stopped = found->ended;
  return state;
}

std::set<ExecutionArn> StepFunctions::TellRunning(Duration lag) const {
  const WallTime then = core_.scheduler.now() - lag;
  std::set<ExecutionArn> running;
  for (const ExecutionTruth& execution : ledger_.executions) {
    const bool runs = execution.started <= then && (!execution.ended || *execution.ended > then);
    if (runs) running.emplace(execution.arn);
  }
  return running;
}

void StepFunctions::Take(const std::string& subject, const std::string& message) {
  core_.timeline.Note(core_.scheduler.now(), "topic", {subject});
  const std::string verdict = VerdictIn(subject);
  for (ExecutionTruth& execution : ledger_.executions) {
    if (!Names(message, execution.arn)) continue;
    ++execution.notices;
    if (!verdict.empty()) execution.told.insert(verdict);
  }
}

std::optional<Error> StepFunctions::Refusal(Site site) {
  const WallTime now = core_.scheduler.now();
  const bool closed = closed_until_ && now < *closed_until_;
  if (!closed && !core_.faults.DrawCall(site, {Fault::kTopicClosed})) return std::nullopt;
  if (closed) {
    // One that is gone for good is one fault: worlds settle after the last one.
    if (!ledger_.topic_gone) core_.faults.Count(Fault::kTopicClosed, site);
    return closed_;
  }
  closed_ = UniformBelow(core_.chance, 2) == 0
                ? Error{ErrorKind::kNotFound, "Topic does not exist", "NotFoundException"}
                : Error{ErrorKind::kAccessDenied, "The key of the topic denies access",
                        "KMSAccessDeniedException"};
  ledger_.topic_gone = UniformBelow(core_.chance, 4) == 0;
  closed_until_ = ledger_.topic_gone ? WallTime::max()
                                     : now + DrawBetween(core_.chance, seconds{1}, kLongestClosed);
  core_.timeline.Note(now, "topic", {"FAULT", Name(Fault::kTopicClosed), closed_.code});
  return closed_;
}

void StepFunctions::Apply(std::size_t index, const asl::Event& event) {
  asl::Execution& execution = *runs_.at(index).execution;
  std::vector<asl::Command> commands = execution.Apply(event, core_.scheduler.now(), random_);
  Tell(index);
  for (asl::Command& command : commands) {
    if (auto* task = std::get_if<asl::RunTask>(&command)) {
      Do(index, std::move(*task));
    } else if (const auto* timer = std::get_if<asl::SetTimer>(&command)) {
      core_.scheduler.At(timer->due,
                         [this, index, id = timer->timer] { Apply(index, asl::TimerFired{id}); });
    } else {
      OnEnd(index);
    }
  }
}

void StepFunctions::Tell(std::size_t index) {
  Run& run = runs_.at(index);
  const std::vector<asl::HistoryEvent>& history = run.execution->history();
  for (; run.told < history.size(); ++run.told) {
    const asl::HistoryEvent& event = history[run.told];
    CountTransition(event, ledger_.executions[index]);
    if (!IsStory(event.type)) {
      core_.timeline.Mix(event.type);
      continue;
    }
    core_.timeline.Note(event.time, ledger_.executions[index].name,
                        {event.type, StringOr(event.details, "name")});
  }
}

void StepFunctions::Do(std::size_t index, asl::RunTask task) {
  core_.scheduler.After(DispatchDelay(core_.chance), [this, index, task = std::move(task)] {
    if (task.resource == "sns:publish") {
      Publish(index, task);
    } else {
      Invoke(index, task);
    }
  });
}

void StepFunctions::Invoke(std::size_t index, const asl::RunTask& task) {
  ExecutionTruth& truth = ledger_.executions[index];
  const std::optional<Fault> fault = core_.faults.DrawCall(
      Site::kInvoke, {Fault::kInvokeRefused, Fault::kInvokeLost, Fault::kInvokeNeverAnswers});
  if (fault) core_.timeline.Note(core_.scheduler.now(), truth.name, {"FAULT", Name(*fault)});
  if (fault == Fault::kInvokeRefused) {
    OnAnswer(index, task.task, {.error = "Lambda.TooManyRequestsException"});
    return;
  }
  if (fault == Fault::kInvokeLost) {
    // The handler runs on; its own answer will be ignored, the task has failed by then.
    core_.scheduler.After(DrawBetween(core_.chance, milliseconds{0}, seconds{2}),
                          [this, index, id = task.task] {
                            OnAnswer(index, id, {.error = "Lambda.SdkClientException"});
                          });
  }
  const std::string function = StringOr(task.parameters, "FunctionName");
  const Json* payload = Find(task.parameters, "Payload");
  functions_.Invoke(
      truth.name, function, payload == nullptr ? Json(JsonObject{}) : *payload,
      [this, index, id = task.task, judges = function == "inspect", began = core_.scheduler.now(),
       silent = fault == Fault::kInvokeNeverAnswers](InvokeResult result) {
        if (silent) return;
        const bool verdict = judges && result.ok && StringOr(result.payload, "next") == "release";
        if (OnAnswer(index, id, std::move(result)) && verdict) {
          ledger_.executions[index].judged = began;
        }
      });
}

bool StepFunctions::OnAnswer(std::size_t index, asl::ActivityId task, InvokeResult result) {
  const std::size_t before = runs_.at(index).told;
  if (!result.ok) {
    Apply(index, asl::TaskErred{task, std::move(result.error), std::move(result.cause)});
    return runs_.at(index).told > before;
  }
  JsonObject answer{{"ExecutedVersion", "$LATEST"}, {"StatusCode", 200}};
  answer["Payload"] = std::move(result.payload);
  Apply(index, asl::TaskAnswered{task, std::move(answer)});
  return runs_.at(index).told > before;
}

void StepFunctions::Publish(std::size_t index, const asl::RunTask& task) {
  ExecutionTruth& truth = ledger_.executions[index];
  if (const std::optional<Error> refusal = Refusal(Site::kPublish)) {
    truth.untold = true;
    OnAnswer(index, task.task, {.error = "SNS." + refusal->code, .cause = refusal->message});
    return;
  }
  const std::optional<Fault> fault =
      core_.faults.DrawCall(Site::kPublish, {Fault::kPublishRefused, Fault::kPublishLost});
  if (fault) core_.timeline.Note(core_.scheduler.now(), truth.name, {"FAULT", Name(*fault)});
  if (fault == Fault::kPublishRefused) {
    // The Retry of Notify gives up at the eleventh.
    truth.untold = true;
    OnAnswer(index, task.task, {.error = "SNS.InternalErrorException"});
    return;
  }
  truth.untold = false;
  Take(StringOr(task.parameters, "Subject"), StringOr(task.parameters, "Message"));
  if (fault == Fault::kPublishLost) {
    OnAnswer(index, task.task, {.error = "SNS.SdkClientException"});
    return;
  }
  Apply(index, asl::TaskAnswered{task.task, JsonObject{{"MessageId", "m-1"}}});
}

void StepFunctions::OnEnd(std::size_t index) {
  const asl::Execution& execution = *runs_.at(index).execution;
  ExecutionTruth& truth = ledger_.executions[index];
  truth.status = execution.status();
  truth.ended = core_.scheduler.now();
  truth.error = execution.error();
  if (truth.status == asl::Status::kTimedOut) {
    core_.faults.Count(Fault::kMachineTimesOut, Site::kExecution);
  }
  if (truth.status == asl::Status::kSucceeded) {
    truth.outcome = execution.output();
  } else if (Result<Json> cause = ParseJson(execution.cause())) {
    truth.outcome = *std::move(cause);
  }
  ++ledger_.ended_executions;
  open_.erase(index);
  core_.timeline.Note(core_.scheduler.now(), truth.name,
                      {"ENDED", Name(truth.status), truth.error});
  core_.timeline.Mix(ToText(truth.outcome));
  on_ended_(index);
}

}  // namespace ecm::sim
