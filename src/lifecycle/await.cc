#include "aws/emr_client.h"
#include "lifecycle/document.h"
#include "lifecycle/handlers.h"

namespace ecm::lifecycle {
namespace {

/// Nobody waits any more: somebody else has answered, which is all that was wanted.
Result<void> Answer(const TaskToken& token, Ports& ports) {
  const Result<void> sent = ports.tokens.SendTaskSuccess(token, JsonObject{});
  if (!sent && sent.error().kind != ErrorKind::kNotFound) return Fail(sent.error());
  return {};
}

}  // namespace

Result<Json> Await(const Json& event, Ports& ports) {
  const Json* document = Find(event, "document");
  const TaskToken token(StringOr(event, "token"));
  if (document == nullptr || token.empty()) {
    return Fail(ErrorKind::kInternal, "await needs {document, token}");
  }
  ECM_TRY(const ExecutionIdentity execution, ReadIdentity(*document));
  ECM_TRY(const JobRecord record, UpdateRecord(ports.jobs, execution.arn,
                                               [&](JobRecord& latest) { latest.token = token; }));
  // An end before the token was stored has woken nobody: look once.
  const Result<Cluster> cluster =
      EmrClient(ports.emr, record.region).DescribeCluster(record.cluster);
  if (!cluster) {
    // The token is stored: an event, the sweep or the heartbeat goes on from here.
    ports.log.Warning("could not look at the cluster",
                      {{"cluster_id", record.cluster.str()}, {"error", cluster.error().message}});
    return JsonObject{};
  }
  if (IsFinal(cluster->state)) ECM_TRY_VOID(Answer(token, ports));
  return JsonObject{};
}

Result<Json> Wake(const Json& event, Ports& ports) {
  const Json* detail = Find(event, "detail");
  const ClusterId cluster(detail == nullptr ? "" : StringOr(*detail, "clusterId"));
  // The rule lets only our names through; an event that names nobody wakes nobody.
  if (cluster.empty()) return JsonObject{};
  ECM_TRY(const std::optional<JobRecord> record, ports.jobs.FindByCluster(cluster));
  if (!record || record->token.empty()) return JsonObject{};
  ECM_TRY_VOID(Answer(record->token, ports));
  return JsonObject{};
}

}  // namespace ecm::lifecycle
