#include "aws_config/shell_words.h"

#include <gtest/gtest.h>

#include "aws_config/testing/golden.h"

namespace ecm::aws_config {
namespace {

TEST(SplitShellWordsTest, SplitsAsPythonDoes) {
  const JsonArray goldens = ReadGolden("shell_words.json");
  EXPECT_EQ(goldens.size(), 300U);
  for (const Json& golden : goldens) {
    const std::string text(golden.at(0).as_string());
    const auto words = SplitShellWords(text);
    ASSERT_EQ(words.has_value(), golden.at(1).is_array()) << ToText(golden);
    if (!words) continue;
    EXPECT_EQ(boost::json::value_from(*words), golden.at(1)) << ToText(golden);
  }
}

TEST(SplitShellWordsTest, ExpandsNothing) {
  EXPECT_EQ(SplitShellWords("a $HOME `id` $(id) *;b|c"),
            (std::vector<std::string>{"a", "$HOME", "`id`", "$(id)", "*;b|c"}));
}

}  // namespace
}  // namespace ecm::aws_config
