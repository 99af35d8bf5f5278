#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "aws_client/service_client.h"
#include "aws_config/testing/map_files.h"
#include "env/real/real_env.h"
#include "http/client.h"

namespace ecm::aws_client {

/// The keys that the test which started the server knows too.
class TestKeys : public aws_config::CredentialsProvider {
 public:
  Result<aws_config::ResolvedCredentials> Get() override {
    return aws_config::ResolvedCredentials{
        {"AKIDPROOF", "proof-secret", "proof-token"}, {}, "test"};
  }
  void Forget() override {}
};

/// A client over real sockets of what AWS_ENDPOINT_URL names.
class RealClient {
 public:
  /// "": of the environment's endpoint.
  explicit RealClient(const std::string& endpoint_url = "")
      : client(Settings(endpoint_url), RetryPolicy{}, {*http, keys, clock, random, log}) {}

  static const Region& Here() {
    static const Region region("eu-west-1");
    return region;
  }
  static std::string Variable(const std::string& name) {
    const auto value = ProcessEnvironment().Get(name);
    EXPECT_TRUE(value.has_value()) << name << " is not set: tests/aws starts this program";
    return value.value_or("");
  }
  /// The next request whose X-Amz-Target ends in this is passed on, and its answer lost.
  void LoseTheAnswerTo(const std::string& operation) { Plan("lose", operation); }
  /// The next such request never arrives.
  void LoseTheRequest(const std::string& operation) { Plan("drop", operation); }
  /// How many such requests there were in this process.
  std::int64_t RequestsOf(const std::string& operation) {
    return FindInt(Plan("count", operation), "count").value_or(-1);
  }

  SystemClock clock;
  SystemRandom random;
  StreamLog log{stderr, clock, LogLevel::kInfo};
  TestKeys keys;
  std::unique_ptr<HttpTransport> http = http::MakeHttpTransport({}, clock);

  ServiceClient client;

 private:
  static aws_config::Settings Settings(const std::string& endpoint_url) {
    EXPECT_NE(Variable("AWS_ENDPOINT_URL"), "");
    auto settings =
        aws_config::ResolveSettings({.profile = "", .region = "", .endpoint_url = endpoint_url},
                                    ProcessEnvironment(), aws_config::MapFiles());
    EXPECT_TRUE(settings.has_value()) << settings.error().message;
    return std::move(settings).value();
  }
  Json Plan(const std::string& what, const std::string& operation) {
    HttpRequest request;
    request.origin = ParseHttpUrl(Variable("AWS_ENDPOINT_URL")).value().origin;
    request.target = "/__proof/" + what + "/" + operation;
    const auto response = http->Send(request);
    EXPECT_TRUE(response.has_value()) << response.error().message;
    return response.has_value() ? ParseJson(response->body).value_or(nullptr) : nullptr;
  }
};

}  // namespace ecm::aws_client
