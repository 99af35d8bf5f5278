#include "lifecycle/verdict.h"

#include <gtest/gtest.h>

namespace ecm::lifecycle {
namespace {

JobRecord Expecting(std::vector<std::string> names) {
  JobRecord record;
  record.step_names = std::move(names);
  record.deadline = record.start_deadline = WallTime{std::chrono::hours{1}};
  return record;
}

Step Ended(const std::string& name, const std::string& state) {
  Step step;
  step.id = StepId("s-1");
  step.name = name;
  step.state_name = state;
  step.state = ParseStepState(state);
  return step;
}

Cluster In(const std::string& state, const std::string& reason = "",
           const std::string& message = "") {
  Cluster cluster;
  cluster.id = ClusterId("j-1");
  cluster.state_name = state;
  cluster.state = ParseClusterState(state);
  cluster.reason_code = reason;
  cluster.reason_message = message;
  return cluster;
}

struct Case {
  const char* step;  ///< state of the one expected step, "" if it is not there
  const char* cluster;
  const char* reason;
  const char* message;
  Decision::Kind kind;
  Verdict verdict;
};

class DecideTableTest : public testing::TestWithParam<Case> {};

TEST_P(DecideTableTest, FollowsTheStepsAndNotTheCluster) {
  const Case& given = GetParam();
  std::vector<Step> steps;
  if (*given.step != '\0') steps.push_back(Ended("ecm-dev-x", given.step));
  const Decision decision =
      Decide(Expecting({"ecm-dev-x"}), In(given.cluster, given.reason, given.message), steps, {});
  EXPECT_EQ(decision.kind, given.kind);
  if (given.kind != Decision::Kind::kRunning) {
    EXPECT_EQ(decision.verdict, given.verdict) << Name(decision.verdict);
    EXPECT_EQ(decision.message.empty(), given.verdict == Verdict::kSucceeded);
  }
}

constexpr auto kRunning = Decision::Kind::kRunning;
constexpr auto kDecided = Decision::Kind::kDecided;
constexpr auto kUnsettled = Decision::Kind::kUnsettled;
constexpr auto kNone = Verdict::kInternalError;

INSTANTIATE_TEST_SUITE_P(
    Table, DecideTableTest,
    testing::Values(
        Case{"COMPLETED", "RUNNING", "", "", kDecided, Verdict::kSucceeded},
        Case{"COMPLETED", "TERMINATED_WITH_ERRORS", "INTERNAL_ERROR", "", kDecided,
             Verdict::kSucceeded},
        Case{"RUNNING", "RUNNING", "", "", kRunning, kNone},
        Case{"PENDING", "STARTING", "", "", kRunning, kNone},
        Case{"DREAMING", "RUNNING", "", "", kRunning, kNone},
        Case{"RUNNING", "HIBERNATING", "", "", kRunning, kNone},
        Case{"", "RUNNING", "", "", kRunning, kNone},
        Case{"FAILED", "RUNNING", "", "", kDecided, Verdict::kJobFailed},
        Case{"FAILED", "TERMINATED", "ALL_STEPS_COMPLETED", "", kDecided, Verdict::kJobFailed},
        Case{"CANCELLED", "RUNNING", "", "", kUnsettled, Verdict::kCancelled},
        Case{"CANCELLED", "TERMINATED", "USER_REQUEST", "", kDecided, Verdict::kCancelled},
        Case{"INTERRUPTED", "TERMINATED", "USER_REQUEST", "", kDecided, Verdict::kCancelled},
        Case{"INTERRUPTED", "TERMINATED_WITH_ERRORS", "INSTANCE_FAILURE", "", kDecided,
             Verdict::kJobFailed},
        Case{"INTERRUPTED", "RUNNING", "", "", kUnsettled, Verdict::kJobFailed},
        Case{"CANCELLED", "TERMINATED_WITH_ERRORS", "BOOTSTRAP_FAILURE", "", kDecided,
             Verdict::kJobFailed},
        Case{"CANCELLED", "TERMINATED_WITH_ERRORS", "VALIDATION_ERROR", "EMR service role is bad",
             kDecided, Verdict::kInvalidJob},
        Case{"CANCELLED", "TERMINATED_WITH_ERRORS", "INTERNAL_ERROR",
             "EC2 is out of capacity for m5.xlarge", kDecided, Verdict::kNoCapacity},
        Case{"CANCELLED", "TERMINATED_WITH_ERRORS", "INSTANCE_FLEET_TIMEOUT", "", kDecided,
             Verdict::kNoCapacity},
        Case{"RUNNING", "TERMINATED", "ALL_STEPS_COMPLETED", "", kUnsettled, Verdict::kJobFailed},
        Case{"", "TERMINATED", "ALL_STEPS_COMPLETED", "", kUnsettled, Verdict::kJobFailed},
        Case{"RUNNING", "TERMINATED_WITH_ERRORS", "INSTANCE_FAILURE", "", kUnsettled,
             Verdict::kJobFailed},
        Case{"RUNNING", "TERMINATED", "USER_REQUEST", "", kUnsettled, Verdict::kCancelled},
        Case{"RUNNING", "TERMINATED", "", "", kUnsettled, Verdict::kJobFailed}));

TEST(DecideTest, OneCompletedStepOfTwoIsNoSuccess) {
  const Decision decision =
      Decide(Expecting({"a", "b"}), In("RUNNING"), {Ended("a", "COMPLETED")}, {});
  EXPECT_EQ(decision.kind, kRunning);
}

TEST(DecideTest, StepsOfOthersDecideNothing) {
  const Decision decision = Decide(Expecting({"a"}), In("RUNNING"),
                                   {Ended("a", "COMPLETED"), Ended("foreign", "FAILED")}, {});
  EXPECT_EQ(decision.verdict, Verdict::kSucceeded);
}

TEST(DecideTest, AJobThatExpectsNothingNeverSucceeds) {
  EXPECT_EQ(Decide(Expecting({}), In("TERMINATED", "USER_REQUEST"), {}, {}).verdict,
            Verdict::kCancelled);
}

TEST(DecideTest, ADeadlineDecides) {
  const WallTime late{std::chrono::hours{2}};
  const JobRecord record = Expecting({"a"});
  EXPECT_EQ(Decide(record, In("RUNNING"), {Ended("a", "RUNNING")}, late).verdict,
            Verdict::kOutOfTime);
  EXPECT_EQ(Decide(record, In("STARTING"), {}, late).verdict, Verdict::kNoCapacity);
  EXPECT_EQ(Decide(record, In("BOOTSTRAPPING"), {}, late).verdict, Verdict::kOutOfTime);
  EXPECT_EQ(Decide(record, In("RUNNING"), {Ended("a", "COMPLETED")}, late).verdict,
            Verdict::kSucceeded);
}

TEST(VerdictTest, NamesLeadBackAndErrorsMapToVerdicts) {
  for (const char* name : {"Succeeded", "InvalidJob", "AccessDenied", "JobFailed", "NoCapacity",
                           "OutOfTime", "Cancelled", "CleanupUnverified", "InternalError"}) {
    EXPECT_EQ(Name(ParseVerdict(name).value()), name);
  }
  EXPECT_EQ(VerdictOfError("InvalidJob"), Verdict::kInvalidJob);
  EXPECT_EQ(VerdictOfError("Throttled"), Verdict::kNoCapacity);
  EXPECT_EQ(VerdictOfError("States.Timeout"), Verdict::kInternalError);
  EXPECT_EQ(VerdictOfError("Cancelled"), Verdict::kCancelled);
}

}  // namespace
}  // namespace ecm::lifecycle
