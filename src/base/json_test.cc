#include "base/json.h"

#include <gtest/gtest.h>

namespace ecm {
namespace {

TEST(JsonTest, FindsMembersByPathAndType) {
  const Json json = ParseJson(R"({"a": {"b": "text", "n": 3, "t": true, "l": [1]}})").value();
  EXPECT_NE(Find(json, {"a", "b"}), nullptr);
  EXPECT_EQ(Find(json, {"a", "b", "c"}), nullptr);
  const Json& inner = *Find(json, "a");
  EXPECT_EQ(FindString(inner, "b"), "text");
  EXPECT_FALSE(FindString(inner, "n").has_value());
  EXPECT_EQ(FindInt(inner, "n"), 3);
  EXPECT_EQ(FindDouble(inner, "n"), 3.0);
  EXPECT_EQ(FindBool(inner, "t"), true);
  EXPECT_EQ(FindArray(inner, "l").size(), 1U);
  EXPECT_TRUE(FindArray(inner, "missing").empty());
  EXPECT_EQ(StringOr(inner, "missing", "x"), "x");
}

TEST(JsonTest, MergesPatchesAsRfc7396Says) {
  // The examples of the RFC's appendix A.
  const std::vector<std::array<const char*, 3>> cases = {
      {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
      {R"({"a":"b"})", R"({"a":null})", R"({})"},
      {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
      {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
      {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
      {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
      {R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
      {R"({"a":"b"})", R"(["c"])", R"(["c"])"},
      {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
      {R"([1,2])", R"({"a":"b","c":null})", R"({"a":"b"})"},
      {R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
  };
  for (const auto& [target, patch, expected] : cases) {
    Json json = ParseJson(target).value();
    MergePatch(json, ParseJson(patch).value());
    EXPECT_EQ(ToText(json), expected) << target << " + " << patch;
  }
}

TEST(JsonTest, PointersEscapeTheirTwoCharacters) {
  EXPECT_EQ(PointerTo(PointerTo("/arguments", 0), "a/b~c"), "/arguments/0/a~1b~0c");
}

TEST(JsonTest, PrettyTextIsStable) {
  const Json json = ParseJson(R"({"b":1,"a":[{"x":"\"q\""},[],{}]})").value();
  EXPECT_EQ(ToPrettyText(json),
            "{\n  \"b\": 1,\n  \"a\": [\n    {\n      \"x\": \"\\\"q\\\"\"\n    },\n    [],\n"
            "    {}\n  ]\n}");
}

}  // namespace
}  // namespace ecm
