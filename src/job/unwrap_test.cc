#include "job/unwrap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "job/base64.h"
#include "job/job.h"

namespace ecm {
namespace {

using ::testing::HasSubstr;

// {"job_name":"words","code_entrypoint":"s3://code/words.py","release":"emr-7.5.0"}
constexpr std::string_view kEncoded =
    "eyJqb2JfbmFtZSI6IndvcmRzIiwiY29kZV9lbnRyeXBvaW50IjoiczM6Ly9jb2RlL3dvcmRzLnB5IiwicmVsZWFz"
    "ZSI6ImVtci03LjUuMCJ9";

std::string Wrapped(std::string_view data) { return R"({"data":)" + std::string(data) + "}"; }

JobProblem FirstProblem(const std::string& text) {
  const JobReading reading = ReadJob(text);
  EXPECT_FALSE(reading.job.has_value()) << text;
  return reading.problems.empty() ? JobProblem{} : reading.problems[0];
}

TEST(UnwrapTest, ReadsAnObjectInsideTheWrapper) {
  const JobReading reading =
      ReadJob(Wrapped(R"({"job_name":"words","code_entrypoint":"s3://code/words.py",
                  "release":"emr-7.5.0"},"AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID":"x")"));
  ASSERT_TRUE(reading.job.has_value()) << ToError(reading.problems).message;
  EXPECT_EQ(reading.job->job_name, "words");
}

TEST(UnwrapTest, ReadsTheBase64OfTheText) {
  const JobReading reading = ReadJob(Wrapped('"' + std::string(kEncoded) + '"'));
  ASSERT_TRUE(reading.job.has_value()) << ToError(reading.problems).message;
  EXPECT_EQ(reading.job->code_entrypoint, "s3://code/words.py");
}

TEST(UnwrapTest, ReadsBase64InLines) {
  const std::string lines =
      std::string(kEncoded.substr(0, 76)) + "\\n" + std::string(kEncoded.substr(76)) + "\\n";
  EXPECT_TRUE(ReadJob(Wrapped('"' + lines + '"')).job.has_value());
}

TEST(UnwrapTest, PointsIntoTheWrapper) {
  EXPECT_EQ(FirstProblem(Wrapped(R"({"job_name":"words","code_entrypoint":"s3://code/words.py",
                                     "release":"emr-7.5.0","cuont":1})"))
                .pointer,
            "/data/cuont");
}

TEST(UnwrapTest, RefusesAWrapperInsideAWrapper) {
  EXPECT_EQ(FirstProblem(Wrapped(R"({"data":{"job_name":"x"}})")).pointer, "/data/data");
  // {"data":{}}
  EXPECT_EQ(FirstProblem(Wrapped(R"("eyJkYXRhIjp7fX0=")")).pointer, "/data/data");
}

TEST(UnwrapTest, RefusesMembersBesideTheWrapper) {
  EXPECT_EQ(FirstProblem(R"({"data":{},"job_name":"x"})").pointer, "/job_name");
}

TEST(UnwrapTest, RefusesWhatIsNeitherAnObjectNorBase64OfJson) {
  EXPECT_THAT(FirstProblem(Wrapped("null")).message, HasSubstr("found null"));
  EXPECT_THAT(FirstProblem(Wrapped(R"("{}")")).message, HasSubstr("not base64"));
  EXPECT_THAT(FirstProblem(Wrapped(R"("e30")")).message, HasSubstr("not base64"));
  EXPECT_THAT(FirstProblem(Wrapped(R"("AAAA")")).message, HasSubstr("no readable JSON"));
  EXPECT_THAT(FirstProblem(Wrapped(R"("W10=")")).message, HasSubstr("found an array"));
  EXPECT_THAT(FirstProblem(Wrapped(R"("")")).message, HasSubstr("no readable JSON"));
}

TEST(UnwrapTest, FindsDuplicateMembersInsideBase64) {
  // {"a":1,"a":2}
  EXPECT_THAT(FirstProblem(Wrapped(R"("eyJhIjoxLCJhIjoyfQ==")")).message, HasSubstr("'a'"));
}

// RFC 4648, section 10.
TEST(DecodeBase64Test, DecodesTheVectorsOfTheRfc) {
  EXPECT_EQ(DecodeBase64(""), "");
  EXPECT_EQ(DecodeBase64("Zg=="), "f");
  EXPECT_EQ(DecodeBase64("Zm8="), "fo");
  EXPECT_EQ(DecodeBase64("Zm9v"), "foo");
  EXPECT_EQ(DecodeBase64("Zm9vYg=="), "foob");
  EXPECT_EQ(DecodeBase64("Zm9vYmE="), "fooba");
  EXPECT_EQ(DecodeBase64("Zm9vYmFy"), "foobar");
  EXPECT_EQ(DecodeBase64("+/+/"), "\xFB\xFF\xBF");
}

TEST(DecodeBase64Test, RefusesOtherAlphabetsAndMisplacedPadding) {
  for (const char* bad : {"Zg", "Z===", "====", "Zg==Zg==", "Zm9-", "Zm9_", "Zm 9v", "Zm9v="}) {
    EXPECT_FALSE(DecodeBase64(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace ecm
