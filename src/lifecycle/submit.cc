#include <algorithm>

#include "aws/emr_client.h"
#include "base/ascii.h"
#include "base/text.h"
#include "job/job.h"
#include "lifecycle/document.h"
#include "lifecycle/find_cluster.h"
#include "lifecycle/handlers.h"
#include "lifecycle/record.h"
#include "lifecycle/schedule.h"
#include "lifecycle/turn.h"

namespace ecm::lifecycle {
namespace {

constexpr std::int64_t kMaxBackoffSeconds = 60;

/// The next look of Submit at the same document, job included. A turn that was used is used up.
JsonObject WaitTurn(const Json& event, Duration delay) {
  JsonObject document = event.as_object();
  document.erase("turn");
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

/// EMR has refused although it was our turn: others use the account too. Full jitter keeps a crowd
/// apart.
Duration Backoff(std::int64_t attempts, Random& random) {
  const std::int64_t most = std::min<std::int64_t>(
      kMaxBackoffSeconds, std::int64_t{4} << std::min<std::int64_t>(attempts, 6));
  return std::chrono::seconds{
      1 + static_cast<std::int64_t>(UniformBelow(random, static_cast<std::uint64_t>(most)))};
}

/// A place among the account's active clusters becomes free in minutes, not in seconds.
Duration QuotaBackoff(std::int64_t attempts, Random& random) {
  const std::int64_t most =
      std::min(std::int64_t{10} * 60, std::int64_t{60} << std::min<std::int64_t>(attempts - 1, 4));
  return std::chrono::seconds{
      60 + static_cast<std::int64_t>(UniformBelow(random, static_cast<std::uint64_t>(most)))};
}

/// "The maximum number of active clusters is exceeded": no mistake of the job, though EMR words it
/// as one. Its exact words are not published; the job waits no longer than its start deadline.
bool IsClusterQuota(const Error& error) {
  if (error.kind != ErrorKind::kInvalidJob) return false;
  const std::string text = ToLowerAscii(error.message);
  const auto mentions = [&](std::string_view word) { return text.contains(word); };
  return mentions("cluster") && (mentions("exceed") || mentions("quota") || mentions("limit")) &&
         !mentions("step") && !mentions("tag");
}

/// The record of this execution: a fresh claim that says "RunJobFlow is about to be called", or
/// what an earlier call of this handler left.
struct Claim {
  JobRecord record;
  bool fresh = false;
};

JobRecord NewRecord(const Plan& plan, const ExecutionIdentity& execution) {
  JobRecord record;
  record.execution = execution.arn;
  record.cluster_name = plan.cluster_name;
  record.step_names = plan.step_names;
  record.region = plan.region;
  record.log_uri = plan.log_uri;
  record.started = execution.started;
  record.deadline = plan.deadline;
  record.start_deadline = plan.start_deadline;
  return record;
}

/// The next look after the last call, when its cluster must be in every list and its caller gone.
/// It is the state machine that waits: the clocks of two sandboxes may differ by more.
Json LetSettle(const Json& event, const JobRecord& record, const Ports& ports) {
  Json document = WaitTurn(event, ports.patience.settle);
  document.as_object()["settled_attempts"] = record.attempts;
  return document;
}

bool HasSettled(const Json& event, const JobRecord& record) {
  return FindInt(event, "settled_attempts") == record.attempts;
}

/// Stores what is known of a job that has no record yet.
Result<Claim> ClaimExecution(const JobRecord& record, Ports& ports) {
  Result<JobRecord> put = ports.jobs.Put(record);
  if (put) return Claim{*std::move(put), true};
  if (put.error().kind != ErrorKind::kConflict) return Fail(std::move(put).error());
  // A twin of this invocation was faster: its call may be under way.
  ECM_TRY(JobRecord twins, GetRecord(ports.jobs, record.execution));
  return Claim{std::move(twins), false};
}

/// When this execution may call RunJobFlow: the turn that it has drawn before, or a new one.
Result<WallTime> TurnOf(const Json& event, const Plan& plan, Ports& ports) {
  const Result<WallTime> drawn = ParseIso8601(StringOr(event, "turn"));
  if (drawn) return *drawn;
  return DrawTurn(plan.region, ports);
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
    return Fail(
        ErrorKind::kNoCapacity,
        "no cluster could be created within " +
            ToHumanDuration(claim.record.start_deadline - claim.record.started) +
            ": Amazon EMR takes half a call a second and lets 500 clusters be active; start "
            "fewer jobs at once, raise start_timeout_minutes, or have AWS raise the quotas");
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
    return LetSettle(event, record, ports);
  }
  ECM_TRY_VOID(ForgetAttempt(execution.arn, ports));
  if (error.kind == ErrorKind::kThrottled || error.kind == ErrorKind::kUnavailable) {
    return WaitTurn(event, Backoff(record.attempts, ports.random));
  }
  if (IsClusterQuota(error)) {
    ports.log.Warning("the account has too many clusters", {{"error", error.message}});
    return WaitTurn(event, QuotaBackoff(record.attempts, ports.random));
  }
  return Fail(AddContext(error, "RunJobFlow"));
}

/// A job that has a record: how far an earlier call has come. Nothing: nobody is creating its
/// cluster. One that was aborted gets here when it is redriven: what its cluster did while nobody
/// watched counts, and it gets no other.
Result<std::optional<Json>> Resume(const Json& event, const ExecutionIdentity& execution,
                                   const JobRecord& record, Ports& ports) {
  if (!record.cluster.empty()) {
    // An earlier call may have failed to end the cluster that lost: it is looked for once more.
    if (record.attempts > 1) ECM_TRY_VOID(FindClusterByName(record, ports));
    return Proceed(execution, record, ports);
  }
  if (!record.attempted) {
    if (!record.aborted) return std::nullopt;
    return Fail(ErrorKind::kConflict, "the execution was aborted before its cluster was created");
  }
  // Somebody called RunJobFlow and did not come back to say how it went.
  ECM_TRY(const std::optional<ClusterId> found, FindClusterByName(record, ports));
  if (found) {
    ports.log.Info("cluster adopted", {{"cluster_id", found->str()}});
    ECM_TRY(const JobRecord kept, KeepCluster(execution.arn, *found, record.region, ports));
    return Proceed(execution, kept, ports);
  }
  if (!HasSettled(event, record)) return LetSettle(event, record, ports);
  if (!record.aborted) return std::nullopt;
  return Fail(ErrorKind::kConflict, "the execution was aborted and left no cluster behind");
}

/// Its turn is still to come. The job has its record by now, so that an abort can be told.
Result<Json> AwaitTurn(const Json& event, WallTime turn, const JobRecord& record, Ports& ports) {
  const WallTime until = std::min(turn, record.start_deadline);
  if (record.revision == 0) ECM_TRY_VOID(ClaimExecution(record, ports));
  JsonObject document = WaitTurn(event, until - ports.clock.Wall());
  document["turn"] = ToIso8601(turn);
  return document;
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

  ECM_TRY(const std::optional<JobRecord> stored, ports.jobs.Get(execution.arn));
  if (stored) {
    ECM_TRY(std::optional<Json> resumed, Resume(event, execution, *stored, ports));
    if (resumed) return *std::move(resumed);
  }
  Claim claim{stored ? *stored : NewRecord(plan, execution), false};
  const Result<WallTime> turn = TurnOf(event, plan, ports);
  if (!turn && turn.error().kind == ErrorKind::kConflict) {
    return WaitTurn(event, Backoff(claim.record.attempts, ports.random));
  }
  if (!turn) return Fail(turn.error());
  const WallTime now = ports.clock.Wall();
  if (*turn > now && now < claim.record.start_deadline) {
    return AwaitTurn(event, *turn, claim.record, ports);
  }
  if (!stored) {
    claim.record.attempted = now;
    claim.record.attempts = 1;
    ECM_TRY(claim, ClaimExecution(claim.record, ports));
    if (!claim.fresh) {
      ECM_TRY(std::optional<Json> resumed, Resume(event, execution, claim.record, ports));
      if (resumed) return *std::move(resumed);
    }
  }
  return Create(event, plan, execution, std::move(claim), ports);
}

}  // namespace ecm::lifecycle
