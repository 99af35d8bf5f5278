#pragma once

#include <string>
#include <vector>

#include "aws/emr_types.h"
#include "base/json.h"
#include "lifecycle/verdict.h"
#include "store/job_store.h"

namespace ecm::lifecycle {

/// The outcome, version 1: the output of an execution, the Cause of a failed one, the record in
/// the store and what `emrctl … --json` prints (schema/outcome.schema.json).
inline constexpr std::int64_t kOutcomeVersion = 1;
/// A Cause may have 32,768 characters; ours stays far below, so that parents can embed it.
inline constexpr std::size_t kMaxOutcomeBytes = std::size_t{8} * 1024;

/// What Inspect hands to Report: {verdict, message, cluster: {…}, steps: […]}.
Json ToInspection(const Decision& decision, const Cluster& cluster,
                  const std::vector<Step>& expected);

/// What came of reading the logs of a failed step.
struct LogFindings {
  std::string cause;    ///< the line that names it, "" for none
  std::string trouble;  ///< why there is nothing to read, and never will be; "" otherwise
};

/// Composes the outcome from the final document (with `inspection` or `error`, and `release` or
/// `release_error`) and the record, where there is one.
Json MakeOutcome(const Json& document, const JobRecord* record, const LogFindings& logs,
                 WallTime now);

/// The notice for people: {subject: ASCII, one line, ≤ 100 characters; message}.
Json MakeNotice(const Json& outcome, const std::string& stage, const std::string& job_label);

}  // namespace ecm::lifecycle
