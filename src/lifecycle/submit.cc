#include <algorithm>

#include "aws/emr_client.h"
#include "base/text.h"
#include "job/job.h"
#include "lifecycle/document.h"
#include "lifecycle/find_cluster.h"
#include "lifecycle/handlers.h"
#include "lifecycle/schedule.h"

namespace ecm::lifecycle {
namespace {

constexpr std::int64_t kMaxBackoffSeconds = 60;

/// The next look of Submit at the same document, job included.
Json WaitTurn(const Json& event, Duration delay) {
  JsonObject document = event.as_object();
  document["next"] = "wait";
  document["wait_seconds"] = ToWaitSeconds(delay);
  return document;
}

Json Proceed(const ExecutionIdentity& execution, const JobRecord& record, const Ports& ports) {
  JsonObject document = NewDocument(execution);
  document["next"] = "await";
  document["cluster_id"] = record.cluster.str();
  document["region"] = record.region.str();
  AddSchedule(document, record, /*started=*/false, ports);
  return document;
}

/// RunJobFlow has half a call a second for a whole account: full jitter keeps a crowd apart.
Duration Backoff(std::int64_t attempts, Random& random) {
  const std::int64_t most = std::min<std::int64_t>(
      kMaxBackoffSeconds, std::int64_t{4} << std::min<std::int64_t>(attempts, 6));
  return std::chrono::seconds{
      1 + static_cast<std::int64_t>(UniformBelow(random, static_cast<std::uint64_t>(most)))};
}

/// The record of this execution: a fresh claim that says "RunJobFlow is about to be called", or
/// what an earlier call of this handler left.
struct Claim {
  JobRecord record;
  bool fresh = false;
};

Result<Claim> ClaimExecution(const Plan& plan, const ExecutionIdentity& execution, Ports& ports) {
  ECM_TRY(std::optional<JobRecord> stored, ports.jobs.Get(execution.arn));
  if (stored) return Claim{*std::move(stored), false};
  JobRecord record;
  record.execution = execution.arn;
  record.cluster_name = plan.cluster_name;
  record.step_names = plan.step_names;
  record.region = plan.region;
  record.log_uri = plan.log_uri;
  record.started = execution.started;
  record.deadline = plan.deadline;
  record.start_deadline = plan.start_deadline;
  record.attempted = ports.clock.Wall();
  record.attempts = 1;
  Result<JobRecord> put = ports.jobs.Put(record);
  if (put) return Claim{*std::move(put), true};
  if (put.error().kind != ErrorKind::kConflict) return Fail(std::move(put).error());
  // A twin of this invocation was faster: its call may be under way.
  ECM_TRY(JobRecord twins, GetRecord(ports.jobs, execution.arn));
  return Claim{std::move(twins), false};
}

/// Keeps the id of a cluster that exists. Whoever saves first has the job; a second cluster, or
/// one whose job was aborted meanwhile, is ended.
Result<JobRecord> KeepCluster(const ExecutionArn& execution, const ClusterId& cluster,
                              const Region& region, Ports& ports) {
  ECM_TRY(JobRecord record, UpdateRecord(ports.jobs, execution, [&](JobRecord& latest) {
            if (latest.cluster.empty()) latest.cluster = cluster;
          }));
  if (record.aborted || record.cluster != cluster) {
    ports.log.Warning("ending a cluster that its job does not need",
                      {{"cluster_id", cluster.str()}, {"aborted", record.aborted}});
    ECM_TRY_VOID(EmrClient(ports.emr, region).TerminateJobFlow(cluster));
  }
  return record;
}

Result<void> ForgetAttempt(const ExecutionArn& execution, Ports& ports) {
  ECM_TRY_VOID(
      UpdateRecord(ports.jobs, execution, [](JobRecord& latest) { latest.attempted.reset(); }));
  return {};
}

/// Announces the call in the store before it is made, unless the fresh claim has done so.
Result<JobRecord> Announce(Claim claim, Ports& ports) {
  if (claim.fresh) return std::move(claim.record);
  claim.record.attempted = ports.clock.Wall();
  ++claim.record.attempts;
  return ports.jobs.Put(claim.record);
}

Result<Json> Create(const Json& event, const Plan& plan, const ExecutionIdentity& execution,
                    Claim claim, Ports& ports) {
  if (ports.clock.Wall() >= claim.record.start_deadline) {
    return Fail(ErrorKind::kNoCapacity,
                "no cluster could be created within " +
                    ToHumanDuration(claim.record.start_deadline - claim.record.started) +
                    ": Amazon EMR refused every call for its rate; start fewer jobs at once or "
                    "raise start_timeout_minutes");
  }
  ECM_TRY(const JobRecord record, Announce(std::move(claim), ports));
  const Result<ClusterId> created = EmrClient(ports.emr, plan.region).RunJobFlow(plan.request);
  if (created) {
    ports.log.Info("cluster created", {{"cluster_id", created->str()}});
    ECM_TRY(const JobRecord kept, KeepCluster(execution.arn, *created, plan.region, ports));
    if (kept.aborted) {
      return Fail(ErrorKind::kConflict, "the execution was aborted while its cluster was created");
    }
    return Proceed(execution, kept, ports);
  }
  const Error& error = created.error();
  if (error.kind == ErrorKind::kUnknownOutcome) {
    ports.log.Warning("RunJobFlow has an unknown outcome", {{"error", error.message}});
    return WaitTurn(event, ports.patience.settle);
  }
  ECM_TRY_VOID(ForgetAttempt(execution.arn, ports));
  if (error.kind == ErrorKind::kThrottled || error.kind == ErrorKind::kUnavailable) {
    return WaitTurn(event, Backoff(record.attempts, ports.random));
  }
  return Fail(AddContext(error, "RunJobFlow"));
}

}  // namespace

Result<Json> Submit(const Json& event, Ports& ports) {
  ECM_TRY(const ExecutionIdentity execution, ReadIdentity(event));
  const Json* description = Find(event, "job");
  if (description == nullptr) {
    return Fail(ErrorKind::kInternal, "the document for submit carries no job");
  }
  const JobReading reading = ReadJob(*description);
  if (!reading.job) return Fail(ToError(reading.problems));
  ECM_TRY(const Plan plan, MakePlan(*reading.job, ports.stack, execution));

  ECM_TRY(Claim claim, ClaimExecution(plan, execution, ports));
  const JobRecord& record = claim.record;
  if (record.aborted) {
    return Fail(ErrorKind::kConflict, "the execution was aborted before its cluster was created");
  }
  if (!record.cluster.empty()) {
    // An earlier call may have failed to end the cluster that lost: it is looked for once more.
    if (record.attempts > 1) ECM_TRY_VOID(FindClusterByName(record, ports));
    return Proceed(execution, record, ports);
  }
  if (!claim.fresh && record.attempted) {
    // Somebody called RunJobFlow and did not come back to say how it went.
    ECM_TRY(const std::optional<ClusterId> found, FindClusterByName(record, ports));
    if (found) {
      ports.log.Info("cluster adopted", {{"cluster_id", found->str()}});
      ECM_TRY(const JobRecord kept, KeepCluster(execution.arn, *found, record.region, ports));
      return Proceed(execution, kept, ports);
    }
    const Duration since = ports.clock.Wall() - *record.attempted;
    if (since < ports.patience.settle) return WaitTurn(event, ports.patience.settle - since);
  }
  return Create(event, plan, execution, std::move(claim), ports);
}

}  // namespace ecm::lifecycle
