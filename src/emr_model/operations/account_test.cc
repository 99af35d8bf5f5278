#include <gmock/gmock.h>

#include "emr_model/testing/fixture.h"

namespace ecm::emr_model {
namespace {

using testing::HasSubstr;

class AccountTest : public ModelFixture {
 protected:
  static Json Put(std::string_view configuration) {
    return JsonObject{{"BlockPublicAccessConfiguration", *ParseJson(configuration)}};
  }
  std::string Configuration() {
    const Json answer = Answer("GetBlockPublicAccessConfiguration", JsonObject{});
    return ToText(answer.at("BlockPublicAccessConfiguration"));
  }
};

TEST_F(AccountTest, BlocksEverythingButSshAtFirst) {
  const Json answer = Answer("GetBlockPublicAccessConfiguration", JsonObject{});
  EXPECT_EQ(ToText(answer.at("BlockPublicAccessConfiguration")),
            R"({"BlockPublicSecurityGroupRules":true,"PermittedPublicSecurityGroupRuleRanges":)"
            R"([{"MinRange":22,"MaxRange":22}]})");
  const Json& metadata = answer.at("BlockPublicAccessConfigurationMetadata");
  EXPECT_EQ(FindDouble(metadata, "CreationDateTime"), 1609459200);
  EXPECT_EQ(StringOr(metadata, "CreatedByArn"), "arn:aws:iam::000000000000:root");
}

TEST_F(AccountTest, KeepsWhatIsPutForARegion) {
  clock.Advance(std::chrono::hours{1});
  EXPECT_EQ(
      Answer("PutBlockPublicAccessConfiguration", Put(R"({"BlockPublicSecurityGroupRules": true,
                           "PermittedPublicSecurityGroupRuleRanges":
                             [{"MinRange": 443}, {"MinRange": 8000, "MaxRange": 8010}]})")),
      Json(JsonObject{}));
  EXPECT_EQ(Configuration(),
            R"({"BlockPublicSecurityGroupRules":true,"PermittedPublicSecurityGroupRuleRanges":)"
            R"([{"MinRange":443,"MaxRange":443},{"MinRange":8000,"MaxRange":8010}]})");
  const Json answer = Answer("GetBlockPublicAccessConfiguration", JsonObject{});
  EXPECT_EQ(FindDouble(answer.at("BlockPublicAccessConfigurationMetadata"), "CreationDateTime"),
            ToEpochSeconds(clock.Wall()));
  const Result<Json> elsewhere =
      model.Call(Region("us-east-1"), "GetBlockPublicAccessConfiguration", JsonObject{});
  EXPECT_THAT(ToText(*elsewhere), HasSubstr(R"("MinRange":22)"));
  Answer("PutBlockPublicAccessConfiguration", Put(R"({"BlockPublicSecurityGroupRules": false})"));
  EXPECT_EQ(Configuration(), R"({"BlockPublicSecurityGroupRules":false,)"
                             R"("PermittedPublicSecurityGroupRuleRanges":[]})");
}

TEST_F(AccountTest, RefusesRangesThatAreNone) {
  const auto refusal = [&](std::string_view ranges) {
    return Refusal("PutBlockPublicAccessConfiguration",
                   Put(R"({"BlockPublicSecurityGroupRules": true,
                           "PermittedPublicSecurityGroupRuleRanges": )" +
                       std::string(ranges) + "}"));
  };
  EXPECT_EQ(refusal(R"([{"MinRange": 22}, {"MinRange": 90, "MaxRange": 80}])"),
            "InvalidRequestException: The port range 90 to 80 is empty: MaxRange must not be less "
            "than MinRange.");
  EXPECT_THAT(refusal(R"([{"MinRange": 65536}])"), HasSubstr("value less than or equal to 65535"));
  EXPECT_THAT(refusal(R"([{"MinRange": -2}])"), HasSubstr("value greater than or equal to -1"));
  EXPECT_THAT(refusal(R"([{"MaxRange": 22}])"), HasSubstr("minRange' failed to satisfy"));
  EXPECT_THAT(Refusal("PutBlockPublicAccessConfiguration", Put("{}")),
              HasSubstr("blockPublicSecurityGroupRules' failed to satisfy"));
  EXPECT_THAT(Configuration(), HasSubstr(R"("MinRange":22)"));
}

}  // namespace
}  // namespace ecm::emr_model
