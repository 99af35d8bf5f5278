#include "lambda/stack_environment.h"

#include <gmock/gmock.h>

#include "env/testing/sim_env.h"

namespace ecm::lambda {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

using Variables = std::map<std::string, std::string>;

Variables Good() {
  return {{"ECM_STAGE", "prod"},
          {"ECM_JOB_TABLE", "ecm-prod-jobs"},
          {"AWS_REGION", "eu-west-1"},
          {"ECM_TOPIC_ARN", "arn:aws:sns:eu-west-1:123456789012:ecm-prod-failures"}};
}

Result<StackEnvironment> ReadWith(const Variables& more) {
  Variables variables = more;
  variables.merge(Good());
  return ReadStackEnvironment(MapEnvironment(variables));
}

TEST(StackEnvironmentTest, TheRequiredVariablesAreEnough) {
  const StackEnvironment read = ReadWith({}).value();
  EXPECT_EQ(read.stack.stage, "prod");
  EXPECT_EQ(read.stack.region, Region("eu-west-1"));
  EXPECT_EQ(read.job_table, "ecm-prod-jobs");
  EXPECT_EQ(read.stack.service_role, "EMR_DefaultRole");
  EXPECT_EQ(read.stack.instance_profile, "EMR_EC2_DefaultRole");
  EXPECT_EQ(read.stack.log_bucket, "");
  EXPECT_EQ(read.topic_arn, "arn:aws:sns:eu-west-1:123456789012:ecm-prod-failures");
}

TEST(StackEnvironmentTest, EveryVariableArrives) {
  const std::string topic = "arn:aws-us-gov:sns:us-gov-west-1:123456789012:ecm-prod-notices";
  const StackEnvironment read = ReadWith({{"ECM_LOG_BUCKET", "logs.example"},
                                          {"ECM_SUBNET", "subnet-0123456789abcdef0"},
                                          {"ECM_SERVICE_ROLE", "ecm-prod-emr"},
                                          {"ECM_INSTANCE_PROFILE", "ecm-prod-ec2"},
                                          {"ECM_TOPIC_ARN", topic}})
                                    .value();
  EXPECT_EQ(read.stack.log_bucket, "logs.example");
  EXPECT_EQ(read.stack.subnet, "subnet-0123456789abcdef0");
  EXPECT_EQ(read.stack.service_role, "ecm-prod-emr");
  EXPECT_EQ(read.stack.instance_profile, "ecm-prod-ec2");
  EXPECT_EQ(read.topic_arn, topic);
}

TEST(StackEnvironmentTest, EachWrongVariableIsNamed) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"ECM_STAGE", ""},
      {"ECM_STAGE", "Prod"},
      {"ECM_STAGE", "seventeen-letters"},
      {"ECM_JOB_TABLE", ""},
      {"ECM_JOB_TABLE", "a b c"},
      {"ECM_JOB_TABLE", "ab"},
      {"AWS_REGION", ""},
      {"AWS_REGION", "evil.example/"},
      {"ECM_LOG_BUCKET", "No_Bucket"},
      {"ECM_SUBNET", "vpc-12345678"},
      {"ECM_SERVICE_ROLE", "a role"},
      {"ECM_INSTANCE_PROFILE", "arn:aws:iam::1:role/x"},
      {"ECM_TOPIC_ARN", ""},
      {"ECM_TOPIC_ARN", "notices"},
      {"ECM_TOPIC_ARN", "arn:aws:sqs:eu-west-1:123456789012:queue"},
      {"ECM_TOPIC_ARN", "arn:aws:sns:"},
      {"ECM_TOPIC_ARN", "arn:aws:sns:eu-west-1:123456789012:"},
      {"ECM_TOPIC_ARN", "arn:aws:sns:eu-west-1:123456789012:a b"},
  };
  for (const auto& [name, value] : wrong) {
    const Result<StackEnvironment> read = ReadWith({{name, value}});
    ASSERT_FALSE(read) << name << "=" << value;
    EXPECT_EQ(read.error().kind, ErrorKind::kInvalidJob);
    EXPECT_THAT(read.error().message, AllOf(HasSubstr(name), HasSubstr("expected")));
  }
}

TEST(StackEnvironmentTest, AllProblemsComeAtOnceAndOnOneLine) {
  const std::string message =
      ReadStackEnvironment(MapEnvironment(Variables{{"ECM_SUBNET", "a\nb"}})).error().message;
  EXPECT_THAT(message, AllOf(HasSubstr("ECM_STAGE is not set"), HasSubstr("ECM_JOB_TABLE"),
                             HasSubstr("AWS_REGION"), HasSubstr("ECM_SUBNET is 'a b'")));
  EXPECT_THAT(message, Not(HasSubstr("\n")));
}

}  // namespace
}  // namespace ecm::lambda
