#include "local_stack/reaper.h"

#include "aws/emr_client.h"

namespace ecm::local_stack {
namespace {

constexpr int kAttempts = 10;

/// The record with its tombstone; nothing where the job is released, or was never begun.
Result<std::optional<JobRecord>> SetTombstone(const ExecutionArn& execution, JobStore& jobs) {
  for (int attempt = 1;; ++attempt) {
    ECM_TRY(std::optional<JobRecord> record, jobs.Get(execution));
    if (!record || record->released) return std::optional<JobRecord>{};
    if (record->aborted) return record;
    record->aborted = true;
    Result<JobRecord> stored = jobs.Put(*record);
    if (stored) return std::optional(*std::move(stored));
    const bool again = stored.error().kind == ErrorKind::kConflict && attempt < kAttempts;
    if (!again) return Fail(std::move(stored.error()));
  }
}

}  // namespace

Result<void> EndCluster(const Region& region, const ClusterId& cluster, EmrApi& emr) {
  const JsonArray ids{Json(cluster.str())};
  // Protection cannot be lifted from a cluster that is ending, and need not be.
  static_cast<void>(emr.Call(region, "SetTerminationProtection",
                             JsonObject{{"JobFlowIds", ids}, {"TerminationProtected", false}}));
  Result<Json> ended = emr.Call(region, "TerminateJobFlows", JsonObject{{"JobFlowIds", ids}});
  if (ended || ended.error().kind == ErrorKind::kNotFound) return {};
  return Fail(std::move(ended.error()));
}

void EndWhatIsLeft(const ExecutionArn& execution, JobStore& jobs, EmrApi& emr, Log& log) {
  const Result<std::optional<JobRecord>> record = SetTombstone(execution, jobs);
  if (!record) {
    log.Warning("an execution that is over could not be looked up",
                {{"execution", execution.str()}, {"error", record.error().message}});
    return;
  }
  if (!*record || (*record)->cluster.empty()) return;
  const JobRecord& job = **record;
  const Result<void> ended = EndCluster(job.region, job.cluster, emr);
  if (!ended) {
    log.Warning("a cluster could not be ended",
                {{"cluster", job.cluster.str()}, {"error", ended.error().message}});
  }
}

}  // namespace ecm::local_stack
