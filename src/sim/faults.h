#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "env/random.h"

namespace ecm::sim {

/// What can go wrong. Letters and numbers: the rows of the fault catalogue (docs/simulator.md).
enum class Fault {
  // at a call that a handler makes
  kCrashBefore,    ///< the sandbox dies before the request leaves (D12)
  kCrashInFlight,  ///< it dies while the request is on its way, which arrives all the same (B3)
  kCrashAfter,     ///< it dies with the answer on its way back (B3, D12)
  kAnswerLost,     ///< applied, the answer is lost (B2, E2)
  kServerError,    ///< an unknown outcome that was not applied (A9)
  kThrottled,      ///< B1, C1, E1
  kUnavailable,    ///< no connection (A16)
  kQuota,          ///< the account's bucket is empty, or it has too many clusters (B1, B8, C1, E1)
  kSlow,           ///< the request or its answer takes many seconds (D11)
  // at an invocation
  kInvokeRefused,  ///< nothing ran (A8)
  kInvokeLost,     ///< the caller gives up, the handler runs on beside its own retry (A10)
  // between services
  kListLags,         ///< a new cluster is not in lists yet (B4)
  kIndexLags,        ///< the index by cluster is behind the table
  kStatusLags,       ///< DescribeExecution tells of what was (E9)
  kEventLost,        ///< F8
  kEventDuplicated,  ///< F9
  kEventLate,        ///< F9
  kPublishRefused,   ///< nobody was told (F1)
  kPublishLost,      ///< people were told, the answer is lost (F6)
  // of a cluster and its step
  kNoCapacity,      ///< STARTING for ever (B9)
  kRefusedLater,    ///< VALIDATION_ERROR after the id was given (B7)
  kBootstrapFails,  ///< B13
  kBootstrapHangs,  ///< B13
  kSlowEnd,         ///< TERMINATING for longer than anybody waits (E5)
  kPrimaryLost,     ///< C17
  kStepFails,       ///< C6
  kStepHangs,       ///< C13
  kLogMissing,      ///< C6, C19
  // of people
  kAborted,           ///< StopExecution (D1)
  kTerminatedByHand,  ///< C20
  kProtectedByHand,   ///< C21, E3
  kStepCancelled,     ///< C7
  kInvalidJob,        ///< A6
};
inline constexpr std::size_t kFaults = static_cast<std::size_t>(Fault::kInvalidJob) + 1;

/// Where.
enum class Site {
  kRunJobFlow,
  kDescribeCluster,
  kListClusters,
  kListSteps,
  kTerminateJobFlows,
  kSetTerminationProtection,
  kOtherEmrCall,
  kStoreGet,
  kStorePut,
  kStoreFind,
  kStoreList,
  kSendTaskSuccess,
  kDescribeExecution,
  kListExecutions,
  kPublishNotice,  ///< by a handler
  kReadObject,
  kInvoke,
  kPublish,
  kEvent,
  kCluster,
  kStep,
  kPeople,
};
inline constexpr std::size_t kSites = static_cast<std::size_t>(Site::kPeople) + 1;

std::string_view Name(Fault fault);
std::string_view Name(Site site);
/// "RunJobFlow" → kRunJobFlow.
Site SiteOfEmrCall(std::string_view operation);

/// How often each fault was injected at each site.
class Coverage {
 public:
  void Count(Fault fault, Site site) { ++cell(fault, site); }
  std::uint64_t at(Fault fault, Site site) const {
    return counts_[static_cast<std::size_t>(fault)][static_cast<std::size_t>(site)];
  }
  std::uint64_t total() const;
  /// Adds 1 for each cell of `run` that is not zero: with how many seeds it happened.
  void AddSeed(const Coverage& run);
  void Add(const Coverage& other);

 private:
  std::uint64_t& cell(Fault fault, Site site) {
    return counts_[static_cast<std::size_t>(fault)][static_cast<std::size_t>(site)];
  }
  std::array<std::array<std::uint64_t, kSites>, kFaults> counts_{};
};

/// What goes wrong in one world, drawn once: each world has its own few kinds of trouble, some
/// have none, and the budget ends it, so that every world gets a chance to settle.
struct FaultPlan {
  double call_rate = 0;   ///< of each call, invocation, event and publish
  double world_rate = 0;  ///< of each cluster, step and person
  int budget = 0;         ///< faults of the first sort
  std::array<int, kFaults> weights{};
  /// Exactly this one, at the n-th passage of its site (from 0), beside all others.
  struct Aimed {
    Fault fault;
    Site site;
    int passage;
  };
  std::optional<Aimed> aimed;
};

FaultPlan DrawFaultPlan(Random& random);
/// Nothing goes wrong.
FaultPlan CalmPlan();

class Faults {
 public:
  Faults(FaultPlan plan, Random& random) : plan_(plan), random_(random) {}

  /// Which of `candidates` happens at this passage of `site`, if any; counted.
  std::optional<Fault> DrawCall(Site site, std::initializer_list<Fault> candidates);
  /// Whether `fault` happens to this cluster, step or person; counted. `share` scales its rate.
  bool DrawWorld(Site site, Fault fault, double share = 1);

  /// Something that happened by itself: counted.
  void Count(Fault fault, Site site) { coverage_.Count(fault, site); }

  const Coverage& coverage() const { return coverage_; }
  const FaultPlan& plan() const { return plan_; }

 private:
  FaultPlan plan_;
  Random& random_;
  Coverage coverage_;
  std::array<int, kSites> passages_{};
};

}  // namespace ecm::sim
