#include "aws/executions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ecm {
namespace {

using std::chrono::seconds;

const ExecutionArn kArn("arn:aws:states:eu-west-1:123456789012:execution:ecm-dev:run-1");

/// Answers every call alike and remembers what it was asked.
class ScriptedStepFunctions : public StepFunctionsApi {
 public:
  explicit ScriptedStepFunctions(Result<Json> answer) : answer_(std::move(answer)) {}
  Result<Json> Call(const Region& region, std::string_view operation,
                    const Json& request) override {
    calls.push_back(region.str() + " " + std::string(operation) + " " + ToText(request));
    return answer_;
  }
  std::vector<std::string> calls;

 private:
  Result<Json> answer_;
};

TEST(StepFunctionsExecutionsTest, AsksInTheRegionOfTheArnWithoutTheData) {
  ScriptedStepFunctions api(
      JsonObject{{"status", "ABORTED"}, {"startDate", 1767323045.123}, {"stopDate", 1767323105.5}});
  const Result<ExecutionState> state = StepFunctionsExecutions(api).Describe(kArn);
  ASSERT_TRUE(state.has_value()) << state.error().message;
  EXPECT_EQ(state->status, ExecutionStatus::kAborted);
  EXPECT_EQ(state->started, WallTime{Duration{1767323045123}});
  EXPECT_EQ(state->stopped, WallTime{Duration{1767323105500}});
  EXPECT_THAT(api.calls,
              testing::ElementsAre("eu-west-1 DescribeExecution {\"executionArn\":\"" + kArn.str() +
                                   "\",\"includedData\":\"METADATA_ONLY\"}"));
}

TEST(StepFunctionsExecutionsTest, TakesAnAnswerWithoutItsMembers) {
  ScriptedStepFunctions api(JsonObject{});
  const Result<ExecutionState> state = StepFunctionsExecutions(api).Describe(kArn);
  ASSERT_TRUE(state.has_value());
  EXPECT_EQ(state->status, ExecutionStatus::kOther);
  EXPECT_FALSE(state->started || state->stopped);
}

TEST(StepFunctionsExecutionsTest, HandsOnAnError) {
  ScriptedStepFunctions api(
      Fail(ErrorKind::kNotFound, "Execution Does Not Exist", "ExecutionDoesNotExist"));
  const Result<ExecutionState> state = StepFunctionsExecutions(api).Describe(kArn);
  ASSERT_FALSE(state.has_value());
  EXPECT_EQ(state.error().kind, ErrorKind::kNotFound);
}

/// Answers with one page after the other.
class PagedStepFunctions : public StepFunctionsApi {
 public:
  Result<Json> Call(const Region& region, std::string_view operation,
                    const Json& request) override {
    calls.push_back(region.str() + " " + std::string(operation) + " " + ToText(request));
    const std::string arn = kArn.str() + "-" + std::to_string(calls.size());
    JsonObject answer{{"executions", JsonArray{JsonObject{{"executionArn", arn}}}}};
    if (calls.size() < pages) answer["nextToken"] = std::to_string(calls.size());
    return answer;
  }
  std::size_t pages = 3;
  std::vector<std::string> calls;
};

TEST(StepFunctionsExecutionsTest, ListsWhatRunsFromAllPages) {
  PagedStepFunctions api;
  const auto running = StepFunctionsExecutions(api).ListRunning(MachineOf(kArn));
  ASSERT_TRUE(running.has_value()) << running.error().message;
  EXPECT_EQ(running->size(), 3u);
  ASSERT_EQ(api.calls.size(), 3u);
  EXPECT_THAT(api.calls[0], testing::StartsWith("eu-west-1 ListExecutions "));
  EXPECT_THAT(api.calls[0], testing::HasSubstr("\"statusFilter\":\"RUNNING\""));
  EXPECT_THAT(api.calls[0],
              testing::HasSubstr("arn:aws:states:eu-west-1:123456789012:stateMachine:ecm-dev"));
  EXPECT_THAT(api.calls[2], testing::HasSubstr("\"nextToken\":\"2\""));
}

TEST(StepFunctionsExecutionsTest, AListThatNeverEndsIsAnError) {
  PagedStepFunctions api;
  api.pages = 100'000;
  EXPECT_EQ(StepFunctionsExecutions(api).ListRunning(MachineOf(kArn)).error().kind,
            ErrorKind::kUnavailable);
}

TEST(MachineOfTest, IsTheStateMachineOfTheExecution) {
  EXPECT_EQ(MachineOf(kArn), "arn:aws:states:eu-west-1:123456789012:stateMachine:ecm-dev");
  EXPECT_EQ(MachineOf(ExecutionArn("arn:aws:states:eu-west-1:1:execution:ecm-dev")), "");
  EXPECT_EQ(MachineOf(ExecutionArn("")), "");
}

TEST(ExecutionStatusTest, OnlyWhatIsKnownToBeOverIsOver) {
  for (const char* over : {"SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"}) {
    EXPECT_TRUE(IsOver(ParseExecutionStatus(over))) << over;
  }
  for (const char* not_over : {"RUNNING", "PENDING_REDRIVE", "", "aborted"}) {
    EXPECT_FALSE(IsOver(ParseExecutionStatus(not_over))) << not_over;
  }
}

TEST(RegionOfTest, IsTheFourthPartOfTheArn) {
  EXPECT_EQ(RegionOf(kArn), Region("eu-west-1"));
  EXPECT_EQ(RegionOf(ExecutionArn("arn:aws:states:eu-west-1")), Region("eu-west-1"));
  EXPECT_EQ(RegionOf(ExecutionArn("arn:aws:states")), Region(""));
  EXPECT_EQ(RegionOf(ExecutionArn("")), Region(""));
}

}  // namespace
}  // namespace ecm
