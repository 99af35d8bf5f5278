#include "asl/path.h"

#include <gtest/gtest.h>

#include "asl/testing/player.h"

namespace ecm::asl {
namespace {

std::string At(std::string_view path, std::string_view document) {
  const auto parsed = Path::Parse(path);
  if (!parsed) return "refused";
  const Json json = Parsed(document);
  const Json* found = parsed->Follow(json);
  return found == nullptr ? "nothing" : ToText(*found);
}

std::string With(std::string_view path, std::string_view document) {
  Json json = Parsed(document);
  if (!Path::Parse(path)->Put(json, "new")) {
    EXPECT_EQ(ToText(json), ToText(Parsed(document)));
    return "does not fit";
  }
  return ToText(json);
}

TEST(PathTest, FollowsMembersAndElements) {
  EXPECT_EQ(At("$", R"({"a":1})"), R"({"a":1})");
  EXPECT_EQ(At("$.a.b", R"({"a":{"b":2}})"), "2");
  EXPECT_EQ(At("$['a b']", R"({"a b":3})"), "3");
  EXPECT_EQ(At("$.x.['a b']", R"({"x":{"a b":3}})"), "3");
  EXPECT_EQ(At("$[\"it's\"]", R"({"it's":4})"), "4");
  EXPECT_EQ(At(R"($['it\'s'])", R"({"it's":4})"), "4");
  EXPECT_EQ(At("$.a[1].b", R"({"a":[0,{"b":5}]})"), "5");
  EXPECT_EQ(At("$[0][1]", "[[1,2]]"), "2");
  EXPECT_EQ(At("$.größe_1", R"({"größe_1":6})"), "6");
}

TEST(PathTest, FindsNothingWhereTheDocumentHasAnotherShape) {
  EXPECT_EQ(At("$.a", "[1]"), "nothing");
  EXPECT_EQ(At("$[0]", R"({"0":1})"), "nothing");
  EXPECT_EQ(At("$[1]", "[1]"), "nothing");
  EXPECT_EQ(At("$.a.b", R"({"a":null})"), "nothing");
  EXPECT_EQ(At("$.a", R"({"a":null})"), "null");
}

TEST(PathTest, RefusesWhatNamesMoreThanOnePlace) {
  for (const std::string_view path :
       {"", "a", "$a", "$.", "$..a", "$.*", "$.a[*]", "$.a[0:2]", "$.a[?(@.b)]", "$.a[-1]", "$.a[",
        "$.a['b", "$.a['b'", "$.a-b", "$.a b", "$.a.length()", "$[", "$[99999999999999999999]"}) {
    EXPECT_EQ(At(path, "{}"), "refused") << path;
  }
}

TEST(PathTest, PutsAValueAndMakesTheObjectsOnTheWay) {
  EXPECT_EQ(With("$", "1"), R"("new")");
  EXPECT_EQ(With("$.a", "{}"), R"({"a":"new"})");
  EXPECT_EQ(With("$.a.b.c", R"({"x":1})"), R"({"x":1,"a":{"b":{"c":"new"}}})");
  EXPECT_EQ(With("$.a", R"({"a":{"b":1}})"), R"({"a":"new"})");
  EXPECT_EQ(With("$.a[1]", R"({"a":[1,2]})"), R"({"a":[1,"new"]})");
}

TEST(PathTest, PutsNothingWhereItDoesNotFit) {
  EXPECT_EQ(With("$.a", "1"), "does not fit");
  EXPECT_EQ(With("$.a", "null"), "does not fit");
  EXPECT_EQ(With("$.a.b", R"({"a":"text"})"), "does not fit");
  EXPECT_EQ(With("$.a.b", R"({"a":null})"), "does not fit");
  EXPECT_EQ(With("$.a[2]", R"({"a":[1,2]})"), "does not fit");
  EXPECT_EQ(With("$.a[0]", "{}"), "does not fit");
  EXPECT_EQ(With("$.new[0]", R"({"a":1})"), "does not fit");
}

}  // namespace
}  // namespace ecm::asl
