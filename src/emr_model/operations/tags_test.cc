#include <gmock/gmock.h>

#include "emr_model/testing/fixture.h"

namespace ecm::emr_model {
namespace {

class TagsTest : public ModelFixture {
 protected:
  static Json Tag(std::string_view key, std::string_view value) {
    return JsonObject{{"Key", key}, {"Value", value}};
  }
  static Json Add(const ClusterId& cluster, JsonArray tags) {
    return JsonObject{{"ResourceId", cluster.str()}, {"Tags", std::move(tags)}};
  }
};

TEST_F(TagsTest, AreAddedReplacedAndRemoved) {
  const ClusterId cluster = Run(Request());
  EXPECT_EQ(Answer("AddTags", Add(cluster, {Tag("a", "1"), Tag("b", "2")})), Json(JsonObject{}));
  Answer("AddTags", Add(cluster, {Tag("a", "3")}));
  EXPECT_EQ(ToText(Describe(cluster).at("Tags")),
            R"([{"Key":"a","Value":"3"},{"Key":"b","Value":"2"}])");
  Answer("RemoveTags", JsonObject{{"ResourceId", cluster.str()}, {"TagKeys", JsonArray{"a", "c"}}});
  EXPECT_EQ(ToText(Describe(cluster).at("Tags")), R"([{"Key":"b","Value":"2"}])");
}

TEST_F(TagsTest, StayAsTheyAreWhenOneOfThemIsRefused) {
  const ClusterId cluster = Run(Request());
  EXPECT_EQ(Refusal("AddTags", Add(cluster, {Tag("a", "1"), Tag("aws:b", "2")})),
            "InvalidRequestException: The tag key 'aws:b' begins with aws:, which is reserved.");
  EXPECT_EQ(ToText(Describe(cluster).at("Tags")), "[]");
}

TEST_F(TagsTest, AreFiftyAtMostTogether) {
  const ClusterId cluster = Run(Request());
  JsonArray tags;
  for (int i = 0; i < 50; ++i) tags.push_back(Tag(std::to_string(i), ""));
  Answer("AddTags", Add(cluster, tags));
  Answer("AddTags", Add(cluster, {Tag("49", "replaced")}));
  EXPECT_EQ(Refusal("AddTags", Add(cluster, {Tag("50", "")})),
            "InvalidRequestException: A cluster has at most 50 tags; this would make 51.");
}

TEST_F(TagsTest, CannotBeModifiedOnAClusterThatIsUnknownOrTerminated) {
  EXPECT_EQ(Refusal("AddTags", Add(ClusterId("j-NONE"), {Tag("a", "1")})),
            "InvalidRequestException: Cluster id 'j-NONE' is not valid.");
  const ClusterId cluster = RunAndBoot(Request());
  EXPECT_EQ(Refusal("AddTags", Add(cluster, {Tag("a", "1")})),
            "InvalidRequestException: Tags cannot be modified on terminated clusters.");
  EXPECT_EQ(
      Refusal("RemoveTags", JsonObject{{"ResourceId", cluster.str()}, {"TagKeys", JsonArray{"a"}}}),
      "InvalidRequestException: Tags cannot be modified on terminated clusters.");
}

}  // namespace
}  // namespace ecm::emr_model
