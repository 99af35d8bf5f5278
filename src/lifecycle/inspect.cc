#include "aws/emr_client.h"
#include "base/text.h"
#include "lifecycle/document.h"
#include "lifecycle/handlers.h"
#include "lifecycle/outcome.h"
#include "lifecycle/record.h"
#include "lifecycle/schedule.h"
#include "lifecycle/verdict.h"

namespace ecm::lifecycle {
namespace {

bool HasStarted(const Cluster& cluster) {
  return cluster.state != ClusterState::kStarting && cluster.state != ClusterState::kBootstrapping;
}

}  // namespace

Result<Json> Inspect(const Json& event, Ports& ports) {
  ECM_TRY(const ExecutionIdentity execution, ReadIdentity(event));
  ECM_TRY(const JobRecord record, GetRecord(ports.jobs, execution.arn));
  EmrClient emr(ports.emr, record.region);
  ECM_TRY(const Cluster cluster, emr.DescribeCluster(record.cluster));
  ECM_TRY(const std::vector<Step> steps, emr.ListSteps(record.cluster));

  JsonObject document = NewDocument(execution);
  document["cluster_id"] = record.cluster.str();
  document["region"] = record.region.str();
  AddSchedule(document, record, HasStarted(cluster), ports);

  Decision decision = Decide(record, cluster, steps, ports.clock.Wall());
  const std::int64_t looks = FindInt(event, "unsettled_looks").value_or(0) + 1;
  if (decision.kind == Decision::Kind::kUnsettled && looks > decision.looks) {
    decision.kind = Decision::Kind::kDecided;
  }
  switch (decision.kind) {
    case Decision::Kind::kRunning:
      document["next"] = "await";
      break;
    case Decision::Kind::kUnsettled:
      document["next"] = "wait";
      document["unsettled_looks"] = looks;
      break;
    case Decision::Kind::kDecided:
      document["next"] = "release";
      document["inspection"] = ToInspection(decision, cluster, ExpectedSteps(record, steps));
      break;
  }
  return document;
}

}  // namespace ecm::lifecycle
