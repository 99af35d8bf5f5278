#include <gmock/gmock.h>

#include "sfn_model/testing/fixture.h"

namespace ecm::sfn_model {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class LifeTest : public ModelFixture {
 protected:
  std::vector<std::string> TakeStatuses() {
    std::vector<std::string> statuses;
    for (const Json& event : events) {
      statuses.push_back(StringOr(event.at("detail"), "name") + " " +
                         StringOr(event.at("detail"), "status"));
    }
    events.clear();
    return statuses;
  }
};

TEST_F(LifeTest, TellsStartAndEndAsEventBridgeDoes) {
  const ExecutionArn execution = RunDemo("run-1", R"({"a": 1})");
  ASSERT_THAT(events, SizeIs(2));
  EXPECT_EQ(StringOr(events[0], "detail-type"), "Step Functions Execution Status Change");
  EXPECT_EQ(StringOr(events[0], "source"), "aws.states");
  EXPECT_EQ(StringOr(events[0], "time"), "2026-01-02T03:04:05Z");
  EXPECT_EQ(StringOr(events[0].at("resources").at(0), ""), "");
  EXPECT_EQ(events[0].at("resources").at(0), Json(execution.str()));
  const Json& running = events[0].at("detail");
  EXPECT_EQ(StringOr(running, "status"), "RUNNING");
  EXPECT_EQ(running.at("startDate"), Json(1767323045000));
  EXPECT_EQ(running.at("stopDate"), Json());
  EXPECT_EQ(StringOr(running, "input"), R"({"a": 1})");
  EXPECT_EQ(running.at("output"), Json());
  const Json& ended = events[1].at("detail");
  EXPECT_EQ(StringOr(ended, "status"), "SUCCEEDED");
  EXPECT_EQ(ended.at("stopDate"), Json(1767323050000));
  EXPECT_EQ(StringOr(ended, "output"), R"({"held":true})");
  EXPECT_EQ(ended.at("error"), Json());
  EXPECT_NE(events[0].at("id"), events[1].at("id"));
}

TEST_F(LifeTest, LeavesOutOfAnEventWhatIsTooLargeForIt) {
  Start("run-1", "\"" + std::string(250'000, 'x') + "\"");
  EXPECT_EQ(events[0].at("detail").at("inputDetails"), Json(JsonObject{{"included", true}}));
  std::string quotes = "\"";
  for (int i = 0; i < 100'000; ++i) quotes += R"(\")";
  Start("run-2", quotes + "\"");  // escaped it is twice as long
  EXPECT_EQ(events[1].at("detail").at("inputDetails"), Json(JsonObject{{"included", false}}));
  EXPECT_EQ(events[1].at("detail").at("input"), Json());
}

TEST_F(LifeTest, FiresTimersInTheirOrderWhenTheyAreDue) {
  Start("first");
  clock.Advance(std::chrono::seconds(1));
  Start("second");
  EXPECT_EQ(*model->NextDue(), clock.Wall() + std::chrono::seconds(59));
  Pass(std::chrono::seconds(58));
  EXPECT_THAT(TakeStatuses(), ElementsAre("first RUNNING", "second RUNNING"));
  Pass(std::chrono::seconds(2));
  EXPECT_THAT(TakeStatuses(), ElementsAre("first FAILED", "second FAILED"));
}

TEST_F(LifeTest, RetriesATaskAfterItsPause) {
  const ExecutionArn execution = Start("run-1");
  for (const std::size_t attempts : {2U, 3U}) {
    model->OnTaskErred(execution, task().task.task, "Lambda.Unknown", "c");
    Pass(std::chrono::seconds(6));
    EXPECT_THAT(runner.started, SizeIs(attempts));
  }
  model->OnTaskErred(execution, task().task.task, "Lambda.Unknown", "c");
  EXPECT_EQ(Status(execution), "FAILED");
}

TEST_F(LifeTest, IgnoresAnswersThatNobodyWaitsForAnyMore) {
  const ExecutionArn execution = Start("run-1");
  const asl::ActivityId first = task().task.task;
  model->OnTaskErred(execution, first, "Lambda.Unknown", "c");
  model->OnTaskAnswered(execution, first, JsonObject{{"Payload", JsonObject{}}});
  Pass(std::chrono::seconds(6));
  model->OnTaskErred(execution, first, "Boom", "late");
  EXPECT_EQ(Status(execution), "RUNNING");
  model->OnTaskAnswered(execution, 999, nullptr);
  EXPECT_EQ(model->Find(execution)->current_state(), "Work");
}

TEST_F(LifeTest, AnAnswerThatIsNoJsonIsALostOne) {
  const ExecutionArn execution = Start("run-1");
  Json nested = 1;
  for (int level = 0; level < 40; ++level) nested = JsonArray{std::move(nested)};
  model->OnTaskAnswered(execution, task().task.task, nested);
  Pass(std::chrono::seconds(6));
  EXPECT_THAT(runner.started, SizeIs(2));
  model->OnTaskErred(execution, task().task.task, "Boom", "not UTF-8: \xFF");
  EXPECT_EQ(StringOr(Describe(execution), "cause"), "not UTF-8: \\xff");
  EXPECT_THAT(ToText(History(execution)[4]), HasSubstr("The task's answer cannot be kept"));
}

/// Answers while it is being told, as a listener may.
class EagerRunner : public TaskRunner {
 public:
  void Start(const ExecutionArn& execution, const asl::RunTask& task) override {
    found_running = found_running && model->Find(execution) != nullptr;
    model->OnTaskErred(execution, task.task, "Boom", "at once");
    // Told only after this has returned.
    told_too_early = told_too_early || ends_told > 0;
  }
  SfnModel* model = nullptr;
  bool found_running = true;
  bool told_too_early = false;
  int ends_told = 0;
};

TEST_F(LifeTest, ListenersMayCallTheModel) {
  EagerRunner eager;
  ExecutionArn ended;
  SfnModel eager_model(
      WithDemo(), clock, random, eager,
      [&](const Json& event) {
        if (StringOr(event.at("detail"), "status") != "FAILED") return;
        ++eager.ends_told;
        ended = ExecutionArn(StringOr(event.at("detail"), "executionArn"));
        EXPECT_NE(eager.model->Find(ended), nullptr) << "its end is being told";
      },
      nullptr);
  eager.model = &eager_model;
  const auto started = eager_model.Call(Region("eu-west-1"), "StartExecution",
                                        JsonObject{{"stateMachineArn", kDemoArn}});
  ASSERT_TRUE(started.has_value());
  EXPECT_EQ(ended.str(), StringOr(*started, "executionArn"));
  EXPECT_TRUE(eager.found_running);
  EXPECT_FALSE(eager.told_too_early);
  EXPECT_EQ(eager.ends_told, 1);
  EXPECT_EQ(eager_model.Find(ended), nullptr);
}

TEST_F(LifeTest, WorksWithoutListeners) {
  SfnModel quiet(WithDemo(), clock, random, runner, nullptr, nullptr);
  const auto started =
      quiet.Call(Region("eu-west-1"), "StartExecution", JsonObject{{"stateMachineArn", kDemoArn}});
  ASSERT_TRUE(started.has_value());
  EXPECT_THAT(quiet.Running(), SizeIs(1));
  EXPECT_THAT(quiet.TakeChanges(), IsEmpty());
}

TEST_F(LifeTest, ForgetsAnExecutionNinetyDaysAfterItsEnd) {
  Make(Durable());
  const ExecutionArn old = RunDemo("old");
  const ExecutionArn runs = Start("runs");
  AnswerTask(JsonObject{{"n", 1}});
  Commit();
  clock.Advance(std::chrono::days(90) - std::chrono::seconds(1));
  EXPECT_EQ(Status(old), "SUCCEEDED");
  clock.Advance(std::chrono::seconds(1));
  EXPECT_THAT(Refusal("DescribeExecution", Of(old)), testing::StartsWith("ExecutionDoesNotExist"));
  EXPECT_EQ(Status(runs), "RUNNING");
  Commit();
  EXPECT_THAT(*store.Load("execution"), SizeIs(1));
  EXPECT_THAT(*store.Load("execution_event", old.str() + "/"), IsEmpty());
}

}  // namespace
}  // namespace ecm::sfn_model
