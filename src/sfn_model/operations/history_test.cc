#include <gmock/gmock.h>

#include "sfn_model/testing/fixture.h"

namespace ecm::sfn_model {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

class HistoryTest : public ModelFixture {};

TEST_F(HistoryTest, TellsEachEventInTheShapeOfTheService) {
  const ExecutionArn execution = RunDemo("run-1", R"({"a": 1})");
  const JsonArray history = History(execution);
  ASSERT_EQ(history.size(), 17U);
  EXPECT_EQ(ToText(history[0]),
            R"({"timestamp":1.767323045E9,"type":"ExecutionStarted","id":1,"previousEventId":0,)"
            R"("executionStartedEventDetails":{"input":"{\"a\": 1}","inputDetails":)"
            R"({"truncated":false},"roleArn":"arn:aws:iam::000000000000:role/demo"}})");
  EXPECT_EQ(ToText(history[1].at("stateEnteredEventDetails")),
            R"({"name":"Work","input":"{\"a\":1}","inputDetails":{"truncated":false}})");
  EXPECT_EQ(StringOr(history[2].at("taskScheduledEventDetails"), "region"), "eu-west-1");
  EXPECT_EQ(StringOr(history[5].at("stateExitedEventDetails"), "name"), "Work");
  EXPECT_EQ(StringOr(history[16].at("executionSucceededEventDetails"), "output"),
            R"({"held":true})");
  for (std::size_t at = 0; at < history.size(); ++at) {
    EXPECT_EQ(FindInt(history[at], "id"), at + 1);
    EXPECT_EQ(history[at].as_object().size(), 5U) << ToText(history[at]);
  }
}

TEST_F(HistoryTest, TellsItBackwardsToo) {
  const ExecutionArn execution = RunDemo("run-1");
  JsonArray history = History(execution);
  std::ranges::reverse(history);
  EXPECT_EQ(History(execution, /*reverse=*/true), history);
}

TEST_F(HistoryTest, LeavesTheDataOutWhereAsked) {
  const ExecutionArn execution = RunDemo("run-1", R"({"secret": 1})");
  const Json answer = Answer("GetExecutionHistory", JsonObject{{"executionArn", execution.str()},
                                                               {"includeExecutionData", false}});
  EXPECT_EQ(ToText(answer.at("events").at(1).at("stateEnteredEventDetails")), R"({"name":"Work"})");
}

TEST_F(HistoryTest, RefusesTokensOfOtherAnswers) {
  const ExecutionArn execution = RunDemo("run-1");
  JsonObject request{{"executionArn", execution.str()}, {"maxResults", 2}};
  const Json page = Answer("GetExecutionHistory", request);
  request["nextToken"] = page.at("nextToken");
  request["reverseOrder"] = true;
  EXPECT_THAT(Refusal("GetExecutionHistory", request), StartsWith("InvalidToken"));
  request["nextToken"] = "history-reverse.17";
  EXPECT_EQ(Answer("GetExecutionHistory", request).at("events"), Json(JsonArray{}));
}

TEST_F(HistoryTest, EndsAPageThatHasBecomeLarge) {
  JsonObject passes;
  for (int at = 0; at < 40; ++at) {
    passes["S" + std::to_string(at)] =
        JsonObject{{"Type", "Pass"}, {"Next", "S" + std::to_string(at + 1)}};
  }
  passes["S40"] = JsonObject{{"Type", "Succeed"}};
  const Json created = Answer(
      "CreateStateMachine",
      JsonObject{
          {"name", "chain"},
          {"roleArn", "arn:aws:iam::1:role/x"},
          {"definition", ToText(JsonObject{{"StartAt", "S0"}, {"States", std::move(passes)}})}});
  const ExecutionArn execution =
      Start("run-1", "\"" + std::string(250'000, 'x') + "\"", StringOr(created, "stateMachineArn"));
  JsonObject request{{"executionArn", execution.str()}, {"maxResults", 1000}};
  std::size_t told = 0;
  std::size_t pages = 1;
  for (;; ++pages) {
    const Json answer = Answer("GetExecutionHistory", request);
    EXPECT_LT(ToText(answer).size(), 5'000'000U);
    told += answer.at("events").as_array().size();
    if (Find(answer, "nextToken") == nullptr) break;
    request["nextToken"] = answer.at("nextToken");
  }
  EXPECT_EQ(told, 84U);
  EXPECT_EQ(pages, 5U);
}

TEST_F(HistoryTest, AFailureHasItsOwnDetails) {
  const ExecutionArn execution = Start("run-1");
  model->OnTaskErred(execution, task().task.task, "Boom", "c");
  const JsonArray history = History(execution);
  EXPECT_EQ(ToText(history.back().at("executionFailedEventDetails")),
            R"({"error":"Boom","cause":"c"})");
  EXPECT_EQ(StringOr(history[history.size() - 2].at("taskFailedEventDetails"), "error"), "Boom");
  EXPECT_THAT(Types(execution), ElementsAre("ExecutionStarted", "TaskStateEntered", "TaskScheduled",
                                            "TaskStarted", "TaskFailed", "ExecutionFailed"));
}

}  // namespace
}  // namespace ecm::sfn_model
