#include "service_model/shape_validator.h"

#include <gmock/gmock.h>

#include "service_model/service_model.h"

namespace ecm::service_model {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::vector<std::string> Check(std::string_view value) {
  const Json shapes = *ParseJson(R"({
    "Root": {"type": "structure", "required": ["Name"], "members":
      {"Name": "Name", "Count": "Int", "Big": "Long", "Rate": "Rate", "Flag": "Bool",
       "At": "Time", "Trace": "Trace", "Kinds": "Kinds", "Map": "Map", "Next": "Root"}},
    "Name": {"type": "string", "min": 1, "max": 4,
      "pattern": "[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*"},
    "Int": {"type": "integer", "min": 0, "max": 9}, "Long": {"type": "long"},
    "Rate": {"type": "double", "min": 0.0}, "Bool": {"type": "boolean"},
    "Time": {"type": "timestamp"}, "Trace": {"type": "string", "pattern": "\\p{ASCII}*"}, "Kinds": {"type": "list", "member": "Kind", "max": 2},
    "Kind": {"type": "string", "enum": ["A", "B"]},
    "Map": {"type": "map", "key": "Kind", "value": "Int"}})");
  return ShapeValidator::Compile(shapes)->Check("Root", *ParseJson(value));
}

TEST(ShapeValidatorTest, AcceptsWhatTheShapesAllow) {
  EXPECT_THAT(Check(R"({"Name": "n", "Count": 9, "Big": 5000000000, "Rate": 0, "Flag": false,
                        "At": 1.5, "Kinds": ["A", "B"], "Map": {"A": 1},
                        "Next": {"Name": "\t\n\r"}})"),
              IsEmpty());
}

TEST(ShapeValidatorTest, TakesANullMemberForOneThatIsNotThere) {
  EXPECT_THAT(Check(R"({"Name": "n", "Count": null})"), IsEmpty());
  EXPECT_THAT(Check(R"({"Name": null})"),
              ElementsAre("Value null at 'name' failed to satisfy constraint: Member must not be "
                          "null"));
}

TEST(ShapeValidatorTest, NamesTheMemberThatIsNotKnown) {
  EXPECT_THAT(Check(R"({"Name": "n", "Next": {"Name": "n", "Naem": 1}})"),
              ElementsAre("Member 'next.naem' is not known"));
}

TEST(ShapeValidatorTest, CountsCharactersAndNotBytes) {
  EXPECT_THAT(Check(R"({"Name": "äöü€"})"), IsEmpty());
  EXPECT_THAT(Check(R"({"Name": "äöü€x"})"),
              ElementsAre("Value 'äöü€x' at 'name' failed to satisfy constraint: Member must have "
                          "length less than or equal to 4"));
  EXPECT_THAT(Check(R"({"Name": ""})"), SizeIs(1));
}

TEST(ShapeValidatorTest, RefusesCharactersThatXmlHasNot) {
  for (const std::string_view name :
       {R"("\u0000")", R"("a\u0008")", R"("\u001F")", R"("\uFFFE")", R"("\uFFFF")"}) {
    EXPECT_THAT(Check("{\"Name\": " + std::string(name) + "}"), SizeIs(1)) << name;
  }
  EXPECT_THAT(Check(R"({"Name": "\uFFFD\uD83D\uDE00"})"), IsEmpty());
}

TEST(ShapeValidatorTest, RefusesWhatIsNotAsciiWhereThePatternSaysSo) {
  EXPECT_THAT(Check(R"({"Name": "n", "Trace": "Root=1-5759e988; \u0000~"})"), IsEmpty());
  EXPECT_THAT(Check(R"({"Name": "n", "Trace": "Röt"})"),
              ElementsAre("Value 'Röt' at 'trace' failed to satisfy constraint: Member must "
                          "satisfy regular expression pattern: \\p{ASCII}*"));
}

TEST(ShapeValidatorTest, ChecksTypesRangesAndEnums) {
  for (const std::string_view member : {R"("Count": 10)",
                                        R"("Count": -1)",
                                        R"("Count": 1.5)",
                                        R"("Count": "1")",
                                        R"("Count": 5000000000)",
                                        R"("Big": 1e300)",
                                        R"("Rate": -0.1)",
                                        R"("Rate": "0")",
                                        R"("Flag": 0)",
                                        R"("Flag": "true")",
                                        R"("At": "2026-01-01T00:00:00Z")",
                                        R"("Kinds": "A")",
                                        R"("Kinds": ["C"])",
                                        R"("Kinds": [null])",
                                        R"("Kinds": ["A", "A", "A"])",
                                        R"("Map": [])",
                                        R"("Map": {"C": 1})",
                                        R"("Map": {"A": "1"})",
                                        R"("Next": "x")",
                                        R"("Next": {})"}) {
    EXPECT_THAT(Check("{\"Name\": \"n\", " + std::string(member) + "}"), SizeIs(1)) << member;
  }
}

TEST(ShapeValidatorTest, CountsListElementsFromOneInPaths) {
  EXPECT_THAT(Check(R"({"Name": "n", "Kinds": ["A", "C"]})"),
              ElementsAre("Value 'C' at 'kinds.2.member' failed to satisfy constraint: Member must "
                          "satisfy enum value set: [A, B]"));
}

TEST(ShapeValidatorTest, StopsAtTwentyViolations) {
  std::string members;
  for (int i = 0; i < 100; ++i) members += ", \"x" + std::to_string(i) + "\": 1";
  EXPECT_THAT(Check("{\"Name\": \"n\"" + members + "}"), SizeIs(20));
}

TEST(ShapeValidatorTest, RefusesNestingWithoutEnd) {
  Json nested = JsonObject{{"Name", "n"}};
  for (int i = 0; i < 200; ++i) nested = JsonObject{{"Name", "n"}, {"Next", std::move(nested)}};
  const Json shapes = *ParseJson(R"({
    "Root": {"type": "structure", "members": {"Name": "Name", "Next": "Root"}},
    "Name": {"type": "string"}})");
  EXPECT_THAT(ShapeValidator::Compile(shapes)->Check("Root", nested), Not(IsEmpty()));
}

TEST(ShapeValidatorTest, RefusesAModelThatItDoesNotUnderstand) {
  EXPECT_FALSE(ShapeValidator::Compile(*ParseJson(R"({"A": {"type": "blob"}})")).has_value());
  EXPECT_FALSE(
      ShapeValidator::Compile(*ParseJson(R"({"A": {"type": "list", "member": "B"}})")).has_value());
  EXPECT_FALSE(ShapeValidator::Compile(*ParseJson(R"({"A": {"type": "string", "pattern": "x+"}})"))
                   .has_value());
}

TEST(ServiceModelTest, KnowsWhichOperationsTheServiceHasElsewhere) {
  const ServiceModel model = ServiceModel::MustParse(R"({
    "operations": {"Run": "Run", "Go": "Run"}, "others": ["Walk"],
    "shapes": {"Run": {"type": "structure"}}})");
  EXPECT_THAT(model.Operations(), ElementsAre("Go", "Run"));
  EXPECT_TRUE(model.IsElsewhere("Walk"));
  EXPECT_FALSE(model.IsElsewhere("Run"));
  EXPECT_FALSE(model.IsElsewhere("Fly"));
}

TEST(ServiceModelTest, ReportsAllViolationsInTheMannerOfTheService) {
  const ServiceModel model = ServiceModel::MustParse(R"({
    "operations": {"Run": "Run"},
    "shapes": {"Run": {"type": "structure", "required": ["Name", "Instances"],
                       "members": {"Name": "Name", "Instances": "Name"}},
               "Name": {"type": "string"}}})");
  const Result<void> checked = model.CheckRequest("Run", JsonObject{{"name", "x"}});
  ASSERT_FALSE(checked.has_value());
  EXPECT_EQ(checked.error().code, "ValidationException");
  EXPECT_EQ(checked.error().kind, ErrorKind::kInvalidJob);
  EXPECT_EQ(checked.error().message,
            "3 validation errors detected: Value null at 'name' failed to satisfy constraint: "
            "Member must not be null; Value null at 'instances' failed to satisfy constraint: "
            "Member must not be null; Member 'name' is not known");
}

}  // namespace
}  // namespace ecm::service_model
