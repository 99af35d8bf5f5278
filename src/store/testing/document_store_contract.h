#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "store/document_store.h"

namespace ecm {

/// What every document store promises. Instantiate with a factory of empty stores.
class DocumentStoreContract
    : public testing::TestWithParam<std::function<std::unique_ptr<DocumentStore>()>> {
 protected:
  void Commit(const std::vector<Document>& documents) {
    const Result<void> committed = store_->Commit(documents);
    EXPECT_TRUE(committed.has_value()) << committed.error().message;
  }
  /// "id=body" of a kind.
  std::vector<std::string> Loaded(std::string_view kind, std::string_view prefix = "") {
    std::vector<std::string> told;
    const auto loaded = store_->Load(kind, prefix);
    EXPECT_TRUE(loaded.has_value()) << loaded.error().message;
    for (const Document& document : *loaded) {
      EXPECT_EQ(document.kind, kind);
      told.push_back(document.id + "=" + ToText(document.body));
    }
    return told;
  }
  using Told = std::vector<std::string>;
  std::unique_ptr<DocumentStore> store_ = GetParam()();
};

TEST_P(DocumentStoreContract, GivesBackEveryKindOfValueAsItWas) {
  Json deep = JsonArray{1};
  for (int i = 0; i < 100; ++i) deep = JsonArray{std::move(deep)};
  const Document document{"cluster", "j-1",
                          JsonObject{{"text", "ü\n\"quoted\" '; DROP TABLE document; --"},
                                     {"nul", std::string("a\0b", 3)},
                                     {"least", INT64_MIN},
                                     {"most", UINT64_MAX},
                                     {"time", 1767323045.123},
                                     {"long", 493.19110789302437},
                                     {"whole", 2.0},
                                     {"null", nullptr},
                                     {"yes", true},
                                     {"not UTF-8", "\xff\xc3"},
                                     {"empty", JsonObject{{"list", JsonArray{}}}},
                                     {"deep", std::move(deep)}}};
  Commit({document});
  const auto loaded = store_->Load("cluster");
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  ASSERT_EQ(loaded->size(), 1U);
  EXPECT_EQ(loaded->front(), document);
  EXPECT_TRUE(loaded->front().body.at("whole").is_double());
}

TEST_P(DocumentStoreContract, LoadsOneKindInTheOrderOfTheIds) {
  Commit({{"step", "b", 1}, {"step", "a/10", 2}, {"step", "B", 3}, {"other", "a", 4}});
  Commit({{"step", "a/9", 5}});
  EXPECT_EQ(Loaded("step"), (Told{"B=3", "a/10=2", "a/9=5", "b=1"}));
  EXPECT_EQ(Loaded("other"), Told{"a=4"});
  EXPECT_EQ(Loaded("none"), Told{});
}

TEST_P(DocumentStoreContract, LoadsWhatBeginsWithAPrefixToTheLetter) {
  const std::string last = "a/\xff";
  Commit({{"k", "a", 1},
          {"k", "a/1", 2},
          {"k", "a/2", 3},
          {"k", last, 4},
          {"k", last + "x", 5},
          {"k", "a0", 6},
          {"k", "A/1", 7},
          {"k", "%", 8},
          {"k", "\xff\xff", 9}});
  EXPECT_EQ(Loaded("k", "a/"), (Told{"a/1=2", "a/2=3", last + "=4", last + "x=5"}));
  EXPECT_EQ(Loaded("k", last), (Told{last + "=4", last + "x=5"}));
  EXPECT_EQ(Loaded("k", "%"), Told{"%=8"});
  EXPECT_EQ(Loaded("k", "\xff"), Told{"\xff\xff=9"});
  EXPECT_EQ(Loaded("k", "a/3"), Told{});
}

TEST_P(DocumentStoreContract, ShowsOneDocumentAfterAnotherUntilTheVisitorFails) {
  Commit({{"k", "1", 1}, {"k", "2", 2}, {"k", "3", 3}, {"l", "1", 4}});
  std::vector<std::string> seen;
  const Result<void> visited =
      store_->Visit("k", "", [&](const Document& document) -> Result<void> {
        seen.push_back(document.id);
        if (document.id == "2") return Fail(ErrorKind::kInternal, "enough");
        return {};
      });
  ASSERT_FALSE(visited.has_value());
  EXPECT_EQ(visited.error().message, "enough");
  EXPECT_EQ(seen, (Told{"1", "2"}));
  EXPECT_EQ(Loaded("k"), (Told{"1=1", "2=2", "3=3"}));  // it can be asked again at once
}

TEST_P(DocumentStoreContract, WhatItLoadsOwnsItsMemory) {
  Commit({{"k", "1", JsonObject{{"a", JsonArray{"a text that is too long to lie in a string"}}}}});
  const std::vector<Document> loaded = store_->Load("k").value();
  EXPECT_EQ(loaded.at(0).body.storage(), boost::json::storage_ptr());
  EXPECT_EQ(FindArray(loaded.at(0).body, "a").at(0).storage(), boost::json::storage_ptr());
}

TEST_P(DocumentStoreContract, TellsTheIdsOfOneKindInTheirOrder) {
  Commit({{"k", "b", 1}, {"k", "a/10", 2}, {"k", "B", 3}, {"other", "a", 4}, {"k", "gone", 5}});
  Commit({{"k", "gone", nullptr}});
  EXPECT_EQ(store_->Ids("k").value(), (Told{"B", "a/10", "b"}));
  EXPECT_EQ(store_->Ids("none").value(), Told{});
}

TEST_P(DocumentStoreContract, ReplacesAndRemoves) {
  Commit({{"k", "1", "old"}, {"k", "2", "old"}});
  Commit({{"k", "1", "new"}, {"k", "2", nullptr}, {"k", "never there", nullptr}});
  EXPECT_EQ(Loaded("k"), Told{"1=\"new\""});
  Commit({{"k", "1", nullptr}});
  EXPECT_EQ(Loaded("k"), Told{});
}

TEST_P(DocumentStoreContract, TheLastOfTwoForOneIdCounts) {
  Commit({{"k", "1", 1},
          {"k", "1", 2},
          {"k", "2", 1},
          {"k", "2", nullptr},
          {"k", "3", nullptr},
          {"k", "3", 3}});
  EXPECT_EQ(Loaded("k"), (Told{"1=2", "3=3"}));
}

TEST_P(DocumentStoreContract, TakesNothingAndEmptyNames) {
  Commit({});
  EXPECT_EQ(Loaded(""), Told{});
  Commit({{"", "", JsonObject{}}});
  EXPECT_EQ(Loaded(""), Told{"={}"});
}

TEST_P(DocumentStoreContract, KeepsIdsWithNulApart) {
  Commit({{"k", std::string("a\0b", 3), 1}, {"k", std::string("a\0c", 3), 2}, {"k", "a", 3}});
  EXPECT_EQ(Loaded("k"),
            (Told{"a=3", std::string("a\0b", 3) + "=1", std::string("a\0c", 3) + "=2"}));
}

}  // namespace ecm
