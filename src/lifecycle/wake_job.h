#pragma once

#include "lifecycle/ports.h"

namespace ecm::lifecycle {

/// Something has happened to the job's cluster: its token is answered. While nobody waits the
/// record remembers it (`woken`), and the next Await answers itself: nothing that happens between a
/// look and the wait that follows it is lost. `record` may be old, an index lags. Nothing happens
/// to a job that has its outcome. True if somebody was waiting.
Result<bool> WakeJob(JobRecord record, Ports& ports);

}  // namespace ecm::lifecycle
