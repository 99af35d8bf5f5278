#include "endpoint/wire.h"

#include <gtest/gtest.h>

namespace ecm::endpoint {
namespace {

std::string Header(const http::Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

TEST(ParseTargetTest, TakesServiceAndOperationApart) {
  const auto name = ParseTarget("ElasticMapReduce.RunJobFlow");
  ASSERT_TRUE(name.has_value());
  EXPECT_EQ(name->service, "ElasticMapReduce");
  EXPECT_EQ(name->operation, "RunJobFlow");
}

TEST(ParseTargetTest, RefusesWhatIsNotTwoNames) {
  for (const std::string_view text : {"", ".", "ElasticMapReduce", "ElasticMapReduce.",
                                      ".RunJobFlow", "A.B.C", "A.B\n", "A.<b>", "A.RunJobFlow "}) {
    EXPECT_FALSE(ParseTarget(text).has_value()) << text;
  }
  EXPECT_FALSE(ParseTarget("A." + std::string(129, 'x')).has_value());
}

TEST(MediaTypeTest, DropsParametersAndCase) {
  EXPECT_EQ(MediaType("Application/X-Amz-JSON-1.1 ; charset=utf-8"), "application/x-amz-json-1.1");
  EXPECT_EQ(JsonVersion(MediaType("application/x-amz-json-1.0")), "1.0");
  EXPECT_EQ(JsonVersion("application/x-amz-json-1.2"), "");
  EXPECT_EQ(JsonVersion("application/json"), "");
}

TEST(ParseBodyTest, TakesAnEmptyBodyForAnEmptyObject) {
  EXPECT_EQ(ParseBody("").value(), Json(JsonObject{}));
  EXPECT_EQ(ParseBody("{\"A\":1}").value(), Json(JsonObject{{"A", 1}}));
}

TEST(ParseBodyTest, RefusesEverythingThatIsNotOneObject) {
  for (const std::string_view text : {"[]", "\"a\"", "null", "1", "{", "{} {}", "{\"a\":1,\"a\":2}",
                                      "{\"a\":\"\xff\"}", "<xml/>", " "}) {
    const auto body = ParseBody(text);
    ASSERT_FALSE(body.has_value()) << text;
    EXPECT_EQ(body.error().code, "SerializationException") << text;
    EXPECT_EQ(HttpStatus(body.error()), 400U) << text;
  }
  const auto deep = ParseBody(std::string(40, '[') + std::string(40, ']'));
  ASSERT_FALSE(deep.has_value());
  EXPECT_EQ(deep.error().code, "SerializationException");
}

TEST(HttpStatusTest, FollowsTheCodeBeforeTheKind) {
  const auto status = [](ErrorKind kind, const char* code) {
    return HttpStatus(Error{kind, "m", code});
  };
  EXPECT_EQ(status(ErrorKind::kInvalidJob, "ValidationException"), 400U);
  EXPECT_EQ(status(ErrorKind::kNotFound, "InvalidRequestException"), 400U);
  EXPECT_EQ(status(ErrorKind::kThrottled, "ThrottlingException"), 400U);
  EXPECT_EQ(status(ErrorKind::kNotFound, "ExecutionDoesNotExist"), 400U);
  EXPECT_EQ(status(ErrorKind::kInvalidJob, "UnknownOperationException"), 404U);
  EXPECT_EQ(status(ErrorKind::kAccessDenied, "InvalidSignatureException"), 403U);
  EXPECT_EQ(status(ErrorKind::kInvalidJob, "RequestEntityTooLargeException"), 413U);
  EXPECT_EQ(status(ErrorKind::kInternal, ""), 500U);
  EXPECT_EQ(status(ErrorKind::kUnknownOutcome, ""), 500U);
  EXPECT_EQ(status(ErrorKind::kUnavailable, ""), 503U);
  EXPECT_EQ(status(ErrorKind::kAccessDenied, ""), 403U);
  EXPECT_EQ(status(ErrorKind::kThrottled, ""), 400U);
  EXPECT_EQ(status(ErrorKind::kConflict, ""), 400U);
}

TEST(AnswerResponseTest, HasTheVersionOfTheServiceAndARequestId) {
  const http::Response response = AnswerResponse("1.0", "id-1", JsonObject{{"A", "b"}});
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(Header(response, "Content-Type"), "application/x-amz-json-1.0");
  EXPECT_EQ(Header(response, "x-amzn-RequestId"), "id-1");
  EXPECT_EQ(response.body, "{\"A\":\"b\"}");
}

TEST(ErrorResponseTest, SpellsTheMessageAsTheServiceDoes) {
  const auto body = [](ErrorKind kind, const char* code, const char* message) {
    return ErrorResponse("1.1", "id-1", Error{kind, message, code}).body;
  };
  EXPECT_EQ(body(ErrorKind::kInvalidJob, "ValidationException", "no \"x\""),
            R"({"__type":"ValidationException","message":"no \"x\""})");
  EXPECT_EQ(body(ErrorKind::kInvalidJob, "InvalidRequestException", "both"),
            R"({"__type":"InvalidRequestException","Message":"both"})");
  EXPECT_EQ(body(ErrorKind::kNotFound, "InvalidRequestException", "Cluster id 'j-1' is not valid."),
            R"({"__type":"InvalidRequestException","ErrorCode":"NoSuchCluster",)"
            R"("Message":"Cluster id 'j-1' is not valid."})");
  EXPECT_EQ(body(ErrorKind::kInternal, "", "ours"),
            R"({"__type":"InternalServerException","Message":"ours"})");
}

}  // namespace
}  // namespace ecm::endpoint
