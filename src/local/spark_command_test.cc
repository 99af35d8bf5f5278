#include "local/spark_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "env/testing/sim_env.h"
#include "local/spark_arguments.h"
#include "local/spark_conf.h"
#include "local/spark_memory.h"
#include "local/step_command.h"
#include "local/step_environment.h"

namespace ecm::local {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class BuildStepCommandTest : public testing::Test {
 protected:
  Result<StepCommand> Build(std::vector<std::string> args) {
    emr_model::StepLaunch launch;
    launch.jar = jar_;
    launch.args = std::move(args);
    launch.configurations = configurations_;
    return BuildStepCommand(
        launch, LocalSparkSettings{"/venv/spark", "/venv/bin/python3", "/jvm/17"}, place_);
  }
  std::string jar_ = "command-runner.jar";
  Json configurations_;
  StepPlace place_{"/st ate",
                   "/st ate/work/j-1/s-1",
                   {"in.1", "out"},
                   {4, std::int64_t{16} << 30},
                   {{"PATH", "/bin"}, {"HOME", "/home/me"}}};
};

TEST_F(BuildStepCommandTest, ReplacesWhatOnlyAClusterHas) {
  const auto command =
      Build({"spark-submit", "--deploy-mode", "cluster", "--master=yarn", "--driver-memory", "8G",
             "--executor-memory", "16G", "--conf", "spark.master=yarn", "--py-files",
             "s3://out/a.zip,s3a://out/b.py", "--conf", "spark.hadoop.ns.key=a b",
             "s3://in.1/job.py", "--master", "x"});
  ASSERT_TRUE(command.has_value()) << command.error().message;
  EXPECT_THAT(command->argv,
              ElementsAre("/venv/spark/bin/spark-submit", "--conf", "spark.hadoop.ns.key=a b",
                          "--executor-memory", "16G", "--py-files", "s3://out/a.zip,s3a://out/b.py",
                          "s3://in.1/job.py", "--master", "x"));
  EXPECT_THAT(command->spark_defaults, HasSubstr("spark.master=local[4]\n"));
  EXPECT_THAT(command->spark_defaults, HasSubstr("spark.driver.memory=8192m\n"));
  EXPECT_THAT(command->notes, ElementsAre(HasSubstr("driver (8G) and executors (16G), half of")));
  ASSERT_EQ(command->inputs.size(), 3U);
  EXPECT_EQ(command->inputs[0].uri, "s3://in.1/job.py");
  EXPECT_EQ(command->inputs[0].what, "entry point");
  EXPECT_EQ(command->inputs[2].uri, "s3a://out/b.py");
}

TEST_F(BuildStepCommandTest, MountsEveryBucketForEveryScheme) {
  const std::string text = Build({"true"})->spark_defaults;
  EXPECT_THAT(text, HasSubstr("spark.hadoop.fs.viewfs.mounttable.in.1.linkFallback="
                              "bucketdir\\:///st%20ate/s3/in.1\n"));
  EXPECT_THAT(text, HasSubstr("mounttable.out.linkFallback=bucketdir\\:///st%20ate/s3/out\n"));
  for (const std::string scheme : {"s3", "s3a", "s3n"}) {
    EXPECT_THAT(text,
                HasSubstr("spark.hadoop.fs." + scheme +
                          ".impl=org.apache.hadoop.fs.viewfs.ViewFileSystemOverloadScheme\n"));
  }
  EXPECT_THAT(text, HasSubstr("outputcommitter.factory.scheme.s3a=org.apache.hadoop"));
  EXPECT_THAT(text,
              HasSubstr("spark.hadoop.fs.bucketdir.impl=org.apache.hadoop.fs.RawLocalFileSystem"));
}

TEST_F(BuildStepCommandTest, ListensOnLoopbackOnlyAndStaysInItsFolder) {
  const auto command = Build({"true"}).value();
  EXPECT_THAT(command.spark_defaults, HasSubstr("spark.ui.enabled=false\n"));
  EXPECT_THAT(command.spark_defaults, HasSubstr("spark.driver.bindAddress=127.0.0.1\n"));
  EXPECT_THAT(command.spark_defaults, HasSubstr("spark.driver.host=127.0.0.1\n"));
  EXPECT_THAT(command.spark_defaults, HasSubstr("spark.jars.ivy=/st\\ ate/ivy\n"));
  EXPECT_EQ(command.environment.at("SPARK_LOCAL_IP"), "127.0.0.1");
  EXPECT_EQ(command.environment.at("SPARK_CONF_DIR"), "/st ate/work/j-1/s-1/conf");
  EXPECT_EQ(command.environment.at("TMPDIR"), "/st ate/work/j-1/s-1/tmp");
  EXPECT_EQ(command.environment.at("PYSPARK_PYTHON"), "/venv/bin/python3");
  EXPECT_EQ(command.environment.at("JAVA_HOME"), "/jvm/17");
  EXPECT_EQ(command.environment.at("PATH"), "/venv/bin:/jvm/17/bin:/venv/spark/bin:/bin");
}

TEST_F(BuildStepCommandTest, AJobCannotUnmountItsBucketsOrOpenAPort) {
  const auto command =
      Build({"spark-submit", "--conf",
             "spark.hadoop.fs.s3a.impl=org.apache.hadoop.fs.s3a.S3AFileSystem", "-c",
             "spark.ui.enabled=true", "--conf", "spark.driver.bindAddress=0.0.0.0", "--conf",
             "spark.x=com.amazon.emr.Committer", "--properties-file", "/etc/spark.conf", "job.py"})
          .value();
  EXPECT_THAT(command.argv, ElementsAre("/venv/spark/bin/spark-submit", "job.py"));
  EXPECT_EQ(command.notes.size(), 6U);
  EXPECT_THAT(command.notes, Contains(HasSubstr("spark.ui.enabled does not apply")));
  EXPECT_THAT(command.inputs, IsEmpty());
}

TEST_F(BuildStepCommandTest, TheClustersConfigurationsAreDefaults) {
  configurations_ = ParseJson(R"([
    {"Classification": "spark-defaults",
     "Properties": {"spark.sql.shuffle.partitions": "7", "spark.master": "yarn",
                    "spark.driver.memory": "3g", "spark.sql.warehouse.dir": "s3://out/w"}},
    {"Classification": "core-site", "Properties": {"io.x": "1", "fs.s3.impl": "com.amazon.X"}},
    {"Classification": "spark-env", "Configurations": [
      {"Classification": "export", "Properties": {"MY_VAR": "v", "JAVA_HOME": "/other"}}]},
    {"Classification": "presto-log", "Properties": {}}])")
                        .value();
  const auto command = Build({"spark-submit", "job.py"}).value();
  EXPECT_THAT(command.spark_defaults, HasSubstr("spark.sql.shuffle.partitions=7\n"));
  EXPECT_THAT(command.spark_defaults, HasSubstr("spark.hadoop.io.x=1\n"));
  EXPECT_THAT(command.spark_defaults, HasSubstr("spark.sql.warehouse.dir=s3\\://out/w\n"));
  EXPECT_THAT(command.spark_defaults, HasSubstr("spark.master=local[4]\n"));
  EXPECT_THAT(command.spark_defaults, HasSubstr("spark.driver.memory=4096m\n"));
  EXPECT_EQ(command.environment.at("MY_VAR"), "v");
  EXPECT_EQ(command.environment.at("JAVA_HOME"), "/jvm/17");
  EXPECT_THAT(command.notes, Contains(HasSubstr("\"presto-log\" does not apply")));
}

TEST_F(BuildStepCommandTest, OtherProgramsRunAsTheyAre) {
  EXPECT_THAT(Build({"bash", "-c", "echo $X; spark-submit --master yarn"})->argv,
              ElementsAre("bash", "-c", "echo $X; spark-submit --master yarn"));
}

TEST_F(BuildStepCommandTest, SaysWhatALocalClusterCannotRun) {
  EXPECT_THAT(Build({"s3-dist-cp", "--src", "x"}).error().message, HasSubstr("no s3-dist-cp"));
  EXPECT_THAT(Build({}).error().message, HasSubstr("nothing to run"));
}

TEST(ParseSparkArgumentsTest, StopsAtThePrimaryResource) {
  const auto arguments =
      ParseSparkArguments({"--verbose", "--name", "--conf", "job.py", "--conf", "no equals"})
          .value();
  EXPECT_EQ(LastValue(arguments, "--name"), "--conf");
  EXPECT_EQ(arguments.primary, "job.py");
  EXPECT_THAT(arguments.application, ElementsAre("--conf", "no equals"));
  EXPECT_THAT(ToWords(arguments),
              ElementsAre("--verbose", "--name", "--conf", "job.py", "--conf", "no equals"));
}

TEST(ParseSparkArgumentsTest, RefusesWhatSparkWouldRefuse) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{},
                                             {"--name"},
                                             {"--name", "x"},
                                             {"--no-such-option", "x", "job.py"},
                                             {"--conf", "nokey", "job.py"},
                                             {"--conf", "=v", "job.py"},
                                             {"-x", "job.py"}}) {
    const auto arguments = ParseSparkArguments(words);
    ASSERT_FALSE(arguments.has_value());
    EXPECT_EQ(arguments.error().kind, ErrorKind::kInvalidJob);
  }
}

TEST(SparkConfTest, PropertiesEscapeWhatJavaWouldReadOtherwise) {
  EXPECT_EQ(ToProperties({{"a b", " x=y:z#!\\\n\tü"}, {"b", ""}}),
            "a\\ b=\\ x\\=y\\:z\\#\\!\\\\\\n\\tü\nb=\n");
}

TEST(SparkConfTest, FileUrisArePercentEncoded) {
  EXPECT_EQ(FileUri("/a b/ü%#?"), "file:///a%20b/%C3%BC%25%23%3F");
}

TEST(SparkMemoryTest, ReadsSizesAsSparkDoes) {
  EXPECT_EQ(ParseSparkMemory("8G"), 8192);
  EXPECT_EQ(ParseSparkMemory("512m"), 512);
  EXPECT_EQ(ParseSparkMemory("512"), 512);
  EXPECT_EQ(ParseSparkMemory("2gb"), 2048);
  EXPECT_EQ(ParseSparkMemory("1t"), 1024 * 1024);
  EXPECT_EQ(ParseSparkMemory("2048k"), 2);
  EXPECT_EQ(ParseSparkMemory("1073741824b"), 1024);
  for (const char* bad :
       {"", "g", "-1g", "0", "1.5g", "1x", "99999999999999999999g", "9999999999999t"}) {
    EXPECT_FALSE(ParseSparkMemory(bad).has_value()) << bad;
  }
}

TEST(SparkMemoryTest, GivesWhatWasAskedOrHalfOfTheMachine) {
  constexpr std::int64_t kGib = std::int64_t{1} << 30;
  EXPECT_EQ(ScaleMemory("1g", "2g", 16 * kGib).heap_mib, 3072);
  EXPECT_THAT(ScaleMemory("1g", "2g", 16 * kGib).note, Not(HasSubstr("half")));
  EXPECT_EQ(ScaleMemory("8G", "16G", 16 * kGib).heap_mib, 8192);
  EXPECT_EQ(ScaleMemory("", "", 16 * kGib).heap_mib, 2048);
  EXPECT_EQ(ScaleMemory("8G", "16G", kGib / 2).heap_mib, 512);
}

TEST(InheritedEnvironmentTest, LeavesCredentialsBehind) {
  const MapEnvironment environment(
      std::map<std::string, std::string>{{"PATH", "/bin"},
                                         {"AWS_SECRET_ACCESS_KEY", "secret"},
                                         {"LD_PRELOAD", "/x.so"},
                                         {"SPARK_CONF_DIR", "/etc"}});
  EXPECT_THAT(InheritedEnvironment(environment), ElementsAre(testing::Pair("PATH", "/bin")));
}

}  // namespace
}  // namespace ecm::local
