#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "job/job.h"

namespace ecm {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> ProblemsOf(const std::string& overrides) {
  const JobReading reading = ReadJob(
      R"({"job_name":"words","code_entrypoint":"s3://code/words.py","release":"emr-7.5.0",
          "emr_overrides":)" +
      overrides + "}");
  std::vector<std::string> pointers;
  for (const JobProblem& problem : reading.problems) pointers.push_back(problem.pointer);
  EXPECT_EQ(pointers.empty(), reading.job.has_value());
  return pointers;
}

TEST(OverridesTest, PassesOnWhatBreaksNoPromise) {
  EXPECT_THAT(ProblemsOf(R"({"EbsRootVolumeSize":50,"VisibleToAllUsers":true,"LogUri":null,
      "AutoTerminationPolicy":{"IdleTimeout":600},"Instances":{"Ec2KeyName":"k",
      "InstanceGroups":null,"InstanceFleets":[]},"Tags":[{"Key":"team","Value":"x"}],
      "SomethingNew":{"a":[1,null]}})"),
              IsEmpty());
}

TEST(OverridesTest, RefusesEveryPromise) {
  EXPECT_THAT(
      ProblemsOf(R"({"Name":"x","Steps":[],"KeepJobFlowAliveWhenNoSteps":false,
      "TerminationProtected":false,"StepConcurrencyLevel":1,
      "Instances":{"KeepJobFlowAliveWhenNoSteps":true,"TerminationProtected":null}})"),
      ElementsAre("/emr_overrides/Name", "/emr_overrides/Steps",
                  "/emr_overrides/KeepJobFlowAliveWhenNoSteps",
                  "/emr_overrides/TerminationProtected", "/emr_overrides/StepConcurrencyLevel",
                  "/emr_overrides/Instances/KeepJobFlowAliveWhenNoSteps",
                  "/emr_overrides/Instances/TerminationProtected"));
}

TEST(OverridesTest, RefusesToRemoveTheInstancesOrTheTags) {
  EXPECT_THAT(ProblemsOf(R"({"Instances":null,"Tags":null})"),
              ElementsAre("/emr_overrides/Instances", "/emr_overrides/Tags"));
}

TEST(OverridesTest, RefusesTagsOfTheManagerMisshapenAndTwice) {
  EXPECT_THAT(ProblemsOf(R"({"Tags":[{"Key":"ecm:stage","Value":"x"},{"key":"a","Value":"b"},"x",
      {"Key":"t","Value":"1"},{"Key":"t","Value":"2"},{"Key":"v","Value":1}]})"),
              ElementsAre("/emr_overrides/Tags/0/Key", "/emr_overrides/Tags/1/key",
                          "/emr_overrides/Tags/1/Key", "/emr_overrides/Tags/2",
                          "/emr_overrides/Tags/4/Key", "/emr_overrides/Tags/5/Value"));
}

TEST(OverridesTest, RefusesControlCharactersAtAnyDepth) {
  EXPECT_THAT(ProblemsOf(R"({"AdditionalInfo":"a\u0001","X":[{"Y":"\u0000","\u0002":1}]})"),
              ElementsAre("/emr_overrides/AdditionalInfo", "/emr_overrides/X/0/Y",
                          "/emr_overrides/X/0/\x02"));
}

TEST(OverridesTest, RefusesWhatIsNoObject) {
  EXPECT_THAT(ProblemsOf("[]"), ElementsAre("/emr_overrides"));
  EXPECT_THAT(ProblemsOf("\"x\""), ElementsAre("/emr_overrides"));
}

}  // namespace
}  // namespace ecm
