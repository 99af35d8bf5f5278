#include "lambda/runtime_loop.h"

#include <gmock/gmock.h>

#include <new>
#include <stdexcept>

#include "env/testing/sim_env.h"
#include "lambda/testing/scripted_runtime.h"

namespace ecm::lambda {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Contains;
using testing::Each;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

HttpOrigin Origin() { return {.tls = false, .host = "127.0.0.1", .port = 9001}; }

/// What the text of an event asks for.
Result<Json> Obey(const Json& event, MonoTime /*stop_at*/, Log& log) {
  const std::string wish = StringOr(event, "do");
  log.Info("obeys", {{"wish", wish}});
  if (wish == "fail") return Fail(ErrorKind::kConflict, "somebody was faster", "Code");
  if (wish == "throw") throw std::runtime_error("a promise is broken");
  if (wish == "exhaust") throw std::bad_alloc();
  if (wish == "answer bytes") return Json("\xFF");
  if (wish == "answer much") return Json(std::string(kMaxResponseBytes, 'a'));
  return JsonObject{{"did", wish}};
}

class RuntimeLoopTest : public testing::Test {
 protected:
  Error Run() { return RunLoop(api_, function_, clock_, log_); }
  /// Runs one event: the requests that answer it.
  std::vector<HttpRequest> Answer(const std::string& event) {
    runtime_.Queue(event);
    EXPECT_EQ(Run().message, "the script is over");
    return runtime_.posts;
  }
  /// The body of the only answer, which must be an error.
  Json ErrorOf(const std::string& event) {
    const std::vector<HttpRequest> posts = Answer(event);
    EXPECT_THAT(posts, SizeIs(1));
    EXPECT_THAT(posts.at(0).target, EndsWith("/error"));
    return ParseJson(posts.at(0).body).value();
  }

  ManualClock clock_;
  RecordingLog log_;
  ScriptedRuntime runtime_;
  RuntimeApi api_{runtime_, Origin()};
  Function function_{"obey", Obey};
};

TEST_F(RuntimeLoopTest, AnswersOneEventAfterTheOther) {
  runtime_.Queue(R"({"do": "a"})");
  runtime_.Queue(R"({"do": "fail"})");
  runtime_.Queue(R"({"do": "b"})");

  Run();

  ASSERT_THAT(runtime_.posts, SizeIs(3));
  EXPECT_THAT(runtime_.posts[0].target, EndsWith("/r-1/response"));
  EXPECT_EQ(runtime_.posts[0].body, R"({"did":"a"})");
  EXPECT_THAT(runtime_.posts[1].target, EndsWith("/r-2/error"));
  EXPECT_THAT(runtime_.posts[2].target, EndsWith("/r-3/response"));
  EXPECT_EQ(runtime_.posts[2].body, R"({"did":"b"})");
}

TEST_F(RuntimeLoopTest, AnErrorOfTheHandlerKeepsItsName) {
  const Json error = ErrorOf(R"({"do": "fail"})");
  EXPECT_EQ(StringOr(error, "errorType"), "Conflict");
  EXPECT_EQ(StringOr(error, "errorMessage"), "somebody was faster");
}

TEST_F(RuntimeLoopTest, AnEventThatIsNoJsonIsItsCallersMistake) {
  const std::vector<std::string> events = {
      "", "nonsense", "\"\xFF\"", R"({"a":1,"a":2})", std::string(1000, '['),
  };
  for (const std::string& event : events) {
    runtime_.posts.clear();
    const Json error = ErrorOf(event);
    EXPECT_EQ(StringOr(error, "errorType"), "InvalidJob") << event.substr(0, 20);
    EXPECT_THAT(StringOr(error, "errorMessage"), HasSubstr("the event cannot be read"));
  }
}

TEST_F(RuntimeLoopTest, AnExceptionEndsOneInvocationAndNotTheProcess) {
  const Json broken = ErrorOf(R"({"do": "throw"})");
  EXPECT_EQ(StringOr(broken, "errorType"), "InternalError");
  EXPECT_EQ(StringOr(broken, "errorMessage"), "obey ended with an exception: a promise is broken");
  runtime_.posts.clear();
  const Json exhausted = ErrorOf(R"({"do": "exhaust"})");
  EXPECT_EQ(StringOr(exhausted, "errorType"), "InternalError");
}

TEST_F(RuntimeLoopTest, WhatLambdaWouldNotTakeIsNotSent) {
  EXPECT_THAT(StringOr(ErrorOf(R"({"do": "answer bytes"})"), "errorMessage"),
              HasSubstr("not valid UTF-8"));
  runtime_.posts.clear();
  EXPECT_THAT(StringOr(ErrorOf(R"({"do": "answer much"})"), "errorMessage"),
              HasSubstr("6291458 bytes; AWS Lambda takes 6291456"));
}

TEST_F(RuntimeLoopTest, AnAnswerThatIsTooLargeBecomesAnError) {
  runtime_.AnswerPost(413);
  const std::vector<HttpRequest> posts = Answer(R"({"do": "a"})");
  ASSERT_THAT(posts, SizeIs(2));
  EXPECT_THAT(posts[1].target, EndsWith("/r-1/error"));
  EXPECT_THAT(posts[1].body, HasSubstr("too large"));
}

TEST_F(RuntimeLoopTest, EndsWhenTheRuntimeApiIsBroken) {
  for (const unsigned status : {500U, 400U, 403U, 200U}) {
    runtime_.Queue(R"({"do": "a"})");
    runtime_.Queue(R"({"do": "never reached"})");
    runtime_.AnswerPost(status);
    const Error error = Run();
    EXPECT_THAT(error.message, HasSubstr("answered " + std::to_string(status)));
    EXPECT_THAT(error.message, HasSubstr("is lost"));
    EXPECT_EQ(Run().message, "the script is over");  // takes the second event
  }
}

TEST_F(RuntimeLoopTest, EndsWhenAnErrorCannotBeReported) {
  for (const unsigned status : {413U, 500U}) {
    runtime_.Queue(R"({"do": "fail"})");
    runtime_.AnswerPost(status);
    EXPECT_THAT(Run().message, HasSubstr("is lost"));
  }
}

TEST_F(RuntimeLoopTest, GoesOnWhenLambdaHasGivenTheInvocationUp) {
  runtime_.Queue(R"({"do": "a"})");
  runtime_.Queue(R"({"do": "b"})");
  runtime_.AnswerPost(410);

  EXPECT_EQ(Run().message, "the script is over");

  EXPECT_THAT(runtime_.posts, SizeIs(2));
  EXPECT_THAT(log_.lines(), testing::Contains(HasSubstr("gave the invocation up")));
}

TEST_F(RuntimeLoopTest, AsksAgainAfterAConnectionThatDiedInSleep) {
  const Error lost{ErrorKind::kUnknownOutcome, "reset", ""};
  runtime_.FailNext(lost);
  runtime_.FailNext(lost);
  runtime_.Queue(R"({"do": "a"})");
  runtime_.FailNext(lost);
  runtime_.FailNext(lost);
  runtime_.FailNext(lost);
  runtime_.Queue(R"({"do": "never reached"})");

  EXPECT_EQ(Run().message, "reset");

  EXPECT_THAT(runtime_.posts, SizeIs(1));
}

TEST_F(RuntimeLoopTest, EndsAtOnceWithoutARuntimeApi) {
  EXPECT_EQ(Run().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(runtime_.nexts, SizeIs(1));
}

TEST_F(RuntimeLoopTest, EachLineNamesItsInvocation) {
  runtime_.Queue(R"({"do": "a"})", {{"lambda-runtime-aws-request-id", "r-7"},
                                    {"lambda-runtime-trace-id", "Root=1-5b"},
                                    {"lambda-runtime-invoked-function-arn", "arn:f"}});
  Run();

  ASSERT_THAT(log_.lines(), SizeIs(2));
  EXPECT_THAT(log_.lines(), Each(HasSubstr(R"("request_id":"r-7","function":"obey",)"
                                           R"("trace_id":"Root=1-5b","function_arn":"arn:f")")));
  EXPECT_THAT(log_.lines()[0], HasSubstr(R"("wish":"a")"));
  EXPECT_THAT(log_.lines()[1], HasSubstr(R"("message":"answered")"));
}

TEST_F(RuntimeLoopTest, EachLineSaysWhatItsEventIsAboutAndNoLineThatOfAnother) {
  function_.about = [](const Json& event) -> JsonObject {
    return {{"about", StringOr(event, "do")}, {"request_id", "not mine"}};
  };
  runtime_.Queue(R"({"do": "a"})");
  runtime_.Queue("no JSON");
  Run();

  ASSERT_THAT(log_.lines(), SizeIs(3));
  EXPECT_THAT(log_.lines()[0], HasSubstr(R"("about":"a")"));
  EXPECT_THAT(log_.lines()[1], HasSubstr(R"("about":"a")"));
  EXPECT_THAT(log_.lines()[2], Not(HasSubstr("about")));
  EXPECT_THAT(log_.lines(), Not(Contains(HasSubstr("not mine"))));
}

TEST_F(RuntimeLoopTest, AFailureIsLoggedWithItsName) {
  Answer(R"({"do": "fail"})");
  EXPECT_THAT(log_.lines().at(1),
              HasSubstr(R"("error":"Conflict","reason":"somebody was faster","code":"Code")"));
}

TEST_F(RuntimeLoopTest, AHandlerHearsWhenItMustStop) {
  MonoTime heard{};
  function_.handle = [&](const Json&, MonoTime stop_at, Log&) -> Result<Json> {
    heard = stop_at;
    return Json();
  };
  const std::int64_t deadline = (clock_.Wall() + seconds{60}).time_since_epoch().count();
  runtime_.Queue("{}", {{"lambda-runtime-deadline-ms", std::to_string(deadline)}});

  Run();

  EXPECT_EQ(heard, clock_.Mono() + seconds{58});
}

TEST(StopAtTest, KeepsAReserveForTheAnswer) {
  ManualClock clock;
  clock.Advance(hours{1});
  const auto stop = [&](Duration left) {
    Invocation invocation;
    invocation.deadline = clock.Wall() + left;
    return StopAt(invocation, clock) - clock.Mono();
  };
  EXPECT_EQ(stop(seconds{60}), seconds{58});
  EXPECT_EQ(stop(seconds{4}), seconds{3});
  EXPECT_EQ(stop(milliseconds{100}), milliseconds{75});
  EXPECT_EQ(stop(seconds{-5}), seconds{0});
  EXPECT_EQ(stop(hours{24 * 365}), hours{24} - seconds{2});
}

TEST(StopAtTest, WithoutADeadlineNobodyMustStop) {
  EXPECT_EQ(StopAt({}, ManualClock()), MonoTime::max());
}

}  // namespace
}  // namespace ecm::lambda
