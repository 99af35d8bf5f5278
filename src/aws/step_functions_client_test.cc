#include "aws/step_functions_client.h"

#include <gtest/gtest.h>

#include <deque>

namespace ecm {
namespace {

constexpr const char* kMachine = "arn:aws:states:eu-west-1:1:stateMachine:ecm-dev";

/// Answers what it was given, in order, and keeps what it was asked.
class ScriptedStepFunctions : public StepFunctionsApi {
 public:
  explicit ScriptedStepFunctions(std::deque<Result<Json>> answers) : answers_(std::move(answers)) {}
  Result<Json> Call(const Region& /*region*/, std::string_view operation,
                    const Json& request) override {
    asked.push_back(std::string(operation) + " " + ToText(request));
    Result<Json> answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }
  std::vector<std::string> asked;

 private:
  std::deque<Result<Json>> answers_;
};

TEST(StepFunctionsClientTest, FindsStateMachinesOnEveryPage) {
  ScriptedStepFunctions api(
      {ParseJson(R"({"stateMachines":[{"stateMachineArn":"arn:aws:states:r:1:stateMachine:other"}],
                     "nextToken":"t"})"),
       ParseJson(
           R"({"stateMachines":[{"stateMachineArn":"arn:aws:states:r:1:stateMachine:ecm-a"}]})")});
  const auto found = StepFunctionsClient(api, Region("r")).ListStateMachines("ecm-");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(*found, std::vector<std::string>{"arn:aws:states:r:1:stateMachine:ecm-a"});
  EXPECT_NE(api.asked.at(1).find(R"("nextToken":"t")"), std::string::npos);
}

TEST(StepFunctionsClientTest, AStartWithoutAnExecutionHasAnUnknownOutcome) {
  ScriptedStepFunctions api({ParseJson("{}")});
  const auto started = StepFunctionsClient(api, Region("r")).StartExecution(kMachine, "n", "{}");
  EXPECT_EQ(started.error().kind, ErrorKind::kUnknownOutcome);
}

TEST(StepFunctionsClientTest, ADescriptionWithoutAStatusIsNone) {
  ScriptedStepFunctions api({ParseJson(R"({"executionArn": 7})")});
  const auto told = StepFunctionsClient(api, Region("r")).DescribeExecution(ExecutionArn("a"));
  EXPECT_EQ(told.error().kind, ErrorKind::kUnavailable);
}

TEST(StepFunctionsClientTest, NeverGivesMoreExecutionsThanAskedFor) {
  ScriptedStepFunctions api(
      {ParseJson(R"({"executions":[{"name":"a"},{"name":"b"},{"name":"c"}],"nextToken":"more"})")});
  const auto told =
      StepFunctionsClient(api, Region("r")).ListExecutions(kMachine, "RUNNING", /*limit=*/2);
  ASSERT_EQ(told->size(), 2U);
  EXPECT_NE(api.asked.at(0).find(R"("statusFilter":"RUNNING","maxResults":2)"), std::string::npos);
}

TEST(StepFunctionsClientTest, ReadsTheHistoryBackToWhatIsKnown) {
  const auto page = [] {
    return ParseJson(R"({"events":[
      {"id":9,"timestamp":2.5,"type":"TaskStateEntered",
       "stateEnteredEventDetails":{"name":"Await","input":"{}"}},
      {"id":8,"type":"ChoiceStateExited","stateExitedEventDetails":{"name":"Submitted"}},
      {"id":7,"type":"ChoiceStateEntered","stateEnteredEventDetails":{"name":"Submitted"}},
      {"id":6,"type":"TaskStateEntered","stateEnteredEventDetails":{"name":"Submit"}}],
      "nextToken":"more"})");
  };
  ScriptedStepFunctions api({page(), page()});
  StepFunctionsClient client(api, Region("r"));
  const auto never = [](const StateEntry&) { return false; };
  const auto since = client.StatesEntered(ExecutionArn("a"), 6, never);
  ASSERT_EQ(since->size(), 2U);
  EXPECT_EQ(since->front().state, "Submitted");
  EXPECT_EQ(since->back().time, FromEpochSeconds(2.5));
  const auto newest =
      client.StatesEntered(ExecutionArn("a"), 0, [](const StateEntry& e) { return e.event == 9; });
  ASSERT_EQ(newest->size(), 1U);
  EXPECT_EQ(newest->front().state, "Await");
}

TEST(ExecutionArnTest, SaysWhereAndWhat) {
  const auto parts = ParseExecutionArn("arn:aws:states:eu-west-1:1:execution:ecm-dev:run");
  ASSERT_TRUE(parts.has_value());
  EXPECT_EQ(parts->region.str(), "eu-west-1");
  EXPECT_EQ(parts->machine_arn, kMachine);
  EXPECT_EQ(parts->name, "run");
  EXPECT_EQ(ExecutionArnOf(parts->machine_arn, "run").str(),
            "arn:aws:states:eu-west-1:1:execution:ecm-dev:run");
  for (const char* other : {"", "run", "arn:aws:states:eu-west-1:1:stateMachine:ecm-dev",
                            "arn:aws:states::1:execution:ecm-dev:run",
                            "arn:aws:states:r:1:execution:m:n:o", "::::::::::"}) {
    EXPECT_FALSE(ParseExecutionArn(other).has_value()) << other;
  }
}

}  // namespace
}  // namespace ecm
