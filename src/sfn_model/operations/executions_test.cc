#include <gmock/gmock.h>

#include "sfn_model/testing/fixture.h"

namespace ecm::sfn_model {
namespace {

using testing::ElementsAre;

class ExecutionsTest : public ModelFixture {};

TEST_F(ExecutionsTest, RunsFromItsStartThroughTasksTokensAndTimersToItsEnd) {
  const ExecutionArn execution = Start("run-1", R"({"a": 1})");
  EXPECT_EQ(execution.str(), "arn:aws:states:eu-west-1:000000000000:execution:demo:run-1");
  EXPECT_THAT(model->Running(), ElementsAre(execution));
  EXPECT_EQ(task().task.resource, "lambda:invoke");
  EXPECT_EQ(ToText(task().task.parameters), R"({"FunctionName":"work","Payload":{"a":1}})");
  AnswerTask(JsonObject{{"n", 1}});
  EXPECT_EQ(task().task.resource, "lambda:invoke.waitForTaskToken");
  AnswerTask(JsonObject{});
  EXPECT_EQ(model->Find(execution)->current_state(), "Hold");
  Succeed(R"({"held": true})");
  EXPECT_EQ(model->NextDue(), clock.Wall() + std::chrono::seconds(5));
  Pass(std::chrono::seconds(5));
  EXPECT_EQ(model->Find(execution), nullptr);
  EXPECT_TRUE(model->Running().empty());
  EXPECT_EQ(ToText(Describe(execution).at("output")), R"("{\"held\":true}")");
  EXPECT_EQ(Status(execution), "SUCCEEDED");
  EXPECT_THAT(states, ElementsAre("Work", "Hold", "Pause", "Done"));
  EXPECT_EQ(model->NextDue(), std::nullopt);
}

}  // namespace
}  // namespace ecm::sfn_model
