#include <gmock/gmock.h>

#include "sfn_model/testing/fixture.h"

namespace ecm::sfn_model {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kRole = "arn:aws:iam::123456789012:role/states";
constexpr std::string_view kWait =
    R"({"StartAt": "It", "States": {"It": {"Type": "Wait", "Seconds": 5, "End": true}}})";

class MachinesTest : public ModelFixture {
 protected:
  static JsonObject Request(std::string_view name = "mine") {
    return {{"name", name}, {"definition", kWait}, {"roleArn", kRole}};
  }
  std::string Create(const Json& request) {
    return StringOr(Answer("CreateStateMachine", request), "stateMachineArn");
  }
  static Json Of(std::string_view arn) { return JsonObject{{"stateMachineArn", arn}}; }
  std::vector<std::string> Listed(const Json& request = JsonObject{}) {
    std::vector<std::string> names;
    const Json answer = Answer("ListStateMachines", request);
    for (const Json& one : FindArray(answer, "stateMachines")) {
      names.push_back(StringOr(one, "name"));
    }
    return names;
  }
};

TEST_F(MachinesTest, CreatesDescribesAndListsAStateMachine) {
  const Json created = Answer("CreateStateMachine", Request());
  const std::string arn = StringOr(created, "stateMachineArn");
  EXPECT_EQ(arn, "arn:aws:states:eu-west-1:000000000000:stateMachine:mine");
  const Json described = Answer("DescribeStateMachine", Of(arn));
  EXPECT_EQ(StringOr(described, "definition"), kWait);
  EXPECT_EQ(StringOr(described, "status"), "ACTIVE");
  EXPECT_EQ(StringOr(described, "type"), "STANDARD");
  EXPECT_EQ(StringOr(described, "roleArn"), kRole);
  EXPECT_EQ(described.at("creationDate"), created.at("creationDate"));
  EXPECT_EQ(StringOr(described.at("loggingConfiguration"), "level"), "OFF");
  EXPECT_THAT(Listed(), ElementsAre("demo", "mine"));

  const ExecutionArn execution = Start("run-1", "{}", arn);
  EXPECT_EQ(StringOr(Answer("DescribeStateMachineForExecution", ModelFixture::Of(execution)),
                     "definition"),
            kWait);
  Pass(std::chrono::seconds(5));
  EXPECT_EQ(Status(execution), "SUCCEEDED");
}

TEST_F(MachinesTest, TheBuiltInOnesAreInEveryRegion) {
  const auto listed = model->Call(Region("us-gov-west-1"), "ListStateMachines", JsonObject{});
  ASSERT_TRUE(listed.has_value());
  EXPECT_EQ(StringOr(listed->at("stateMachines").at(0), "stateMachineArn"),
            "arn:aws:states:us-gov-west-1:000000000000:stateMachine:demo");
  const Json described = Answer("DescribeStateMachine", Of(kDemoArn));
  EXPECT_EQ(*ParseJson(StringOr(described, "definition")), Demo());
  EXPECT_EQ(StringOr(described, "roleArn"), "arn:aws:iam::000000000000:role/demo");
  EXPECT_THAT(Refusal("DeleteStateMachine", Of(kDemoArn)),
              StartsWith("ValidationException: The state machine demo is part of this program"));
}

TEST_F(MachinesTest, CreatingTheSameAgainIsNoError) {
  const Json created = Answer("CreateStateMachine", Request());
  clock.Advance(std::chrono::seconds(1));
  JsonObject same = Request();
  same["roleArn"] = "arn:aws:iam::123456789012:role/other";  // not looked at (API reference)
  same["definition"] = ToPrettyText(*ParseJson(kWait));
  EXPECT_EQ(Answer("CreateStateMachine", same), created);
  JsonObject other = Request();
  other["definition"] = ToText(Demo());
  EXPECT_EQ(Refusal("CreateStateMachine", other),
            "StateMachineAlreadyExists: State Machine Already Exists: "
            "'arn:aws:states:eu-west-1:000000000000:stateMachine:mine'");
  other = Request();
  other["tracingConfiguration"] = JsonObject{{"enabled", true}};
  EXPECT_THAT(Refusal("CreateStateMachine", other), StartsWith("StateMachineAlreadyExists"));
}

TEST_F(MachinesTest, TellsEveryProblemOfADefinitionWithItsPlace) {
  JsonObject request = Request();
  request["definition"] = R"({"StartAt": "It", "States": {
      "It": {"Type": "Wait", "Secs": 5, "Next": "Gone"}, "Lost": {"Typ": "Succeed"}}})";
  const std::string refusal = Refusal("CreateStateMachine", request);
  EXPECT_THAT(refusal, StartsWith("InvalidDefinition: Invalid State Machine Definition: "
                                  "'SCHEMA_VALIDATION_FAILED: "));
  EXPECT_THAT(refusal, HasSubstr("at /States/It/Secs"));
  EXPECT_THAT(refusal, HasSubstr("'Type' is missing at /States/Lost"));
  request["definition"] = "{";
  EXPECT_THAT(Refusal("CreateStateMachine", request),
              StartsWith("InvalidDefinition: Invalid State Machine Definition: "
                         "'INVALID_JSON_DESCRIPTION: "));
  EXPECT_THAT(Listed(), ElementsAre("demo"));
}

TEST_F(MachinesTest, TellsNoMoreThanTwentyProblems) {
  JsonObject document{{"StartAt", "It"}, {"States", JsonObject{{"It", JsonObject{}}}}};
  for (int i = 0; i < 50; ++i) document["x" + std::to_string(i)] = 1;
  JsonObject request = Request();
  request["definition"] = ToText(document);
  EXPECT_THAT(Refusal("CreateStateMachine", request), testing::ContainsRegex(" and 3[0-9] more'"));
}

TEST_F(MachinesTest, RefusesWhatIsNotHere) {
  const auto with = [&](std::string_view member, const Json& value) {
    JsonObject request = Request();
    request[member] = value;
    return Refusal("CreateStateMachine", request);
  };
  EXPECT_THAT(with("type", "EXPRESS"), StartsWith("StateMachineTypeNotSupported: "));
  EXPECT_THAT(with("type", "FAST"), StartsWith("ValidationException: "));
  EXPECT_THAT(with("name", "a/b"), StartsWith("InvalidName: "));
  EXPECT_EQ(with("roleArn", "role"), "InvalidArn: Invalid Role Arn: 'role'");
  EXPECT_THAT(with("publish", true), StartsWith("ValidationException: "));
  EXPECT_EQ(with("versionDescription", "v"),
            "ValidationException: Version description can only be set when publish is true");
  EXPECT_THAT(with("encryptionConfiguration",
                   JsonObject{{"type", "CUSTOMER_MANAGED_KMS_KEY"}, {"kmsKeyId", "k"}}),
              StartsWith("InvalidEncryptionConfiguration: "));
  EXPECT_THAT(Refusal("DescribeStateMachine", Of(std::string(kDemoArn) + ":1")),
              StartsWith("StateMachineDoesNotExist: "));
  EXPECT_THAT(Refusal("DescribeStateMachine", Of("arn:aws:iam::1:role/x")),
              StartsWith("InvalidArn: "));
}

TEST_F(MachinesTest, ListsPageByPage) {
  for (const std::string name : {"a", "b", "z"}) Create(Request(name));
  const Json first = Answer("ListStateMachines", JsonObject{{"maxResults", 3}});
  EXPECT_EQ(first.at("stateMachines").as_array().size(), 3U);
  EXPECT_THAT(Listed(JsonObject{{"maxResults", 3}, {"nextToken", first.at("nextToken")}}),
              ElementsAre("z"));
  EXPECT_THAT(Refusal("ListStateMachines", JsonObject{{"nextToken", "executions.1"}}),
              StartsWith("InvalidToken"));
}

TEST_F(MachinesTest, DeletesAtOnceWhereNothingRuns) {
  const std::string arn = Create(Request());
  const ExecutionArn execution = Start("run-1", "{}", arn);
  Pass(std::chrono::seconds(5));
  Answer("DeleteStateMachine", Of(arn));
  EXPECT_THAT(Listed(), ElementsAre("demo"));
  EXPECT_THAT(Refusal("DescribeExecution", ModelFixture::Of(execution)),
              StartsWith("ExecutionDoesNotExist"));
  EXPECT_EQ(Answer("DeleteStateMachine", Of(arn)), Json(JsonObject{}));
  EXPECT_THAT(Refusal("DeleteStateMachine", Of("mine")), StartsWith("InvalidArn"));
  Create(Request());
  EXPECT_EQ(Status(Start("run-1", "{}", arn)), "RUNNING");
}

TEST_F(MachinesTest, IsDeletingWhileAnExecutionRuns) {
  const std::string arn = Create(Request());
  const ExecutionArn execution = Start("run-1", "{}", arn);
  Answer("DeleteStateMachine", Of(arn));
  Answer("DeleteStateMachine", Of(arn));
  EXPECT_EQ(StringOr(Answer("DescribeStateMachine", Of(arn)), "status"), "DELETING");
  EXPECT_THAT(Refusal("StartExecution", Of(arn)), StartsWith("StateMachineDeleting"));
  EXPECT_THAT(Refusal("CreateStateMachine", Request()), StartsWith("StateMachineDeleting"));
  EXPECT_EQ(Status(execution), "RUNNING");
  Pass(std::chrono::seconds(5));
  EXPECT_EQ(StringOr(events.back().at("detail"), "status"), "SUCCEEDED");
  EXPECT_THAT(Refusal("DescribeStateMachine", Of(arn)), StartsWith("StateMachineDoesNotExist"));
}

}  // namespace
}  // namespace ecm::sfn_model
