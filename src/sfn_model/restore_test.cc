#include <gmock/gmock.h>

#include "lifecycle/shipped_definition.h"
#include "sfn_model/testing/fixture.h"

namespace ecm::sfn_model {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class RestoreTest : public ModelFixture {
 protected:
  RestoreTest() { Make(Durable()); }

  static Options With(const Json& definition) {
    Options options;
    options.built_in.push_back({"demo", definition});
    return options;
  }
  /// Everything that is told of an execution.
  std::string Told(const ExecutionArn& execution) {
    return ToText(Describe(execution)) + "\n" +
           ToText(Answer("DescribeStateMachineForExecution", Of(execution)).at("definition")) +
           "\n" + ToPrettyText(History(execution));
  }
  /// Changes the body of one stored document.
  void Change(std::string_view kind, const std::string& id,
              const std::function<void(JsonObject&)>& change) {
    std::vector<Document> documents = *store.Load(kind, id);
    ASSERT_THAT(documents, SizeIs(1)) << id;
    change(documents[0].body.as_object());
    ASSERT_TRUE(store.Commit(documents).has_value());
  }
};

TEST_F(RestoreTest, TellsFinishedExecutionsAsBefore) {
  const ExecutionArn done = RunDemo("done", R"({ "a" : 1.50 })");
  const ExecutionArn stopped = Start("stopped");
  Answer("StopExecution", Of(stopped));
  const std::string before = Told(done) + Told(stopped);
  Commit();
  Restart();
  EXPECT_EQ(Told(done) + Told(stopped), before);
  EXPECT_THAT(model->TakeChanges(), IsEmpty());
  EXPECT_EQ(model->NextDue(), std::nullopt);
  model->Advance();
  EXPECT_THAT(model->Running(), IsEmpty());
}

TEST_F(RestoreTest, ReadsFinishedExecutionsBackFromItsStoreWithoutARestart) {
  const ExecutionArn done = RunDemo("done", R"({"a": 1})");
  const std::string before = Told(done);  // not committed yet
  Commit();
  EXPECT_EQ(Told(done), before);
  Commit();
  EXPECT_EQ(Told(done), before);
  // From there indeed:
  Change("execution_event", done.str() + "/end",
         [](JsonObject& body) { body["output"] = "\"changed\""; });
  EXPECT_EQ(StringOr(Describe(done), "output"), "\"changed\"");
}

TEST_F(RestoreTest, GivesAgainWhatCouldNotBeCommitted) {
  const ExecutionArn done = RunDemo("done", R"({"a": 1})");
  const std::string before = Told(done);
  model->PutBackChanges(model->TakeChanges());
  EXPECT_EQ(Told(done), before);
  const ExecutionArn runs = Start("runs");
  model->PutBackChanges(model->TakeChanges());
  EXPECT_EQ(Told(done), before);
  Commit();
  EXPECT_EQ(Told(done), before);
  const std::string running = Told(runs);
  Restart();
  EXPECT_EQ(Told(done), before);
  EXPECT_EQ(Told(runs), running);
}

TEST_F(RestoreTest, RestoresWithoutAStoreToReadFromLater) {
  const ExecutionArn done = RunDemo("done", R"({"a": 1})");
  const ExecutionArn runs = Start("runs");
  const std::string before = Told(done) + Told(runs);
  Commit();
  Restart(WithDemo());
  MemoryDocumentStore gone;
  std::swap(store, gone);
  EXPECT_EQ(Told(done) + Told(runs), before);
}

TEST_F(RestoreTest, ATokenWaitsOn) {
  const ExecutionArn execution = Start("run-1");
  AnswerTask(JsonObject{{"n", 1}});
  AnswerTask(JsonObject{});
  const std::string token_before = token();
  Commit();
  runner.started.clear();
  Restart();
  Pass(std::chrono::seconds(50));
  EXPECT_THAT(runner.started, IsEmpty());
  EXPECT_THAT(model->Running(), ElementsAre(execution));
  Answer("SendTaskHeartbeat", JsonObject{{"taskToken", token_before}});
  Answer("SendTaskSuccess", JsonObject{{"taskToken", token_before}, {"output", "7"}});
  Commit();
  Restart();
  Pass(std::chrono::seconds(5));
  EXPECT_EQ(StringOr(Describe(execution), "output"), "7");
}

TEST_F(RestoreTest, ATaskThatWasUnderWayIsRetriedAsItsDefinitionSays) {
  const ExecutionArn execution = Start("run-1");
  Commit();
  runner.started.clear();
  events.clear();
  Restart();
  EXPECT_THAT(events, IsEmpty());
  EXPECT_LE(*model->NextDue(), clock.Wall());
  model->Advance();
  EXPECT_EQ(StringOr(History(execution).back().at("taskFailedEventDetails"), "error"),
            "Lambda.Unknown");
  EXPECT_THAT(runner.started, IsEmpty());
  Pass(std::chrono::seconds(3));
  EXPECT_THAT(runner.started, SizeIs(1));
  EXPECT_EQ(task().execution, execution);

  // A function that had not said yet that it keeps the token is under way too.
  AnswerTask(JsonObject{{"n", 1}});
  Commit();
  Restart();
  model->Advance();
  EXPECT_EQ(StringOr(Describe(execution), "error"), "Lambda.Unknown");  // Hold has no Retry
}

TEST_F(RestoreTest, ALostNoticeIsRetriedUnderTheNameOfItsService) {
  const Json created =
      Answer("CreateStateMachine",
             JsonObject{{"name", "tell"},
                        {"roleArn", "arn:aws:iam::1:role/x"},
                        {"definition", R"({"StartAt": "Tell", "States": {"Tell": {"Type": "Task",
                    "Resource": "arn:aws:states:::sns:publish", "End": true,
                    "Parameters": {"TopicArn": "arn:aws:sns:eu-west-1:1:t", "Message": "m"}}}})"}});
  const ExecutionArn execution = Start("run-1", "{}", StringOr(created, "stateMachineArn"));
  Commit();
  Restart();
  model->Advance();
  EXPECT_EQ(StringOr(Describe(execution), "error"), "SNS.SdkClientException");
}

TEST_F(RestoreTest, TimersThatBecameDueMeanwhileFireAtTheNextAdvance) {
  const ExecutionArn execution = Start("run-1");
  AnswerTask(JsonObject{{"n", 1}});
  AnswerTask(JsonObject{});
  Succeed();
  Commit();
  clock.Advance(std::chrono::hours(1));
  Restart();
  EXPECT_EQ(Status(execution), "RUNNING");
  model->Advance();
  EXPECT_EQ(Status(execution), "SUCCEEDED");
}

TEST_F(RestoreTest, WhatWasNotCommittedHasNotHappened) {
  const ExecutionArn execution = Start("run-1");
  Commit();
  AnswerTask(JsonObject{{"n", 1}});
  EXPECT_EQ(model->Find(execution)->current_state(), "Hold");
  Restart();
  EXPECT_EQ(model->Find(execution)->current_state(), "Work");
}

TEST_F(RestoreTest, BringsStateMachinesBack) {
  JsonObject request{{"name", "mine"},
                     {"roleArn", "arn:aws:iam::1:role/x"},
                     {"definition", R"({"StartAt": "It", "States": {"It": {"Type": "Succeed"}}})"},
                     {"tracingConfiguration", JsonObject{{"enabled", true}}}};
  const Json created = Answer("CreateStateMachine", request);
  const Json of = JsonObject{{"stateMachineArn", created.at("stateMachineArn")}};
  const Json described = Answer("DescribeStateMachine", of);
  Commit();
  clock.Advance(std::chrono::hours(1));
  Restart();
  EXPECT_EQ(Answer("DescribeStateMachine", of), described);
  EXPECT_EQ(Answer("CreateStateMachine", request), created);
  Answer("DeleteStateMachine", of);
  Commit();
  Restart();
  EXPECT_THAT(Refusal("DescribeStateMachine", of), StartsWith("StateMachineDoesNotExist"));
  EXPECT_THAT(*store.Load("state_machine"), IsEmpty());
  EXPECT_THAT(*store.Load("state_machine_definition"), IsEmpty());
}

TEST_F(RestoreTest, GoesOnDeleting) {
  const Json created = Answer(
      "CreateStateMachine",
      JsonObject{
          {"name", "mine"},
          {"roleArn", "arn:aws:iam::1:role/x"},
          {"definition",
           R"({"StartAt": "It", "States": {"It": {"Type": "Wait", "Seconds": 5, "End": true}}})"}});
  const Json of = JsonObject{{"stateMachineArn", created.at("stateMachineArn")}};
  Start("run-1", "{}", StringOr(created, "stateMachineArn"));
  Answer("DeleteStateMachine", of);
  Commit();
  Restart();
  EXPECT_EQ(StringOr(Answer("DescribeStateMachine", of), "status"), "DELETING");
  Pass(std::chrono::seconds(5));
  Commit();
  for (const std::string_view kind : {"state_machine", "execution", "execution_event"}) {
    EXPECT_THAT(*store.Load(kind), IsEmpty()) << kind;
  }
}

TEST_F(RestoreTest, AnExecutionKeepsTheDefinitionThatItWasStartedWith) {
  const ExecutionArn execution = Start("run-1");
  AnswerTask(JsonObject{{"n", 1}});
  AnswerTask(JsonObject{});
  const std::string token_before = token();
  Commit();
  Json changed = Demo();
  changed.at("States").at("Pause").as_object()["Seconds"] = 500;
  Restart(Durable(With(changed)));
  Answer("SendTaskSuccess", JsonObject{{"taskToken", token_before}, {"output", "7"}});
  Pass(std::chrono::seconds(5));
  EXPECT_EQ(Status(execution), "SUCCEEDED");
  EXPECT_EQ(
      *ParseJson(StringOr(Answer("DescribeStateMachineForExecution", Of(execution)), "definition")),
      Demo());
  EXPECT_EQ(
      *ParseJson(StringOr(Answer("DescribeStateMachine", JsonObject{{"stateMachineArn", kDemoArn}}),
                          "definition")),
      changed);
}

TEST_F(RestoreTest, AnExecutionOutlivesTheBuiltInThatItWasStartedFrom) {
  const ExecutionArn execution = Start("run-1");
  Commit();
  Restart(Durable(Options{}));
  EXPECT_EQ(Status(execution), "RUNNING");
  EXPECT_EQ(
      StringOr(Answer("DescribeStateMachine", JsonObject{{"stateMachineArn", kDemoArn}}), "name"),
      "demo");
  Commit();
  Restart(Durable(Options{}));
  EXPECT_EQ(Status(execution), "RUNNING");
}

// --- what cannot be repeated ---------------------------------------------------------------------

class MisfitTest : public RestoreTest {
 protected:
  ExecutionArn Half() {
    const ExecutionArn execution = Start("run-1", R"({"a": 1})");
    AnswerTask(JsonObject{{"n", 1}});
    AnswerTask(JsonObject{});
    Commit();
    return execution;
  }
  std::string EventIdOf(const ExecutionArn& execution, int number) {
    return execution.str() + "/0000000" + std::to_string(number);
  }
  /// After the restart it fails with an error that says why; its history and its end stay told by
  /// the processes that follow.
  void ExpectFailed(const ExecutionArn& execution, std::string_view why, bool has_history = true) {
    events.clear();
    Restart();
    EXPECT_EQ(Status(execution), "RUNNING");
    model->Advance();
    for (int process = 0; process < 2; ++process) {
      const Json described = Describe(execution);
      EXPECT_EQ(StringOr(described, "status"), "FAILED");
      EXPECT_EQ(StringOr(described, "error"), "States.Runtime");
      EXPECT_THAT(StringOr(described, "cause"), HasSubstr(std::string(why)));
      if (has_history) {
        EXPECT_EQ(StringOr(History(execution).back(), "type"), "ExecutionFailed");
      } else {
        EXPECT_THAT(Refusal("GetExecutionHistory", Of(execution)), HasSubstr("cannot be told"));
      }
      ASSERT_THAT(events, SizeIs(1));
      EXPECT_EQ(StringOr(events[0].at("detail"), "status"), "FAILED");
      Commit();
      Restart();
      model->Advance();
    }
    EXPECT_THAT(model->Running(), IsEmpty());
  }
};

TEST_F(MisfitTest, AnEventThatDoesNotFitAnyMoreFailsTheExecution) {
  const ExecutionArn execution = Half();
  Change("execution_event", EventIdOf(execution, 1),
         [](JsonObject& body) { body["event"].as_object()["task"] = 999; });
  ExpectFailed(execution, "its event 1 does not fit its state machine any more");
}

TEST_F(MisfitTest, ABrokenEventFailsTheExecution) {
  const ExecutionArn execution = Half();
  Change("execution_event", EventIdOf(execution, 2),
         [](JsonObject& body) { body["event"] = JsonObject{{"type", "Unknown"}}; });
  ExpectFailed(execution, "its event 2 is broken");
}

TEST_F(MisfitTest, AnEndThatCameTooEarlyFailsTheExecution) {
  const ExecutionArn execution = Half();
  Change("execution_event", EventIdOf(execution, 1), [](JsonObject& body) {
    body["event"] = JsonObject{{"type", "StopRequested"}, {"error", ""}, {"cause", ""}};
  });
  ExpectFailed(execution, "its event 2 does not fit");
}

TEST_F(MisfitTest, ADefinitionThatThisProgramDoesNotRunFailsTheExecution) {
  const ExecutionArn execution = Half();
  const std::string id = store.Load("state_machine_definition")->front().id;
  Change("state_machine_definition", id, [](JsonObject& body) {
    body["text"] = R"({"StartAt": "It", "States": {"It": {"Type": "Parallel"}}})";
  });
  ExpectFailed(execution, "Invalid State Machine Definition", /*has_history=*/false);
}

TEST_F(MisfitTest, AnExecutionWithoutItsStartFails) {
  const ExecutionArn execution = Half();
  Change("execution_event", EventIdOf(execution, 0),
         [](JsonObject& body) { body["input"] = nullptr; });
  ExpectFailed(execution, "What it was started with is not in the store",
               /*has_history=*/false);
}

TEST_F(MisfitTest, AStartThatIsBrokenFailsTheExecution) {
  const ExecutionArn execution = Half();
  Change("execution_event", EventIdOf(execution, 0),
         [](JsonObject& body) { body["event"] = nullptr; });
  ExpectFailed(execution, "its event 0 is broken", /*has_history=*/false);
}

TEST_F(MisfitTest, StoppingWhatCannotGoOnEndsItTruthfully) {
  const ExecutionArn execution = Half();
  Change("execution_event", EventIdOf(execution, 1),
         [](JsonObject& body) { body["event"].as_object()["task"] = 999; });
  Restart();
  Answer("StopExecution", Of(execution));
  EXPECT_EQ(Status(execution), "FAILED");
}

TEST_F(MisfitTest, AFinishedHistoryThatDoesNotFitIsNotTold) {
  const ExecutionArn execution = RunDemo("run-1");
  Commit();
  Change("execution_event", EventIdOf(execution, 1),
         [](JsonObject& body) { body["event"].as_object()["task"] = 999; });
  Restart();
  EXPECT_EQ(Status(execution), "SUCCEEDED");
  EXPECT_THAT(Refusal("GetExecutionHistory", Of(execution)),
              HasSubstr("The history of " + execution.str() + " cannot be told: its event 1"));
}

TEST_F(MisfitTest, RefusesDocumentsThatItDoesNotKnow) {
  const ExecutionArn execution = Half();
  const auto refused = [&] {
    Make(Durable());
    const Result<void> restored = model->Restore(store);
    return restored.has_value() ? "" : restored.error().message;
  };
  Change("execution", execution.str(), [](JsonObject& body) { body["status"] = "PAUSED"; });
  EXPECT_THAT(refused(), HasSubstr("The stored execution " + execution.str() + " cannot be read"));
  Change("execution", execution.str(), [](JsonObject& body) {
    body["status"] = "RUNNING";
    body["definition"] = "none";
  });
  EXPECT_THAT(refused(), HasSubstr("is not in the store"));
  ASSERT_TRUE(store
                  .Commit({{"execution", execution.str(), nullptr},
                           {"state_machine", "arn", JsonObject{{"name", 1}}}})
                  .has_value());
  EXPECT_THAT(refused(), HasSubstr("The stored state machine arn cannot be read"));
}

// --- chance --------------------------------------------------------------------------------------

/// Random stories of the shipped state machine: what is told after a restart is, byte for byte,
/// what was told before. A failure prints the seed.
class ReplayTest : public RestoreTest, public testing::WithParamInterface<int> {
 protected:
  static Options WithShipped() {
    const Result<Json> shipped =
        lifecycle::ShippedDefinition({{"partition", "aws"},
                                      {"topic", "arn:aws:sns:eu-west-1:000000000000:t"},
                                      {"submit", "submit"},
                                      {"await", "await"},
                                      {"inspect", "inspect"},
                                      {"release", "release"},
                                      {"report", "report"}});
    Options options;
    options.built_in.push_back({"demo", shipped.value()});
    return options;
  }

  Json RandomPayload(const std::string& function) {
    const auto one_of = [this](const std::vector<Json>& choices) {
      return choices[UniformBelow(chance_, choices.size())];
    };
    if (function == "submit") {
      return one_of({JsonObject{{"next", "await"}, {"heartbeat_seconds", 3600}},
                     JsonObject{{"next", "wait"}, {"wait_seconds", 30}, {"x", 0.1}}});
    }
    if (function == "inspect") {
      return one_of({JsonObject{{"next", "release"}},
                     JsonObject{{"next", "await"}, {"heartbeat_seconds", std::uint64_t{60}}},
                     JsonObject{{"next", "ümlaut\n"}, {"wait_seconds", 1}}});
    }
    if (function == "release") return JsonObject{{"next", "report"}};
    return one_of({JsonObject{{"outcome", JsonObject{{"verdict", "Succeeded"}}}},
                   JsonObject{{"outcome", JsonObject{{"verdict", "JobFailed"}}}, {"notice", "n"}},
                   Json("nothing of the kind")});
  }

  void Happen() {
    const StartedTask& any = runner.started[UniformBelow(chance_, runner.started.size())];
    const StartedTask& chosen = UniformBelow(chance_, 3) == 0 ? any : task();
    const Json* token = Find(chosen.task.parameters, {"Payload", "token"});
    const std::string function = StringOr(chosen.task.parameters, "FunctionName");
    switch (UniformBelow(chance_, 12)) {
      case 0:
      case 1:
        model->OnTaskErred(chosen.execution, chosen.task.task,
                           UniformBelow(chance_, 4) == 0 ? "Boom" : "Lambda.Unknown", "c\xC3\xA4");
        break;
      case 2:
      case 3:
        if (model->NextDue())
          clock.Advance(std::max(*model->NextDue() - clock.Wall(), Duration{0}));
        model->Advance();
        break;
      case 4:
        if (token != nullptr) {
          static_cast<void>(Call("SendTaskHeartbeat", JsonObject{{"taskToken", *token}}));
        }
        break;
      case 5:
        if (token != nullptr) {
          static_cast<void>(
              Call("SendTaskSuccess", JsonObject{{"taskToken", *token}, {"output", "[1e300]"}}));
        }
        break;
      case 6:
        if (token != nullptr && UniformBelow(chance_, 4) == 0) {
          static_cast<void>(
              Call("SendTaskFailure", JsonObject{{"taskToken", *token}, {"error", "E"}}));
        }
        break;
      case 7:
        if (UniformBelow(chance_, 20) == 0) Answer("StopExecution", Of(chosen.execution));
        break;
      default:
        model->OnTaskAnswered(chosen.execution, chosen.task.task,
                              JsonObject{{"Payload", RandomPayload(function)}});
        break;
    }
  }

  std::string ToldOf(const std::vector<ExecutionArn>& executions) {
    std::string told;
    for (const ExecutionArn& execution : executions) told += Told(execution);
    return told;
  }

  SeededRandom chance_{static_cast<std::uint64_t>(GetParam())};
};

TEST_P(ReplayTest, TellsTheSameByteForByteAfterARestart) {
  Make(Durable(WithShipped()));
  const std::string input = R"({"v": 1, "name": "word-count", "note": "\u00e4\u0000"})";
  std::vector<ExecutionArn> executions{Start("a", input), Start("b", input)};
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < 25; ++i) Happen();
    Commit();
    const std::string before = ToldOf(executions);
    const std::vector<ExecutionArn> running = model->Running();
    Restart(Durable(WithShipped()));
    EXPECT_EQ(ToldOf(executions), before) << "seed " << GetParam() << ", round " << round;
    EXPECT_EQ(model->Running(), running);
    model->Advance();  // what was under way goes on, or fails
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ReplayTest, testing::Range(0, 60));

}  // namespace
}  // namespace ecm::sfn_model
