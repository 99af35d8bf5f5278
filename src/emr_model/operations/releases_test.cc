#include <gmock/gmock.h>

#include "emr_model/testing/fixture.h"

namespace ecm::emr_model {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

class ReleasesTest : public ModelFixture {
 protected:
  std::vector<std::string> Labels(const Json& request) {
    const Json answer = Answer("ListReleaseLabels", request);
    std::vector<std::string> labels;
    for (const Json& label : FindArray(answer, "ReleaseLabels")) {
      labels.emplace_back(label.get_string());
    }
    return labels;
  }
  std::vector<std::string> With(std::string_view prefix, std::string_view application) {
    return Labels(
        JsonObject{{"Filters", JsonObject{{"Prefix", prefix}, {"Application", application}}}});
  }
};

TEST_F(ReleasesTest, AreToldNewestFirstByPrefixAndApplication) {
  EXPECT_EQ(Labels(JsonObject{}).front(), "emr-7.14.0");
  EXPECT_THAT(With("emr-6.1", "spark@3.4.1"),
              ElementsAre("emr-6.15.0", "emr-6.14.0", "emr-6.13.0"));
  EXPECT_THAT(With("emr-7.10", "SPARK"), ElementsAre("emr-7.10.0"));
  EXPECT_THAT(With("", "spark@9"), SizeIs(0));
  EXPECT_THAT(With("", "hive"), SizeIs(0));
}

TEST_F(ReleasesTest, ComeInPages) {
  std::vector<std::string> all;
  JsonObject request{{"MaxResults", 7}};
  for (int pages = 0; pages < 20; ++pages) {
    const Json answer = Answer("ListReleaseLabels", request);
    for (const Json& label : FindArray(answer, "ReleaseLabels")) {
      all.emplace_back(label.get_string());
    }
    if (StringOr(answer, "NextToken").empty()) break;
    request["NextToken"] = StringOr(answer, "NextToken");
  }
  EXPECT_EQ(all, Labels(JsonObject{}));
  EXPECT_GT(all.size(), 7U);
  EXPECT_EQ(Refusal("ListReleaseLabels", JsonObject{{"NextToken", "1000"}}),
            "InvalidRequestException: NextToken '1000' is not valid.");
  EXPECT_THAT(Refusal("ListReleaseLabels", JsonObject{{"MaxResults", 101}}),
              testing::HasSubstr("less than or equal to 100"));
}

TEST_F(ReleasesTest, TellTheirVersionOfSpark) {
  EXPECT_EQ(ToText(Answer("DescribeReleaseLabel", JsonObject{{"ReleaseLabel", "emr-7.10.0"}})),
            R"({"ReleaseLabel":"emr-7.10.0","Applications":[{"Name":"Spark","Version":"3.5.5"}]})");
  EXPECT_EQ(Refusal("DescribeReleaseLabel", JsonObject{{"ReleaseLabel", "emr-7"}}),
            "InvalidRequestException: The supplied release label is invalid: emr-7.");
}

TEST_F(ReleasesTest, AreAllTakenByRunJobFlow) {
  for (const std::string& label : Labels(JsonObject{})) {
    JsonObject request = Request();
    request["ReleaseLabel"] = label;
    EXPECT_TRUE(Call("RunJobFlow", request).has_value()) << label;
  }
}

}  // namespace
}  // namespace ecm::emr_model
