#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "base/time.h"

namespace ecm {

/// A state that we do not know is kOther: neither final nor a success.
enum class ClusterState {
  kStarting,
  kBootstrapping,
  kRunning,
  kWaiting,
  kTerminating,
  kTerminated,
  kTerminatedWithErrors,
  kOther,
};

enum class StepState {
  kPending,
  kCancelPending,
  kRunning,
  kCompleted,
  kCancelled,
  kFailed,
  kInterrupted,
  kOther,
};

ClusterState ParseClusterState(std::string_view name);
StepState ParseStepState(std::string_view name);
std::string_view Name(ClusterState state);
std::string_view Name(StepState state);

/// TERMINATED or TERMINATED_WITH_ERRORS.
bool IsFinal(ClusterState state);
/// COMPLETED, CANCELLED, FAILED or INTERRUPTED.
bool IsFinal(StepState state);

struct ClusterSummary {
  ClusterId id;
  std::string name;
  ClusterState state = ClusterState::kOther;
  std::optional<WallTime> created;
};

/// DescribeCluster, as far as decisions need it; every member may be missing in an answer.
struct Cluster {
  ClusterId id;
  std::string name;
  ClusterState state = ClusterState::kOther;
  std::string state_name;  ///< as the service wrote it
  std::string reason_code;
  std::string reason_message;
  /// "ErrorCode: ErrorMessage" of Status.ErrorDetails, where EMR gives them.
  std::vector<std::string> error_details;
  std::optional<WallTime> created;
  std::optional<WallTime> ready;
  std::optional<WallTime> ended;
  bool termination_protected = false;
  bool auto_terminate = false;
  std::string log_uri;
  std::vector<std::pair<std::string, std::string>> tags;
};

/// One of ListSteps.
struct Step {
  StepId id;
  std::string name;
  StepState state = StepState::kOther;
  std::string state_name;
  std::string failure_reason;  ///< FailureDetails, "" where EMR has none (yet)
  std::string failure_message;
  std::string failure_log_file;
  std::optional<WallTime> created;
  std::optional<WallTime> started;
  std::optional<WallTime> ended;
};

Cluster ParseCluster(const Json& cluster);
ClusterSummary ParseClusterSummary(const Json& summary);
Step ParseStep(const Json& step);

}  // namespace ecm
