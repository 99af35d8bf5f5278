#include "endpoint/misrouted.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"

namespace ecm::endpoint {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(WrongServiceTest, SaysWhatIsHereAndWhatToSet) {
  const std::string message = WrongService("s3").message;
  EXPECT_THAT(message, HasSubstr("signed for 's3'"));
  EXPECT_THAT(message, HasSubstr("AWS_ENDPOINT_URL_EMR"));
  EXPECT_THAT(message, HasSubstr("bucket B is the folder s3/B"));
  EXPECT_THAT(WrongService("emr-serverless").message, HasSubstr("the client of Amazon EMR"));
}

TEST(WrongServiceResponseTest, SpeaksXmlToS3AndToForms) {
  const http::Response s3 = WrongServiceResponse({"PUT", "/bucket/key", {}, ""}, "s3", "id-1");
  EXPECT_EQ(s3.status, 403U);
  EXPECT_THAT(s3.body, HasSubstr("?>\n<Error><Code>InvalidSignatureException</Code>"));
  const http::Response sts = WrongServiceResponse(
      {"POST", "/", {{"content-type", "application/x-www-form-urlencoded; charset=utf-8"}}, ""},
      "sts", "id-1");
  EXPECT_THAT(sts.body, HasSubstr("<ErrorResponse><Error><Code>"));
  EXPECT_THAT(sts.body, HasSubstr("<RequestId>id-1</RequestId>"));
}

TEST(WrongServiceResponseTest, SpeaksJsonToTheRest) {
  const http::Response response =
      WrongServiceResponse({"POST", "/applications", {{"content-type", "application/json"}}, "{}"},
                           "emr-serverless", "id-1");
  EXPECT_EQ(StringOr(ParseJson(response.body).value(), "__type"), "InvalidSignatureException");
  EXPECT_THAT(response.headers,
              testing::Contains(testing::Pair("x-amzn-ErrorType", "InvalidSignatureException")));
}

TEST(WrongServiceResponseTest, EscapesTheNameOfTheService) {
  const http::Response response = WrongServiceResponse(
      {"POST", "/", {{"content-type", "application/x-www-form-urlencoded"}}, ""}, "<script>&\n",
      "id-1");
  EXPECT_THAT(response.body, HasSubstr("&lt;script&gt;&amp;"));
  EXPECT_EQ(response.body.find("<script>"), std::string::npos);
  EXPECT_LT(WrongService(std::string(9999, 'x')).message.size(), 500U);
}

}  // namespace
}  // namespace ecm::endpoint
