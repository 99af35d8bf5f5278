#include "lifecycle/next_step.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ecm::lifecycle {
namespace {

using testing::HasSubstr;
using testing::Not;

Situation Failed(std::string_view message) {
  Situation situation;
  situation.verdict = Verdict::kJobFailed;
  situation.message = message;
  return situation;
}

TEST(NextStepTest, AFailedStepIsReadAndCorrected) {
  Situation situation = Failed("step x ended FAILED: ValueError");
  situation.step_failed = true;
  situation.reason_code = "STEP_FAILURE";
  EXPECT_THAT(NextStep(situation), HasSubstr("correct the job"));
}

TEST(NextStepTest, ALostPrimaryIsNoFaultOfTheJob) {
  Situation situation = Failed("cluster j-1 ended before its steps were done (INSTANCE_FAILURE)");
  situation.reason_code = "INSTANCE_FAILURE";
  EXPECT_THAT(NextStep(situation), HasSubstr("Start the job again"));
  EXPECT_THAT(NextStep(situation), Not(HasSubstr("correct")));
  situation.reason_code = "INTERNAL_ERROR";
  EXPECT_THAT(NextStep(situation), Not(HasSubstr("correct")));
}

TEST(NextStepTest, AStepThatFailedBeforeThePrimaryWasLostIsTheCause) {
  Situation situation = Failed("step x ended FAILED");
  situation.step_failed = true;
  situation.reason_code = "INSTANCE_FAILURE";
  EXPECT_THAT(NextStep(situation), HasSubstr("correct the job"));
}

TEST(NextStepTest, ABootstrapActionIsCorrectedWhereItsLogsAre) {
  Situation situation = Failed("cluster j-1 ended before its steps were done (BOOTSTRAP_FAILURE)");
  situation.reason_code = "BOOTSTRAP_FAILURE";
  EXPECT_THAT(NextStep(situation), HasSubstr("bootstrap-actions/"));
}

TEST(NextStepTest, AMissingBucketIsNamedAndMade) {
  Situation situation = Failed(
      "step x ended FAILED: the application s3://code/x.py cannot be read: no such bucket: code "
      "(create it: mkdir -p '/data/s3/code')");
  situation.step_failed = true;
  EXPECT_EQ(NextStep(situation),
            "Create the bucket code, or name another one in the job; then start it again.");
  situation = Failed("step x ended FAILED: Unknown Error.");
  situation.step_failed = true;
  situation.log_cause = "S3Exception: The specified bucket does not exist (Service: S3, 404)";
  EXPECT_THAT(NextStep(situation), HasSubstr("Create the bucket that is missing"));
}

TEST(NextStepTest, LogsThatAreNotThereAreNotToBeRead) {
  Situation situation = Failed("step x ended FAILED: exit code 1");
  situation.step_failed = true;
  situation.log_trouble = "no such bucket: nope (create it: mkdir -p '/data/s3/nope')";
  EXPECT_THAT(NextStep(situation), HasSubstr("their bucket nope does not exist"));
  situation.log_trouble = "not allowed";
  EXPECT_THAT(NextStep(situation), HasSubstr("cannot be read (not allowed)"));
}

TEST(NextStepTest, EveryVerdictButSuccessHasOne) {
  for (const Verdict verdict : {Verdict::kInvalidJob, Verdict::kAccessDenied, Verdict::kJobFailed,
                                Verdict::kNoCapacity, Verdict::kOutOfTime, Verdict::kCancelled,
                                Verdict::kCleanupUnverified, Verdict::kInternalError}) {
    Situation situation;
    situation.verdict = verdict;
    EXPECT_NE(NextStep(situation), "") << Name(verdict);
  }
  Situation good;
  good.verdict = Verdict::kSucceeded;
  EXPECT_EQ(NextStep(good), "");
}

}  // namespace
}  // namespace ecm::lifecycle
