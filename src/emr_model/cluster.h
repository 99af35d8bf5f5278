#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "aws/emr_types.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/time.h"
#include "emr_model/emr_model.h"
#include "emr_model/packed_object.h"
#include "emr_model/step_runner.h"

// What the model remembers.

namespace ecm::emr_model {

/// TERMINATE_JOB_FLOW is the old name of TERMINATE_CLUSTER: it acts alike and is echoed as asked.
enum class ActionOnFailure { kTerminateJobFlow, kTerminateCluster, kCancelAndWait, kContinue };

struct FailureDetails {
  std::string reason;
  std::string message;
  std::string log_file;
  bool operator==(const FailureDetails&) const = default;
};

struct StepRecord {
  StepId id;
  std::string name;
  ActionOnFailure action = ActionOnFailure::kTerminateCluster;
  std::string jar;
  std::string main_class;
  std::vector<std::string> args;
  std::vector<std::pair<std::string, std::string>> properties;
  std::string execution_role_arn;
  std::string log_uri;             ///< of the step's own monitoring configuration
  std::string encryption_key_arn;  ///< the same

  StepState state = StepState::kPending;
  WallTime created{};
  std::optional<WallTime> started;
  std::optional<WallTime> ended;
  std::optional<FailureDetails> failure;
  /// Started at the runner and not reported as ended, whatever the state says.
  bool process_open = false;
  std::string waits_for;  ///< what a RUNNING step without a process waits for
  bool operator==(const StepRecord&) const = default;
};

/// Cluster.Status.StateChangeReason; a cluster that is up has a message at most.
struct StateReason {
  std::string code;
  std::string message;
  bool operator==(const StateReason&) const = default;
};

/// One instance group or fleet: the members of the answer that do not change, and its size.
struct InstanceCollection {
  std::string id;
  PackedObject description;
  std::int64_t count = 0;       ///< instances of a group, on-demand units of a fleet
  std::int64_t spot_count = 0;  ///< spot units of a fleet
  std::int64_t retired = 0;     ///< places of instances that are gone, before those that are there
  std::int64_t spot_retired = 0;  ///< the same of a fleet's spot instances, which count apart
  std::optional<WallTime> added;  ///< to a cluster that was there already
  bool operator==(const InstanceCollection&) const = default;
};

/// What can be due for a cluster; each kind at most once.
enum class Due { kLife, kWork, kIdle };
inline constexpr std::size_t kDueKinds = 3;

/// What ListClusters tells, and in which order.
struct ClusterOutline {
  ClusterId id;
  Region region;
  std::uint64_t sequence = 0;  ///< in the order of creation
  std::string arn;
  std::string name;
  ClusterState state = ClusterState::kStarting;
  StateReason reason;
  JsonArray error_details;  ///< shape ErrorDetailList
  WallTime created{};
  std::optional<WallTime> ready;
  std::optional<WallTime> ended;
  bool operator==(const ClusterOutline&) const = default;
};

/// What one must ask for by the cluster's id.
struct ClusterDetails {
  PackedObject description;  ///< the members of DescribeCluster that no transition changes
  Json configurations = JsonArray{};
  JsonArray bootstrap_actions;
  std::string log_uri;
  std::string step_execution_role_arn;
  std::pair<int, int> release;  ///< major, minor
  std::int64_t step_concurrency = 1;
  std::optional<Duration> idle_timeout;  ///< of the auto-termination policy
  Json managed_scaling;                  ///< the policy as it was given, or null; it has no effect
  bool uses_fleets = false;
  std::vector<InstanceCollection> instances;

  bool keep_alive = false;
  bool termination_protected = false;
  std::vector<std::pair<std::string, std::string>> tags;

  std::vector<StepRecord> steps;    ///< in the order of submission
  std::size_t first_unsettled = 0;  ///< every step before it is over
  int open_processes = 0;
  bool bootstrap_open = false;  ///< bootstrap actions are at the runner

  Timings timings;
  WallTime bootstrap_at{};  ///< BOOTSTRAPPING lasts at least until then
  WallTime terminate_at{};  ///< TERMINATING lasts at least until then
  std::array<std::optional<WallTime>, kDueKinds> due;
  bool operator==(const ClusterDetails&) const = default;
};

struct ClusterRecord : ClusterOutline, ClusterDetails {
  bool operator==(const ClusterRecord&) const = default;
};

/// All that memory keeps of a cluster that has ended, where its records are in a store.
struct EndedCluster : ClusterOutline {
  std::size_t step_count = 0;
  bool operator==(const EndedCluster&) const = default;
};

inline bool IsUp(ClusterState state) {
  return state == ClusterState::kRunning || state == ClusterState::kWaiting;
}

/// TERMINATING and after.
inline bool IsEnding(ClusterState state) {
  return state == ClusterState::kTerminating || IsFinal(state);
}

}  // namespace ecm::emr_model
