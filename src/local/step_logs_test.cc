#include "local/step_logs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "env/testing/temporary_folder.h"

namespace ecm::local {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(StepLogPrefixTest, IsWhereEmrPutsLogs) {
  const ClusterId cluster("j-1");
  const StepId step("s-1");
  for (const char* uri : {"s3://logs/emr", "s3n://logs/emr/", "s3a://logs/emr//"}) {
    const auto prefix = StepLogPrefix(uri, cluster, step);
    ASSERT_TRUE(prefix.has_value());
    EXPECT_EQ(prefix->bucket, "logs");
    EXPECT_EQ(prefix->key, "emr/j-1/steps/s-1/");
  }
  EXPECT_EQ(StepLogPrefix("s3://logs", cluster, step)->key, "j-1/steps/s-1/");
  EXPECT_FALSE(StepLogPrefix("/var/log", cluster, step).has_value());
}

TEST(ControllerLogTest, LooksLikeEmrsAndHoldsNoEnvironment) {
  const TemporaryFolder folder;
  const WallTime start{std::chrono::milliseconds{1767323045123}};
  {
    ControllerLog log(folder.path() / "controller");
    log.Starting(start, "command-runner.jar", {"spark-submit", "s3://in/job.py", "a\nb"});
    log.Note(start, "INFO", "memory: less");
    log.Ended(start + std::chrono::seconds(61), false, 3, std::chrono::milliseconds(61'900));
  }
  EXPECT_EQ(
      folder.Read("controller"),
      "2026-01-02T03:04:05.123Z INFO Ensure step 1 jar file command-runner.jar\n"
      "INFO startExec 'hadoop jar /var/lib/aws/emr/step-runner/hadoop-jars/command-runner.jar "
      "spark-submit s3://in/job.py a b'\n"
      "2026-01-02T03:04:05.123Z INFO memory: less\n"
      "INFO waitProcessCompletion ended with exit code 3\n"
      "INFO total process run time: 61 seconds\n"
      "2026-01-02T03:05:06.123Z WARN Step failed with exitCode 3 and took 61 seconds\n");
}

TEST(ControllerLogTest, NamesAJarOfTheUserByItsOwnPlaceAndGoesOnWhereItWas) {
  const TemporaryFolder folder;
  ControllerLog(folder.path() / "controller").Starting(WallTime{}, "s3://b/x.jar", {"a"});
  ControllerLog::At(folder.path() / "controller").Note(WallTime{}, "WARN", "late");
  EXPECT_THAT(folder.Read("controller"), HasSubstr("'hadoop jar s3://b/x.jar a'\n"));
  EXPECT_THAT(folder.Read("controller"), HasSubstr("WARN late\n"));
}

TEST(StepLogPrefixTest, OtherLogsLieBesideThoseOfTheSteps) {
  EXPECT_EQ(ToText(BootstrapLogPrefix("s3://logs/emr", ClusterId("j-1"), "i-0", 2).value()),
            "s3://logs/emr/j-1/node/i-0/bootstrap-actions/2/");
  EXPECT_EQ(
      ToText(
          ContainerLogPrefix("s3://logs", ClusterId("j-1"), {"application_1_0001", "c"}).value()),
      "s3://logs/j-1/containers/application_1_0001/c/");
}

TEST(RedactedCommandLineTest, LeavesOutTheValuesOfSecrets) {
  const std::string line =
      RedactedCommandLine({"spark-submit", "--conf", "spark.hadoop.fs.s3a.secret.key=abc", "--conf",
                           "spark.hadoop.db.PassWord=x=y", "--conf", "spark.hadoop.db.user=me"});
  EXPECT_THAT(line, Not(HasSubstr("abc")));
  EXPECT_THAT(line, Not(HasSubstr("x=y")));
  EXPECT_THAT(line, HasSubstr("spark.hadoop.db.user=me"));
}

TEST(PublishLogsTest, ALogPrefixCannotLeaveItsBucket) {
  const TemporaryFolder folder;
  folder.Write("work/stdout", "text");
  std::filesystem::create_directories(folder.path() / "s3/logs");
  const Buckets buckets(folder.path() / "s3");
  const auto prefix = StepLogPrefix("s3://logs/../../x", ClusterId("j-1"), StepId("s-1"));
  EXPECT_FALSE(PublishLogs(buckets, prefix.value(), folder.path() / "work").has_value());
  EXPECT_FALSE(exists(folder.path() / "x"));
}

}  // namespace
}  // namespace ecm::local
