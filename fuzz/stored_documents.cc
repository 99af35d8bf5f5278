// What a store has kept: the first line of each part is "KIND ID", the rest is the document. A
// store is a file on somebody's disk: what is in it may be of another version, cut or made up.

#include "emr_model/emr_model.h"
#include "emr_model/record_json.h"
#include "emr_model/testing/recording_runner.h"
#include "env/testing/sim_env.h"
#include "fuzz.h"
#include "sfn_model/documents.h"
#include "sfn_model/sfn_model.h"
#include "store/job_store.h"
#include "store/memory_document_store.h"

namespace ecm {
namespace {

using fuzz::Must;

/// What is read from a document is written as a document that reads as the same.
void CheckRecord(std::string_view kind, const std::string& id, const Json& body) {
  if (const auto record = JobRecordFromJson(body)) {
    const auto again = JobRecordFromJson(ToJson(*record));
    Must(again && *again == *record, "a job record is kept", ToText(body));
  }
  if (const auto step = emr_model::StepFromJson(body); step && kind == "emr_step") {
    const auto again = emr_model::StepFromJson(emr_model::ToJson(*step));
    Must(again && *again == *step, "a step is kept", ToText(body));
  }
  if (const auto cluster = emr_model::ClusterFromJson(body); cluster && kind == "emr_cluster") {
    const auto again = emr_model::ClusterFromJson(emr_model::ToJson(*cluster));
    Must(again && *again == *cluster, "a cluster is kept", ToText(body));
  }
  if (const auto line = emr_model::EndedClusterFromLine(body)) {
    const auto again = emr_model::EndedClusterFromLine(emr_model::ToLine(*line));
    Must(again && *again == *line, "a line of the index is kept", ToText(body));
  }
  static_cast<void>(sfn_model::ReadMachine(id, body));
  static_cast<void>(sfn_model::ReadExecution(id, body));
}

class NoTasks : public sfn_model::TaskRunner {
 public:
  void Start(const ExecutionArn&, const asl::RunTask&) override {}
};

/// A broken store is an error with a message, never a crash; what came back can be asked.
void CheckEmr(MemoryDocumentStore& store) {
  ManualClock clock;
  SeededRandom random(7);
  emr_model::RecordingRunner runner;
  emr_model::Options options;
  options.store = &store;
  emr_model::EmrModel model(options, clock, random, runner, [](const Json&) {});
  if (const auto restored = model.Restore(store); !restored) {
    return fuzz::MustBeFitForPeople(restored.error());
  }
  for (int turn = 0; turn < 3; ++turn) {
    clock.Advance(std::chrono::hours{1});
    model.Advance();
    Must(store.Commit(model.TakeChanges()).has_value(), "changes are stored");
  }
  for (const Region& region : model.Regions()) {
    const auto list = model.Call(region, "ListClusters", JsonObject{});
    if (!list) continue;
    for (const Json& cluster : FindArray(*list, "Clusters")) {
      const Json of{JsonObject{{"ClusterId", StringOr(cluster, "Id")}}};
      for (const char* operation : {"DescribeCluster", "ListSteps", "ListInstances",
                                    "ListBootstrapActions", "ListInstanceGroups"}) {
        static_cast<void>(model.Call(region, operation, of));
      }
    }
  }
}

void CheckStepFunctions(MemoryDocumentStore& store) {
  ManualClock clock;
  SeededRandom random(7);
  NoTasks runner;
  sfn_model::Options options;
  options.store = &store;
  sfn_model::SfnModel model(
      options, clock, random, runner, [](const Json&) {},
      [](const ExecutionArn&, const std::string&) {});
  if (const auto restored = model.Restore(store); !restored) {
    return fuzz::MustBeFitForPeople(restored.error());
  }
  for (int turn = 0; turn < 3; ++turn) {
    clock.Advance(std::chrono::hours{1});
    model.Advance();
    Must(store.Commit(model.TakeChanges()).has_value(), "changes are stored");
  }
  const Region here("eu-west-1");
  const auto machines = model.Call(here, "ListStateMachines", JsonObject{});
  if (!machines) return;
  for (const Json& machine : FindArray(*machines, "stateMachines")) {
    const std::string arn = StringOr(machine, "stateMachineArn");
    static_cast<void>(
        model.Call(here, "DescribeStateMachine", JsonObject{{"stateMachineArn", arn}}));
    const auto list = model.Call(here, "ListExecutions", JsonObject{{"stateMachineArn", arn}});
    if (!list) continue;
    for (const Json& execution : FindArray(*list, "executions")) {
      const Json of{JsonObject{{"executionArn", StringOr(execution, "executionArn")}}};
      static_cast<void>(model.Call(here, "DescribeExecution", of));
      static_cast<void>(model.Call(here, "GetExecutionHistory", of));
    }
  }
}

void Check(std::string_view input) {
  MemoryDocumentStore store;
  for (std::string_view part : fuzz::Parts(input)) {
    const std::string_view name = fuzz::TakeLine(part);
    const std::size_t blank = name.find(' ');
    if (blank == std::string_view::npos) continue;
    const std::string kind(name.substr(0, blank));
    const std::string id(name.substr(blank + 1));
    const Result<Json> body = ParseJson(part);
    if (!body) continue;
    CheckRecord(kind, id, *body);
    static_cast<void>(store.Commit({{kind, id, *body}}));
  }
  CheckEmr(store);
  CheckStepFunctions(store);
}

}  // namespace
}  // namespace ecm

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ecm::Check(ecm::fuzz::Text(data, size));
  return 0;
}
