#include <algorithm>
#include <array>

#include "sim/faults/faults.h"

namespace ecm::sim {
namespace {

constexpr std::array<std::string_view, kSites> kSiteNames = {
    "emr RunJobFlow",
    "emr DescribeCluster",
    "emr ListClusters",
    "emr ListSteps",
    "emr TerminateJobFlows",
    "emr SetTerminationProtection",
    "emr other",
    "store Get",
    "store Put",
    "store FindByCluster",
    "store ListOpen",
    "states SendTaskSuccess",
    "states DescribeExecution",
    "states ListExecutions",
    "sns Publish by a handler",
    "objects ReadTail",
    "lambda Invoke",
    "sns Publish",
    "events",
    "cluster",
    "step",
    "people",
    "execution",
};

/// Everything that a handler calls through the door.
constexpr std::array kDoor = {
    Site::kRunJobFlow,     Site::kDescribeCluster,   Site::kListClusters,
    Site::kListSteps,      Site::kTerminateJobFlows, Site::kSetTerminationProtection,
    Site::kStoreGet,       Site::kStorePut,          Site::kStoreFind,
    Site::kStoreList,      Site::kSendTaskSuccess,   Site::kDescribeExecution,
    Site::kListExecutions, Site::kPublishNotice,     Site::kReadObject};
constexpr std::array kEmr = {Site::kRunJobFlow, Site::kDescribeCluster, Site::kListClusters,
                             Site::kListSteps, Site::kTerminateJobFlows};
constexpr std::array kLists = {Site::kListClusters, Site::kListSteps};
constexpr std::array kAnswers = {Site::kDescribeCluster, Site::kListSteps, Site::kListClusters};
constexpr std::array kLooks = {Site::kDescribeCluster, Site::kListSteps};
constexpr std::array kStatus = {Site::kDescribeExecution, Site::kListExecutions};
constexpr std::array kTellers = {Site::kPublish, Site::kPublishNotice};
template <Site site>
constexpr std::array kAt = {site};

struct Row {
  Fault fault;
  std::string_view name;
  std::span<const Site> sites;
  bool by_itself = false;
};

constexpr std::array<Row, kFaults> kRows = {{
    {Fault::kCrashBefore, "crash before", kDoor},
    {Fault::kCrashInFlight, "crash in flight", kDoor},
    {Fault::kCrashAfter, "crash after", kDoor},
    {Fault::kAnswerLost, "answer lost", kDoor},
    {Fault::kServerError, "server error", kDoor},
    {Fault::kThrottled, "throttled", kDoor},
    {Fault::kUnavailable, "unavailable", kDoor},
    {Fault::kQuota, "quota", kEmr, true},
    {Fault::kSlow, "slow", kDoor},
    {Fault::kStaleConnection, "stale connection", kDoor},
    {Fault::kCredentialsExpired, "credentials expired", kDoor},
    {Fault::kDenied, "denied", kEmr},
    {Fault::kFlooded, "flooded", kEmr},
    {Fault::kRefusedAtOnce, "refused at once", kAt<Site::kRunJobFlow>},
    {Fault::kNoRoom, "no room", kAt<Site::kRunJobFlow>},
    {Fault::kListLags, "list lags", kAt<Site::kListClusters>},
    {Fault::kSmallPages, "small pages", kLists},
    {Fault::kStaleAnswer, "stale answer", kLooks},
    {Fault::kUnknownState, "unknown state", kAnswers},
    {Fault::kMembersMissing, "members missing", kAnswers},
    {Fault::kIndexLags, "index lags", kAt<Site::kStoreFind>},
    {Fault::kStatusLags, "status lags", kStatus},
    {Fault::kInvokeRefused, "invocation refused", kAt<Site::kInvoke>},
    {Fault::kInvokeLost, "invocation lost", kAt<Site::kInvoke>},
    {Fault::kInvokeNeverAnswers, "invocation never answers", kAt<Site::kInvoke>},
    {Fault::kInitFails, "init fails", kAt<Site::kInvoke>},
    {Fault::kResponseLost, "response lost", kAt<Site::kInvoke>},
    {Fault::kClockSkew, "clock skew", kAt<Site::kInvoke>},
    {Fault::kEventLost, "event lost", kAt<Site::kEvent>},
    {Fault::kEventDuplicated, "event duplicated", kAt<Site::kEvent>},
    {Fault::kEventLate, "event late", kAt<Site::kEvent>},
    {Fault::kEventForeign, "event of another", kAt<Site::kEvent>},
    {Fault::kEventOdd, "odd event", kAt<Site::kEvent>},
    {Fault::kEventDropped, "event dropped", kAt<Site::kEvent>, true},
    {Fault::kPublishRefused, "publish refused", kAt<Site::kPublish>},
    {Fault::kPublishLost, "publish lost", kAt<Site::kPublish>},
    {Fault::kTopicClosed, "topic closed", kTellers},
    {Fault::kNoCapacity, "no capacity", kAt<Site::kCluster>},
    {Fault::kFleetTimeout, "fleet timeout", kAt<Site::kCluster>},
    {Fault::kNoAddresses, "no addresses", kAt<Site::kCluster>},
    {Fault::kSlowStart, "slow start", kAt<Site::kCluster>},
    {Fault::kRefusedLater, "refused later", kAt<Site::kCluster>},
    {Fault::kTagPolicyDenies, "tag policy denies", kAt<Site::kCluster>},
    {Fault::kQuotaLater, "quota later", kAt<Site::kCluster>},
    {Fault::kBootstrapFails, "bootstrap fails", kAt<Site::kCluster>},
    {Fault::kBootstrapHangs, "bootstrap hangs", kAt<Site::kCluster>},
    {Fault::kDaemonFails, "daemon fails", kAt<Site::kCluster>},
    {Fault::kSlowEnd, "slow end", kAt<Site::kCluster>},
    {Fault::kPrimaryLost, "primary lost", kAt<Site::kCluster>},
    {Fault::kStepsInterrupted, "steps interrupted", kAt<Site::kCluster>},
    {Fault::kReasonMisleads, "reason misleads", kAt<Site::kCluster>},
    {Fault::kStepFails, "step fails", kAt<Site::kStep>},
    {Fault::kStepHangs, "step hangs", kAt<Site::kStep>},
    {Fault::kStepNeverStarts, "step never starts", kAt<Site::kStep>},
    {Fault::kCoreLost, "core lost", kAt<Site::kStep>},
    {Fault::kTaskNodeLost, "task node lost", kAt<Site::kStep>},
    {Fault::kNodeSick, "node sick", kAt<Site::kStep>},
    {Fault::kDetailsMissing, "details missing", kAt<Site::kStep>},
    {Fault::kLogMissing, "log missing", kAt<Site::kStep>},
    {Fault::kLogDenied, "log denied", kAt<Site::kReadObject>},
    {Fault::kForgotten, "forgotten", kAt<Site::kCluster>},
    {Fault::kAborted, "aborted", kAt<Site::kPeople>},
    {Fault::kTerminatedByHand, "terminated by hand", kAt<Site::kPeople>},
    {Fault::kProtectedByHand, "protected by hand", kAt<Site::kPeople>},
    {Fault::kStepCancelled, "step cancelled", kAt<Site::kPeople>},
    {Fault::kStepAdded, "step added", kAt<Site::kPeople>},
    {Fault::kTagsRemoved, "tags removed", kAt<Site::kPeople>},
    {Fault::kInvalidJob, "invalid job", kAt<Site::kPeople>},
    {Fault::kIdlePolicy, "idle policy", kAt<Site::kPeople>},
    {Fault::kRedriven, "redriven", kAt<Site::kPeople>},
    {Fault::kRedeployed, "redeployed", kAt<Site::kPeople>},
    {Fault::kRolledBack, "rolled back", kAt<Site::kPeople>},
    {Fault::kMachineDeleted, "machine deleted", kAt<Site::kPeople>},
    {Fault::kSweepStopped, "sweep stopped", kAt<Site::kPeople>},
    {Fault::kCrowd, "crowd", kAt<Site::kPeople>},
    {Fault::kMachineTimesOut, "machine times out", kAt<Site::kExecution>},
    {Fault::kKilled, "killed", kAt<Site::kExecution>},
    {Fault::kTokenLate, "token late", kAt<Site::kSendTaskSuccess>, true},
    {Fault::kEndedWhileStarting, "ended while starting", kAt<Site::kTerminateJobFlows>, true},
    {Fault::kEndRaces, "end races", kAt<Site::kTerminateJobFlows>, true},
}};

consteval bool AreInOrder() {
  for (std::size_t i = 0; i < kFaults; ++i) {
    if (static_cast<std::size_t>(kRows[i].fault) != i) return false;
  }
  return true;
}
static_assert(AreInOrder());

const Row& RowOf(Fault fault) { return kRows[static_cast<std::size_t>(fault)]; }

}  // namespace

std::string_view Name(Fault fault) { return RowOf(fault).name; }
std::string_view Name(Site site) { return kSiteNames[static_cast<std::size_t>(site)]; }
std::span<const Site> SitesOf(Fault fault) { return RowOf(fault).sites; }
bool HappensByItself(Fault fault) { return RowOf(fault).by_itself; }

Site SiteOfEmrCall(std::string_view operation) {
  for (std::size_t site = 0; site < static_cast<std::size_t>(Site::kOtherEmrCall); ++site) {
    if (kSiteNames[site].substr(kSiteNames[site].find(' ') + 1) == operation) {
      return static_cast<Site>(site);
    }
  }
  return Site::kOtherEmrCall;
}

}  // namespace ecm::sim
