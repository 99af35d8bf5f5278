#include "endpoint/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "env/testing/sim_env.h"

namespace ecm::endpoint {
namespace {

using testing::HasSubstr;
using Headers = std::vector<std::pair<std::string, std::string>>;

/// Two services that say what they were asked.
class EndpointTest : public testing::Test {
 protected:
  static ServiceCall Echo(const char* name) {
    return [name](const Region& region, std::string_view operation,
                  const Json& request) -> Result<Json> {
      if (operation == "Fail") return Fail(ErrorKind::kInvalidJob, "no", "ValidationException");
      if (operation == "Break") return Fail(ErrorKind::kInternal, "a bug");
      if (operation == "Other") {
        return Fail(ErrorKind::kInvalidJob, "none such", "UnknownOperationException");
      }
      return Json(JsonObject{{"service", name},
                             {"region", region.str()},
                             {"operation", std::string(operation)},
                             {"request", request}});
    };
  }

  Endpoint Make(Access access = {}) {
    return {{{"ElasticMapReduce", "elasticmapreduce", "1.1", Echo("emr")},
             {"AWSStepFunctions", "states", "1.0", Echo("sfn")}},
            [](std::string_view target) -> std::optional<http::Response> {
              if (target != "/") return std::nullopt;
              return http::Response{200, {{"Content-Type", "text/html"}}, "<h1>page</h1>"};
            },
            std::move(access),
            Region("us-east-1"),
            clock,
            random};
  }

  static http::Request Call(const std::string& target, const std::string& body = "{}",
                            Headers more = {}) {
    http::Request request{"POST",
                          "/",
                          {{"host", "127.0.0.1:8367"},
                           {"content-type", "application/x-amz-json-1.1"},
                           {"x-amz-target", target}},
                          body};
    for (auto& header : more) request.headers.push_back(header);
    return request;
  }

  static std::string SignedFor(const std::string& service) {
    return "AWS4-HMAC-SHA256 Credential=AKID/20260102/eu-west-1/" + service +
           "/aws4_request, SignedHeaders=host;x-amz-date, Signature=" + std::string(64, '0');
  }

  static std::string Header(const http::Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
      if (key == name) return value;
    }
    return "";
  }

  /// "400 ValidationException"
  static std::string Outcome(const http::Response& response) {
    const auto body = ParseJson(response.body);
    return std::to_string(response.status) + " " + (body ? StringOr(*body, "__type") : "no JSON");
  }

  ManualClock clock;
  SeededRandom random{7};
};

/// One object in every bucket.
class OneObject : public StoredObjects {
 public:
  Result<std::uint64_t> SizeOf(const std::string& /*bucket*/, const std::string& key) override {
    if (key == "key") return std::uint64_t{5};
    return Fail(ErrorKind::kNotFound, "none");
  }
  Result<std::string> Read(const std::string& /*bucket*/, const std::string& /*key*/,
                           std::uint64_t /*offset*/, std::size_t /*size*/) override {
    return "bytes";
  }
  Result<std::vector<std::string>> ListKeys(const std::string& /*bucket*/,
                                            const std::string& /*prefix*/,
                                            std::size_t /*max_keys*/) override {
    return std::vector<std::string>{"key"};
  }
};

TEST_F(EndpointTest, ClientsOfS3ReadObjectsAndWriteNone) {
  OneObject objects;
  const Endpoint endpoint(
      {}, [](std::string_view) { return std::nullopt; }, {}, Region("r"), clock, random, &objects);
  const Headers headers{{"host", "localhost"}, {"authorization", SignedFor("s3")}};
  EXPECT_EQ(endpoint.Handle({"GET", "/bucket/key", headers, ""}).body, "bytes");
  EXPECT_EQ(endpoint.Handle({"GET", "/bucket/other", headers, ""}).status, 404U);
  EXPECT_EQ(endpoint.Handle({"PUT", "/bucket/key", headers, "x"}).status, 403U);
  EXPECT_EQ(endpoint.Handle({"GET", "/bucket/key", {{"host", "evil"}, headers[1]}, ""}).status,
            403U);
  Access keyed;
  keyed.keys = std::vector<Credentials>{{"AKID", "secret", ""}};
  const Endpoint closed(
      {}, [](std::string_view) { return std::nullopt; }, keyed, Region("r"), clock, random,
      &objects);
  EXPECT_EQ(closed.Handle({"GET", "/bucket/key", headers, ""}).status, 403U);
}

TEST_F(EndpointTest, TellsTheServicesApartByTheirTarget) {
  const Endpoint endpoint = Make();
  const auto emr = endpoint.Handle(Call("ElasticMapReduce.ListClusters", R"({"A":1})"));
  EXPECT_EQ(emr.status, 200U);
  EXPECT_EQ(
      emr.body,
      R"({"service":"emr","region":"us-east-1","operation":"ListClusters","request":{"A":1}})");
  EXPECT_EQ(Header(emr, "Content-Type"), "application/x-amz-json-1.1");
  const auto sfn = endpoint.Handle(
      Call("AWSStepFunctions.ListExecutions", "", {{"authorization", SignedFor("states")}}));
  EXPECT_THAT(sfn.body, HasSubstr(R"("service":"sfn","region":"eu-west-1")"));
  EXPECT_EQ(Header(sfn, "Content-Type"), "application/x-amz-json-1.0");
}

TEST_F(EndpointTest, GivesEachAnswerAnIdOfItsOwn) {
  const Endpoint endpoint = Make();
  const auto first = endpoint.Handle(Call("ElasticMapReduce.Fail"));
  const auto second = endpoint.Handle(Call("ElasticMapReduce.Fail"));
  EXPECT_EQ(Header(first, "x-amzn-RequestId").size(), 36U);
  EXPECT_NE(Header(first, "x-amzn-RequestId"), Header(second, "x-amzn-RequestId"));
}

TEST_F(EndpointTest, AnswersErrorsAsAwsDoes) {
  const Endpoint endpoint = Make();
  EXPECT_EQ(Outcome(endpoint.Handle(Call("ElasticMapReduce.Fail"))), "400 ValidationException");
  EXPECT_EQ(Outcome(endpoint.Handle(Call("ElasticMapReduce.Break"))),
            "500 InternalServerException");
  EXPECT_EQ(Outcome(endpoint.Handle(Call("ElasticMapReduce.Other"))),
            "404 UnknownOperationException");
  EXPECT_EQ(Outcome(endpoint.Handle(Call("DynamoDB_20120810.ListTables"))),
            "404 UnknownOperationException");
  EXPECT_EQ(Outcome(endpoint.Handle(Call("nonsense"))), "404 UnknownOperationException");
  EXPECT_EQ(Outcome(endpoint.Handle(Call(""))), "400 MissingAction");
  EXPECT_EQ(Outcome(endpoint.Handle(Call("ElasticMapReduce.ListClusters", "[1"))),
            "400 SerializationException");
}

TEST_F(EndpointTest, RefusesASignatureForAnotherService) {
  const Endpoint endpoint = Make();
  EXPECT_EQ(Outcome(endpoint.Handle(Call("ElasticMapReduce.ListClusters", "{}",
                                         {{"authorization", SignedFor("states")}}))),
            "403 InvalidSignatureException");
  const auto s3 = endpoint.Handle(
      {"GET", "/bucket", {{"host", "localhost"}, {"authorization", SignedFor("s3")}}, ""});
  EXPECT_EQ(s3.status, 403U);
  EXPECT_THAT(s3.body, HasSubstr("<Code>InvalidSignatureException</Code>"));
}

TEST_F(EndpointTest, RefusesBrowsersOfOtherOrigins) {
  const Endpoint endpoint = Make();
  EXPECT_EQ(Outcome(endpoint.Handle(
                Call("ElasticMapReduce.ListClusters", "{}", {{"origin", "http://evil.example"}}))),
            "403 AccessDeniedException");
  http::Request rebound = Call("ElasticMapReduce.ListClusters");
  rebound.headers.front().second = "evil.example:8367";
  EXPECT_EQ(Outcome(endpoint.Handle(rebound)), "403 AccessDeniedException");
}

TEST_F(EndpointTest, RefusesPreflightsWithoutCorsHeaders) {
  const Endpoint endpoint = Make();
  for (const std::string origin : {"http://evil.example", "http://localhost:8367"}) {
    const auto response = endpoint.Handle({"OPTIONS",
                                           "/",
                                           {{"host", "localhost:8367"},
                                            {"origin", origin},
                                            {"access-control-request-method", "POST"},
                                            {"access-control-request-headers", "x-amz-target"}},
                                           ""});
    EXPECT_GE(response.status, 400U) << origin;
    for (const auto& [name, value] : response.headers) {
      EXPECT_FALSE(name.starts_with("Access-Control")) << name;
    }
  }
}

TEST_F(EndpointTest, ShowsPagesWithTheirHeaders) {
  const Endpoint endpoint = Make();
  const auto page = endpoint.Handle({"GET", "/", {{"host", "localhost:8367"}}, ""});
  EXPECT_EQ(page.status, 200U);
  EXPECT_EQ(page.body, "<h1>page</h1>");
  EXPECT_THAT(Header(page, "Content-Security-Policy"), HasSubstr("default-src 'none'"));
  const auto none = endpoint.Handle({"GET", "/none", {{"host", "localhost:8367"}}, ""});
  EXPECT_EQ(none.status, 404U);
  EXPECT_NE(Header(none, "Content-Security-Policy"), "");
}

TEST_F(EndpointTest, ShowsNoPageToOtherSites) {
  const Endpoint endpoint = Make();
  const auto led = endpoint.Handle(
      {"GET", "/", {{"host", "localhost:8367"}, {"sec-fetch-site", "cross-site"}}, ""});
  EXPECT_EQ(led.status, 403U);
  EXPECT_EQ(led.body.find("<h1>"), std::string::npos);
  EXPECT_EQ(endpoint.Handle({"GET", "/", {{"host", "evil.example"}}, ""}).status, 403U);
}

TEST_F(EndpointTest, HidesPagesAndUnsignedCallsBehindKeys) {
  Access access;
  access.keys = {{"AKIDEXAMPLE", "secret", ""}};
  const Endpoint endpoint = Make(access);
  const auto page = endpoint.Handle({"GET", "/", {{"host", "localhost:8367"}}, ""});
  EXPECT_EQ(page.status, 403U);
  EXPECT_THAT(page.body, HasSubstr("without --keys"));
  EXPECT_EQ(Outcome(endpoint.Handle(Call("ElasticMapReduce.ListClusters"))),
            "403 MissingAuthenticationTokenException");
}

}  // namespace
}  // namespace ecm::endpoint
