#pragma once

#include <string>
#include <string_view>

#include "lifecycle/verdict.h"

namespace ecm::lifecycle {

/// What is known of an end when a person is told what to do about it.
struct Situation {
  Verdict verdict = Verdict::kInternalError;
  std::string_view message;      ///< what happened
  std::string_view log_cause;    ///< what the logs say, "" for nothing
  std::string_view reason_code;  ///< EMR's, of the cluster: "INSTANCE_FAILURE"; "" without one
  bool step_failed = false;      ///< one of the job's steps is FAILED
  std::string_view log_trouble;  ///< why there are no logs to read, "" where that is not known
};

/// One sentence or two; "" where nothing is to be done. The cause counts, not the verdict alone:
/// who is told to correct a job that is right looks for long.
std::string NextStep(const Situation& situation);

}  // namespace ecm::lifecycle
