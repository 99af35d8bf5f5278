#include "sim/truth/oracles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ecm::sim {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr WallTime kNow{std::chrono::seconds{1'000'000}};
const ClusterId kFirst("j-1");
const ClusterId kSecond("j-2");

std::vector<std::string> Broken(const std::vector<Violation>& violations) {
  std::vector<std::string> names;
  for (const Violation& violation : violations) names.push_back(violation.invariant);
  return names;
}

/// One execution that succeeded on one cluster, which is gone; each test spoils it.
class OraclesTest : public testing::Test {
 protected:
  OraclesTest() {
    ExecutionTruth execution;
    execution.name = "run-1";
    execution.started = kNow;
    execution.must_end_by = kNow + hours{5};
    execution.status = asl::Status::kSucceeded;
    execution.ended = kNow + hours{1};
    execution.judged = kNow + minutes{59};
    execution.outcome = JsonObject{{"verdict", "Succeeded"}, {"cluster_id", "j-1"}};
    ledger.executions.push_back(execution);
    AddCluster(kFirst);
    ledger.clusters.at(kFirst).completed = kNow + minutes{58};
    ledger.clusters.at(kFirst).ended = kNow + hours{2};
    ledger.ended_executions = 1;
  }

  void AddCluster(const ClusterId& id) {
    ClusterTruth cluster;
    cluster.id = id;
    cluster.created = kNow;
    cluster.ending = kNow;
    ledger.clusters.emplace(id, cluster);
    run().clusters.push_back(id);
    if (run().clusters.size() == 2) ledger.with_twins.push_back(0);
  }

  void Fail(const std::string& verdict) {
    run().status = asl::Status::kFailed;
    run().notices = 1;
    run().outcome.as_object()["verdict"] = verdict;
  }

  ExecutionTruth& run() { return ledger.executions[0]; }
  ClusterTruth& cluster() { return ledger.clusters.at(kFirst); }

  Ledger ledger;
};

TEST_F(OraclesTest, AreContentWithAGoodWorld) {
  EXPECT_THAT(CheckAlways(ledger, kNow + hours{9}), IsEmpty());
  EXPECT_THAT(CheckEnded(ledger, 0), IsEmpty());
  EXPECT_THAT(CheckQuiescent(ledger), IsEmpty());
}

TEST_F(OraclesTest, SeeAClusterThatNeverEnds) {
  cluster().ended.reset();
  EXPECT_THAT(Broken(CheckQuiescent(ledger)), ElementsAre("I1"));
}

TEST_F(OraclesTest, SeeAClusterThatLeadsToNoExecution) {
  ledger.strays.push_back(kSecond);
  EXPECT_THAT(Broken(CheckAlways(ledger, kNow)), ElementsAre("I1"));
}

TEST_F(OraclesTest, SeeTwoClustersThatNobodyEnds) {
  cluster().ended.reset();
  AddCluster(kSecond);
  cluster().ending.reset();
  ledger.clusters.at(kSecond).ending.reset();
  EXPECT_THAT(CheckAlways(ledger, kNow + kTwinBound), IsEmpty());
  EXPECT_THAT(Broken(CheckAlways(ledger, kNow + kTwinBound + Duration{1})), ElementsAre("I2"));
  cluster().ending = kNow;
  EXPECT_THAT(CheckAlways(ledger, kNow + kTwinBound + Duration{1}), IsEmpty());
}

TEST_F(OraclesTest, SeeWorkThatWasDoneTwice) {
  AddCluster(kSecond);
  ledger.clusters.at(kSecond).completed = kNow;
  ledger.clusters.at(kSecond).ended = kNow;
  EXPECT_THAT(Broken(CheckAlways(ledger, kNow)), ElementsAre("I2"));
}

TEST_F(OraclesTest, SeeAFailureThatNobodyWasToldOf) {
  cluster().completed.reset();
  Fail("JobFailed");
  run().notices = 0;
  EXPECT_THAT(Broken(CheckEnded(ledger, 0)), ElementsAre("I3"));
}

TEST_F(OraclesTest, SeeAnExecutionThatRanIntoTheMachinesOwnLimit) {
  cluster().completed.reset();
  Fail("");
  run().status = asl::Status::kTimedOut;
  EXPECT_THAT(Broken(CheckEnded(ledger, 0)), ElementsAre("I3"));
}

TEST_F(OraclesTest, SeeAnExecutionThatDoesNotEnd) {
  run().ended.reset();
  ledger.ended_executions = 0;
  EXPECT_THAT(CheckAlways(ledger, run().must_end_by), IsEmpty());
  EXPECT_THAT(Broken(CheckAlways(ledger, run().must_end_by + Duration{1})), ElementsAre("I4"));
  EXPECT_THAT(Broken(CheckQuiescent(ledger)), ElementsAre("I4"));
}

TEST_F(OraclesTest, SeeASuccessThatNeverHappened) {
  cluster().completed.reset();
  EXPECT_THAT(Broken(CheckEnded(ledger, 0)), ElementsAre("I5"));
}

TEST_F(OraclesTest, SeeASuccessThatIsReportedOfAnotherCluster) {
  run().outcome.as_object()["cluster_id"] = "j-9";
  EXPECT_THAT(Broken(CheckEnded(ledger, 0)), ElementsAre("I5"));
}

TEST_F(OraclesTest, SeeAFailureThatWasASuccess) {
  Fail("Cancelled");
  EXPECT_THAT(Broken(CheckEnded(ledger, 0)), ElementsAre("I5"));
}

TEST_F(OraclesTest, ForgiveAVerdictThatWasMadeBeforeTheStepCompleted) {
  Fail("OutOfTime");
  run().judged = *cluster().completed - Duration{1};
  EXPECT_THAT(CheckEnded(ledger, 0), IsEmpty());
}

TEST_F(OraclesTest, SeeAClusterThatWasLeftAlone) {
  cluster().ended.reset();
  cluster().ending.reset();
  EXPECT_THAT(Broken(CheckEnded(ledger, 0)), ElementsAre("I1"));
  Fail("CleanupUnverified");
  EXPECT_THAT(CheckEnded(ledger, 0), IsEmpty());
}

TEST_F(OraclesTest, ForgiveWhoWasKeptFromFindingOutAndSaysSo) {
  Fail("AccessDenied");
  EXPECT_THAT(Broken(CheckEnded(ledger, 0)), ElementsAre("I5"));
  ledger.blinded = true;
  EXPECT_THAT(CheckEnded(ledger, 0), IsEmpty());
  Fail("JobFailed");
  EXPECT_THAT(Broken(CheckEnded(ledger, 0)), ElementsAre("I5"));
}

TEST_F(OraclesTest, SeePeopleWhoWereToldSomethingElse) {
  cluster().completed.reset();
  Fail("JobFailed");
  run().known = true;
  run().settled = JsonObject{{"verdict", "JobFailed"}};
  run().told = {"JobFailed"};
  EXPECT_THAT(CheckQuiescent(ledger), IsEmpty());
  run().told = {"JobFailed", "Cancelled"};
  EXPECT_THAT(Broken(CheckQuiescent(ledger)), ElementsAre("I5"));
}

TEST_F(OraclesTest, TakeAnAlarmOnTheSweepForANoticeOnlyWhereTheTopicIsGone) {
  cluster().completed.reset();
  Fail("JobFailed");
  run().untold = true;
  run().notices = 0;
  run().known = true;
  run().settled = JsonObject{{"verdict", "JobFailed"}};
  EXPECT_THAT(CheckEnded(ledger, 0), IsEmpty());
  ledger.alarms = 1;
  EXPECT_THAT(Broken(CheckQuiescent(ledger)), ElementsAre("I3"));
  ledger.topic_gone = true;
  EXPECT_THAT(CheckQuiescent(ledger), IsEmpty());
}

TEST_F(OraclesTest, ForgiveTheMachinesOwnLimitWhereItIsShort) {
  run().status = asl::Status::kTimedOut;
  run().hasty = true;
  run().known = true;
  EXPECT_THAT(CheckEnded(ledger, 0), IsEmpty());
  EXPECT_THAT(Broken(CheckQuiescent(ledger)), ElementsAre("I3"));
}

TEST_F(OraclesTest, SeeAVerdictThatContradictsTheEndOfTheExecution) {
  run().outcome.as_object()["verdict"] = "JobFailed";
  EXPECT_THAT(Broken(CheckEnded(ledger, 0)), ElementsAre("I5"));
}

TEST_F(OraclesTest, SeeAnOutcomeThatListsAStepAsCompletedThatWasNot) {
  cluster().completed.reset();
  Fail("JobFailed");
  run().outcome.as_object()["steps"] = JsonArray{JsonObject{{"state", "COMPLETED"}}};
  EXPECT_THAT(Broken(CheckEnded(ledger, 0)), ElementsAre("I5"));
}

TEST_F(OraclesTest, ExpectNoNoticeOfAnAbortThatSomebodyAskedFor) {
  run().status = asl::Status::kAborted;
  run().outcome = nullptr;
  EXPECT_THAT(Broken(CheckEnded(ledger, 0)), ElementsAre("I5"));
  run().asked_to_stop = true;
  EXPECT_THAT(CheckEnded(ledger, 0), IsEmpty());
}

TEST_F(OraclesTest, ExpectAnOutcomeAndANoticeOfAnAbortThatTheJobStoreKnows) {
  run().status = asl::Status::kAborted;
  EXPECT_THAT(CheckQuiescent(ledger), IsEmpty());
  run().known = true;
  EXPECT_THAT(Broken(CheckQuiescent(ledger)), ElementsAre("I3"));
  run().settled = JsonObject{{"verdict", "Cancelled"}};
  EXPECT_THAT(Broken(CheckQuiescent(ledger)), ElementsAre("I3"));
  run().notices = 1;
  EXPECT_THAT(CheckQuiescent(ledger), IsEmpty());
}

TEST_F(OraclesTest, SeeAnAbortThatTellsOfWorkThatWasNeverDone) {
  run().status = asl::Status::kAborted;
  run().known = true;
  run().settled = JsonObject{{"verdict", "Succeeded"}};
  EXPECT_THAT(CheckQuiescent(ledger), IsEmpty());
  cluster().completed.reset();
  EXPECT_THAT(Broken(CheckQuiescent(ledger)), ElementsAre("I5"));
  run().notices = 1;
  run().settled = JsonObject{{"verdict", "Cancelled"},
                             {"steps", JsonArray{JsonObject{{"state", "COMPLETED"}}}}};
  EXPECT_THAT(Broken(CheckQuiescent(ledger)), ElementsAre("I5"));
}

TEST_F(OraclesTest, SeeAClusterThatTheSweepHadNoRightToEnd) {
  ledger.wronged.push_back(kFirst);
  EXPECT_THAT(Broken(CheckAlways(ledger, kNow)), ElementsAre("I5"));
}

}  // namespace
}  // namespace ecm::sim
