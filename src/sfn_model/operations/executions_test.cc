#include <gmock/gmock.h>

#include "sfn_model/testing/fixture.h"

namespace ecm::sfn_model {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::SizeIs;
using testing::StartsWith;

class ExecutionsTest : public ModelFixture {
 protected:
  static Json Request(std::string_view name, std::string_view input = "{}") {
    return JsonObject{{"stateMachineArn", kDemoArn}, {"name", name}, {"input", input}};
  }
  /// The names on one page.
  std::vector<std::string> Listed(const Json& answer) {
    std::vector<std::string> names;
    for (const Json& one : FindArray(answer, "executions")) names.push_back(StringOr(one, "name"));
    return names;
  }
  Json List(JsonObject request) {
    request["stateMachineArn"] = kDemoArn;
    return Answer("ListExecutions", request);
  }
};

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
  EXPECT_THAT(model->Running(), IsEmpty());
  EXPECT_EQ(StringOr(Describe(execution), "output"), R"({"held":true})");
  EXPECT_EQ(Status(execution), "SUCCEEDED");
  EXPECT_THAT(states, ElementsAre("Work", "Hold", "Pause", "Done"));
  EXPECT_EQ(model->NextDue(), std::nullopt);
}

TEST_F(ExecutionsTest, DescribesWhatWasSentAndWhatCameOfIt) {
  const ExecutionArn execution(
      StringOr(Answer("StartExecution", JsonObject{{"stateMachineArn", kDemoArn},
                                                   {"name", "run-1"},
                                                   {"input", "{ \"a\" : 1.0 }"},
                                                   {"traceHeader", "Root=1-5759e988"}}),
               "executionArn"));
  const Json running = Describe(execution);
  EXPECT_EQ(StringOr(running, "status"), "RUNNING");
  EXPECT_EQ(StringOr(running, "input"), "{ \"a\" : 1.0 }");
  EXPECT_EQ(StringOr(running, "traceHeader"), "Root=1-5759e988");
  EXPECT_EQ(StringOr(running, "stateMachineArn"), kDemoArn);
  EXPECT_EQ(FindDouble(running, "startDate"), ToEpochSeconds(clock.Wall()));
  EXPECT_EQ(Find(running, "stopDate"), nullptr);
  EXPECT_EQ(Find(running, "output"), nullptr);

  clock.Advance(std::chrono::seconds(2));
  model->OnTaskErred(execution, task().task.task, "Boom", "it \"broke\"");
  const Json failed = Describe(execution);
  EXPECT_EQ(StringOr(failed, "status"), "FAILED");
  EXPECT_EQ(StringOr(failed, "error") + " " + StringOr(failed, "cause"), "Boom it \"broke\"");
  EXPECT_EQ(StringOr(failed, "input"), "{ \"a\" : 1.0 }");
  EXPECT_EQ(StringOr(failed, "traceHeader"), "Root=1-5759e988");
  EXPECT_EQ(FindDouble(failed, "stopDate"), ToEpochSeconds(clock.Wall()));

  const Json metadata = Answer("DescribeExecution", JsonObject{{"executionArn", execution.str()},
                                                               {"includedData", "METADATA_ONLY"}});
  EXPECT_EQ(Find(metadata, "input"), nullptr);
  EXPECT_EQ(StringOr(metadata, "status"), "FAILED");
}

TEST_F(ExecutionsTest, GivesANameAndAnInputWhereNoneIsAsked) {
  const Json started = Answer("StartExecution", JsonObject{{"stateMachineArn", kDemoArn}});
  EXPECT_THAT(StringOr(started, "executionArn"),
              MatchesRegex(".*:execution:demo:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-.*"));
  EXPECT_EQ(FindDouble(started, "startDate"), ToEpochSeconds(clock.Wall()));
  EXPECT_EQ(StringOr(Describe(ExecutionArn(StringOr(started, "executionArn"))), "input"), "{}");
}

TEST_F(ExecutionsTest, StartingTheSameAgainWhileItRunsIsTheSameExecution) {
  const Json first = Answer("StartExecution", Request("run-1", R"({"a": 1})"));
  clock.Advance(std::chrono::seconds(1));
  EXPECT_EQ(Answer("StartExecution", Request("run-1", R"({ "a":1 })")), first);
  EXPECT_THAT(runner.started, SizeIs(1));
  EXPECT_EQ(Refusal("StartExecution", Request("run-1", R"({"a": 2})")),
            "ExecutionAlreadyExists: Execution Already Exists: "
            "'arn:aws:states:eu-west-1:000000000000:execution:demo:run-1'");
}

TEST_F(ExecutionsTest, ANameIsTakenAfterTheEndUntilItIsForgotten) {
  RunDemo("run-1");
  EXPECT_THAT(Refusal("StartExecution", Request("run-1")), StartsWith("ExecutionAlreadyExists"));
  clock.Advance(std::chrono::days(90));
  EXPECT_EQ(Status(Start("run-1")), "RUNNING");
}

TEST_F(ExecutionsTest, RefusesWhatIsNoStart) {
  const auto with = [](std::string_view member, std::string_view value) {
    JsonObject request{{"stateMachineArn", kDemoArn}};
    request[member] = value;
    return Json(request);
  };
  EXPECT_EQ(Refusal("StartExecution", with("name", "a b")), "InvalidName: Invalid Name: 'a b'");
  EXPECT_THAT(Refusal("StartExecution", with("name", std::string(81, 'a'))),
              StartsWith("ValidationException: 1 validation error detected: Value "));
  EXPECT_THAT(Refusal("StartExecution", with("input", "{")),
              StartsWith("InvalidExecutionInput: Invalid State Machine Execution Input: '"));
  EXPECT_THAT(Refusal("StartExecution", with("input", "")), StartsWith("InvalidExecutionInput"));
  EXPECT_THAT(Refusal("StartExecution", with("input", std::string(262'145, ' '))),
              HasSubstr("Member must have length less than or equal to 262144"));
  std::string umlauts = "\"";
  for (int i = 0; i < 140'000; ++i) umlauts += "ü";
  EXPECT_EQ(Refusal("StartExecution", with("input", umlauts + "\"")),
            "InvalidExecutionInput: Invalid State Machine Execution Input: 'it is larger than "
            "262144 bytes'");
  EXPECT_THAT(Refusal("StartExecution", with("traceHeader", "ü")),
              HasSubstr("regular expression pattern"));
  EXPECT_EQ(
      Refusal("StartExecution", with("stateMachineArn", std::string(kDemoArn) + "x")),
      "StateMachineDoesNotExist: State Machine Does Not Exist: '" + std::string(kDemoArn) + "x'");
  EXPECT_EQ(Refusal("StartExecution", with("stateMachineArn", "demo")),
            "InvalidArn: Invalid Arn: 'Invalid ARN prefix: demo'");
  EXPECT_THAT(runner.started, IsEmpty());
}

TEST_F(ExecutionsTest, KeepsRegionsApart) {
  const ExecutionArn execution = Start("run-1");
  const auto elsewhere = model->Call(Region("us-east-1"), "DescribeExecution", Of(execution));
  EXPECT_EQ(elsewhere.error().code, "ExecutionDoesNotExist");
  EXPECT_EQ(elsewhere.error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(model->Call(Region("us-east-1"), "StartExecution", Request("run-1")).error().code,
            "StateMachineDoesNotExist");
  EXPECT_EQ(model->Call(Region("a:b"), "ListStateMachines", JsonObject{}).error().code,
            "ValidationException");
  EXPECT_EQ(model
                ->Call(Region("us-east-1"), "SendTaskHeartbeat",
                       JsonObject{{"taskToken", std::string(64, 'a')}})
                .error()
                .code,
            "TaskTimedOut");
}

TEST_F(ExecutionsTest, ListsTheNewestFirstPageByPage) {
  for (const std::string name : {"a", "b", "c", "d", "e"}) Start(name);
  EXPECT_THAT(Listed(List({})), ElementsAre("e", "d", "c", "b", "a"));
  const Json first = List({{"maxResults", 2}});
  EXPECT_THAT(Listed(first), ElementsAre("e", "d"));
  Start("f");  // does not move the pages that follow
  const Json second = List({{"maxResults", 2}, {"nextToken", first.at("nextToken")}});
  EXPECT_THAT(Listed(second), ElementsAre("c", "b"));
  const Json third = List({{"maxResults", 2}, {"nextToken", second.at("nextToken")}});
  EXPECT_THAT(Listed(third), ElementsAre("a"));
  EXPECT_EQ(Find(third, "nextToken"), nullptr);
}

TEST_F(ExecutionsTest, ListsByStatus) {
  RunDemo("done");
  Start("runs");
  Answer("StopExecution", Of(Start("stopped")));
  EXPECT_THAT(Listed(List({{"statusFilter", "RUNNING"}})), ElementsAre("runs"));
  EXPECT_THAT(Listed(List({{"statusFilter", "SUCCEEDED"}})), ElementsAre("done"));
  EXPECT_THAT(Listed(List({{"statusFilter", "ABORTED"}})), ElementsAre("stopped"));
  EXPECT_THAT(Listed(List({{"statusFilter", "TIMED_OUT"}})), IsEmpty());
  EXPECT_THAT(Listed(List({{"redriveFilter", "REDRIVEN"}})), IsEmpty());
  EXPECT_THAT(Listed(List({{"redriveFilter", "NOT_REDRIVEN"}})), SizeIs(3));
}

TEST_F(ExecutionsTest, RefusesListsOfNothing) {
  EXPECT_THAT(Refusal("ListExecutions", JsonObject{}), StartsWith("ValidationException: Either"));
  EXPECT_THAT(Refusal("ListExecutions", JsonObject{{"mapRunArn", "arn:aws:states:a:b:mapRun:c"}}),
              StartsWith("ResourceNotFound"));
  for (const std::string_view token :
       {"x", "executions.", "executions.1x", "history.1", "executions.99999999999999999999999"}) {
    EXPECT_THAT(
        Refusal("ListExecutions", JsonObject{{"stateMachineArn", kDemoArn}, {"nextToken", token}}),
        StartsWith("InvalidToken"))
        << token;
  }
}

TEST_F(ExecutionsTest, StopsAnExecutionOnce) {
  const ExecutionArn execution = Start("run-1");
  const Json stopped =
      Answer("StopExecution",
             JsonObject{{"executionArn", execution.str()}, {"error", "E"}, {"cause", "enough"}});
  EXPECT_EQ(FindDouble(stopped, "stopDate"), ToEpochSeconds(clock.Wall()));
  clock.Advance(std::chrono::seconds(9));
  EXPECT_EQ(Answer("StopExecution", Of(execution)), stopped);
  const Json described = Describe(execution);
  EXPECT_EQ(StringOr(described, "status"), "ABORTED");
  EXPECT_EQ(StringOr(described, "error") + " " + StringOr(described, "cause"), "E enough");
  EXPECT_EQ(model->NextDue(), std::nullopt);
  AnswerTask(JsonObject{{"n", 1}});  // nobody waits for it
  EXPECT_EQ(Status(execution), "ABORTED");
}

TEST_F(ExecutionsTest, KnowsNoOthers) {
  const ExecutionArn unknown("arn:aws:states:eu-west-1:000000000000:execution:demo:none");
  for (const std::string_view operation : {"DescribeExecution", "GetExecutionHistory",
                                           "StopExecution", "DescribeStateMachineForExecution"}) {
    EXPECT_EQ(Refusal(operation, Of(unknown)),
              "ExecutionDoesNotExist: Execution Does Not Exist: '" + unknown.str() + "'");
    EXPECT_THAT(Refusal(operation, Of(ExecutionArn(std::string(kDemoArn)))),
                StartsWith("InvalidArn"));
    EXPECT_THAT(Refusal(operation, JsonObject{}), StartsWith("ValidationException"));
  }
  EXPECT_EQ(model->Find(unknown), nullptr);
  model->OnTaskAnswered(unknown, 1, nullptr);
  model->OnTaskErred(unknown, 1, "E", "C");
  EXPECT_THAT(events, IsEmpty());
}

TEST_F(ExecutionsTest, RefusesOtherOperationsByName) {
  EXPECT_EQ(Refusal("RedriveExecution", JsonObject{}),
            "UnknownOperationException: AWS Step Functions has the operation RedriveExecution, the "
            "built-in one has not: use AWS Step Functions for it.");
  EXPECT_EQ(Refusal("StartExecutions", JsonObject{}),
            "UnknownOperationException: Step Functions has no operation 'StartExecutions'. Did you "
            "mean StartExecution?");
  EXPECT_EQ(Refusal("Bake\n", JsonObject{}),
            "UnknownOperationException: Step Functions has no operation 'Bake '.");
}

}  // namespace
}  // namespace ecm::sfn_model
