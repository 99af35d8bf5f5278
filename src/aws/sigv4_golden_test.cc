#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "aws/digest.h"
#include "aws/sigv4.h"
#include "aws/sigv4_canonical.h"
#include "base/ascii.h"
#include "base/json.h"

// Signatures that others made: AWS's test suite, boto3 and botocore (tests/golden/sigv4/README.md).

namespace ecm {
namespace {

struct Golden {
  std::string name;
  SignedParts parts;
  Credentials credentials;
  SigningScope scope;
  WallTime time;
  std::string authorization;
  std::string canonical_request;  ///< "" where it was not told
};

WallTime TimeOf(const std::string& amz_date) {
  return ParseIso8601(amz_date.substr(0, 4) + "-" + amz_date.substr(4, 2) + "-" +
                      amz_date.substr(6, 5) + ":" + amz_date.substr(11, 2) + ":" +
                      amz_date.substr(13))
      .value();
}

/// Bodies are views of `json`.
std::vector<Golden> ReadGolden(const Json& json) {
  std::vector<Golden> all;
  for (const Json& entry : json.as_array()) {
    Golden golden{.name = StringOr(entry, "name"),
                  .parts = {StringOr(entry, "method"),
                            StringOr(entry, "path"),
                            StringOr(entry, "query"),
                            {},
                            Find(entry, "body")->as_string()},
                  .credentials = {Find(entry, {"key", "id"})->as_string().c_str(),
                                  Find(entry, {"key", "secret"})->as_string().c_str(),
                                  Find(entry, {"key", "token"})->as_string().c_str()},
                  .scope = {StringOr(entry, "region"), StringOr(entry, "service")},
                  .time = TimeOf(StringOr(entry, "time")),
                  .authorization = StringOr(entry, "authorization"),
                  .canonical_request = StringOr(entry, "canonical_request")};
    for (const Json& header : FindArray(entry, "headers")) {
      golden.parts.headers.emplace_back(header.at(0).as_string(), header.at(1).as_string());
    }
    all.push_back(std::move(golden));
  }
  return all;
}

Json ReadJson(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream("tests/golden/sigv4/" + file).rdbuf();
  return ParseJson(text.str()).value();
}

PathStyle StyleOf(const Golden& golden) {
  return golden.scope.service == "s3" ? PathStyle::kAsIs : PathStyle::kNormalized;
}

/// The request as it goes out.
SignedParts WithSignature(const Golden& golden) {
  SignedParts whole = golden.parts;
  std::erase_if(whole.headers, [](const auto& header) {
    const std::string name = ToLowerAscii(header.first);
    return name == "x-amz-date" || name == "x-amz-security-token";
  });
  for (auto& header :
       Sign(golden.parts, golden.credentials, golden.scope, golden.time, StyleOf(golden))) {
    whole.headers.push_back(std::move(header));
  }
  return whole;
}

class SigV4GoldenTest : public testing::TestWithParam<std::pair<const char*, std::size_t>> {
 protected:
  const Json json_ = ReadJson(GetParam().first);
  const std::vector<Golden> goldens_ = ReadGolden(json_);
};

TEST_P(SigV4GoldenTest, HasAllItsRequests) { EXPECT_EQ(goldens_.size(), GetParam().second); }

TEST_P(SigV4GoldenTest, SignsAsOthersDo) {
  for (const Golden& golden : goldens_) {
    const SignedParts whole = WithSignature(golden);
    EXPECT_EQ(whole.headers.back().first, "authorization");
    EXPECT_EQ(whole.headers.back().second, golden.authorization) << golden.name;
    if (golden.canonical_request.empty()) continue;
    EXPECT_EQ(CanonicalRequest(whole, ParseAuthorization(golden.authorization)->signed_headers,
                               HexSha256(golden.parts.body), StyleOf(golden)),
              golden.canonical_request)
        << golden.name;
  }
}

/// Twice in a row, and in an order in which every kept key is pushed out and comes back.
TEST_P(SigV4GoldenTest, SignsTheSameWithKeysThatAreKept) {
  SigningKeys keys;
  for (int round = 0; round < 2; ++round) {
    for (const Golden& golden : goldens_) {
      for (int time = 0; time < 2; ++time) {
        const auto added = Sign(golden.parts, golden.credentials, golden.scope, golden.time,
                                StyleOf(golden), &keys);
        EXPECT_EQ(added.back().second, golden.authorization) << golden.name;
      }
    }
  }
}

TEST_P(SigV4GoldenTest, VerifiesWhatOthersSigned) {
  for (const Golden& golden : goldens_) {
    const auto verified = Verify(WithSignature(golden), {golden.credentials}, golden.time);
    ASSERT_TRUE(verified.has_value()) << golden.name << ": " << verified.error().message;
    EXPECT_EQ(verified->access_key_id, golden.credentials.access_key_id);
    EXPECT_EQ(verified->scope.region, golden.scope.region);
    EXPECT_EQ(verified->scope.service, golden.scope.service);
  }
}

TEST_P(SigV4GoldenTest, NoticesEveryChange) {
  for (const Golden& golden : goldens_) {
    const SignedParts whole = WithSignature(golden);
    const auto is_refused = [&golden](const SignedParts& changed) {
      const auto verified = Verify(changed, {golden.credentials}, golden.time);
      return !verified.has_value() && verified.error().code == "InvalidSignatureException";
    };
    SignedParts changed = whole;
    changed.method += "X";
    EXPECT_TRUE(is_refused(changed)) << golden.name;
    changed = whole;
    changed.path += "x";
    EXPECT_TRUE(is_refused(changed)) << golden.name;
    changed = whole;
    changed.query += "&zz=1";
    EXPECT_TRUE(is_refused(changed)) << golden.name;
    changed = whole;
    const std::string body = std::string(whole.body) + " ";
    changed.body = body;
    EXPECT_TRUE(is_refused(changed)) << golden.name;
    const auto authorization = ParseAuthorization(golden.authorization);
    for (const std::string& name : authorization->signed_headers) {
      changed = whole;
      for (auto& [other, value] : changed.headers) {
        if (ToLowerAscii(other) == name) value += "0";
      }
      const auto verified = Verify(changed, {golden.credentials}, golden.time);
      EXPECT_FALSE(verified.has_value()) << golden.name << " " << name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, SigV4GoldenTest,
                         testing::Values(std::pair("suite.json", 34U), std::pair("sdk.json", 8U),
                                         std::pair("random.json", 200U)),
                         [](const auto& param) {
                           const std::string file = param.param.first;
                           return file.substr(0, file.find('.'));
                         });

}  // namespace
}  // namespace ecm
