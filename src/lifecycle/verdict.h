#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/emr_types.h"
#include "base/time.h"
#include "store/job_store.h"

namespace ecm::lifecycle {

/// How a job ended. The name is the outcome's `verdict` and the error of a failed execution.
enum class Verdict {
  kSucceeded,
  kInvalidJob,
  kAccessDenied,
  kJobFailed,
  kNoCapacity,
  kOutOfTime,
  kCancelled,
  kCleanupUnverified,
  kInternalError,
};

std::string_view Name(Verdict verdict);
std::optional<Verdict> ParseVerdict(std::string_view name);
/// The verdict of an execution that failed with this error name, ours or a service's.
Verdict VerdictOfError(std::string_view error_name);

struct Decision {
  enum class Kind { kRunning, kUnsettled, kDecided };
  Kind kind = Kind::kRunning;
  Verdict verdict = Verdict::kInternalError;  ///< unless it runs
  std::string message;                        ///< what happened, for people; "" on success
  int looks = 0;  ///< unsettled: so often to look again before this is the verdict
};

/// R-VERDICT (facts: faults): success means that every expected step is COMPLETED; a cluster's
/// state proves nothing. `now` past a deadline decides too. kUnsettled: what the cluster says and
/// what the list of steps says do not go together (yet), for each may be told as it was a little
/// before; the verdict is what they mean if it stays so.
Decision Decide(const JobRecord& record, const Cluster& cluster, const std::vector<Step>& steps,
                WallTime now);

/// The expected steps in their order; one that is not there has state_name "MISSING".
std::vector<Step> ExpectedSteps(const JobRecord& record, const std::vector<Step>& steps);

}  // namespace ecm::lifecycle
