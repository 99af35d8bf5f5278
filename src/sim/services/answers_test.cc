#include "sim/services/answers.h"

#include <gtest/gtest.h>

namespace ecm::sim {
namespace {

Json Two() {
  return *ParseJson(R"({"Clusters": [
      {"Id": "j-1", "Name": "a", "Status": {"State": "RUNNING", "Timeline": {"x": 1}}},
      {"Id": "j-2", "Name": "b", "Status": {"State": "STARTING"}}]})");
}

TEST(AnswersTest, APageOfOneLeadsToTheNext) {
  Json first = Two();
  ASSERT_TRUE(CutToOne(first, ""));
  EXPECT_EQ(StringOr(FindArray(first, "Clusters").front(), "Id"), "j-1");
  const std::string before = ItemBefore(StringOr(first, "Marker"));
  Json second = Two();
  ASSERT_TRUE(CutToOne(second, before));
  EXPECT_EQ(StringOr(FindArray(second, "Clusters").front(), "Id"), "j-2");
  EXPECT_EQ(Find(second, "Marker"), nullptr);
}

TEST(AnswersTest, AMarkerThatIsNotThereAnyMoreLeadsToTheBeginning) {
  Json answer = Two();
  ASSERT_TRUE(CutToOne(answer, "j-9"));
  EXPECT_EQ(StringOr(FindArray(answer, "Clusters").front(), "Id"), "j-1");
}

TEST(AnswersTest, OneThingIsNoReasonForPages) {
  Json one = *ParseJson(R"({"Steps": [{"Id": "s-1"}]})");
  EXPECT_FALSE(CutToOne(one, ""));
  EXPECT_EQ(Find(one, "Marker"), nullptr);
}

TEST(AnswersTest, StrippedOfAllThatIsOptionalAnItemKeepsIdNameAndState) {
  Json answer = Two();
  ASSERT_TRUE(StripOptional(answer));
  EXPECT_EQ(ToText(FindArray(answer, "Clusters").front()),
            R"({"Id":"j-1","Name":"a","Status":{"State":"RUNNING"}})");
}

TEST(AnswersTest, AnUnknownStateIsNoneThatEmrHas) {
  SeededRandom random(1);
  Json answer = *ParseJson(R"({"Cluster": {"Id": "j-1", "Status": {"State": "RUNNING"}}})");
  ASSERT_TRUE(MakeStateUnknown(answer, random));
  EXPECT_EQ(*Find(answer, {"Cluster", "Status", "State"}), "QUIESCING");
}

}  // namespace
}  // namespace ecm::sim
