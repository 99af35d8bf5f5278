#include "aws_client/service_error.h"

#include <gtest/gtest.h>

namespace ecm::aws_client {
namespace {

using enum ErrorKind;

HttpResponse Response(unsigned status, std::string body,
                      std::vector<std::pair<std::string, std::string>> headers = {}) {
  return {status, std::move(headers), std::move(body)};
}

ServiceError Read(unsigned status, std::string body,
                  std::vector<std::pair<std::string, std::string>> headers = {}) {
  return ReadServiceError(Response(status, std::move(body), std::move(headers)));
}

TEST(ServiceErrorTest, StripsNamespaceAndSuffixOfTheType) {
  EXPECT_EQ(Read(400, R"({"__type":"ValidationException"})").code, "ValidationException");
  EXPECT_EQ(
      Read(400, R"({"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"})").code,
      "ResourceNotFoundException");
  EXPECT_EQ(Read(400, R"({"__type":"a#ThrottlingException:http://internal.amazon.com/x#y"})").code,
            "ThrottlingException");
}

TEST(ServiceErrorTest, ReadsTheMessageInEitherCase) {
  EXPECT_EQ(Read(400, R"({"__type":"A","message":"lower"})").message, "lower");
  EXPECT_EQ(Read(400, R"({"__type":"A","Message":"upper"})").message, "upper");
  EXPECT_EQ(Read(400, R"({"__type":"A","message":null,"Message":"upper"})").message, "upper");
  EXPECT_EQ(Read(400, R"({"__type":"A"})").message, "");
}

TEST(ServiceErrorTest, TakesTheHeaderWhereTheBodyHasNoType) {
  const auto header =
      std::pair<std::string, std::string>("x-amzn-errortype", "AccessDeniedException:http://x/");
  EXPECT_EQ(Read(403, "", {header}).code, "AccessDeniedException");
  EXPECT_EQ(Read(403, R"({"message":"no"})", {header}).code, "AccessDeniedException");
  EXPECT_EQ(Read(403, R"({"message":"no"})", {header}).message, "no");
  EXPECT_EQ(Read(403, R"({"__type":"Other"})", {header}).code, "Other");
}

TEST(ServiceErrorTest, KnowsNothingOfBodiesThatAreNoErrors) {
  for (const char* body : {"", "  \n", "{", "{\"__type\":7}", "[]", "null", "<html><body>502",
                           "<html><body>Bad Gateway</body></html>", "plain", "\xFF\xFE"}) {
    const ServiceError error = Read(503, body);
    EXPECT_EQ(error.status, 503U) << body;
    EXPECT_EQ(error.code, "") << body;
    EXPECT_EQ(error.message, "") << body;
  }
}

TEST(ServiceErrorTest, ReadsErrorsOfTheQueryServices) {
  const ServiceError error = Read(
      403,
      "<ErrorResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><Error><Type>Sender</Type>"
      "<Code>AuthorizationError</Code><Message>User: x is not authorized</Message></Error>"
      "<RequestId>1</RequestId></ErrorResponse>");
  EXPECT_EQ(error.code, "AuthorizationError");
  EXPECT_EQ(error.message, "User: x is not authorized");
  EXPECT_EQ(
      Read(400, "<Response><Errors><Error><Code>AuthFailure</Code></Error></Errors></Response>")
          .code,
      "AuthFailure");
}

TEST(ServiceErrorTest, ReadsErrorsOfS3) {
  const ServiceError error =
      Read(400,
           "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AuthorizationHeaderMalformed"
           "</Code><Message>the region 'us-east-1' is wrong</Message><Region>eu-west-1</Region>"
           "</Error>");
  EXPECT_EQ(error.code, "AuthorizationHeaderMalformed");
  EXPECT_EQ(error.region, "eu-west-1");
  EXPECT_EQ(Read(301, "", {{"x-amz-bucket-region", "eu-north-1"}}).region, "eu-north-1");
}

TEST(ServiceErrorTest, TellsWhyATransactionWasCancelled) {
  const ServiceError error = Read(
      400,
      R"({"__type":"x#TransactionCanceledException","Message":"cancelled","CancellationReasons":)"
      R"([{"Code":"None"},{"Code":"ConditionalCheckFailed","Message":"no"}]})");
  EXPECT_EQ(error.code, "ConditionalCheckFailed");
  EXPECT_EQ(KindOf("dynamodb", error), kConflict);
  EXPECT_EQ(KindOf("dynamodb", Read(400, R"({"__type":"TransactionCanceledException"})")),
            kConflict);
}

TEST(ServiceErrorTest, KeepsTheFirstLineOfAMessageAlone) {
  const ServiceError error = Read(403, R"({"__type":"InvalidSignatureException","message":)"
                                       R"("does not match.\n\nThe Canonical String was\n'POST'"})");
  EXPECT_EQ(error.message, "does not match.");
}

TEST(ServiceErrorTest, KeepsMessagesPrintableAndShort) {
  EXPECT_EQ(Read(400, "{\"__type\":\"A\",\"message\":\"a\\u001b[31mb\"}").message, "a\\x1b[31mb");
  EXPECT_LE(Read(400, R"({"message":")" + std::string(100'000, 'x') + "\"}").message.size(), 2048U);
  EXPECT_LE(Read(400, R"({"__type":")" + std::string(100'000, 'x') + "\"}").code.size(), 128U);
}

struct Case {
  const char* service;
  unsigned status;
  const char* code;
  ErrorKind kind;
  const char* message = "";
};

class KindTest : public testing::TestWithParam<Case> {};

TEST_P(KindTest, IsWhatACallerCanDo) {
  const Case& c = GetParam();
  EXPECT_EQ(ErrorName(KindOf(c.service, {c.status, c.code, c.message, ""})), ErrorName(c.kind))
      << c.service << " " << c.status << " " << c.code;
}

// The errors of the facts, by service: code, status and what they mean here.
INSTANTIATE_TEST_SUITE_P(
    All, KindTest,
    testing::Values(
        // Amazon EMR, and the errors that all services share.
        Case{"elasticmapreduce", 400, "ThrottlingException", kThrottled, "Rate exceeded"},
        Case{"elasticmapreduce", 400, "AccessDeniedException", kAccessDenied},
        Case{"elasticmapreduce", 403, "AccessDenied", kAccessDenied},
        Case{"elasticmapreduce", 400, "IncompleteSignature", kAccessDenied},
        Case{"elasticmapreduce", 500, "InternalFailure", kUnknownOutcome},
        Case{"elasticmapreduce", 500, "InternalServerException", kUnknownOutcome},
        Case{"elasticmapreduce", 500, "InternalServerError", kUnknownOutcome},
        Case{"elasticmapreduce", 400, "InvalidAction", kInvalidJob},
        Case{"elasticmapreduce", 403, "InvalidClientTokenId", kAccessDenied},
        Case{"elasticmapreduce", 400, "NotAuthorized", kAccessDenied},
        Case{"elasticmapreduce", 403, "OptInRequired", kAccessDenied},
        Case{"elasticmapreduce", 400, "RequestExpired", kAccessDenied},
        Case{"elasticmapreduce", 503, "ServiceUnavailable", kUnknownOutcome},
        Case{"elasticmapreduce", 400, "ValidationError", kInvalidJob},
        Case{"elasticmapreduce", 403, "ExpiredTokenException", kAccessDenied},
        Case{"elasticmapreduce", 403, "UnrecognizedClientException", kAccessDenied},
        Case{"elasticmapreduce", 404, "UnknownOperationException", kInvalidJob},
        Case{"elasticmapreduce", 413, "RequestEntityTooLargeException", kInvalidJob},
        Case{"elasticmapreduce", 408, "RequestTimeoutException", kUnknownOutcome},
        Case{"elasticmapreduce", 403, "InvalidSignatureException", kAccessDenied},
        Case{"elasticmapreduce", 403, "SignatureDoesNotMatch", kAccessDenied},
        Case{"elasticmapreduce", 403, "MissingAuthenticationTokenException", kAccessDenied},
        Case{"elasticmapreduce", 400, "ValidationException", kInvalidJob, "bad release"},
        Case{"elasticmapreduce", 400, "InvalidRequestException", kInvalidJob},
        Case{"elasticmapreduce", 400, "InvalidRequestException", kNotFound,
             "Cluster id 'j-1' is not valid."},
        Case{"elasticmapreduce", 400, "ValidationException", kNotFound,
             "Specified job flow ID does not exist."},
        Case{"elasticmapreduce", 400, "ANewException", kInvalidJob},
        Case{"elasticmapreduce", 500, "", kUnknownOutcome},
        Case{"elasticmapreduce", 503, "", kUnknownOutcome},
        Case{"elasticmapreduce", 502, "ANewException", kUnknownOutcome},
        // Step Functions.
        Case{"states", 400, "ExecutionDoesNotExist", kNotFound},
        Case{"states", 400, "StateMachineDoesNotExist", kNotFound},
        Case{"states", 400, "StateMachineDeleting", kNotFound},
        Case{"states", 400, "ExecutionAlreadyExists", kConflict},
        Case{"states", 400, "ExecutionLimitExceeded", kNoCapacity},
        Case{"states", 400, "TaskTimedOut", kNotFound},
        Case{"states", 400, "TaskDoesNotExist", kNotFound},
        Case{"states", 400, "InvalidToken", kNotFound},
        Case{"states", 400, "InvalidName", kInvalidJob},
        Case{"states", 400, "InvalidExecutionInput", kInvalidJob},
        Case{"states", 400, "InvalidArn", kInvalidJob},
        Case{"states", 400, "KmsThrottlingException", kThrottled},
        Case{"states", 400, "KmsAccessDeniedException", kAccessDenied},
        // DynamoDB.
        Case{"dynamodb", 400, "ConditionalCheckFailedException", kConflict},
        Case{"dynamodb", 400, "TransactionConflictException", kConflict},
        Case{"dynamodb", 400, "ProvisionedThroughputExceededException", kThrottled},
        Case{"dynamodb", 400, "RequestLimitExceeded", kThrottled},
        Case{"dynamodb", 400, "ThrottlingException", kThrottled},
        Case{"dynamodb", 400, "ResourceNotFoundException", kNotFound},
        Case{"dynamodb", 400, "ItemCollectionSizeLimitExceededException", kInvalidJob},
        Case{"dynamodb", 400, "ValidationException", kInvalidJob},
        Case{"dynamodb", 400, "UnrecognizedClientException", kAccessDenied},
        Case{"dynamodb", 500, "InternalServerError", kUnknownOutcome},
        // SNS and STS.
        Case{"sns", 400, "Throttling", kThrottled}, Case{"sns", 429, "Throttled", kThrottled},
        Case{"sns", 404, "NotFound", kNotFound},
        Case{"sns", 403, "AuthorizationError", kAccessDenied},
        Case{"sns", 400, "InvalidParameter", kInvalidJob},
        Case{"sns", 400, "KMSThrottling", kThrottled},
        Case{"sns", 400, "KMSAccessDenied", kAccessDenied},
        Case{"sns", 500, "InternalError", kUnknownOutcome},
        Case{"sts", 403, "ExpiredToken", kAccessDenied},
        // S3.
        Case{"s3", 404, "NoSuchKey", kNotFound}, Case{"s3", 404, "NoSuchBucket", kNotFound},
        Case{"s3", 404, "", kNotFound}, Case{"s3", 403, "AccessDenied", kAccessDenied},
        Case{"s3", 403, "InvalidAccessKeyId", kAccessDenied},
        Case{"s3", 403, "RequestTimeTooSkewed", kAccessDenied},
        Case{"s3", 400, "ExpiredToken", kAccessDenied},
        Case{"s3", 400, "InvalidToken", kAccessDenied}, Case{"s3", 503, "SlowDown", kThrottled},
        Case{"s3", 400, "RequestTimeout", kUnknownOutcome},
        Case{"s3", 412, "PreconditionFailed", kConflict},
        Case{"s3", 416, "InvalidRange", kInvalidJob},
        Case{"s3", 500, "InternalError", kUnknownOutcome},
        Case{"s3", 301, "PermanentRedirect", kInvalidJob},
        // Nothing but a status.
        Case{"logs", 400, "ResourceAlreadyExistsException", kConflict},
        Case{"logs", 401, "", kAccessDenied}, Case{"logs", 403, "", kAccessDenied},
        Case{"logs", 407, "", kAccessDenied}, Case{"logs", 429, "", kThrottled},
        Case{"logs", 409, "", kConflict}, Case{"logs", 418, "", kInvalidJob},
        Case{"logs", 504, "", kUnknownOutcome}, Case{"logs", 100, "", kUnknownOutcome}));

TEST(ServiceErrorTest, KnowsWhatAWrongClockExplains) {
  for (const char* code : {"RequestExpired", "RequestInTheFuture", "RequestTimeTooSkewed",
                           "InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure"}) {
    EXPECT_TRUE(MayBeSkew(code)) << code;
  }
  EXPECT_FALSE(MayBeSkew("AccessDeniedException"));
  EXPECT_FALSE(MayBeSkew(""));
  EXPECT_TRUE(IsExpired("ExpiredToken"));
  EXPECT_TRUE(IsExpired("ExpiredTokenException"));
  EXPECT_FALSE(IsExpired("RequestExpired"));
}

}  // namespace
}  // namespace ecm::aws_client
