#include "sim/testing/planted_defects.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "lifecycle/verdict.h"
#include "sim/testing/planted_ports.h"

namespace ecm::sim {
namespace {

using lifecycle::Handler;
using lifecycle::Ports;

/// A name as a template argument.
template <std::size_t size>
struct Text {
  // NOLINTNEXTLINE(google-explicit-constructor): literals become arguments
  constexpr Text(const char (&text)[size]) { std::copy_n(text, size, value); }
  char value[size] = {};
  constexpr std::string_view view() const { return {value, size - 1}; }
};

/// The handlers that ship, but for this one.
template <Text name, Handler planted>
Handler But(std::string_view asked) {
  return asked == name.view() ? planted : lifecycle::FindHandler(asked);
}

// --- EMR, misread or called wrongly --------------------------------------------------------------

using EmrCall = Result<Json> (*)(EmrApi&, const Region&, std::string_view, const Json&);

template <Handler handler, EmrCall spoil>
Result<Json> Through(const Json& event, Ports& ports) {
  SpoiltEmr emr(ports.emr, spoil);
  Ports planted = lifecycle::WithEmr(ports, emr);
  return handler(event, planted);
}

Result<Json> ListNothing(EmrApi& emr, const Region& region, std::string_view operation,
                         const Json& request) {
  if (operation == "ListClusters") return JsonObject{{"Clusters", JsonArray{}}};
  return emr.Call(region, operation, request);
}

template <Text list>
Result<Json> ReadOnePage(EmrApi& emr, const Region& region, std::string_view operation,
                         const Json& request) {
  Result<Json> answer = emr.Call(region, operation, request);
  if (answer && operation == list.view()) answer->as_object().erase("Marker");
  return answer;
}

/// Steps in one state are taken for steps in another.
template <Text from, Text to>
Result<Json> Take(EmrApi& emr, const Region& region, std::string_view operation,
                  const Json& request) {
  Result<Json> answer = emr.Call(region, operation, request);
  Json* steps = answer ? answer->as_object().if_contains("Steps") : nullptr;
  if (steps == nullptr) return answer;
  for (Json& step : steps->as_array()) {
    Json& status = step.as_object()["Status"];
    if (StringOr(status, "State") == from.view()) status.as_object()["State"] = to.view();
  }
  return answer;
}

/// The steps are whatever the cluster's reason says.
Result<Json> BelieveTheCluster(EmrApi& emr, const Region& region, std::string_view operation,
                               const Json& request) {
  Result<Json> answer = emr.Call(region, operation, request);
  Json* steps = answer ? answer->as_object().if_contains("Steps") : nullptr;
  if (steps == nullptr) return answer;
  const Result<Json> described = emr.Call(region, "DescribeCluster", request);
  const Json* code =
      described ? Find(*described, {"Cluster", "Status", "StateChangeReason", "Code"}) : nullptr;
  if (code == nullptr || !(*code == "ALL_STEPS_COMPLETED")) return answer;
  for (Json& step : steps->as_array()) {
    step.as_object()["Status"].as_object()["State"] = "COMPLETED";
  }
  return answer;
}

bool IsUnknown(const Result<Json>& answer) {
  return !answer && answer.error().kind == ErrorKind::kUnknownOutcome;
}

Result<Json> RetryBlindly(EmrApi& emr, const Region& region, std::string_view operation,
                          const Json& request) {
  Result<Json> answer = emr.Call(region, operation, request);
  if (operation != "RunJobFlow" || !IsUnknown(answer)) return answer;
  return emr.Call(region, operation, request);
}

Result<Json> TakeUnknownForRefused(EmrApi& emr, const Region& region, std::string_view operation,
                                   const Json& request) {
  Result<Json> answer = emr.Call(region, operation, request);
  if (operation != "RunJobFlow" || !IsUnknown(answer)) return answer;
  return Fail(ErrorKind::kUnavailable, answer.error().message);
}

Result<Json> CreateTwice(EmrApi& emr, const Region& region, std::string_view operation,
                         const Json& request) {
  Result<Json> answer = emr.Call(region, operation, request);
  if (operation != "RunJobFlow") return answer;
  return emr.Call(region, operation, request);
}

template <Text operation>
Result<Json> Skip(EmrApi& emr, const Region& region, std::string_view called, const Json& request) {
  if (called == operation.view()) return JsonObject{};
  return emr.Call(region, called, request);
}

// --- records, changed on their way ---------------------------------------------------------------

using RecordChange = void (*)(JobRecord&);

template <Handler handler, RecordChange out, RecordChange in>
Result<Json> OnRecords(const Json& event, Ports& ports) {
  SpoiltStore jobs(ports.jobs, out, in);
  Ports planted = WithJobs(ports, jobs);
  return handler(event, planted);
}

void Keep(JobRecord& /*record*/) {}
void PutOffTheDeadline(JobRecord& record) { record.deadline += std::chrono::hours{1000}; }
void AnnounceNothing(JobRecord& record) { record.attempted.reset(); }
void NoOutcomeYet(JobRecord& record) { record.outcome.reset(); }

// --- patience ------------------------------------------------------------------------------------

template <Handler handler>
Result<Json> WithoutSettling(const Json& event, Ports& ports) {
  Ports planted = lifecycle::WithEmr(ports, ports.emr);
  planted.patience.settle = std::chrono::seconds{1};
  return handler(event, planted);
}

Result<Json> SweepWithoutGrace(const Json& event, Ports& ports) {
  Ports planted = lifecycle::WithEmr(ports, ports.emr);
  planted.patience.sweep_grace = Duration{0};
  return lifecycle::Sweep(event, planted);
}

// --- handlers ------------------------------------------------------------------------------------

Result<Json> ReleaseNothing(const Json& event, Ports& /*ports*/) {
  JsonObject document = event.as_object();
  document["next"] = "report";
  document["release"] = JsonObject{{"verified", true}, {"message", "gone"}};
  return document;
}

Result<Json> SweepNothing(const Json& /*event*/, Ports& /*ports*/) { return JsonObject{}; }

/// Believes that every execution is over.
Result<Json> SweepTheHealthy(const Json& event, Ports& ports) {
  struct Over : Executions {
    Result<ExecutionState> Describe(const ExecutionArn& /*execution*/) override {
      return ExecutionState{ExecutionStatus::kAborted, {}, {}};
    }
    Result<std::set<ExecutionArn>> ListRunning(const std::string& /*machine_arn*/) override {
      return std::set<ExecutionArn>();
    }
  };
  Over over;
  Ports planted{ports.clock,   ports.random, ports.log,     ports.emr,
                ports.jobs,    ports.tokens, ports.objects, over,
                ports.notices, ports.stack,  ports.patience};
  return lifecycle::Sweep(event, planted);
}

Result<Json> SayNothingUseful(const Json& event, Ports& ports) {
  Result<Json> document = lifecycle::Report(event, ports);
  if (document && Find(*document, "notice") != nullptr) {
    document->as_object()["notice"].as_object()["message"] = "something happened";
  }
  return document;
}

/// Always looks again in an hour, as if nothing had ended and no deadline had passed.
Result<Json> NeverDecide(const Json& event, Ports& ports) {
  Result<Json> document = lifecycle::Inspect(event, ports);
  if (document) {
    document->as_object()["next"] = "wait";
    document->as_object()["wait_seconds"] = 3600;
  }
  return document;
}

/// Whatever has ended has ended well.
Result<Json> BelieveInSuccess(const Json& event, Ports& ports) {
  Result<Json> document = lifecycle::Inspect(event, ports);
  if (document && Find(*document, "inspection") != nullptr) {
    document->as_object()["inspection"].as_object()["verdict"] =
        lifecycle::Name(lifecycle::Verdict::kSucceeded);
  }
  return document;
}

/// Takes an event for the truth: TERMINATED is a good end.
Result<Json> BelieveTheEvent(const Json& event, Ports& ports) {
  const Json* detail = Find(event, "detail");
  const ClusterId cluster(detail == nullptr ? "" : StringOr(*detail, "clusterId"));
  const std::string state = detail == nullptr ? "" : StringOr(*detail, "state");
  if (!cluster.empty() && state == "TERMINATED") {
    ECM_TRY(std::optional<JobRecord> record, ports.jobs.FindByCluster(cluster));
    if (record && record->verdict.empty()) {
      record->verdict = "Succeeded";
      ECM_TRY_VOID(ports.jobs.Put(*record));
    }
  }
  return lifecycle::Wake(event, ports);
}

Result<Json> InspectByEvent(const Json& event, Ports& ports) {
  Result<Json> document = lifecycle::Inspect(event, ports);
  if (!document || Find(*document, "inspection") == nullptr) return document;
  const ExecutionArn execution(StringOr(*Find(event, "execution"), "arn"));
  ECM_TRY(const std::optional<JobRecord> record, ports.jobs.Get(execution));
  if (record && record->verdict == "Succeeded") {
    document->as_object()["inspection"].as_object()["verdict"] = "Succeeded";
  }
  return document;
}

Handler BelieveEvents(std::string_view asked) {
  if (asked == "wake") return BelieveTheEvent;
  return asked == "inspect" ? InspectByEvent : lifecycle::FindHandler(asked);
}

Result<Json> Throw(const Json& /*event*/, Ports& /*ports*/) { throw std::runtime_error("planted"); }

// --- the state machine ---------------------------------------------------------------------------

JsonObject& StateOf(Json& definition, const char* name) {
  return definition.as_object()["States"].as_object()[name].as_object();
}

void CatchWithoutRelease(Json& definition) {
  for (const char* state : {"Submit", "Inspect"}) {
    StateOf(definition, state)["Catch"].as_array().back().as_object()["Next"] = "Report";
  }
}

void NameNobody(Json& definition) {
  JsonObject& parameters = StateOf(definition, "Notify")["Parameters"].as_object();
  parameters.erase("Message.$");
  parameters["Message"] = "a job failed";
}

void SwallowTheHeartbeat(Json& definition) {
  JsonArray& retry = StateOf(definition, "Await")["Retry"].as_array();
  retry.push_back(
      JsonObject{{"ErrorEquals", JsonArray{"States.HeartbeatTimeout"}}, {"MaxAttempts", 1000}});
}

void GoPastRelease(Json& definition) { StateOf(definition, "Inspected")["Default"] = "Report"; }

std::vector<PlantedDefect> AllDefects() {
  using lifecycle::Inspect;
  using lifecycle::Release;
  using lifecycle::Report;
  using lifecycle::Submit;
  using lifecycle::Sweep;
  return {
      {"submit: no look-up before a second create", "I1 I2", 100,
       But<"submit", Through<Submit, ListNothing>>},
      {.name = "submit: reads one page of clusters",
       .broken = "I1 I2",
       .within = 300,
       .find_handler = But<"submit", Through<Submit, ReadOnePage<"ListClusters">>>,
       .aims = {{Fault::kAnswerLost, Site::kRunJobFlow, 0},
                {Fault::kSmallPages, Site::kListClusters, 0}}},
      {"submit: RunJobFlow again after an unknown outcome", "I1 I2", 300,
       But<"submit", Through<Submit, RetryBlindly>>},
      {"submit: an unknown outcome taken for a refusal", "I1 I2", 300,
       But<"submit", Through<Submit, TakeUnknownForRefused>>},
      {"submit: creates twice", "I1 I2", 10, But<"submit", Through<Submit, CreateTwice>>},
      {"submit: does not announce its call", "I1 I2", 300,
       But<"submit", OnRecords<Submit, Keep, AnnounceNothing>>},
      {"submit: an unknown outcome settles for a second", "I1 I2", 2000,
       But<"submit", WithoutSettling<Submit>>},
      {.name = "inspect: reads one page of steps",
       .broken = "I5",
       .within = 100,
       .find_handler = But<"inspect", Through<Inspect, ReadOnePage<"ListSteps">>>,
       .aims = std::vector{Aim{Fault::kStepAdded, Site::kPeople, 0}} +
               Each(Fault::kSmallPages, Site::kListSteps, 60)},
      {"inspect: INTERRUPTED is a success", "I5", 300,
       But<"inspect", Through<Inspect, Take<"INTERRUPTED", "COMPLETED">>>},
      {"inspect: CANCELLED is a success", "I5", 100,
       But<"inspect", Through<Inspect, Take<"CANCELLED", "COMPLETED">>>},
      {"inspect: a failed step is a success", "I5", 100,
       But<"inspect", Through<Inspect, Take<"FAILED", "COMPLETED">>>},
      {"inspect: believes the cluster's reason", "I5", 1000,
       But<"inspect", Through<Inspect, BelieveTheCluster>>},
      {"inspect: believes in success", "I5", 50, But<"inspect", BelieveInSuccess>},
      {"inspect: never decides", "I4", 50, But<"inspect", NeverDecide>},
      {.name = "inspect: forgets the deadline, and no sweep",
       .broken = "I3 I4",
       .within = 20,
       .find_handler = [](std::string_view asked) -> Handler {
         if (asked == "inspect") return OnRecords<Inspect, PutOffTheDeadline, Keep>;
         return But<"sweep", SweepNothing>(asked);
       },
       .aims = {{Fault::kStepHangs, Site::kStep, 0}}},
      {"wake, inspect: believe an event", "I5", 1000, BelieveEvents},
      {"release: ends nothing, says it did", "I1", 50, But<"release", ReleaseNothing>},
      {"release: does not terminate", "I1 I5", 1000,
       But<"release", Through<Release, Skip<"TerminateJobFlows">>>},
      {"release, sweep: do not lift protection", "I1", 2000,
       [](std::string_view asked) -> Handler {
         if (asked == "release") return Through<Release, Skip<"SetTerminationProtection">>;
         if (asked == "sweep") return Through<Sweep, Skip<"SetTerminationProtection">>;
         return lifecycle::FindHandler(asked);
       }},
      {"report: says nothing useful", "I3", 50, But<"report", SayNothingUseful>},
      {"report: decides again at each call", "I5", 3000,
       But<"report", OnRecords<Report, NoOutcomeYet, Keep>>},
      {"sweep: does nothing", "I1 I3", 100, But<"sweep", SweepNothing>},
      {"sweep: ends what is healthy", "I5", 20, But<"sweep", SweepTheHealthy>},
      {.name = "sweep: no grace for its clock",
       .broken = "I5",
       .within = 3000,
       .find_handler = But<"sweep", SweepWithoutGrace>,
       .aims = Each(Fault::kClockSkew, Site::kInvoke, 40)},
      {"wake: throws", "handler", 20, But<"wake", Throw>},
      {"machine: a Catch that leads past Release", "I1", 500, lifecycle::FindHandler,
       CatchWithoutRelease},
      {"machine: a verdict that leads past Release", "I1", 300, lifecycle::FindHandler,
       GoPastRelease},
      {"machine: a notice that names no execution", "I3", 50, lifecycle::FindHandler, NameNobody},
      {.name = "machine: a Retry that swallows the heartbeat, and no sweep",
       .broken = "I4",
       .within = 20,
       .find_handler = But<"sweep", SweepNothing>,
       .edit = SwallowTheHeartbeat,
       .aims = Each(Fault::kEventLost, Site::kEvent, 20)},
  };
}

}  // namespace

std::span<const PlantedDefect> PlantedDefects() {
  static const std::vector<PlantedDefect> kDefects = AllDefects();
  return kDefects;
}

}  // namespace ecm::sim
