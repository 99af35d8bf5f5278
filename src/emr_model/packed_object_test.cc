#include "emr_model/packed_object.h"

#include <gtest/gtest.h>

namespace ecm::emr_model {
namespace {

TEST(PackedObjectTest, BeginsEmpty) { EXPECT_TRUE(PackedObject().Unpack().empty()); }

TEST(PackedObjectTest, GivesBackWhatItWasMadeOf) {
  Json deep = "at the bottom";
  for (int level = 0; level < 100; ++level) deep = JsonArray{deep};
  const JsonObject object{{"Name", "a \"name\""},
                          {"Bytes", "no \xff UTF-8"},
                          {"Number", 493.19110789302437},
                          {"Deep", deep},
                          {"Applications", JsonArray{JsonObject{{"Name", "Spark"}}}}};
  EXPECT_EQ(PackedObject(object).Unpack(), object);
}

TEST(PackedObjectTest, SetsAMemberInItsPlaceAndANewOneLast) {
  PackedObject packed(JsonObject{{"Level", 1}, {"Id", "j-1"}});
  packed.Set("Level", 2);
  packed.Set("Extended", true);
  EXPECT_EQ(ToText(packed.Unpack()), R"({"Level":2,"Id":"j-1","Extended":true})");
  EXPECT_EQ(packed, PackedObject(JsonObject{{"Level", 2}, {"Id", "j-1"}, {"Extended", true}}));
}

}  // namespace
}  // namespace ecm::emr_model
