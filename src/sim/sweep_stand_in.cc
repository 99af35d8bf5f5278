#include "sim/sweep_stand_in.h"

namespace ecm::sim {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration kInterval = seconds{60};
/// Longer than a sandbox lives and than a request of a dead one is on its way.
constexpr Duration kSettle = minutes{5};

}  // namespace

void SweepStandIn::Begin(std::size_t execution) {
  ++pending_;
  // The event of the abort takes a while.
  core_.scheduler.After(
      DrawBetween(core_.chance, seconds{1}, seconds{20}),
      [this, execution, since = core_.scheduler.now()] { Look(execution, since); });
}

void SweepStandIn::Look(std::size_t execution, WallTime since) {
  const ExecutionTruth& truth = ledger_.executions[execution];
  SetTombstone(truth);
  const bool alive = EndClusters(truth);
  const WallTime now = core_.scheduler.now();
  // The world judges by itself what is still alive after its own bound.
  if ((alive && now - since < std::chrono::hours{3}) || now - since < kSettle) {
    core_.scheduler.After(kInterval, [this, execution, since] { Look(execution, since); });
    return;
  }
  --pending_;
}

void SweepStandIn::SetTombstone(const ExecutionTruth& execution) {
  const ExecutionArn arn(execution.arn);
  const auto found = store_.records().find(arn);
  JobRecord record;
  if (found != store_.records().end()) record = found->second;
  if (record.aborted) return;
  record.execution = arn;
  record.aborted = true;
  const Result<JobRecord> put = store_.Put(record);
  core_.timeline.Note(core_.scheduler.now(), "sweep",
                      {"tombstone for", execution.name, put ? "set" : "refused"});
}

bool SweepStandIn::EndClusters(const ExecutionTruth& execution) {
  bool alive = false;
  Json request = JsonObject{{"ClusterStates", JsonArray{"STARTING", "BOOTSTRAPPING", "RUNNING",
                                                        "WAITING", "TERMINATING"}}};
  for (int page = 0; page < 100; ++page) {
    const Json answer = Call("ListClusters", request);
    for (const Json& cluster : FindArray(answer, "Clusters")) {
      if (!StringOr(cluster, "Name").ends_with("-" + execution.name)) continue;
      alive = true;
      const Json* state = Find(cluster, {"Status", "State"});
      if (state != nullptr && *state == "TERMINATING") continue;
      const JsonArray ids{StringOr(cluster, "Id")};
      Call("SetTerminationProtection",
           JsonObject{{"JobFlowIds", ids}, {"TerminationProtected", false}});
      Call("TerminateJobFlows", JsonObject{{"JobFlowIds", ids}});
    }
    const std::string marker = StringOr(answer, "Marker");
    if (marker.empty()) break;
    request.as_object()["Marker"] = marker;
  }
  return alive;
}

Json SweepStandIn::Call(std::string_view operation, const Json& request) {
  Result<Json> answer = emr_.Apply(Region(std::string(kRegion)), operation, request);
  core_.timeline.Note(core_.scheduler.now(), "sweep",
                      {operation, answer ? "ok" : answer.error().message});
  return answer ? *std::move(answer) : Json(JsonObject{});
}

}  // namespace ecm::sim
