#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "asl/execution.h"
#include "base/ids.h"
#include "base/time.h"

// What really happened in a world, kept by the world itself and never by the product: clusters by
// those who made them, steps by those who ran them, notices by those who got them. The oracles
// judge by nothing else.

namespace ecm::sim {

struct ClusterTruth {
  ClusterId id;
  std::size_t execution = 0;  ///< index into Ledger::executions
  WallTime created{};
  /// The first request to end it that EMR accepted, or its own end.
  std::optional<WallTime> ending;
  std::optional<WallTime> ended;
  bool started = false;  ///< it has run a step
  /// Its step's process ran to a good end.
  std::optional<WallTime> completed;
};

struct ExecutionTruth {
  std::string name;
  std::string arn;
  WallTime started{};
  WallTime deadline{};
  WallTime must_end_by{};
  asl::Status status = asl::Status::kRunning;
  std::optional<WallTime> ended;
  Json outcome;       ///< the output of a success, the Cause of a failure
  std::string error;  ///< of a failure
  int notices = 0;    ///< that people got and that name this execution
  bool asked_to_stop = false;
  bool hasty = false;           ///< the machine's own time limit comes before the job's
  bool killed = false;          ///< by an error that nothing catches
  bool deleted = false;         ///< with its state machine
  bool untold = false;          ///< its last notice found the topic closed
  bool settled_before = false;  ///< it had its outcome before it was redriven
  std::optional<WallTime> redriven;
  /// The verdicts that people were told.
  std::set<std::string> told;
  /// The start of the last Inspect that gave a verdict.
  std::optional<WallTime> judged;
  std::vector<ClusterId> clusters;
  int emr_calls = 0;    ///< that its own functions have made, refused ones among them
  int transitions = 0;  ///< states entered, and every further try of a task
  /// In the end: whether the job store knows it, and the outcome there.
  bool known = false;
  Json settled;
};

/// "…run-17" → 16: the place of an execution in the ledger by its name, its ARN, the name of its
/// cluster, or a function that it has called ("run-17 submit#3").
std::optional<std::size_t> IndexOfRun(std::string_view text);

struct Ledger {
  std::vector<ExecutionTruth> executions;
  std::map<ClusterId, ClusterTruth> clusters;
  /// Clusters whose name belongs to no execution.
  std::vector<ClusterId> strays;
  /// Clusters that the sweep had no right to end: healthy ones, and those of other stages.
  std::vector<ClusterId> wronged;
  std::size_t ended_executions = 0;
  /// Something has kept handlers from finding out or from telling: then they may say so.
  bool blinded = false;
  bool topic_gone = false;  ///< for good
  int alarms = 0;           ///< sweeps that failed, so that CloudWatch tells people
  std::size_t live_clusters = 0;
  /// Executions with more than one cluster.
  std::vector<std::size_t> with_twins;
};

}  // namespace ecm::sim
