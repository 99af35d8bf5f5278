#include "lambda/runtime_api.h"

#include <gmock/gmock.h>

#include "lambda/testing/scripted_runtime.h"

namespace ecm::lambda {
namespace {

using std::chrono::milliseconds;
using testing::Contains;
using testing::HasSubstr;
using testing::Key;
using testing::Not;
using testing::Pair;
using testing::SizeIs;

HttpOrigin Origin() { return {.tls = false, .host = "127.0.0.1", .port = 9001}; }

class RuntimeApiTest : public testing::Test {
 protected:
  Invocation Take(ScriptedRuntime::Headers headers = {}) {
    runtime_.Queue("{}", std::move(headers));
    return api_.Next().value();
  }
  Error FailToTake(ScriptedRuntime::Headers headers) {
    runtime_.Queue("{}", std::move(headers));
    return api_.Next().error();
  }

  ScriptedRuntime runtime_;
  RuntimeApi api_{runtime_, Origin()};
};

TEST_F(RuntimeApiTest, ReadsWhatLambdaSaysOfAnInvocation) {
  runtime_.Queue("[1]", {{"lambda-runtime-aws-request-id", "8476a536-e9f4"},
                         {"lambda-runtime-invocation-id", "attempt-2"},
                         {"lambda-runtime-deadline-ms", "1542409706888"},
                         {"lambda-runtime-invoked-function-arn", "arn:aws:lambda:f"},
                         {"lambda-runtime-trace-id", "Root=1-5b;Sampled=1"}});

  const Invocation invocation = api_.Next().value();

  EXPECT_EQ(invocation.request_id, "8476a536-e9f4");
  EXPECT_EQ(invocation.invocation_id, "attempt-2");
  EXPECT_EQ(invocation.deadline, WallTime{milliseconds{1542409706888}});
  EXPECT_EQ(invocation.function_arn, "arn:aws:lambda:f");
  EXPECT_EQ(invocation.trace_id, "Root=1-5b;Sampled=1");
  EXPECT_EQ(invocation.event, "[1]");
}

TEST_F(RuntimeApiTest, WaitsForTheNextEventWithoutATimeout) {
  Take();

  const HttpRequest& request = runtime_.nexts.at(0);
  EXPECT_EQ(request.origin, Origin());
  EXPECT_EQ(request.target, "/2018-06-01/runtime/invocation/next");
  EXPECT_EQ(request.timeout, Duration::zero());
  EXPECT_TRUE(request.repeatable);
}

TEST_F(RuntimeApiTest, TakesOnlyTimesAsDeadlines) {
  for (const char* text : {"", "soon", "12x", "-1", "99999999999999999999", "253402300799001"}) {
    EXPECT_FALSE(Take({{"lambda-runtime-deadline-ms", text}}).deadline.has_value()) << text;
  }
}

TEST_F(RuntimeApiTest, RefusesIdsThatCannotBeAnswered) {
  for (const char* id : {"", "a/b", "a b", "a\r\nX: y", "../../init/error"}) {
    const Error error = FailToTake({{"lambda-runtime-aws-request-id", id}});
    EXPECT_EQ(error.kind, ErrorKind::kInternal) << id;
    EXPECT_THAT(error.message, HasSubstr("cannot be answered"));
    EXPECT_THAT(error.message, Not(HasSubstr("\n")));
  }
  FailToTake({{"lambda-runtime-invocation-id", "a\r\nX: y"}});
  FailToTake({{"lambda-runtime-aws-request-id", std::string(257, 'a')}});
}

TEST_F(RuntimeApiTest, ANextThatIsNoEventIsAnError) {
  class Refusing : public HttpTransport {
    Result<HttpResponse> Send(const HttpRequest& /*request*/) override {
      return HttpResponse{.status = 403, .headers = {}, .body = "InvalidState"};
    }
  } refusing;

  const Error error = RuntimeApi(refusing, Origin()).Next().error();

  EXPECT_EQ(error.kind, ErrorKind::kInternal);
  EXPECT_EQ(error.message, "the Runtime API answered 403 to GET next: InvalidState");
}

TEST_F(RuntimeApiTest, AnswersUnderTheRequestsId) {
  EXPECT_EQ(api_.SendResponse(Take(), "{\"a\":1}"), Receipt::kAccepted);

  const HttpRequest& post = runtime_.posts.at(0);
  EXPECT_EQ(post.target, "/2018-06-01/runtime/invocation/r-1/response");
  EXPECT_EQ(post.body, "{\"a\":1}");
  EXPECT_THAT(post.headers, Contains(Pair("Content-Type", "application/json")));
}

TEST_F(RuntimeApiTest, EchoesTheInvocationIdWhereThereIsOne) {
  const FunctionError error = ToFunctionError({ErrorKind::kThrottled, "slow down", ""});
  const Invocation with = Take({{"lambda-runtime-invocation-id", "attempt-2"}});
  const Invocation without = Take();

  ASSERT_TRUE(api_.SendResponse(with, "{}") && api_.SendError(with, error));
  ASSERT_TRUE(api_.SendResponse(without, "{}") && api_.SendError(without, error));

  ASSERT_THAT(runtime_.posts, SizeIs(4));
  for (const int echoed : {0, 1}) {
    EXPECT_THAT(runtime_.posts.at(echoed).headers,
                Contains(Pair("Lambda-Runtime-Invocation-Id", "attempt-2")));
  }
  for (const int silent : {2, 3}) {
    EXPECT_THAT(runtime_.posts.at(silent).headers,
                Not(Contains(Key("Lambda-Runtime-Invocation-Id"))));
  }
}

TEST_F(RuntimeApiTest, AnErrorSaysItsNameAndWhatHappened) {
  const Error denied{ErrorKind::kAccessDenied, "no \"iam:PassRole\"", "AccessDeniedException"};
  EXPECT_EQ(api_.SendError(Take(), ToFunctionError(denied)), Receipt::kAccepted);

  const HttpRequest& post = runtime_.posts.at(0);
  EXPECT_EQ(post.target, "/2018-06-01/runtime/invocation/r-1/error");
  EXPECT_THAT(post.headers,
              Contains(Pair("Lambda-Runtime-Function-Error-Type", "Function.AccessDenied")));
  EXPECT_EQ(post.body, R"({"errorType":"AccessDenied","errorMessage":"no \"iam:PassRole\"",)"
                       R"("stackTrace":[]})");
}

TEST_F(RuntimeApiTest, AMessageOfAnyBytesIsValidAndBounded) {
  const std::string broken = ToFunctionError({ErrorKind::kInternal, "key '\xFF'", ""}).message;
  EXPECT_EQ(broken, "key '\\xff'");
  const std::string large(100'000, 'a');
  EXPECT_LE(ToFunctionError({ErrorKind::kInternal, large, ""}).message.size(), 8192U);
}

TEST_F(RuntimeApiTest, TellsWhatBecameOfAnAnswer) {
  runtime_.AnswerPost(413);
  runtime_.AnswerPost(410);
  runtime_.AnswerPost(500, "container error");
  runtime_.AnswerPost(400, "InvalidInvocationId");
  const Invocation invocation = Take();

  EXPECT_EQ(api_.SendResponse(invocation, "{}"), Receipt::kTooLarge);
  EXPECT_EQ(api_.SendResponse(invocation, "{}"), Receipt::kTooLate);
  EXPECT_THAT(api_.SendResponse(invocation, "{}").error().message,
              HasSubstr("answered 500 to POST /2018-06-01/runtime/invocation/r-1/response"));
  EXPECT_THAT(api_.SendResponse(invocation, "{}").error().message,
              HasSubstr("InvalidInvocationId"));
}

TEST_F(RuntimeApiTest, ReportsAFailedStart) {
  const Error error{ErrorKind::kInvalidJob, "ECM_STAGE is not set", ""};
  ASSERT_TRUE(api_.SendInitError(ToInitError("Runtime.ConfigInvalid", error)));

  const HttpRequest& post = runtime_.posts.at(0);
  EXPECT_EQ(post.target, "/2018-06-01/runtime/init/error");
  EXPECT_THAT(post.headers,
              Contains(Pair("Lambda-Runtime-Function-Error-Type", "Runtime.ConfigInvalid")));
  EXPECT_THAT(post.body, HasSubstr(R"("errorType":"Runtime.ConfigInvalid")"));

  runtime_.AnswerPost(403);
  EXPECT_FALSE(api_.SendInitError(ToInitError("Runtime.ConfigInvalid", error)));
}

TEST(RuntimeApiAddressTest, IsAHostAndAPort) {
  EXPECT_EQ(ParseRuntimeApiAddress("127.0.0.1:9001").value(), Origin());
  for (const char* address : {"", "127.0.0.1:9001/path", "a b", "u@h:1", "h:99999"}) {
    const Result<HttpOrigin> origin = ParseRuntimeApiAddress(address);
    ASSERT_FALSE(origin) << address;
    EXPECT_THAT(origin.error().message, HasSubstr("AWS_LAMBDA_RUNTIME_API"));
  }
}

}  // namespace
}  // namespace ecm::lambda
