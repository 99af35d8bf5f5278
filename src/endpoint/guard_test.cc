#include "endpoint/guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "endpoint/wire.h"

namespace ecm::endpoint {
namespace {

using testing::HasSubstr;
using Headers = std::vector<std::pair<std::string, std::string>>;

constexpr WallTime kNow{std::chrono::seconds{1767323045}};
const Service kEmr{"ElasticMapReduce", "elasticmapreduce", "1.1", nullptr};

http::Request Post(Headers headers) { return {"POST", "/", std::move(headers), "{}"}; }

http::Request Json11() {
  return Post({{"host", "127.0.0.1:8367"}, {"content-type", "application/x-amz-json-1.1"}});
}

std::string CredentialOf(const std::string& region, const std::string& service) {
  return "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/" + region + "/" + service +
         "/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=" +
         std::string(64, 'a');
}

/// What CheckOrigin says of these headers; "" where it lets them in.
std::string Origin(Headers headers, const Access& access = {}) {
  const auto checked = CheckOrigin(Post(std::move(headers)), access);
  return checked ? "" : checked.error().message;
}

TEST(HostNameTest, LeavesThePortOut) {
  EXPECT_EQ(HostName("127.0.0.1:8367"), "127.0.0.1");
  EXPECT_EQ(HostName("LocalHost"), "localhost");
  EXPECT_EQ(HostName("[::1]:8367"), "::1");
  EXPECT_EQ(HostName("[::1]"), "::1");
}

TEST(HostNameTest, KnowsWhatIsNoHost) {
  for (const std::string_view text :
       {"", "[::1", "[::1]8367", "localhost:port", "localhost:1:2", "localhost:123456", "::1"}) {
    EXPECT_EQ(HostName(text), "") << text;
  }
}

TEST(CheckOriginTest, LetsClientsAndOurOwnPagesIn) {
  EXPECT_EQ(Origin({{"host", "127.0.0.1:8367"}}), "");
  EXPECT_EQ(Origin({{"host", "localhost"}}), "");
  EXPECT_EQ(Origin({{"host", "[::1]:1"}}), "");
  EXPECT_EQ(Origin({{"host", "LOCALHOST:8367"}, {"origin", "http://localhost:8367"}}), "");
  EXPECT_EQ(Origin({{"host", "localhost:8367"}, {"sec-fetch-site", "same-origin"}}), "");
  EXPECT_EQ(Origin({{"host", "localhost:8367"}, {"sec-fetch-site", "none"}}), "");
}

TEST(CheckOriginTest, RefusesANameThatIsNotOurs) {
  EXPECT_THAT(Origin({{"host", "evil.example:8367"}}), HasSubstr("which is not this server"));
  EXPECT_THAT(Origin({{"host", "127.0.0.1.evil.example"}}), HasSubstr("not this server"));
  EXPECT_THAT(Origin({{"host", "localhost."}}), HasSubstr("not this server"));
  EXPECT_THAT(Origin({{"host", ""}}), HasSubstr("not this server"));
  EXPECT_THAT(Origin({}), HasSubstr("0 Host headers"));
  EXPECT_THAT(Origin({{"host", "localhost"}, {"host", "evil.example"}}), HasSubstr("2 Host"));
}

TEST(CheckOriginTest, RefusesPagesOfOtherOrigins) {
  for (const std::string origin :
       {"http://evil.example", "null", "https://localhost:8367", "http://localhost:3000",
        "http://127.0.0.1:8367", "http://localhost", "file://", ""}) {
    EXPECT_THAT(Origin({{"host", "localhost:8367"}, {"origin", origin}}),
                HasSubstr("pages of other origins"))
        << origin;
  }
  EXPECT_THAT(Origin({{"host", "localhost:8367"},
                      {"origin", "http://localhost:8367"},
                      {"origin", "http://evil.example"}}),
              HasSubstr("pages of other origins"));
}

TEST(CheckOriginTest, RefusesLinksOfOtherSites) {
  for (const std::string site : {"cross-site", "same-site", "", "CROSS-SITE"}) {
    EXPECT_THAT(Origin({{"host", "localhost:8367"}, {"sec-fetch-site", site}}),
                HasSubstr("another site"))
        << site;
  }
}

TEST(CheckOriginTest, TellsHostileNamesOnOneLine) {
  const std::string message = Origin({{"host", "a\x1b[31m\nb" + std::string(5000, 'x')}});
  EXPECT_EQ(message.find('\n'), std::string::npos);
  EXPECT_EQ(message.find('\x1b'), std::string::npos);
  EXPECT_LT(message.size(), 500U);
}

TEST(CheckOriginTest, LeavesTheNameToTheSignatureWhereThereAreKeys) {
  Access access;
  access.keys.emplace();
  EXPECT_EQ(Origin({{"host", "build-7.example:8367"}}, access), "");
  EXPECT_NE(Origin({{"host", "build-7.example"}, {"origin", "http://evil.example"}}, access), "");
}

TEST(CheckCallTest, TakesAwsJsonOnly) {
  EXPECT_TRUE(CheckCall(Json11()).has_value());
  EXPECT_TRUE(CheckCall(Post({{"content-type", "application/x-amz-json-1.0; charset=utf-8"}})));
  for (const std::string type :
       {"", "text/plain", "text/plain; x=application/x-amz-json-1.1",
        "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json",
        "text/plain, application/x-amz-json-1.1"}) {
    const auto checked = CheckCall(Post({{"content-type", type}}));
    ASSERT_FALSE(checked.has_value()) << type;
    EXPECT_EQ(HttpStatus(checked.error()), 415U) << type;
  }
  EXPECT_FALSE(CheckCall(Post({})).has_value());
  EXPECT_FALSE(CheckCall(Post({{"content-type", "application/x-amz-json-1.1"},
                               {"content-type", "text/plain"}}))
                   .has_value());
}

TEST(CheckCallTest, RefusesOtherMethodsAndPaths) {
  for (const std::string method : {"OPTIONS", "PUT", "DELETE", "PATCH", "post"}) {
    http::Request request = Json11();
    request.method = method;
    const auto checked = CheckCall(request);
    ASSERT_FALSE(checked.has_value()) << method;
    EXPECT_EQ(HttpStatus(checked.error()), 405U) << method;
  }
  http::Request request = Json11();
  request.target = "/applications";
  const auto checked = CheckCall(request);
  ASSERT_FALSE(checked.has_value());
  EXPECT_EQ(HttpStatus(checked.error()), 404U);
}

TEST(CheckSignatureTest, TakesTheRegionOfTheCredentialScope) {
  http::Request request = Json11();
  EXPECT_EQ(CheckSignature(request, kEmr, {}, Region("us-east-1"), kNow).value().str(),
            "us-east-1");
  request.headers.emplace_back("authorization", CredentialOf("eu-west-1", "elasticmapreduce"));
  EXPECT_EQ(CheckSignature(request, kEmr, {}, Region("us-east-1"), kNow).value().str(),
            "eu-west-1");
}

TEST(CheckSignatureTest, TakesAnyBearerForUnsigned) {
  http::Request request = Json11();
  request.headers.emplace_back("authorization", "Basic bG9jYWw6bG9jYWw=");
  EXPECT_EQ(CheckSignature(request, kEmr, {}, Region("us-east-1"), kNow).value().str(),
            "us-east-1");
}

TEST(CheckSignatureTest, RefusesScopesThatDoNotFit) {
  const auto refusal = [](const std::string& header) {
    http::Request request = Json11();
    request.headers.emplace_back("authorization", header);
    const auto checked = CheckSignature(request, kEmr, {}, Region("us-east-1"), kNow);
    EXPECT_FALSE(checked.has_value()) << header;
    if (checked) return std::string();
    EXPECT_EQ(HttpStatus(checked.error()), 403U);
    return checked.error().code + ": " + checked.error().message;
  };
  EXPECT_EQ(refusal(CredentialOf("eu-west-1", "states")),
            "InvalidSignatureException: Credential should be scoped to correct service: "
            "'elasticmapreduce'.");
  EXPECT_THAT(refusal("AWS4-HMAC-SHA256 nonsense"), HasSubstr("IncompleteSignatureException"));
  const std::vector<std::string> regions{"..", "EU-WEST-1", "a:b", "-x", std::string(33, 'a')};
  for (const std::string& region : regions) {
    EXPECT_THAT(refusal(CredentialOf(region, "elasticmapreduce")), HasSubstr("valid region"))
        << region;
  }
}

class SignedCallTest : public testing::Test {
 protected:
  SignedCallTest() { access.keys = {{"AKIDEXAMPLE", "secret", ""}, {"AKIDOTHER", "other", ""}}; }

  http::Request SignedBy(const Credentials& credentials, WallTime at = kNow) {
    http::Request request = Json11();
    const SigningScope scope{"eu-west-1", "elasticmapreduce"};
    for (auto& [name, value] :
         Sign({"POST", "/", "", request.headers, request.body}, credentials, scope, at)) {
      request.headers.emplace_back(name, value);
    }
    return request;
  }

  std::string Code(const http::Request& request) {
    const auto region = CheckSignature(request, kEmr, access, Region("us-east-1"), kNow);
    return region ? region->str() : region.error().code;
  }

  Access access;
};

TEST_F(SignedCallTest, LetsEitherKeyIn) {
  EXPECT_EQ(Code(SignedBy({"AKIDEXAMPLE", "secret", ""})), "eu-west-1");
  EXPECT_EQ(Code(SignedBy({"AKIDOTHER", "other", ""})), "eu-west-1");
}

TEST_F(SignedCallTest, RefusesEverybodyElse) {
  EXPECT_EQ(Code(Json11()), "MissingAuthenticationTokenException");
  EXPECT_EQ(Code(SignedBy({"AKIDNOBODY", "secret", ""})), "UnrecognizedClientException");
  EXPECT_EQ(Code(SignedBy({"AKIDEXAMPLE", "other", ""})), "InvalidSignatureException");
  EXPECT_EQ(Code(SignedBy({"AKIDEXAMPLE", "secret", ""}, kNow - std::chrono::minutes{16})),
            "InvalidSignatureException");
}

TEST_F(SignedCallTest, RefusesABodyThatWasChanged) {
  http::Request request = SignedBy({"AKIDEXAMPLE", "secret", ""});
  request.body = "{\"JobFlowIds\":[]}";
  EXPECT_EQ(Code(request), "InvalidSignatureException");
}

TEST_F(SignedCallTest, RefusesAnotherHost) {
  http::Request request = SignedBy({"AKIDEXAMPLE", "secret", ""});
  request.headers.front().second = "localhost:8367";
  EXPECT_EQ(Code(request), "InvalidSignatureException");
}

TEST(AddPageHeadersTest, LetsNothingRunOrBeFramed) {
  http::Response response;
  AddPageHeaders(response);
  std::string all;
  for (const auto& [name, value] : response.headers) all += name + ": " + value + "\n";
  EXPECT_THAT(all, HasSubstr("Content-Security-Policy: default-src 'none';"));
  EXPECT_THAT(all, HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(all, HasSubstr("X-Content-Type-Options: nosniff"));
  EXPECT_THAT(all, HasSubstr("Cache-Control: no-store"));
  EXPECT_THAT(all, HasSubstr("Referrer-Policy: no-referrer"));
  EXPECT_EQ(all.find("unsafe"), std::string::npos);
  EXPECT_EQ(all.find("script-src"), std::string::npos);
}

}  // namespace
}  // namespace ecm::endpoint
