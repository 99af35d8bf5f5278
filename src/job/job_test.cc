#include "job/job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ecm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

std::vector<std::string> Pointers(const std::vector<JobProblem>& problems) {
  std::vector<std::string> pointers;
  for (const JobProblem& problem : problems) pointers.push_back(problem.pointer);
  return pointers;
}

/// A description with what is required and `members` added.
std::string With(std::string_view members) {
  return R"({"job_name":"words","code_entrypoint":"s3://code/words.py","release":"emr-7.5.0")" +
         std::string(members.empty() ? "" : ",") + std::string(members) + "}";
}

Job MustRead(std::string_view text) {
  JobReading reading = ReadJob(text);
  EXPECT_TRUE(reading.job.has_value()) << ToError(reading.problems).message << "\n" << text;
  return reading.job.value_or(Job{});
}

std::vector<JobProblem> MustRefuse(std::string_view text) {
  JobReading reading = ReadJob(text);
  EXPECT_FALSE(reading.job.has_value()) << text;
  EXPECT_FALSE(reading.problems.empty()) << text;
  return reading.problems;
}

TEST(ReadJobTest, FillsEveryDefaultWhenOnlyTheRequiredMembersAreGiven) {
  const Job job = MustRead(With(""));
  EXPECT_EQ(job.job_name, "words");
  EXPECT_EQ(job.code_entrypoint, "s3://code/words.py");
  EXPECT_EQ(job.release, "emr-7.5.0");
  EXPECT_EQ(job.mem_executor, "16G");
  EXPECT_EQ(job.mem_driver, "8G");
  EXPECT_EQ(job.master_type, "m5.xlarge");
  EXPECT_EQ(job.slave_type, "m5.2xlarge");
  EXPECT_EQ(job.count, 2);
  EXPECT_EQ(job.timeout, std::chrono::minutes(720));
  EXPECT_EQ(job.start_timeout, std::chrono::minutes(60));
  EXPECT_THAT(job.applications, ElementsAre("Spark"));
  EXPECT_THAT(job.resource, IsEmpty());
  EXPECT_TRUE(job.region.empty());
  EXPECT_EQ(ToText(job.configurations), "[]");
  EXPECT_EQ(ToText(job.emr_overrides), "{}");
}

TEST(ReadJobTest, ReadsEveryMember) {
  const Job job = MustRead(R"({
    "job_name": "word count 2", "resource": "Buch – Kapitel 1", "namespace": "wordcount",
    "arguments": [{"argument": "input", "value": "s3a://b/k"}, {"argument": "limit", "value": -7},
                  {"argument": "strict", "value": true}, {"argument": "empty", "value": ""}],
    "code_files": "s3a://code/lib.zip", "code_entrypoint": "s3n://code/dir/words.py",
    "mem_executor": "512m", "mem_driver": "1T", "master_type": "u-12tb1.112xlarge",
    "slave_type": "m7i-flex.large", "count": 2000, "release": "emr-5.27.0",
    "region": "us-gov-west-1", "log_bucket": "s3://my.logs/", "subnet": "subnet-0a1b2c3d4e5f60718",
    "spark_packages": ["", "org.apache.spark:spark-avro_2.12:3.5.1", ""],
    "timeout_minutes": 90, "start_timeout_minutes": 90, "tags": {"team": "data", "empty": ""},
    "spark_conf": {"spark.sql.shuffle.partitions": 8, "spark.ui.enabled": false},
    "applications": ["Spark", "Hive"],
    "configurations": [{"Classification": "spark-defaults", "Properties": {"a": "b"},
                        "Configurations": [{"Classification": "export"}]}],
    "bootstrap_actions": [{"name": "pip", "path": "s3://code/pip.sh", "args": ["numpy", "-q"]}],
    "service_role": "MyRole", "instance_profile": "arn:aws:iam::123456789012:instance-profile/x/Y",
    "emr_overrides": {"EbsRootVolumeSize": 50}})");
  EXPECT_EQ(job.job_name, "word count 2");
  EXPECT_EQ(job.resource, "Buch – Kapitel 1");
  EXPECT_EQ(job.spark_namespace, "wordcount");
  EXPECT_THAT(job.arguments,
              ElementsAre(JobArgument{"input", "s3a://b/k"}, JobArgument{"limit", "-7"},
                          JobArgument{"strict", "true"}, JobArgument{"empty", ""}));
  EXPECT_EQ(job.code_files, "s3a://code/lib.zip");
  EXPECT_EQ(job.code_entrypoint, "s3n://code/dir/words.py");
  EXPECT_EQ(job.mem_executor, "512m");
  EXPECT_EQ(job.mem_driver, "1T");
  EXPECT_EQ(job.master_type, "u-12tb1.112xlarge");
  EXPECT_EQ(job.slave_type, "m7i-flex.large");
  EXPECT_EQ(job.count, 2000);
  EXPECT_EQ(job.region.str(), "us-gov-west-1");
  EXPECT_EQ(job.log_bucket, "my.logs");
  EXPECT_EQ(job.subnet, "subnet-0a1b2c3d4e5f60718");
  EXPECT_THAT(job.spark_packages, ElementsAre("org.apache.spark:spark-avro_2.12:3.5.1"));
  EXPECT_EQ(job.timeout, std::chrono::minutes(90));
  EXPECT_EQ(job.start_timeout, std::chrono::minutes(90));
  EXPECT_THAT(job.tags, ElementsAre(Pair("team", "data"), Pair("empty", "")));
  EXPECT_THAT(job.spark_conf, ElementsAre(Pair("spark.sql.shuffle.partitions", "8"),
                                          Pair("spark.ui.enabled", "false")));
  EXPECT_THAT(job.applications, ElementsAre("Spark", "Hive"));
  EXPECT_EQ(StringOr(job.configurations.at(0), "Classification"), "spark-defaults");
  EXPECT_THAT(job.bootstrap_actions,
              ElementsAre(BootstrapAction{"pip", "s3://code/pip.sh", {"numpy", "-q"}}));
  EXPECT_EQ(job.service_role, "MyRole");
  EXPECT_EQ(job.instance_profile, "arn:aws:iam::123456789012:instance-profile/x/Y");
  EXPECT_EQ(ToText(job.emr_overrides), R"({"EbsRootVolumeSize":50})");
}

TEST(ReadJobTest, ReadsTheOlderSpelling) {
  const Job job = MustRead(R"({"name": "words", "entrypoint": "s3://code/words.py",
      "pyfiles": "s3://code/lib.zip", "count": "6", "release": "emr-5.27.0"})");
  EXPECT_EQ(job.job_name, "words");
  EXPECT_EQ(job.code_entrypoint, "s3://code/words.py");
  EXPECT_EQ(job.code_files, "s3://code/lib.zip");
  EXPECT_EQ(job.count, 6);
}

TEST(ReadJobTest, RefusesBothSpellingsOfOneMember) {
  const auto problems = MustRefuse(With(R"("name":"words","entrypoint":"s3://code/words.py")"));
  EXPECT_THAT(Pointers(problems), UnorderedElementsAre("/name", "/entrypoint"));
  EXPECT_THAT(problems[0].message, HasSubstr("keep only 'job_name'"));
}

TEST(ReadJobTest, NamesTheSpellingThatWasWrittenInAProblem) {
  EXPECT_THAT(
      Pointers(MustRefuse(
          R"({"name": "-x", "entrypoint": "--conf", "pyfiles": 1, "release": "emr-7.5.0"})")),
      ElementsAre("/name", "/entrypoint", "/pyfiles"));
}

TEST(ReadJobTest, ReportsEveryMistakeAtOnceWithItsPlaceAndASuggestion) {
  const auto problems = MustRefuse(R"({"job_nmae": "x", "code_entrypoint": 1, "release": "7.5.0",
      "count": 0, "arguments": [{"argument": "a", "valu": "b"}], "core_type": "m5.large"})");
  EXPECT_THAT(
      Pointers(problems),
      UnorderedElementsAre("/job_nmae", "/job_name", "/code_entrypoint", "/release", "/count",
                           "/arguments/0/valu", "/arguments/0/value", "/namespace", "/core_type"));
  const std::string text = ToError(problems).message;
  EXPECT_EQ(ToError(problems).kind, ErrorKind::kInvalidJob);
  EXPECT_THAT(text, HasSubstr("/job_nmae: unknown member; did you mean 'job_name'?"));
  EXPECT_THAT(text, HasSubstr("/core_type: unknown member; did you mean 'slave_type'?"));
  EXPECT_THAT(text, HasSubstr("/arguments/0/valu: unknown member; did you mean 'value'?"));
  EXPECT_THAT(text,
              HasSubstr("/count: expected a number of core instances from 1 to 2000, found 0"));
  EXPECT_THAT(text,
              HasSubstr("/release: expected an EMR release such as emr-7.5.0, found '7.5.0'"));
}

TEST(ReadJobTest, ReadsNumbersGivenAsStringsOrWithAFractionOfZero) {
  const Job job =
      MustRead(With(R"("count":"3","timeout_minutes":"60","start_timeout_minutes":1e1)"));
  EXPECT_EQ(job.count, 3);
  EXPECT_EQ(job.timeout, std::chrono::minutes(60));
  EXPECT_EQ(job.start_timeout, std::chrono::minutes(10));
}

TEST(ReadJobTest, RefusesNumbersThatAreNotCountsOrOutOfBounds) {
  for (const char* bad :
       {"0", "-1", "2001", "2.5", "1e300", "99999999999999999999", "\"\"", "\"02\"", "\"+2\"",
        "\" 2\"", "\"2.0\"", "\"0x2\"", "\"-2\"", "null", "true", "[2]", "\"two\""}) {
    EXPECT_THAT(Pointers(MustRefuse(With(std::string(R"("count":)") + bad))), ElementsAre("/count"))
        << bad;
  }
}

TEST(ReadJobTest, BoundsTheStartByTheWholeJob) {
  EXPECT_EQ(MustRead(With(R"("timeout_minutes":30)")).start_timeout, std::chrono::minutes(30));
  EXPECT_THAT(Pointers(MustRefuse(With(R"("timeout_minutes":30,"start_timeout_minutes":31)"))),
              ElementsAre("/start_timeout_minutes"));
  EXPECT_THAT(Pointers(MustRefuse(With(R"("timeout_minutes":10081)"))),
              ElementsAre("/timeout_minutes"));
}

TEST(ReadJobTest, RequiresANamespaceOnlyWithArguments) {
  MustRead(With(R"("arguments":[])"));
  EXPECT_THAT(Pointers(MustRefuse(With(R"("arguments":[{"argument":"a","value":"b"}])"))),
              ElementsAre("/namespace"));
}

TEST(ReadJobTest, RefusesArgumentValuesWhoseTextWouldChange) {
  for (const char* bad : {"1.10", "1.0", "1e2", "9223372036854775808", "null", "[]", "{}"}) {
    EXPECT_THAT(
        Pointers(MustRefuse(With(
            std::string(R"("namespace":"n","arguments":[{"argument":"a","value":)") + bad + "}]"))),
        ElementsAre("/arguments/0/value"))
        << bad;
  }
  EXPECT_EQ(MustRead(With(R"("namespace":"n","arguments":[{"argument":"a",
      "value":-9223372036854775808}])"))
                .arguments[0]
                .value,
            "-9223372036854775808");
}

TEST(ReadJobTest, RefusesAnArgumentGivenTwice) {
  EXPECT_THAT(Pointers(MustRefuse(With(R"("namespace":"n","arguments":[
      {"argument":"a","value":1},{"argument":"a","value":2}])"))),
              ElementsAre("/arguments/1/argument"));
}

TEST(ReadJobTest, RefusesSparkSettingsThatAreDecidedElsewhere) {
  const auto problems = MustRefuse(With(R"("namespace":"n",
      "arguments":[{"argument":"a","value":1}],
      "spark_conf":{"spark.hadoop.n.a":"2","spark.driver.memory":"1G","spark.master":"local",
                    "hadoop.x":"y","spark.ok":"--conf"})"));
  EXPECT_THAT(Pointers(problems),
              ElementsAre("/spark_conf/spark.hadoop.n.a", "/spark_conf/spark.driver.memory",
                          "/spark_conf/spark.master", "/spark_conf/hadoop.x"));
  EXPECT_THAT(problems[1].message, HasSubstr("mem_driver"));
}

TEST(ReadJobTest, WarnsOfWhatRunsButIsProbablyNotMeant) {
  const JobReading reading = ReadJob(With(R"("namespace":"fs",
      "arguments":[{"argument":"db_password","value":"x"},{"argument":"p","value":"${user.name}"}],
      "spark_conf":{"spark.yarn.submit.waitAppCompletion":false},
      "emr_overrides":{"Nmae":"x"})"));
  ASSERT_TRUE(reading.job.has_value()) << ToError(reading.problems).message;
  EXPECT_THAT(
      Pointers(reading.warnings),
      ElementsAre("/namespace", "/arguments/0", "/arguments/1/value",
                  "/spark_conf/spark.yarn.submit.waitAppCompletion", "/emr_overrides/Nmae"));
}

TEST(ReadJobTest, RefusesTagsOfTheManagerAndOfAws) {
  EXPECT_THAT(Pointers(MustRefuse(With(
                  R"("tags":{"aws:x":"1","AWS:y":"1","ecm:stage":"1","":"1","ok":1,
                     "for-use-with-amazon-emr-managed-policies":"false"})"))),
              ElementsAre("/tags/aws:x", "/tags/AWS:y", "/tags/ecm:stage", "/tags/", "/tags/ok",
                          "/tags/for-use-with-amazon-emr-managed-policies"));
}

TEST(ReadJobTest, NeedsSparkAmongTheApplications) {
  EXPECT_THAT(Pointers(MustRefuse(With(R"("applications":["Hive"])"))),
              ElementsAre("/applications"));
  EXPECT_THAT(Pointers(MustRefuse(With(R"("applications":["Spark","Spark"])"))),
              ElementsAre("/applications/1"));
}

TEST(ReadJobTest, ToleratesWhatEditorsAndStepFunctionsAdd) {
  MustRead(With(R"("$schema":"./job.schema.json","Comment":{"a":1},
      "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID":"arn:aws:states:x")"));
}

TEST(ReadJobTest, RefusesWhatIsNotJsonWithItsLineAndColumn) {
  EXPECT_THAT(MustRefuse("{\n  \"job_name\": }")[0].message, HasSubstr("line 2"));
  EXPECT_THAT(MustRefuse(With(R"("count":1,"count":2)"))[0].message, HasSubstr("'count'"));
  EXPECT_THAT(MustRefuse("[]")[0].message, HasSubstr("found an array"));
  MustRefuse("");
}

}  // namespace
}  // namespace ecm
