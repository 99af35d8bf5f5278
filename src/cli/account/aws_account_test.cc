#include "cli/account/aws_account.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "cli/testing/captured_streams.h"
#include "env/testing/sim_env.h"
#include "env/testing/temporary_folder.h"

namespace ecm::cli {
namespace {

using testing::HasSubstr;

class AwsAccountTest : public testing::Test {
 protected:
  /// The region of the account, or what is wrong.
  std::string Open(std::map<std::string, std::string> variables, const AccountOptions& options = {},
                   const Region& region = {}) {
    variables.emplace("HOME", folder_.path().string());
    const MapEnvironment environment(std::move(variables));
    Context context{streams_.console(), clock_, random_, environment, log_};
    const auto opened = OpenAwsAccount(options, region, context);
    if (!opened) return opened.error().message;
    return (*opened)->account().region.str();
  }
  void WriteConfig(const std::string& text) {
    std::filesystem::create_directories(folder_.path() / ".aws");
    std::ofstream(folder_.path() / ".aws" / "config") << text;
  }
  static AccountOptions In(const std::string& region, const std::string& profile = "") {
    AccountOptions options;
    options.region = region;
    options.profile = profile;
    return options;
  }
  TemporaryFolder folder_;
  CapturedStreams streams_;
  ManualClock clock_;
  SeededRandom random_{1};
  NullLog log_;
};

TEST_F(AwsAccountTest, TheRegionIsTheOptionsTheJobsTheEnvironmentsOrTheProfiles) {
  WriteConfig("[default]\nregion = eu-north-1\n[profile p]\nregion = eu-south-1\n");
  EXPECT_EQ(Open({}), "eu-north-1");
  EXPECT_EQ(Open({}, In("", "p")), "eu-south-1");
  EXPECT_EQ(Open({{"AWS_REGION", "us-east-2"}}), "us-east-2");
  EXPECT_EQ(Open({{"AWS_REGION", "us-east-2"}}, {}, Region("eu-west-1")), "eu-west-1");
  EXPECT_EQ(Open({{"AWS_REGION", "us-east-2"}}, In("us-west-1"), Region("eu-west-1")), "us-west-1");
}

TEST_F(AwsAccountTest, WithoutARegionItSaysWhereToPutOne) {
  EXPECT_THAT(Open({}), HasSubstr("no region: give --region, set AWS_REGION"));
}

TEST_F(AwsAccountTest, WhatCannotBeRightIsRefusedBeforeAnythingIsAsked) {
  EXPECT_THAT(Open({}, In("eu-west-1", "nobody")), HasSubstr("nobody"));
  EXPECT_THAT(Open({{"HTTPS_PROXY", "ftp://u:secret@p"}}, In("eu-west-1")),
              testing::AllOf(HasSubstr("HTTPS_PROXY"), testing::Not(HasSubstr("secret"))));
  AccountOptions bad = In("eu-west-1");
  bad.endpoint_url = "gopher://x";
  EXPECT_NE(Open({}, bad), "eu-west-1");
}

}  // namespace
}  // namespace ecm::cli
