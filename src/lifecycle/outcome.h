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

/// Composes the outcome from the final document (with `inspection` or `error`, and `release` or
/// `release_error`) and the record, where there is one. `log_cause` is what the logs name as the
/// cause, "" if they name none.
Json MakeOutcome(const Json& document, const JobRecord* record, const std::string& log_cause,
                 WallTime now);

/// The notice for people: {subject: ASCII, one line, ≤ 100 characters; message}.
Json MakeNotice(const Json& outcome, const std::string& stage, const std::string& job_label);

}  // namespace ecm::lifecycle
