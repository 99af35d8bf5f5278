#include "emr_model/account_settings.h"

#include <gtest/gtest.h>

namespace ecm::emr_model {
namespace {

TEST(AccountSettingsTest, ComeBackAsTheyWereWritten) {
  const RegionSettings settings{JsonObject{{"BlockPublicSecurityGroupRules", false}},
                                "arn:aws:iam::000000000000:root",
                                WallTime{Duration{1700000000123}}};
  const Result<RegionSettings> read =
      RegionSettings::FromJson(*ParseJson(ToText(settings.ToJson())));
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(read->block_public_access, settings.block_public_access);
  EXPECT_EQ(read->block_public_access_by, settings.block_public_access_by);
  EXPECT_EQ(read->block_public_access_created, settings.block_public_access_created);
}

TEST(AccountSettingsTest, RefuseWhatTheyDidNotWrite) {
  const JsonObject whole =
      RegionSettings{JsonObject{}, "arn:aws:iam::000000000000:root", WallTime{}}.ToJson();
  for (const auto& member : whole) {
    JsonObject broken = whole;
    broken.erase(member.key());
    EXPECT_FALSE(RegionSettings::FromJson(broken).has_value()) << member.key();
    broken[member.key()] = nullptr;
    EXPECT_FALSE(RegionSettings::FromJson(broken).has_value()) << member.key();
  }
}

}  // namespace
}  // namespace ecm::emr_model
