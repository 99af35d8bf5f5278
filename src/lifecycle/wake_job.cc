#include "lifecycle/wake_job.h"

#include "lifecycle/record.h"

namespace ecm::lifecycle {

Result<bool> WakeJob(JobRecord record, Ports& ports) {
  const ExecutionArn execution = record.execution;
  TaskToken tried;
  for (int attempt = 0; attempt < kRecordTries; ++attempt) {
    if (record.outcome) return false;
    if (!record.token.empty() && record.token != tried) {
      const Result<void> sent = ports.tokens.SendTaskSuccess(record.token, JsonObject{});
      if (sent) return true;
      // kNotFound: nobody waits with this token any more, perhaps with a newer one.
      if (sent.error().kind != ErrorKind::kNotFound) return Fail(sent.error());
      tried = record.token;
    } else {
      record.woken = ports.clock.Wall();
      const Result<JobRecord> put = ports.jobs.Put(record);
      if (put) return false;
      if (put.error().kind != ErrorKind::kConflict) return Fail(put.error());
    }
    ECM_TRY(record, GetRecord(ports.jobs, execution));
  }
  return Fail(ChangesAllTheTime(execution));
}

}  // namespace ecm::lifecycle
