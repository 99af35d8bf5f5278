#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/emr_client.h"
#include "cli/account/account.h"

namespace ecm::cli {

/// The cluster of an execution, as far as somebody has told it.
struct JobCluster {
  ClusterId id;  ///< "" while there is none
  Region region;
  std::optional<Cluster> told;  ///< nothing where EMR did not say
  std::vector<Step> steps;      ///< those with our names first
  std::string problem;          ///< why EMR did not say
  ErrorKind problem_kind = ErrorKind::kInternal;
};

/// What is known of a job at one moment.
struct Progress {
  ExecutionDetails execution;
  std::vector<StateEntry> entered;  ///< since the last look; the newest alone at the first one
  JobCluster cluster;
};

/// Looks at one execution again and again, and asks for no more than what is new.
class ProgressReader {
 public:
  ProgressReader(const Account& account, NamedExecution execution)
      : account_(account), execution_(std::move(execution)) {}

  /// Errors are those of Step Functions; what EMR refuses to tell is in `cluster.problem`.
  Result<Progress> Look();

 private:
  void LookAtCluster(JobCluster& cluster) const;
  Result<void> FindByName(const ExecutionDetails& execution);

  const Account& account_;
  NamedExecution execution_;
  std::int64_t last_event_ = 0;
  std::optional<StateEntry> current_;
  ClusterId cluster_;
  Region region_;
};

/// The outcome document (schema/outcome.schema.json) of an execution that is over: the one that
/// report has made or, where the execution was stopped, ran out of time or broke before, one out of
/// what is known. `now` stands for the end where nobody knows it.
Json OutcomeOf(const Progress& progress, WallTime now);

/// Whether a cluster needs nobody any more: it is gone, or going.
bool IsEnding(const Cluster& cluster);

/// The cluster's name ends with its execution's: "ecm-dev-count-RUN".
bool NamesExecution(const std::string& cluster_name, const std::string& execution_name);

}  // namespace ecm::cli
