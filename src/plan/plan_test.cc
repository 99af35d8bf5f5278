#include "plan/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/request.h"

namespace ecm {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Job SomeJob() {
  Job job;
  job.job_name = "words";
  job.code_entrypoint = "s3://code/words.py";
  job.release = "emr-7.5.0";
  return job;
}

StackConfig SomeStack() {
  StackConfig stack;
  stack.region = Region("eu-west-1");
  return stack;
}

ExecutionIdentity SomeExecution() {
  return {ExecutionArn("arn:aws:states:eu-west-1:1:execution:m:run-1"), "run-1",
          *ParseIso8601("2026-11-22T13:00:00Z")};
}

Plan MustPlan(const Job& job, const StackConfig& stack = SomeStack()) {
  Result<Plan> plan = MakePlan(job, stack, SomeExecution());
  EXPECT_TRUE(plan.has_value()) << plan.error().message;
  return plan.has_value() ? *std::move(plan) : Plan{};
}

std::string MustRefuse(const Job& job, const StackConfig& stack = SomeStack()) {
  const Result<Plan> plan = MakePlan(job, stack, SomeExecution());
  EXPECT_FALSE(plan.has_value());
  if (plan.has_value()) return {};
  EXPECT_EQ(plan.error().kind, ErrorKind::kInvalidJob);
  return plan.error().message;
}

std::string TagOf(const Plan& plan, std::string_view key) {
  for (const Json& tag : FindArray(plan.request, "Tags")) {
    if (StringOr(tag, "Key") == key) return StringOr(tag, "Value");
  }
  return "(none)";
}

TEST(MakePlanTest, LetsTheClusterCarryItsOwnDeath) {
  const Plan plan = MustPlan(SomeJob());
  const Json& instances = *Find(plan.request, "Instances");
  EXPECT_EQ(FindBool(instances, "KeepJobFlowAliveWhenNoSteps"), false);
  EXPECT_EQ(FindBool(instances, "TerminationProtected"), false);
  const JsonArray& steps = FindArray(plan.request, "Steps");
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(StringOr(steps[0], "ActionOnFailure"), "TERMINATE_CLUSTER");
  EXPECT_EQ(StringOr(steps[0], "Name"), "ecm-dev-words");
  EXPECT_THAT(plan.step_names, ElementsAre("ecm-dev-words"));
}

TEST(MakePlanTest, GivesEveryPartOfTheCommandAnElementOfItsOwn) {
  Job job = SomeJob();
  job.spark_namespace = "n";
  job.arguments = {{"a", "x y; rm -rf $(pwd)"}, {"b", "--class=Evil"}};
  job.code_files = "s3://code/lib.zip";
  job.spark_packages = {"g:a:1", "g:b:2"};
  job.spark_conf = {{"spark.ui.enabled", "false"}};
  EXPECT_THAT(
      SparkSubmitArgs(job),
      ElementsAre("spark-submit", "--deploy-mode", "client", "--driver-memory", "8G",
                  "--executor-memory", "16G", "--py-files", "s3://code/lib.zip", "--packages",
                  "g:a:1,g:b:2", "--conf", "spark.hadoop.n.a=x y; rm -rf $(pwd)", "--conf",
                  "spark.hadoop.n.b=--class=Evil", "--conf", "spark.ui.enabled=false",
                  "s3://code/words.py"));
}

TEST(MakePlanTest, TagsTheClusterWithItsIdentity) {
  Job job = SomeJob();
  job.resource = "Buch 1";
  job.tags = {{"team", "data"}};
  const Plan plan = MustPlan(job);
  EXPECT_EQ(TagOf(plan, "for-use-with-amazon-emr-managed-policies"), "true");
  EXPECT_EQ(TagOf(plan, "ecm:stage"), "dev");
  EXPECT_EQ(TagOf(plan, "ecm:execution"), "arn:aws:states:eu-west-1:1:execution:m:run-1");
  EXPECT_EQ(TagOf(plan, "ecm:job"), "words");
  EXPECT_EQ(TagOf(plan, "ecm:resource"), "Buch 1");
  EXPECT_EQ(TagOf(plan, "ecm:deadline"), "2026-11-23T01:00:00.000Z");
  EXPECT_EQ(TagOf(plan, "team"), "data");
  EXPECT_EQ(TagOf(MustPlan(SomeJob()), "ecm:resource"), "(none)");
}

TEST(MakePlanTest, TagsTheNameWhereTheArnIsTooLongForATag) {
  ExecutionIdentity execution = SomeExecution();
  execution.arn = ExecutionArn(std::string(257, 'a'));
  const Result<Plan> plan = MakePlan(SomeJob(), SomeStack(), execution);
  ASSERT_TRUE(plan.has_value());
  EXPECT_EQ(TagOf(*plan, "ecm:execution"), "run-1");
}

TEST(MakePlanTest, CountsBothDeadlinesFromTheStartOfTheExecution) {
  Job job = SomeJob();
  job.timeout = 90min;
  job.start_timeout = 30min;
  const Plan plan = MustPlan(job);
  EXPECT_EQ(plan.deadline, SomeExecution().started + 90min);
  EXPECT_EQ(plan.start_deadline, SomeExecution().started + 30min);
  job.start_timeout = 120min;
  EXPECT_EQ(MustPlan(job).start_deadline, plan.deadline);
}

TEST(MakePlanTest, TakesTheRegionOfTheJobOrOfTheStack) {
  Job job = SomeJob();
  EXPECT_EQ(MustPlan(job).region.str(), "eu-west-1");
  job.region = Region("us-east-1");
  EXPECT_EQ(MustPlan(job, StackConfig{}).region.str(), "us-east-1");
  job.region = Region("eu-west-1");
  EXPECT_EQ(MustPlan(job).region.str(), "eu-west-1");
}

TEST(MakePlanTest, RefusesARegionThatTheStackDoesNotServe) {
  EXPECT_THAT(MustRefuse(SomeJob(), StackConfig{}), HasSubstr("/region: is missing"));
  Job job = SomeJob();
  job.region = Region("us-east-1");
  EXPECT_THAT(MustRefuse(job), HasSubstr("this stack serves its own region, eu-west-1"));
}

TEST(MakePlanTest, TakesFromTheStackWhatTheJobLeavesOut) {
  StackConfig stack = SomeStack();
  stack.log_bucket = "stack-logs";
  stack.subnet = "subnet-11111111";
  Plan plan = MustPlan(SomeJob(), stack);
  EXPECT_EQ(plan.log_uri, "s3://stack-logs/emr/dev/");
  EXPECT_EQ(StringOr(plan.request, "LogUri"), plan.log_uri);
  EXPECT_EQ(StringOr(*Find(plan.request, "Instances"), "Ec2SubnetId"), "subnet-11111111");
  EXPECT_EQ(StringOr(plan.request, "ServiceRole"), "EMR_DefaultRole");
  EXPECT_EQ(StringOr(plan.request, "JobFlowRole"), "EMR_EC2_DefaultRole");

  Job job = SomeJob();
  job.log_bucket = "my-logs";
  job.subnet = "subnet-22222222";
  job.service_role = "S";
  job.instance_profile = "P";
  plan = MustPlan(job, stack);
  EXPECT_EQ(plan.log_uri, "s3://my-logs/emr/dev/");
  EXPECT_EQ(StringOr(*Find(plan.request, "Instances"), "Ec2SubnetId"), "subnet-22222222");
  EXPECT_EQ(StringOr(plan.request, "ServiceRole"), "S");
  EXPECT_EQ(StringOr(plan.request, "JobFlowRole"), "P");
}

TEST(MakePlanTest, LeavesLogsAndSubnetOutWhereNobodyNamesThem) {
  const Plan plan = MustPlan(SomeJob());
  EXPECT_EQ(plan.log_uri, "");
  EXPECT_EQ(Find(plan.request, "LogUri"), nullptr);
  EXPECT_EQ(Find(plan.request, {"Instances", "Ec2SubnetId"}), nullptr);
}

TEST(MakePlanTest, MergesOverridesLast) {
  Job job = SomeJob();
  job.log_bucket = "my-logs";
  job.tags = {{"team", "a"}, {"cost", "1"}};
  job.emr_overrides = *ParseJson(R"({"LogUri": "s3://other/logs", "EbsRootVolumeSize": 50,
      "Instances": {"Ec2KeyName": "key"}, "ServiceRole": null,
      "Tags": [{"Key": "team", "Value": "b"}]})");
  const Plan plan = MustPlan(job);
  EXPECT_EQ(plan.log_uri, "s3://other/logs/");
  EXPECT_EQ(FindInt(plan.request, "EbsRootVolumeSize"), 50);
  EXPECT_EQ(StringOr(*Find(plan.request, "Instances"), "Ec2KeyName"), "key");
  EXPECT_EQ(FindArray(*Find(plan.request, "Instances"), "InstanceGroups").size(), 2U);
  EXPECT_EQ(Find(plan.request, "ServiceRole"), nullptr);
  EXPECT_EQ(TagOf(plan, "team"), "b");
  EXPECT_EQ(TagOf(plan, "cost"), "1");
  EXPECT_EQ(TagOf(plan, "ecm:stage"), "dev");
}

TEST(MakePlanTest, KeepsItsPromisesAgainstOverridesThatNobodyRead) {
  for (const char* overrides :
       {R"({"Name": "x"})", R"({"Steps": []})", R"({"Steps": null})", R"({"Instances": null})",
        R"({"Instances": {"KeepJobFlowAliveWhenNoSteps": true}})",
        R"({"Instances": {"TerminationProtected": null}})",
        R"({"KeepJobFlowAliveWhenNoSteps": true})", R"({"StepConcurrencyLevel": 2})",
        R"({"Instances": {"InstanceGroups": [{"InstanceRole": "MASTER", "InstanceCount": 3}]}})",
        R"({"Tags": null})"}) {
    Job job = SomeJob();
    job.emr_overrides = *ParseJson(overrides);
    EXPECT_THAT(MustRefuse(job), HasSubstr("/emr_overrides/")) << overrides;
  }
  Job job = SomeJob();
  job.emr_overrides = *ParseJson(R"({"Tags": [{"Key": "ecm:stage", "Value": "other"}]})");
  EXPECT_EQ(TagOf(MustPlan(job), "ecm:stage"), "dev");
}

TEST(MakePlanTest, RefusesMoreTagsThanAClusterCanHave) {
  Job job = SomeJob();
  for (int i = 0; i < 45; ++i) job.tags.emplace_back("t" + std::to_string(i), "");
  EXPECT_EQ(FindArray(MustPlan(job).request, "Tags").size(), 50U);
  job.tags.emplace_back("one-more", "");
  EXPECT_THAT(MustRefuse(job), HasSubstr("51 tags"));
}

TEST(MakePlanTest, RefusesAStepLongerThanEmrAllows) {
  Job job = SomeJob();
  std::size_t used = std::string("command-runner.jar").size();
  for (const std::string& arg : SparkSubmitArgs(job)) used += arg.size();
  job.spark_namespace = "n";
  const std::size_t around = std::string("--confspark.hadoop.n.a=").size();
  job.arguments = {{"a", std::string(10240 - used - around, 'x')}};
  MustPlan(job);
  job.arguments[0].value += "x";
  EXPECT_THAT(MustRefuse(job), HasSubstr("10241 characters"));
  // Two UTF-16 units each, as Java counts.
  job.arguments[0].value.resize(job.arguments[0].value.size() - 2);
  job.arguments[0].value += "😀";
  EXPECT_THAT(MustRefuse(job), HasSubstr("10241 characters"));
}

TEST(MakePlanTest, IsPure) {
  EXPECT_EQ(ToText(MustPlan(SomeJob()).request), ToText(MustPlan(SomeJob()).request));
}

}  // namespace
}  // namespace ecm
