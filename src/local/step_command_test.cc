#include "local/step_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "env/testing/temporary_folder.h"
#include "local/cluster_mode.h"
#include "local/machine.h"
#include "local/spark_master.h"
#include "local/spark_memory.h"

namespace ecm::local {
namespace {

using emr_model::StepLaunch;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kScriptRunner =
    "s3://eu-west-1.elasticmapreduce/libs/script-runner/script-runner.jar";

StepLaunch Launch(const std::string& jar, std::vector<std::string> args) {
  StepLaunch launch;
  launch.jar = jar;
  launch.args = std::move(args);
  return launch;
}

class StepCommandTest : public testing::Test {
 protected:
  Result<StepCommand> Build() { return BuildStepCommand(launch_, spark_, place_); }
  Result<StepCommand> Build(std::vector<std::string> args) {
    launch_.args = std::move(args);
    return Build();
  }
  void Configure(const char* json) { launch_.configurations = ParseJson(json).value(); }
  void MakeSparkHome(const std::vector<std::string>& jars) {
    for (const std::string& jar : jars) folder_.Write("spark/examples/jars/" + jar, "");
    spark_->spark_home = folder_.path() / "spark";
  }

  TemporaryFolder folder_;
  StepLaunch launch_ = Launch("command-runner.jar", {});
  Result<LocalSparkSettings> spark_ =
      LocalSparkSettings{"/venv/spark", "/venv/bin/python3", "/jvm/17"};
  StepPlace place_{"/st", "/st/work/j-1/s-1", {"in.1"}, {4, std::int64_t{16} << 30}, {}};
};

TEST_F(StepCommandTest, AJarSaysWhatAStepIs) {
  const auto kind = [](const std::string& jar, std::vector<std::string> args = {}) {
    return KindOf(Launch(jar, std::move(args)));
  };
  EXPECT_EQ(kind("command-runner.jar", {"spark-submit"}), StepKind::kSparkSubmit);
  EXPECT_EQ(kind("command-runner.jar", {"/usr/lib/spark/bin/spark-submit"}),
            StepKind::kSparkSubmit);
  EXPECT_EQ(kind("command-runner.jar", {"/usr/lib/spark/bin/run-example"}),
            StepKind::kSparkExample);
  EXPECT_EQ(kind("command-runner.jar", {"bash", "-c", "x"}), StepKind::kProgram);
  EXPECT_EQ(kind(kScriptRunner), StepKind::kScript);
  EXPECT_EQ(kind("s3://elasticmapreduce/libs/script-runner/script-runner.jar"), StepKind::kScript);
  EXPECT_EQ(kind("script-runner.jar"), StepKind::kScript);
  EXPECT_EQ(kind("s3://mine/libs/script-runner/script-runner.jar"), StepKind::kJar);
  EXPECT_EQ(kind("s3://mine/command-runner.jar"), StepKind::kJar);
}

TEST_F(StepCommandTest, WhatStartsAJvmNeedsAPlaceForOne) {
  EXPECT_TRUE(Build({"spark-submit", "job.py"})->need.jvm);
  EXPECT_EQ(Build({"spark-submit", "job.py"})->need.memory_mib, 2048);
  EXPECT_TRUE(Build({"bash", "-c", "set -e; spark-submit job.py"})->need.jvm);
  EXPECT_FALSE(Build({"bash", "-c", "echo"})->need.jvm);
}

TEST_F(StepCommandTest, AScriptIsFetchedAndRunWithTheOtherArguments) {
  launch_.jar = kScriptRunner;
  const auto command = Build({"s3://in.1/run.sh", "a b", "c"}).value();
  EXPECT_THAT(command.argv, ElementsAre("/st/work/j-1/s-1/script", "a b", "c"));
  ASSERT_EQ(command.files.size(), 1U);
  EXPECT_EQ(command.files[0].source, "s3://in.1/run.sh");
  EXPECT_EQ(command.files[0].target, "/st/work/j-1/s-1/script");
  EXPECT_TRUE(command.files[0].executable);
  EXPECT_THAT(Build({}).error().message, HasSubstr("was given no script"));
}

TEST_F(StepCommandTest, SettingUpDebuggingSucceedsAndSaysThatItDoesNothing) {
  for (const bool has_spark : {true, false}) {
    if (!has_spark) spark_ = Fail(ErrorKind::kNotFound, "no Spark");
    const auto command = Build({"state-pusher-script"});
    ASSERT_TRUE(command.has_value());
    EXPECT_THAT(command->argv, ElementsAre("true"));
    EXPECT_THAT(command->notes, Contains(HasSubstr("debugging tool is not here")));
  }
}

TEST_F(StepCommandTest, OnlyStepsOfSparkNeedSpark) {
  spark_ = Fail(ErrorKind::kInternal, "local Spark was not found");
  Configure(R"([{"Classification": "spark-env", "Configurations": [
    {"Classification": "export", "Properties": {"MY_VAR": "v", "A=B": "x"}}]}])");
  const auto command = Build({"bash", "-c", "true"});
  ASSERT_TRUE(command.has_value()) << command.error().message;
  EXPECT_THAT(command->argv, ElementsAre("bash", "-c", "true"));
  EXPECT_EQ(command->environment.at("PATH"), "/usr/bin:/bin");
  EXPECT_EQ(command->environment.at("TMPDIR"), "/st/work/j-1/s-1/tmp");
  EXPECT_EQ(command->environment.at("MY_VAR"), "v");
  EXPECT_FALSE(command->environment.contains("A=B"));
  EXPECT_EQ(Build({"spark-submit", "job.py"}).error().message, "local Spark was not found");
  EXPECT_EQ(Build({"spark-example", "SparkPi"}).error().message, "local Spark was not found");
  launch_.jar = "s3://in.1/x.jar";
  EXPECT_EQ(Build({}).error().message, "local Spark was not found");
  launch_.jar = kScriptRunner;
  EXPECT_TRUE(Build({"s3://in.1/run.sh"}).has_value());
}

TEST_F(StepCommandTest, AJarRunsAsHadoopJarWouldRunIt) {
  launch_.jar = "s3://in.1/x.jar";
  launch_.properties = {
      {"my.key", "a b"}, {"spark.sql.shuffle.partitions", "3"}, {"spark.ui.enabled", "true"}};
  const auto command = Build({"one", "-Dtwo"}).value();
  EXPECT_EQ(command.argv.front(), "/jvm/17/bin/java");
  const std::vector<std::string> end(command.argv.end() - 6, command.argv.end());
  EXPECT_THAT(end, ElementsAre("-cp", "conf:step.jar:/venv/spark/jars/*",
                               "org.apache.hadoop.util.RunJar", "step.jar", "one", "-Dtwo"));
  EXPECT_THAT(command.argv, Contains("-Dmy.key=a b"));
  EXPECT_THAT(command.argv, Contains("-Dspark.sql.shuffle.partitions=3"));
  EXPECT_THAT(command.argv, Contains("-Dspark.ui.enabled=false"));
  EXPECT_THAT(command.argv, Not(Contains("-Dspark.ui.enabled=true")));
  EXPECT_THAT(command.argv, Contains("-Dspark.master=local[4]"));
  EXPECT_THAT(command.argv, Contains("-Xmx2048m"));
  EXPECT_THAT(command.core_site, HasSubstr("<name>fs.s3.impl</name><value>org.apache.hadoop.fs."));
  EXPECT_EQ(command.files.at(0).source, "s3://in.1/x.jar");
  EXPECT_TRUE(command.need.jvm);

  launch_.main_class = "com.example.Main";
  const auto with_class = Build({"one"}).value();
  const std::vector<std::string> words(with_class.argv.end() - 2, with_class.argv.end());
  EXPECT_THAT(words, ElementsAre("com.example.Main", "one"));
}

TEST_F(StepCommandTest, CoreSiteIsXmlWhateverTheValue) {
  launch_.jar = "/x.jar";
  Configure(R"([{"Classification": "core-site", "Properties": {"a<b>&": "x\u0001</value>"}}])");
  EXPECT_THAT(Build({})->core_site,
              HasSubstr("<property><name>a&lt;b&gt;&amp;</name><value>x&lt;/value&gt;</value>"));
}

TEST_F(StepCommandTest, AnExampleIsAClassOfSparksExamplesJar) {
  MakeSparkHome({"spark-examples_2.12-3.5.0.jar", "scopt_2.12-3.7.1.jar"});
  const std::string jars = folder_.path().string() + "/spark/examples/jars/";
  const auto command = Build({"spark-example", "--conf", "a=b", "SparkPi", "10"}).value();
  EXPECT_THAT(
      command.argv,
      ElementsAre(folder_.path().string() + "/spark/bin/spark-submit", "--conf", "a=b", "--class",
                  "org.apache.spark.examples.SparkPi", "--jars", jars + "scopt_2.12-3.7.1.jar",
                  jars + "spark-examples_2.12-3.5.0.jar", "10"));
  EXPECT_THAT(Build({"run-example", "org.apache.spark.examples.sql.X"})->argv,
              Contains("org.apache.spark.examples.sql.X"));
  EXPECT_THAT(Build({"spark-example"}).error().message, HasSubstr("spark-example [OPTIONS] CLASS"));
}

TEST_F(StepCommandTest, WithoutTheExamplesJarItRunsTheSameExampleInPython) {
  spark_->spark_home = folder_.path() / "spark";
  const std::string programs = (folder_.path() / "spark/examples/src/main/python/").string();
  for (const std::string name : {"pi.py", "wordcount.py", "ml/n_gram_example.py", "ml/pi.txt"}) {
    folder_.Write("spark/examples/src/main/python/" + name, "");
  }
  const std::string submit = folder_.path().string() + "/spark/bin/spark-submit";
  EXPECT_THAT(Build({"spark-example", "--class", "no.Such", "SparkPi", "10"})->argv,
              ElementsAre(submit, programs + "pi.py", "10"));
  EXPECT_THAT(
      Build({"run-example", "org.apache.spark.examples.JavaWordCount", "s3://in.1/a"})->argv,
      Contains(programs + "wordcount.py"));
  EXPECT_THAT(Build({"spark-example", "ml.JavaNGramExample"})->argv,
              Contains(programs + "ml/n_gram_example.py"));
  for (const char* name : {"NGramExample", "ml.Pi", "../../pi", "ml/..", "SparkTC", "."}) {
    EXPECT_EQ(Build({"spark-example", name}).error().kind, ErrorKind::kNotFound) << name;
  }
}

TEST_F(StepCommandTest, WithoutTheExamplesInAnyFormItSaysSo) {
  MakeSparkHome({"other.jar"});
  const auto command = Build({"spark-example", "SparkPi"});
  ASSERT_FALSE(command.has_value());
  EXPECT_THAT(command.error().message, HasSubstr("holds no spark-examples_*.jar"));
  EXPECT_THAT(command.error().message, HasSubstr("Set SPARK_HOME"));
}

TEST_F(StepCommandTest, AskedForALocalClusterItGivesOne) {
  const auto command =
      Build({"spark-submit", "--conf", "spark.master=local-cluster[2,1,1024]", "--master", "yarn",
             "--executor-memory", "16G", "--num-executors", "20", "--driver-memory", "1G", "--conf",
             "spark.executor.cores=8", "job.py"})
          .value();
  EXPECT_THAT(command.argv, ElementsAre("/st/work/j-1/s-1/tmp/spark/bin/spark-submit", "job.py"));
  EXPECT_EQ(command.spark_home, "/venv/spark");
  EXPECT_EQ(command.environment.at("SPARK_HOME"), "/st/work/j-1/s-1/tmp/spark");
  EXPECT_THAT(command.spark_defaults, HasSubstr("spark.master=local-cluster[2,1,1024]\n"));
  EXPECT_THAT(command.spark_defaults, HasSubstr("spark.executor.memory=1024m\n"));
  EXPECT_THAT(command.spark_defaults, HasSubstr("spark.executor.cores=1\n"));
  EXPECT_THAT(command.spark_defaults, HasSubstr("spark.driver.memory=1024m\n"));
  EXPECT_EQ(command.need.memory_mib, 3 * 1024);
  EXPECT_THAT(command.notes, ElementsAre(HasSubstr("2048 MiB for the executors")));
}

TEST_F(StepCommandTest, TheClustersDefaultsMayAskForALocalCluster) {
  Configure(R"([{"Classification": "spark-defaults",
                 "Properties": {"spark.master": "local-cluster[1, 2, 512]"}}])");
  EXPECT_THAT(Build({"spark-submit", "--master", "yarn", "job.py"})->spark_defaults,
              HasSubstr("spark.master=local-cluster[1,2,512]\n"));
  EXPECT_EQ(Build({"bash", "-c", "x"})->spark_home, "/venv/spark");
}

TEST_F(StepCommandTest, DeployModeIsTheOptionsThenTheConfsThenTheClusters) {
  EXPECT_FALSE(Build({"spark-submit", "job.py"})->cluster_mode);
  EXPECT_TRUE(Build({"spark-submit", "--deploy-mode=cluster", "job.py"})->cluster_mode);
  EXPECT_TRUE(
      Build({"spark-submit", "--conf", "spark.submit.deployMode=cluster", "x.py"})->cluster_mode);
  Configure(R"([{"Classification": "spark-defaults",
                 "Properties": {"spark.submit.deployMode": "cluster"}}])");
  EXPECT_TRUE(Build({"spark-submit", "job.py"})->cluster_mode);
  EXPECT_FALSE(Build({"spark-submit", "--deploy-mode", "client", "job.py"})->cluster_mode);
  EXPECT_FALSE(Build({"bash", "-c", "x"})->cluster_mode);
}

TEST_F(StepCommandTest, InClusterModeTheDriverHasTheEnvironmentOfItsContainer) {
  const std::vector<std::string> words{"spark-submit",  "--conf",  "spark.yarn.appMasterEnv.MY=v",
                                       "--deploy-mode", "cluster", "job.py"};
  EXPECT_EQ(Build(words)->environment.at("MY"), "v");
  EXPECT_FALSE(Build({words[0], words[1], words[2], "job.py"})->environment.contains("MY"));
}

TEST_F(StepCommandTest, SaysWhichExportsHaveNoEffect) {
  Configure(R"([{"Classification": "spark-env", "Configurations": [{"Classification": "export",
    "Properties": {"PYSPARK_PYTHON": "/usr/bin/python3.7", "MY": "v", "PATH": "/x"}}]}])");
  const auto command = Build({"spark-submit", "job.py"}).value();
  EXPECT_THAT(command.notes,
              Contains("the exported variable PYSPARK_PYTHON does not apply to local Spark"));
  EXPECT_THAT(command.notes, Not(Contains(HasSubstr("variable MY"))));
  EXPECT_THAT(command.environment.at("PATH"), HasSubstr(":/x"));
}

TEST_F(StepCommandTest, MaximizeResourceAllocationGivesHalfOfTheMachine) {
  Configure(R"([{"Classification": "spark", "Properties": {"maximizeResourceAllocation": "true",
                                                           "other": "x"}}])");
  const auto command = Build({"spark-submit", "job.py"}).value();
  EXPECT_THAT(command.spark_defaults, HasSubstr("spark.driver.memory=8192m\n"));
  EXPECT_THAT(command.notes, Contains(HasSubstr("maximizeResourceAllocation gives")));
  EXPECT_THAT(command.notes, Contains(HasSubstr("other of \"spark\" does not apply")));
  EXPECT_THAT(Build({"spark-submit", "--driver-memory", "1g", "job.py"})->spark_defaults,
              HasSubstr("spark.driver.memory=2048m\n"));
}

TEST_F(StepCommandTest, PropertiesAreDefaultsOfASparkStepAndNothingToAProgram) {
  launch_.properties = {{"spark.x", "1"}, {"y", "2"}};
  const auto submit = Build({"spark-submit", "job.py"}).value();
  EXPECT_THAT(submit.spark_defaults, HasSubstr("spark.x=1\n"));
  EXPECT_THAT(submit.notes, Contains("the step's property y does not apply to local Spark"));
  EXPECT_THAT(Build({"true"})->notes,
              Contains("the step's property y does not apply to a program"));
}

TEST(ChooseMasterTest, RefusesWhatDoesNotFitOrCannotBeRead) {
  const Machine machine{4, std::int64_t{16} << 30};
  for (const char* bad :
       {"local-cluster[", "local-cluster[2,1]", "local-cluster[2,1,1024", "local-cluster[0,1,1024]",
        "local-cluster[-1,1,1024]", "local-cluster[9,1,1024]", "local-cluster[2,99,1024]",
        "local-cluster[2,1,100]", "local-cluster[2,1,9000]", "local-cluster[1,1,1024]x",
        "local-cluster[1,1,99999999999999999999]", "local-cluster[8,1,9223372036854775807]"}) {
    const auto master = ChooseMaster({bad}, machine);
    ASSERT_FALSE(master.has_value()) << bad;
    EXPECT_EQ(master.error().kind, ErrorKind::kInvalidJob);
  }
  EXPECT_EQ(ChooseMaster({"", "yarn", "local[64]", "spark://x"}, machine)->url, "local[4]");
}

TEST(MachineTest, HasRoomForASparkOnEachCoreAndEachThreeGibibytes) {
  constexpr std::int64_t kGib = std::int64_t{1} << 30;
  EXPECT_EQ(SparkPlaces({2, 24 * kGib}), 2);
  EXPECT_EQ(SparkPlaces({16, 24 * kGib}), 8);
  EXPECT_EQ(SparkPlaces({4, kGib}), 1);
  EXPECT_EQ(SparkPlaces({0, 0}), 1);
  EXPECT_EQ(SparkMemoryMib({2, 16 * kGib}), 12 * 1024);
}

TEST(DriverMemoryTest, LeavesTheExecutorsTheirPart) {
  constexpr std::int64_t kGib = std::int64_t{1} << 30;
  EXPECT_EQ(DriverMemory("", 2048, 16 * kGib).heap_mib, 1024);
  EXPECT_EQ(DriverMemory("16g", 2048, 16 * kGib).heap_mib, 6144);
  EXPECT_EQ(DriverMemory("16g", 8192, 16 * kGib).heap_mib, 512);
}

TEST(NameApplicationTest, LooksLikeYarns) {
  const DriverApplication driver =
      NameApplication(WallTime{std::chrono::milliseconds{1767323045123}}, 12);
  EXPECT_EQ(driver.application, "application_1767323045123_0012");
  EXPECT_EQ(driver.container, "container_1767323045123_0012_01_000001");
}

}  // namespace
}  // namespace ecm::local
