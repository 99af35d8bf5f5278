#include "aws_client/step_functions_http.h"

#include <gtest/gtest.h>

#include "aws_client/testing/scripted_http.h"

namespace ecm::aws_client {
namespace {

std::size_t RequestsAfterALostAnswer(std::string_view operation, const Json& request) {
  ClientWorld world;
  StepFunctionsHttp api(world.client);
  world.http.ThenFail(ErrorKind::kUnknownOutcome);
  world.http.Then(200, "{}");
  (void)api.Call(ClientWorld::Here(), operation, request);
  return world.http.requests.size();
}

TEST(StepFunctionsHttpTest, RepeatsAStartThatHasAName) {
  EXPECT_EQ(RequestsAfterALostAnswer("StartExecution", JsonObject{{"name", "n"}}), 2U);
  EXPECT_EQ(RequestsAfterALostAnswer("StartExecution", JsonObject{{"name", ""}}), 1U);
  EXPECT_EQ(RequestsAfterALostAnswer("StartExecution", JsonObject{}), 1U);
}

TEST(StepFunctionsHttpTest, RepeatsWhatIsTheSameTwice) {
  for (const char* operation : {"DescribeExecution", "ListExecutions", "GetExecutionHistory",
                                "StopExecution", "SendTaskSuccess", "SendTaskFailure"}) {
    EXPECT_EQ(RequestsAfterALostAnswer(operation, JsonObject{}), 2U) << operation;
  }
  for (const char* operation : {"CreateStateMachine", "RedriveExecution", "UpdateStateMachine"}) {
    EXPECT_EQ(RequestsAfterALostAnswer(operation, JsonObject{}), 1U) << operation;
  }
}

TEST(StepFunctionsHttpTest, AnswersATokenWithTextOfJson) {
  ClientWorld world;
  StepFunctionsHttp api(world.client);
  TaskTokensHttp tokens(api, ClientWorld::Here());
  world.http.Then(200, "{}");
  ASSERT_TRUE(tokens.SendTaskSuccess(TaskToken("AAA="), JsonObject{{"v", 1}}).has_value());
  const HttpRequest& request = world.http.requests[0];
  EXPECT_EQ(HostHeader(request.origin), "states.eu-west-1.amazonaws.com");
  EXPECT_EQ(HeaderOf(request, "content-type"), "application/x-amz-json-1.0");
  EXPECT_EQ(HeaderOf(request, "x-amz-target"), "AWSStepFunctions.SendTaskSuccess");
  EXPECT_EQ(request.body, R"({"taskToken":"AAA=","output":"{\"v\":1}"})");
}

TEST(StepFunctionsHttpTest, FindsATokenGoneThatNobodyWaitsFor) {
  for (const char* code : {"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"}) {
    ClientWorld world;
    StepFunctionsHttp api(world.client);
    TaskTokensHttp tokens(api, ClientWorld::Here());
    world.http.Then(400, std::string(R"({"__type":")") + code + R"(","message":"gone"})");
    const auto sent = tokens.SendTaskSuccess(TaskToken("a-secret-token"), JsonObject{});
    EXPECT_EQ(sent.error().kind, ErrorKind::kNotFound) << code;
    EXPECT_FALSE(sent.error().message.contains("a-secret-token"));
  }
}

}  // namespace
}  // namespace ecm::aws_client
