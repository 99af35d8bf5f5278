#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "job/job.h"
#include "job/problems.h"

namespace ecm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

std::string With(const std::string& members) {
  return R"({"job_name":"words","code_entrypoint":"s3://code/words.py","release":"emr-7.5.0",)" +
         members + "}";
}

TEST(HostileJobTest, KeepsTheListOfProblemsBounded) {
  std::string members;
  for (int i = 0; i < 5000; ++i) members += "\"code_entrypoind" + std::to_string(i) + "\":0,";
  const JobReading reading = ReadJob(With(members + "\"x\":1"));
  EXPECT_FALSE(reading.job.has_value());
  EXPECT_THAT(reading.problems, SizeIs(Problems::kMax));
  EXPECT_THAT(reading.problems.back().message, HasSubstr("more problems"));
}

TEST(HostileJobTest, KeepsTheListOfWarningsBounded) {
  std::string members = R"("emr_overrides":{)";
  for (int i = 0; i < 99; ++i) members += "\"Unknown" + std::to_string(i) + "\":0,";
  members += R"("U":1},"spark_conf":{)";
  for (int i = 0; i < 99; ++i) members += "\"spark.secret." + std::to_string(i) + "\":0,";
  const JobReading reading = ReadJob(With(members + "\"spark.x\":1}"));
  EXPECT_TRUE(reading.job.has_value());
  EXPECT_THAT(reading.warnings, SizeIs(Problems::kMax));
}

TEST(HostileJobTest, NeverPrintsAControlCharacterOfTheDescription) {
  const JobReading reading =
      ReadJob(With(R"("a\u001b[2J\n":1,"region":"eu\u0007\u009b-west-1","tags":{"\u0000":"x"})"));
  const std::string message = ToError(reading.problems).message;
  EXPECT_THAT(reading.problems, SizeIs(3));
  EXPECT_EQ(std::ranges::count(message, '\n'), 2);
  EXPECT_TRUE(std::ranges::none_of(message, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n') || byte == 0x7F;
  })) << message;
  EXPECT_THAT(message, Not(HasSubstr("\xC2\x9B")));
}

TEST(HostileJobTest, ShortensWhatItQuotes) {
  const JobReading reading = ReadJob(With(R"("namespace":"n","arguments":[{"argument":")" +
                                          std::string(120, '/') + R"(","value":1}])"));
  ASSERT_THAT(reading.problems, SizeIs(1));
  EXPECT_LT(reading.problems[0].message.size(), 250U);
}

TEST(HostileJobTest, RefusesATextBeyondTheLimitOfAStateMachinesInput) {
  const JobReading reading = ReadJob(With("\"Comment\":\"" + std::string(256 * 1024, 'x') + "\""));
  ASSERT_THAT(reading.problems, SizeIs(1));
  EXPECT_THAT(reading.problems[0].message, HasSubstr("262144 bytes"));
}

TEST(HostileJobTest, RefusesDeepNesting) {
  const JobReading reading =
      ReadJob(With("\"emr_overrides\":" + std::string(5000, '[') + std::string(5000, ']')));
  ASSERT_THAT(reading.problems, SizeIs(1));
  EXPECT_THAT(reading.problems[0].message, HasSubstr("32 levels"));
}

TEST(HostileJobTest, RefusesStringsThatWereBuiltWithBrokenUtf8) {
  Json document = *ParseJson(With(R"("resource":"x")"));
  document.get_object()["resource"] = "\xFF\xFE";
  const JobReading reading = ReadJob(document);
  ASSERT_THAT(reading.problems, SizeIs(1));
  EXPECT_EQ(reading.problems[0].pointer, "/resource");
}

}  // namespace
}  // namespace ecm
