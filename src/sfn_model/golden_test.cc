#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "env/real/real_env.h"
#include "sfn_model/testing/fixture.h"

// The answers and events of one story with everything in it, as files that other tools check: the
// Python test parses them with botocore. After a change that is meant, write them again with
//   ECM_REGENERATE_GOLDEN=1 ecm_sfn_model_test --gtest_filter='GoldenTest.*'
// and read the difference.

namespace ecm::sfn_model {
namespace {

class GoldenTest : public ModelFixture {
 protected:
  static std::string PathOf(const std::string& name) { return "tests/golden/sfn_model/" + name; }

  static void Compare(const std::string& name, const Json& content) {
    const std::string text = ToPrettyText(content) + "\n";
    if (ProcessEnvironment().Get("ECM_REGENERATE_GOLDEN").has_value()) {
      std::ofstream(PathOf(name)) << text;
    }
    std::ostringstream golden;
    golden << std::ifstream(PathOf(name)).rdbuf();
    EXPECT_EQ(golden.str(), text) << "tests/golden/sfn_model/" << name;
  }

  /// Calls and remembers request and answer.
  Json Tell(std::string_view operation, const Json& request) {
    Json answer = Answer(operation, request);
    story_.push_back(
        JsonObject{{"operation", operation}, {"request", request}, {"answer", answer}});
    return answer;
  }
  void TellRefusal(std::string_view operation, const Json& request) {
    const Result<Json> answer = Call(operation, request);
    ASSERT_FALSE(answer.has_value()) << operation;
    story_.push_back(JsonObject{
        {"operation", operation},
        {"request", request},
        {"error", JsonObject{{"code", answer.error().code}, {"message", answer.error().message}}}});
  }
  ExecutionArn TellStart(std::string_view name, std::string_view input = "{}") {
    return ExecutionArn(
        StringOr(Tell("StartExecution",
                      JsonObject{{"stateMachineArn", kDemoArn}, {"name", name}, {"input", input}}),
                 "executionArn"));
  }
  /// Everything that can be asked about an execution.
  void TellAll(const ExecutionArn& execution) {
    Tell("DescribeExecution", Of(execution));
    Tell("GetExecutionHistory", Of(execution));
  }
  Json TokenRequest() const { return JsonObject{{"taskToken", token()}}; }

  JsonArray story_;
};

TEST_F(GoldenTest, TellsTheSameStoryAsBefore) {
  const ExecutionArn good = TellStart("good", R"({"job_name": "word-count", "steps": [1, 2.5]})");
  TellAll(good);
  AnswerTask(JsonObject{{"n", 1}});
  AnswerTask(JsonObject{{"kept", true}});
  clock.Advance(std::chrono::milliseconds(12'345));
  Tell("SendTaskHeartbeat", TokenRequest());
  Tell("SendTaskSuccess", JsonObject{{"taskToken", token()}, {"output", R"({"held": true})"}});
  Pass(std::chrono::seconds(5));
  TellAll(good);
  Tell("DescribeStateMachineForExecution", Of(good));
  Tell("GetExecutionHistory",
       JsonObject{{"executionArn", good.str()}, {"maxResults", 3}, {"reverseOrder", true}});
  Tell("GetExecutionHistory",
       JsonObject{{"executionArn", good.str()}, {"includeExecutionData", false}});

  const ExecutionArn failed = TellStart("failed");
  model->OnTaskErred(failed, task().task.task, "Lambda.Unknown", "lost");
  Pass(std::chrono::seconds(6));
  AnswerTask(JsonObject{{"n", 2}});
  AnswerTask(JsonObject{});
  Tell("SendTaskFailure", JsonObject{{"taskToken", token()}, {"error", "E"}, {"cause", "C"}});
  TellAll(failed);

  const ExecutionArn beatless = TellStart("beatless");
  AnswerTask(JsonObject{{"n", 3}});
  Pass(std::chrono::seconds(100));
  TellAll(beatless);

  const ExecutionArn stopped = TellStart("stopped");
  Tell("StopExecution", JsonObject{{"executionArn", stopped.str()}, {"cause", "enough"}});
  TellAll(stopped);
  Tell("DescribeExecution",
       JsonObject{{"executionArn", stopped.str()}, {"includedData", "METADATA_ONLY"}});

  TellStart("runs");
  Tell("StartExecution", JsonObject{{"stateMachineArn", kDemoArn}});
  Tell("ListExecutions", JsonObject{{"stateMachineArn", kDemoArn}, {"maxResults", 3}});
  Tell("ListExecutions", JsonObject{{"stateMachineArn", kDemoArn}, {"statusFilter", "FAILED"}});

  TellRefusal("StartExecution", JsonObject{{"stateMachineArn", kDemoArn}, {"name", "good"}});
  TellRefusal("StartExecution", JsonObject{{"stateMachineArn", kDemoArn}, {"name", "a b"}});
  TellRefusal("StartExecution", JsonObject{{"stateMachineArn", kDemoArn}, {"input", "{"}});
  TellRefusal("StartExecution", JsonObject{{"stateMachineArn", std::string(kDemoArn) + "x"}});
  TellRefusal("DescribeExecution", JsonObject{{"executionArn", "x"}});
  TellRefusal("DescribeExecution", JsonObject{{"executionArn", good.str() + "x"}});
  TellRefusal("SendTaskHeartbeat", TokenRequest());
  TellRefusal("SendTaskHeartbeat", JsonObject{{"taskToken", "x"}});
  TellRefusal("SendTaskSuccess", JsonObject{{"taskToken", "x"}, {"output", "{"}});
  TellRefusal("ListExecutions", JsonObject{});

  Compare("answers.json", story_);
  Compare("events.json", JsonArray(events.begin(), events.end()));
}

TEST_F(GoldenTest, TellsOfStateMachinesAsBefore) {
  JsonObject request = ParseJson(R"({
    "name": "mine", "roleArn": "arn:aws:iam::123456789012:role/states", "type": "STANDARD",
    "definition":
      "{\"StartAt\": \"It\", \"TimeoutSeconds\": 9, \"States\": {\"It\": {\"Type\": \"Wait\", \"Seconds\": 60, \"Next\": \"No\"}, \"No\": {\"Type\": \"Fail\"}}}",
    "loggingConfiguration": {"level": "OFF"}, "tracingConfiguration": {"enabled": true},
    "tags": [{"key": "a", "value": "b"}]})")
                           ->get_object();
  const Json of =
      JsonObject{{"stateMachineArn", Tell("CreateStateMachine", request).at("stateMachineArn")}};
  Tell("DescribeStateMachine", of);
  Tell("ListStateMachines", JsonObject{{"maxResults", 1}});
  Tell("ListStateMachines", JsonObject{});
  const ExecutionArn late = Start("late", "{}", StringOr(of, "stateMachineArn"));
  Pass(std::chrono::seconds(9));
  TellAll(late);
  Start("last", "{}", StringOr(of, "stateMachineArn"));
  const auto refuse = [&](std::string_view member, const Json& value) {
    JsonObject other = request;
    other[member] = value;
    TellRefusal("CreateStateMachine", other);
  };
  refuse("tracingConfiguration", JsonObject{{"enabled", false}});
  refuse("type", "EXPRESS");
  refuse("definition", R"({"StartAt": "It", "States": {"It": {"Type": "Map"}}})");
  refuse("roleArn", "role");
  refuse("publish", true);
  refuse("encryptionConfiguration",
         JsonObject{{"type", "CUSTOMER_MANAGED_KMS_KEY"}, {"kmsKeyId", "k"}});
  Tell("DeleteStateMachine", of);
  Tell("DescribeStateMachine", of);
  TellRefusal("StartExecution", of);
  Pass(std::chrono::seconds(9));
  TellRefusal("DescribeStateMachine", of);

  Compare("state_machines.json", story_);
}

}  // namespace
}  // namespace ecm::sfn_model
