#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "env/random.h"

namespace ecm::sim {

/// What can go wrong. Which row of the fault catalogue each one is: catalogue.h.
enum class Fault {
  // at a call that a handler makes
  kCrashBefore,         ///< the sandbox dies before the request leaves
  kCrashInFlight,       ///< it dies while the request is on its way, which arrives all the same
  kCrashAfter,          ///< it dies with the answer on its way back
  kAnswerLost,          ///< applied, the answer is lost
  kServerError,         ///< an unknown outcome that was not applied
  kThrottled,           ///< refused for its rate
  kUnavailable,         ///< no connection
  kQuota,               ///< the account's bucket is empty, or it has too many clusters
  kSlow,                ///< the request or its answer takes many seconds
  kStaleConnection,     ///< after a thaw: a reset; the request may have arrived
  kCredentialsExpired,  ///< refused for the sandbox's old credentials
  kDenied,              ///< a permission is missing, for hours
  kFlooded,             ///< an operation is throttled for hours
  kRefusedAtOnce,       ///< RunJobFlow finds the request invalid
  kNoRoom,              ///< RunJobFlow finds too many clusters in the account
  // in what a service answers
  kListLags,        ///< a new cluster is not in lists yet
  kSmallPages,      ///< a list comes in pages of one
  kStaleAnswer,     ///< a cluster or its steps as they were
  kUnknownState,    ///< a state that nobody has heard of
  kMembersMissing,  ///< only what is never optional
  kIndexLags,       ///< the index by cluster is behind the table
  kStatusLags,      ///< the status of an execution as it was
  // at an invocation
  kInvokeRefused,       ///< nothing ran
  kInvokeLost,          ///< the caller gives up, the handler runs on beside its own retry
  kInvokeNeverAnswers,  ///< the handler has run, its caller never hears of it
  kInitFails,           ///< the sandbox cannot start
  kResponseLost,        ///< the handler has run, the runtime could not hand over its answer
  kClockSkew,           ///< the sandbox's clock is minutes ahead or behind
  // of events and notices
  kEventLost,
  kEventDuplicated,
  kEventLate,
  kEventForeign,    ///< of a cluster that nobody here knows
  kEventOdd,        ///< members missing, or not what they were
  kEventDropped,    ///< its target has failed as often as it is tried
  kPublishRefused,  ///< nobody was told
  kPublishLost,     ///< people were told, the answer is lost
  kTopicClosed,     ///< the topic is gone or its key denied, for hours
  // of a cluster and its step
  kNoCapacity,       ///< STARTING for ever
  kFleetTimeout,     ///< INSTANCE_FLEET_TIMEOUT
  kNoAddresses,      ///< its subnet is full
  kSlowStart,        ///< STARTING for most of its time
  kRefusedLater,     ///< VALIDATION_ERROR after the id was given
  kTagPolicyDenies,  ///< the service role may not act without its tag
  kQuotaLater,       ///< the account's instances are used up, after the id was given
  kBootstrapFails,
  kBootstrapHangs,
  kDaemonFails,  ///< INTERNAL_ERROR late in BOOTSTRAPPING
  kSlowEnd,      ///< TERMINATING for longer than anybody waits
  kPrimaryLost,
  kStepsInterrupted,  ///< … and its steps are INTERRUPTED, of which no event tells
  kReasonMisleads,    ///< a step failed, the cluster says ALL_STEPS_COMPLETED
  kStepFails,
  kStepHangs,
  kStepNeverStarts,  ///< PENDING for ever
  kCoreLost,         ///< HDFS blocks are gone, the step fails
  kTaskNodeLost,     ///< slower
  kNodeSick,         ///< much slower
  kDetailsMissing,   ///< a step failed, EMR does not say why
  kLogMissing,
  kLogDenied,
  kForgotten,  ///< EMR does not know the ended cluster any more
  // of people
  kAborted,  ///< StopExecution
  kTerminatedByHand,
  kProtectedByHand,
  kStepCancelled,
  kStepAdded,  ///< a step of somebody else's, which may hang
  kTagsRemoved,
  kInvalidJob,
  kIdlePolicy,  ///< a job with an auto-termination policy
  kRedriven,
  kRedeployed,  ///< the functions of the next release, in the middle
  kRolledBack,  ///< … and back: documents of the next release meet the functions of this one
  kMachineDeleted,
  kSweepStopped,  ///< its schedule is off, for hours
  kCrowd,         ///< more than a page of clusters of others
  // of an execution
  kMachineTimesOut,  ///< its outer timeout comes before the job's own deadlines
  kKilled,           ///< an error that nothing catches: States.Runtime, the history's limit
  // what faults and time bring about by themselves
  kTokenLate,           ///< a token is answered that nobody waits for any more
  kEndedWhileStarting,  ///< TerminateJobFlows for a cluster that is STARTING
  kEndRaces,            ///< TerminateJobFlows for a cluster that is ending by itself
};
inline constexpr std::size_t kFaults = static_cast<std::size_t>(Fault::kEndRaces) + 1;

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
  kExecution,
};
inline constexpr std::size_t kSites = static_cast<std::size_t>(Site::kExecution) + 1;

std::string_view Name(Fault fault);
std::string_view Name(Site site);
/// "RunJobFlow" → kRunJobFlow.
Site SiteOfEmrCall(std::string_view operation);
/// Where it can happen; where it happens by itself for the last three.
std::span<const Site> SitesOf(Fault fault);
/// One that nobody injects.
bool HappensByItself(Fault fault);

/// How often each fault was injected at each site.
class Coverage {
 public:
  void Count(Fault fault, Site site) { ++cell(fault, site); }
  std::uint64_t at(Fault fault, Site site) const {
    return counts_[static_cast<std::size_t>(fault)][static_cast<std::size_t>(site)];
  }
  std::uint64_t of(Fault fault) const;
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

/// Exactly this fault, at the n-th passage of its site (from 0), beside all others.
struct Aim {
  Fault fault{};
  Site site{};
  int passage = 0;
  bool operator==(const Aim&) const = default;
};

/// The same fault at each of the first passages.
std::vector<Aim> Each(Fault fault, Site site, int count);
std::vector<Aim> operator+(std::vector<Aim> a, const std::vector<Aim>& b);

/// What goes wrong in one world, drawn once: each world has its own few kinds of trouble, some
/// have none, and the budget ends it, so that every world gets a chance to settle.
struct FaultPlan {
  double call_rate = 0;   ///< of each call, invocation, event and publish
  double world_rate = 0;  ///< of each cluster, step and person
  int budget = 0;         ///< faults of the first sort
  std::array<int, kFaults> weights{};
  std::vector<Aim> aims{};
};

FaultPlan DrawFaultPlan(Random& random);
/// Nothing goes wrong.
FaultPlan CalmPlan();
/// Adds what makes `fault` happen: itself, at a drawn site and passage, and where it needs another
/// fault to come about, that one too.
void AimAt(Fault fault, Random& random, FaultPlan& plan);

class Faults {
 public:
  Faults(FaultPlan plan, Random& random)
      : plan_(std::move(plan)), seen_(plan_.aims.size()), random_(random) {}

  /// Which of `candidates` happens at this passage of `site`, if any; counted.
  std::optional<Fault> DrawCall(Site site, std::initializer_list<Fault> candidates);
  /// Whether `fault` happens to this cluster, step or person; counted. `share` scales its rate.
  bool DrawWorld(Site site, Fault fault, double share = 1);
  /// The same without counting: for what may yet come to nothing.
  bool DrawPlanned(Site site, Fault fault, double share = 1);

  /// Something that has really happened: counted.
  void Count(Fault fault, Site site) {
    if (!HappensByItself(fault)) ++injected_;
    coverage_.Count(fault, site);
  }
  /// Whether a world may meet this one.
  bool MayHappen(Fault fault) const;

  /// How many of those that do not happen by themselves.
  std::uint64_t injected() const { return injected_; }

  const Coverage& coverage() const { return coverage_; }
  const FaultPlan& plan() const { return plan_; }

 private:
  /// Whether an aim is due at this passage.
  bool Hits(Fault fault, Site site);

  FaultPlan plan_;
  std::vector<int> seen_;  ///< passages so far, by aim
  Random& random_;
  std::uint64_t injected_ = 0;
  Coverage coverage_;
};

}  // namespace ecm::sim
