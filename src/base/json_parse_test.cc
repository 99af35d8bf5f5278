#include <gtest/gtest.h>

#include <cstdlib>

#include "base/json.h"

namespace ecm {
namespace {

TEST(ParseJsonTest, ReadsADocument) {
  const Result<Json> json = ParseJson(R"({"a": [1, -2, 1.5, true, null, "é\u0041"]} )");
  ASSERT_TRUE(json.has_value()) << json.error().message;
  EXPECT_EQ(ToText(*json), "{\"a\":[1,-2,1.5E0,true,null,\"éA\"]}");
}

TEST(ParseJsonTest, RefusesAMemberThatStandsTwice) {
  const Result<Json> json = ParseJson(R"({"a": {"b": 1, "c": 2, "\u0062": 3}})");
  ASSERT_FALSE(json.has_value());
  EXPECT_EQ(json.error().message, "the member 'b' stands twice in one object, at /a/b");
  EXPECT_TRUE(ParseJson(R"({"a": {"b": 1}, "b": 2, "c": [{"b": 1}, {"b": 2}]})").has_value());
}

TEST(ParseJsonTest, TellsThePlaceOfAMemberThatStandsTwice) {
  const Result<Json> json =
      ParseJson(R"({"x": [[1], {}], "a~/b": ["s", {"c": [true, null]}, 1.5, {"c": 1, "c": 2}]})");
  ASSERT_FALSE(json.has_value());
  EXPECT_EQ(json.error().message, "the member 'c' stands twice in one object, at /a~0~1b/3/c");
}

TEST(ParseJsonTest, RefusesAnEmptyNameThatStandsTwice) {
  EXPECT_FALSE(ParseJson(R"({"": 1, "": 2})").has_value());
}

TEST(ParseJsonTest, NamesMembersFitForAMessage) {
  EXPECT_EQ(ParseJson(R"({"\u001b[2J\n": 1, "\u001b[2J\n": 2})").error().message,
            "the member '\\x1b[2J ' stands twice in one object, at /\\x1b[2J ");
  const std::string longest = R"({")" + std::string(100'000, 'a') + R"(": 1e999})";
  EXPECT_LT(ParseJson(longest).error().message.size(), 1000U);
}

TEST(ParseJsonTest, RefusesANumberThatCouldNotBeWrittenAgain) {
  EXPECT_EQ(ParseJson(R"({"a": [1, -1e400]})").error().message,
            "the number at '/a/1' is too large: numbers go to 1.8e308 here");
  EXPECT_FALSE(ParseJson("1e400").has_value());
  EXPECT_TRUE(ParseJson("1.7976931348623157e308").has_value());
  EXPECT_TRUE(ParseJson("1e-400").has_value());
}

TEST(ParseJsonTest, ReadsTheNumberThatIsWritten) {
  for (const char* text : {"9.11111111111111E96", "1.7976931348623157E308", "5E-324", "-2.5E-1",
                           "1.2345678901234567E-300", "0.1e1"}) {
    const Json json = ParseJson(text).value();
    ASSERT_TRUE(json.is_double()) << text;
    EXPECT_EQ(json.get_double(), std::strtod(text, nullptr)) << text;
    EXPECT_EQ(ParseJson(ToText(json)), json) << text;
  }
  EXPECT_EQ(ToText(ParseJson("[9.11111111111111E96, 12, -3]").value()),
            "[9.11111111111111E96,12,-3]");
}

TEST(ParseJsonTest, SaysWhereItStopped) {
  EXPECT_EQ(ParseJson("{\n  \"a\": nope}").error().message.substr(0, 35),
            "not valid JSON at line 2, column 8:");
  EXPECT_EQ(ParseJson("{\"a\":").error().message, "the JSON ends too early");
  EXPECT_EQ(ParseJson("").error().message, "the JSON ends too early");
  EXPECT_FALSE(ParseJson("{} {}").has_value());
  EXPECT_FALSE(ParseJson("\"\xFF\"").has_value());
}

TEST(ParseJsonTest, NamesAnEncodingThatJsonDoesNotHave) {
  EXPECT_EQ(ParseJson("\xEF\xBB\xBF{}").error().message,
            "the JSON begins with a byte-order mark; save it as UTF-8 without one");
  EXPECT_EQ(ParseJson(std::string_view("\xFF\xFE{\0}\0", 6)).error().message,
            "the JSON is written in UTF-16; save it as UTF-8");
  EXPECT_EQ(ParseJson(std::string_view("{\0}\0", 4)).error().message,
            "the JSON is written in UTF-16; save it as UTF-8");
}

TEST(ParseJsonTest, BoundsItsDepth) {
  EXPECT_TRUE(ParseJson(std::string(32, '[') + std::string(32, ']')).has_value());
  EXPECT_EQ(ParseJson(std::string(33, '[') + std::string(33, ']')).error().message,
            "the JSON is nested more than 32 levels deep");
}

}  // namespace
}  // namespace ecm
