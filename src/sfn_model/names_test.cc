#include "sfn_model/names.h"

#include <gtest/gtest.h>

namespace ecm::sfn_model {
namespace {

const Place kPlace{"aws", Region("eu-west-1"), "123456789012"};

TEST(NamesTest, MakesArnsAsTheServiceDoes) {
  EXPECT_EQ(StateMachineArn(kPlace, "m"), "arn:aws:states:eu-west-1:123456789012:stateMachine:m");
  EXPECT_EQ(ExecutionArnOf(kPlace, "m", "run-1"),
            "arn:aws:states:eu-west-1:123456789012:execution:m:run-1");
  EXPECT_EQ(RoleArn(kPlace, "m"), "arn:aws:iam::123456789012:role/m");
}

TEST(NamesTest, ReadsWhatFollowsTheType) {
  EXPECT_EQ(*ReadArn(ExecutionArnOf(kPlace, "m", "run-1"), "execution"), "m:run-1");
  for (const std::string_view arn :
       {"", "m", "arn:", "arn:aws:states:eu-west-1:1", "arn:aws:states:eu-west-1:1:execution:",
        "arn:aws:lambda:eu-west-1:1:execution:m:n", "arn:aws:states:eu-west-1:1:stateMachine:m"}) {
    const auto read = ReadArn(arn, "execution");
    ASSERT_FALSE(read.has_value()) << arn;
    EXPECT_EQ(read.error().code, "InvalidArn");
  }
  EXPECT_EQ(ReadArn(StateMachineArn(kPlace, "m"), "execution").error().message,
            "Invalid Arn: 'Resource type not valid in this context: stateMachine'");
}

TEST(NamesTest, HasNoWhiteSpaceBracketsOrControlCharactersInNames) {
  for (const std::string_view good : {"a", "run-1_x.y", "A+B=C@d'e!(f)", "größe", "日本", "🙂"}) {
    EXPECT_TRUE(CheckName(good).has_value()) << good;
  }
  for (const char c : std::string_view(" <>{}[]?*\"#%\\^|~`$&,;:/\t\n\x01\x1F\x7F")) {
    const Result<void> checked = CheckName("a" + std::string(1, c) + "b");
    ASSERT_FALSE(checked.has_value()) << c;
    EXPECT_EQ(checked.error().code, "InvalidName");
  }
  for (const std::string_view bad :
       {"\u0080", "\u009F", "\u00A0", "\u2003", "\u2028", "\u3000", "\uFFFE", "\uFFFF"}) {
    EXPECT_FALSE(CheckName("a" + std::string(bad)).has_value()) << bad;
  }
}

TEST(NamesTest, TellsNamesOfRegionsFromOtherText) {
  EXPECT_TRUE(IsRegionName("eu-west-1"));
  for (const std::string_view bad : {"", "EU-WEST-1", "eu west", "a:b", "../x"}) {
    EXPECT_FALSE(IsRegionName(bad)) << bad;
  }
  EXPECT_FALSE(IsRegionName(std::string(33, 'a')));
}

}  // namespace
}  // namespace ecm::sfn_model
