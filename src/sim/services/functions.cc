#include "sim/services/functions.h"

#include <exception>
#include <utility>

namespace ecm::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kQueuedAttempts = 3;
/// Services refuse what was signed further from their own time (facts: faults, A12).
constexpr Duration kMostSkew = std::chrono::minutes{14};

/// The version of a document of the state machine; nothing for other events.
std::optional<std::int64_t> VersionOf(const Json& event) {
  const Json* inner = Find(event, "document");
  const Json& document = inner == nullptr ? event : *inner;
  if (Find(document, "execution") == nullptr) return std::nullopt;
  return FindInt(document, "v");
}

void SetVersion(Json& event, int version) {
  JsonObject& members = event.as_object();
  Json* inner = members.if_contains("document");
  JsonObject& document = inner == nullptr ? members : inner->as_object();
  if (document.contains("execution")) document["v"] = version;
}

}  // namespace

void Functions::Invoke(const std::string& who, const std::string& function, Json event, Done done) {
  const InvocationId id = ++last_id_;
  auto invocation = std::make_unique<Invocation>();
  invocation->name = who + " " + function + "#" + std::to_string(id);
  invocation->function = function;
  invocation->event = std::move(event);
  invocation->done = std::move(done);
  invocation->release = release_;
  const std::optional<Fault> fault = core_.faults.DrawCall(
      Site::kInvoke, {Fault::kInitFails, Fault::kResponseLost, Fault::kClockSkew});
  if (fault) {
    core_.timeline.Note(core_.scheduler.now(), invocation->name, {"FAULT", Name(*fault)});
  }
  if (fault == Fault::kInitFails) {
    const bool early = UniformBelow(core_.chance, 2) == 0;
    running_.emplace(id, std::move(invocation));
    return Finish(id, {.error = early ? "Runtime.InitError" : "Runtime.ExitError"});
  }
  invocation->response_lost = fault == Fault::kResponseLost;
  core_.timeline.Note(core_.scheduler.now(), invocation->name, {"starts"});
  invocation->fiber = core_.scheduler.Spawn(
      invocation->name, [this, id] { Run(id); },
      [this, id] {
        const std::string death = running_.at(id)->death;
        Finish(id, {.error = death, .cause = "the sandbox is gone"});
      });
  if (fault == Fault::kClockSkew) {
    clock_.Skew(invocation->fiber, DrawBetween(core_.chance, -kMostSkew, kMostSkew));
  }
  running_.emplace(id, std::move(invocation));
  core_.scheduler.After(kTimeout, [this, id] {
    const auto found = running_.find(id);
    if (found == running_.end()) return;
    found->second->death = "Sandbox.Timedout";
    core_.scheduler.Kill(found->second->fiber);
  });
}

void Functions::Run(InvocationId id) {
  Invocation& invocation = *running_.at(id);
  const lifecycle::Handler handler = find_(invocation.function);
  if (handler == nullptr) {
    return Finish(id, {.error = "Lambda.ResourceNotFoundException",
                       .cause = "no function " + invocation.function});
  }
  InvokeResult result;
  try {
    Result<Json> answer = Handle(invocation, handler);
    result.ok = answer.has_value();
    if (answer) {
      result.payload = *std::move(answer);
    } else {
      result.error = ErrorName(answer.error().kind);
      result.cause = ToText(lifecycle::ToLambdaError(answer.error()));
    }
  } catch (const std::exception& error) {
    escaped_.push_back(invocation.name + ": " + error.what());
    result.error = "Runtime.ExitError";
  }
  Finish(id, std::move(result));
}

Result<Json> Functions::Handle(const Invocation& invocation, lifecycle::Handler handler) {
  const std::optional<std::int64_t> version = VersionOf(invocation.event);
  if (version && *version != invocation.release) {
    core_.faults.Count(invocation.release == 1 ? Fault::kRolledBack : Fault::kRedeployed,
                       Site::kPeople);
  }
  if (invocation.release == 1) return handler(invocation.event, ports_);
  Json event = invocation.event;
  if (version) SetVersion(event, 1);
  Result<Json> answer = handler(event, ports_);
  if (answer && answer->is_object()) SetVersion(*answer, 2);
  return answer;
}

void Functions::Finish(InvocationId id, InvokeResult result) {
  auto node = running_.extract(id);
  Invocation& invocation = *node.mapped();
  clock_.Forget(invocation.fiber);
  if (invocation.response_lost && result.ok) result = {.error = "Runtime.ExitError"};
  if (invocation.function == "sweep" && !result.ok) ++alarms_;
  core_.timeline.Note(core_.scheduler.now(), invocation.name,
                      {result.ok ? "answers" : "fails:",
                       result.ok ? StringOr(result.payload, "next") : result.error,
                       result.ok ? std::string_view() : std::string_view(result.cause)});
  core_.scheduler.After(DrawBetween(core_.chance, milliseconds{2}, milliseconds{20}),
                        [done = std::move(invocation.done), result = std::move(result)]() mutable {
                          done(std::move(result));
                        });
}

void Functions::InvokeLater(const std::string& function, Json event, Duration delay) {
  ++queued_;
  core_.scheduler.After(delay, [this, function, event = std::move(event)]() mutable {
    TryQueued(function, std::move(event), 1);
  });
}

void Functions::TryQueued(const std::string& function, Json event, int attempt) {
  Json again = attempt < kQueuedAttempts ? event : Json();
  Invoke("event", function, std::move(event),
         [this, function, attempt, again = std::move(again)](const InvokeResult& result) mutable {
           if (result.ok || attempt >= kQueuedAttempts) {
             if (!result.ok) core_.faults.Count(Fault::kEventDropped, Site::kEvent);
             --queued_;
             return;
           }
           // One minute, then two (facts: events, Lambda's asynchronous invocations).
           core_.scheduler.After(seconds{60 * attempt},
                                 [this, function, attempt, again = std::move(again)]() mutable {
                                   TryQueued(function, std::move(again), attempt + 1);
                                 });
         });
}

}  // namespace ecm::sim
