#include "base/own_json.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace ecm {
namespace {

TEST(OwnJsonTest, WhatWasWrittenIsReadExactly) {
  std::mt19937_64 numbers(1);
  JsonArray doubles;
  for (int i = 0; i < 1000; ++i) {
    doubles.push_back(std::uniform_real_distribution<double>(0, 1000)(numbers));
  }
  Json deep = "at the bottom";
  for (int level = 0; level < 1000; ++level) deep = JsonArray{std::move(deep)};
  const Json written = JsonObject{{"Bytes", "no \xff UTF-8"},
                                  {"Doubles", std::move(doubles)},
                                  {"Smallest", std::numeric_limits<std::int64_t>::min()},
                                  {"Largest", std::numeric_limits<std::uint64_t>::max()},
                                  {"Deep", std::move(deep)},
                                  {"Nothing", nullptr},
                                  {"Flag", true}};
  EXPECT_EQ(ReadOwnJson(ToText(written)).value(), written);
}

TEST(OwnJsonTest, AReaderReadsOneTextAfterTheOther) {
  OwnJsonReader reader;
  EXPECT_EQ(reader.Read(R"({"a":[1,2.5,"x"]})").value().at("a").as_array().size(), 3U);
  EXPECT_EQ(reader.Read("[]").value(), JsonArray{});
  const std::string large(100'000, 'x');
  EXPECT_EQ(reader.Read(ToText(JsonArray{large})).value(), JsonArray{large});
  EXPECT_EQ(reader.Read("7").value(), 7);
}

TEST(OwnJsonTest, ACopyWithMemoryOfItsOwnOutlivesTheReader) {
  Json kept;
  {
    OwnJsonReader reader;
    kept = Json(reader.Read(R"({"a":["a string that is not stored in place"]})").value(),
                boost::json::storage_ptr());
  }
  EXPECT_EQ(ToText(kept), R"({"a":["a string that is not stored in place"]})");
}

TEST(OwnJsonTest, ABrokenTextIsAnErrorAndTheNextOneIsReadAllTheSame) {
  OwnJsonReader reader;
  for (const std::string_view broken : {"", "{", R"({"a":)", "[1,]", "{} {}", R"("\x")"}) {
    const Result<Json> read = reader.Read(broken);
    ASSERT_FALSE(read.has_value()) << broken;
    EXPECT_EQ(read.error().kind, ErrorKind::kInternal);
    EXPECT_FALSE(read.error().message.empty());
  }
  EXPECT_EQ(reader.Read("true").value(), true);
}

}  // namespace
}  // namespace ecm
