#include <gmock/gmock.h>

#include "sfn_model/testing/fixture.h"

namespace ecm::sfn_model {
namespace {

using testing::StartsWith;

constexpr std::string_view kTimedOut =
    "TaskTimedOut: Task Timed Out: 'Provided task does not exist anymore'";

class TaskTokensTest : public ModelFixture {
 protected:
  /// Holds, with a token.
  ExecutionArn Hold() {
    const ExecutionArn execution = Start("run-1");
    AnswerTask(JsonObject{{"n", 1}});
    return execution;
  }
  static Json Of(const std::string& token) { return JsonObject{{"taskToken", token}}; }
  std::string State(const ExecutionArn& execution) {
    return model->Find(execution)->current_state();
  }
};

TEST_F(TaskTokensTest, ASuccessGoesOnWithItsOutput) {
  const ExecutionArn execution = Hold();
  AnswerTask(JsonObject{});
  EXPECT_EQ(Succeed(R"([1, "two"])"), Json(JsonObject{}));
  EXPECT_EQ(State(execution), "Pause");
  EXPECT_EQ(Refusal("SendTaskSuccess", JsonObject{{"taskToken", token()}, {"output", "1"}}),
            kTimedOut);
}

TEST_F(TaskTokensTest, ASuccessCountsAlsoBeforeTheFunctionHasAnswered) {
  const ExecutionArn execution = Hold();
  Succeed();
  EXPECT_EQ(State(execution), "Pause");
  AnswerTask(JsonObject{});  // too late, and harmless
  EXPECT_EQ(State(execution), "Pause");
}

TEST_F(TaskTokensTest, AFailureEndsTheTask) {
  const ExecutionArn execution = Hold();
  Answer("SendTaskFailure",
         JsonObject{{"taskToken", token()}, {"error", "Mine"}, {"cause", "because"}});
  const Json described = Describe(execution);
  EXPECT_EQ(StringOr(described, "error") + " " + StringOr(described, "cause"), "Mine because");
  EXPECT_EQ(Refusal("SendTaskFailure", Of(token())), kTimedOut);
}

TEST_F(TaskTokensTest, AHeartbeatKeepsTheTaskWaiting) {
  const ExecutionArn execution = Hold();
  for (int beat = 0; beat < 3; ++beat) {
    Pass(std::chrono::seconds(99));
    Answer("SendTaskHeartbeat", Of(token()));
  }
  EXPECT_EQ(State(execution), "Hold");
  Pass(std::chrono::seconds(100));
  EXPECT_EQ(StringOr(Describe(execution), "error"), "States.HeartbeatTimeout");
  EXPECT_EQ(Refusal("SendTaskHeartbeat", Of(token())), kTimedOut);
}

TEST_F(TaskTokensTest, ATokenOfAStoppedExecutionIsOver) {
  const ExecutionArn execution = Hold();
  Answer("StopExecution", ModelFixture::Of(execution));
  EXPECT_EQ(Refusal("SendTaskHeartbeat", Of(token())), kTimedOut);
}

TEST_F(TaskTokensTest, TellsWhatWasNeverATokenAndWhatIsNoJson) {
  Hold();
  for (const std::string& text : {std::string("x"), std::string(63, 'a'), std::string(64, '-')}) {
    EXPECT_EQ(Refusal("SendTaskHeartbeat", Of(text)),
              "InvalidToken: Invalid Token: 'Invalid token'");
  }
  EXPECT_THAT(Refusal("SendTaskSuccess", JsonObject{{"taskToken", token()}, {"output", "{"}}),
              StartsWith("InvalidOutput: Invalid Output: '"));
  EXPECT_THAT(Refusal("SendTaskSuccess", Of(token())), StartsWith("ValidationException: "));
  EXPECT_THAT(Refusal("SendTaskHeartbeat", Of("")), StartsWith("ValidationException: "));
}

TEST_F(TaskTokensTest, ATokenCountsInItsRegionAlone) {
  Hold();
  EXPECT_EQ(model->Call(Region("us-east-1"), "SendTaskHeartbeat", Of(token())).error().code,
            "TaskTimedOut");
}

}  // namespace
}  // namespace ecm::sfn_model
