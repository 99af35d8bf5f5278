#include "aws/sigv4.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "aws/digest.h"

namespace ecm {
namespace {

using namespace std::chrono_literals;

const Credentials kKey{"AKIDEXAMPLE", "secret-of-the-example", ""};
const SigningScope kScope{"eu-west-1", "elasticmapreduce"};
const WallTime kNow = ParseIso8601("2026-11-23T21:30:45Z").value();

SignedParts Request() {
  return {"POST",
          "/",
          "",
          {{"Host", "127.0.0.1:8998"}, {"X-Amz-Target", "ElasticMapReduce.ListClusters"}},
          "{}"};
}

SignedParts Signed(const SignedParts& parts, const Credentials& key = kKey,
                   PathStyle style = PathStyle::kNormalized) {
  SignedParts whole = parts;
  for (auto& header : Sign(parts, key, kScope, kNow, style)) {
    whole.headers.push_back(std::move(header));
  }
  return whole;
}

std::string& HeaderOf(SignedParts& parts, std::string_view name) {
  return std::ranges::find(parts.headers, name, &std::pair<std::string, std::string>::first)
      ->second;
}

void Replace(std::string& text, std::string_view from, std::string_view to) {
  text.replace(text.find(from), from.size(), to);
}

/// "Code: message" of the refusal, "" where there is none.
std::string Refusal(const SignedParts& parts, WallTime now = kNow,
                    const std::vector<Credentials>& known = {kKey}) {
  const auto verified = Verify(parts, known, now);
  if (verified.has_value()) return "";
  EXPECT_EQ(verified.error().kind, ErrorKind::kAccessDenied);
  // Whatever was wrong: neither the secret nor what would have been right.
  for (const Credentials& key : known) {
    EXPECT_FALSE(verified.error().message.contains(key.secret_access_key));
    EXPECT_TRUE(key.session_token.empty() || !verified.error().message.contains(key.session_token));
  }
  const std::string& message = verified.error().message;
  for (std::size_t begin = 0, size = 0; begin + size < message.size(); ++size) {
    if (!std::isxdigit(static_cast<unsigned char>(message[begin + size]))) {
      begin += size + 1;
      size = 0;
    }
    EXPECT_LT(size, 60U) << message;
  }
  return verified.error().code + ": " + message;
}

TEST(SigV4Test, VerifiesWhatItSigned) { EXPECT_EQ(Refusal(Signed(Request())), ""); }

TEST(SigV4Test, FindsTheKeyAmongSeveral) {
  const auto verified = Verify(Signed(Request()), {{"AKIDOTHER", "x", ""}, kKey}, kNow);
  ASSERT_TRUE(verified.has_value());
  EXPECT_EQ(verified->access_key_id, "AKIDEXAMPLE");
  EXPECT_EQ(verified->date, "20261123");
  EXPECT_EQ(verified->scope.region, "eu-west-1");
  EXPECT_EQ(verified->scope.service, "elasticmapreduce");
  EXPECT_EQ(verified->signed_headers,
            (std::vector<std::string>{"host", "x-amz-date", "x-amz-target"}));
}

TEST(SigV4Test, TheSameRequestMayComeAgainWithinFifteenMinutesOfEitherSide) {
  const SignedParts request = Signed(Request());
  EXPECT_EQ(Refusal(request, kNow), "");
  EXPECT_EQ(Refusal(request, kNow + 15min), "");
  EXPECT_EQ(Refusal(request, kNow - 15min), "");
  EXPECT_EQ(Refusal(request, kNow + 15min + 1s),
            "InvalidSignatureException: the request was signed at 20261123T213045Z, more than 15 "
            "minutes before 20261123T214546Z here: check the clock");
  EXPECT_EQ(Refusal(request, kNow - 15min - 1s),
            "InvalidSignatureException: the request was signed at 20261123T213045Z, more than 15 "
            "minutes after 20261123T211544Z here: check the clock");
}

TEST(SigV4Test, AnUnsignedRequestIsToldSo) {
  EXPECT_EQ(Refusal(Request()),
            "MissingAuthenticationTokenException: the request is not signed: it has no "
            "Authorization header");
}

TEST(SigV4Test, AnUnknownKeyIsToldByItsId) {
  EXPECT_EQ(
      Refusal(Signed(Request()), kNow, {}),
      "UnrecognizedClientException: the access key AKIDEXAMPLE is not one that is known here");
  EXPECT_EQ(Refusal(Signed(Request(), {"AKID\x1b[31m", "s", ""})),
            "UnrecognizedClientException: the access key AKID\\x1b[31m is not one that is known "
            "here");
}

TEST(SigV4Test, AnotherSecretIsRefused) {
  EXPECT_TRUE(Refusal(Signed(Request(), {"AKIDEXAMPLE", "guess", ""}))
                  .starts_with("InvalidSignatureException: the signature is not that of"));
}

TEST(SigV4Test, TheSignatureIsComparedToItsLastDigit) {
  SignedParts request = Signed(Request());
  char& last = HeaderOf(request, "authorization").back();
  last = last == '0' ? '1' : '0';
  EXPECT_TRUE(Refusal(request).starts_with("InvalidSignatureException"));
}

TEST(SigV4Test, HostAndOperationMustBeCovered) {
  SignedParts without_host = Request();
  without_host.headers.erase(without_host.headers.begin());
  without_host = Signed(without_host);
  without_host.headers.emplace_back("host", "127.0.0.1");
  EXPECT_EQ(Refusal(without_host),
            "InvalidSignatureException: the signature does not cover the header host");

  SignedParts without_target = Request();
  without_target.headers.pop_back();
  without_target = Signed(without_target);
  EXPECT_EQ(Refusal(without_target), "");
  without_target.headers.emplace_back("x-amz-target", "ElasticMapReduce.TerminateJobFlows");
  EXPECT_EQ(Refusal(without_target),
            "InvalidSignatureException: the signature does not cover the header x-amz-target");
}

TEST(SigV4Test, AHeaderThatIsSignedMustBeThere) {
  SignedParts request = Request();
  request.headers.emplace_back("my-header", "");
  request = Signed(request);
  EXPECT_EQ(Refusal(request), "");
  std::erase_if(request.headers, [](const auto& header) { return header.first == "my-header"; });
  EXPECT_EQ(Refusal(request),
            "InvalidSignatureException: the signature covers the header my-header, which the "
            "request does not have");
}

TEST(SigV4Test, AnAddedValueOfASignedHeaderIsNoticed) {
  SignedParts request = Signed(Request());
  request.headers.emplace_back("X-AMZ-TARGET", "ElasticMapReduce.TerminateJobFlows");
  EXPECT_TRUE(Refusal(request).starts_with("InvalidSignatureException"));
}

TEST(SigV4Test, TheDayOfTheCredentialIsTheDayOfTheRequest) {
  SignedParts request = Signed(Request());
  Replace(HeaderOf(request, "authorization"), "/20261123/", "/20261122/");
  EXPECT_EQ(Refusal(request),
            "InvalidSignatureException: the credential is for the day 20261122, the request was "
            "signed on 20261123");
}

TEST(SigV4Test, ARequestHasOneWellFormedDate) {
  SignedParts request = Signed(Request());
  request.headers.emplace_back("X-Amz-Date", "20261123T213045Z");
  EXPECT_TRUE(
      Refusal(request).starts_with("IncompleteSignatureException: a signed request has one"));
  for (const char* date : {"", "2026-11-23T21:30:45Z", "20261123T213045", "20261332T213045Z",
                           "20261123T2130-5Z", "20261123T213045+"}) {
    request = Signed(Request());
    HeaderOf(request, "x-amz-date") = date;
    EXPECT_EQ(Refusal(request),
              "IncompleteSignatureException: the X-Amz-Date header is not a time like "
              "20261123T213045Z")
        << date;
  }
}

TEST(SigV4Test, ASessionTokenBelongsToItsKey) {
  const Credentials session{"ASIAEXAMPLE", "session-secret", "the-token"};
  SignedParts request = Signed(Request(), session);
  EXPECT_EQ(Refusal(request, kNow, {session}), "");
  EXPECT_EQ(Refusal(request, kNow, {{"ASIAEXAMPLE", "session-secret", "another-t"}}),
            "UnrecognizedClientException: the session token is not the one of the access key "
            "ASIAEXAMPLE");
  EXPECT_NE(Refusal(request, kNow, {{"ASIAEXAMPLE", "session-secret", ""}}), "");
  EXPECT_NE(Refusal(Signed(Request(), {"ASIAEXAMPLE", "session-secret", ""}), kNow, {session}), "");
  HeaderOf(request, "x-amz-security-token") = "the-tokem";
  EXPECT_TRUE(Refusal(request, kNow, {session}).starts_with("InvalidSignatureException"));
}

TEST(SigV4Test, ATokenThatWasAddedAfterSigningIsTaken) {
  const Credentials session{"ASIAEXAMPLE", "session-secret", "the-token"};
  SignedParts request = Signed(Request(), {"ASIAEXAMPLE", "session-secret", ""});
  request.headers.emplace_back("X-Amz-Security-Token", "the-token");
  EXPECT_EQ(Refusal(request, kNow, {session}), "");
}

TEST(SigV4Test, TheBodyIsAlwaysCovered) {
  SignedParts request = Signed(Request(), kKey, PathStyle::kAsIs);
  EXPECT_EQ(HeaderOf(request, "x-amz-content-sha256"), HexSha256("{}"));
  EXPECT_EQ(Refusal(request), "");
  HeaderOf(request, "x-amz-content-sha256") = "UNSIGNED-PAYLOAD";
  EXPECT_EQ(Refusal(request),
            "InvalidSignatureException: the X-Amz-Content-Sha256 header is not the hash of the "
            "body");
}

TEST(SigV4Test, SigningAgainReplacesWhatTheFirstSigningAdded) {
  const SignedParts once = Signed(Request());
  EXPECT_EQ(Sign(once, kKey, kScope, kNow), Sign(Request(), kKey, kScope, kNow));
}

TEST(SigV4Test, EscapesOfAQueryMeanTheSameInEitherCase) {
  SignedParts request = Request();
  request.query = "b=%2f&a=x+y&&c&a=%7e";
  request = Signed(request);
  request.query = "a=~&a=x%2By&b=%2F&c=";
  EXPECT_EQ(Refusal(request), "");
}

TEST(ParseAuthorizationTest, ReadsOneInAnySpacingAndOrder) {
  const std::string signature(64, 'a');
  for (const std::string& text :
       {"AWS4-HMAC-SHA256 Credential=A/20261123/r/s/aws4_request, SignedHeaders=a;b, Signature=" +
            signature,
        "AWS4-HMAC-SHA256   Signature=" + signature +
            ",SignedHeaders=a;b,Credential=A/20261123/r/s/aws4_request "}) {
    const auto parsed = ParseAuthorization(text);
    ASSERT_TRUE(parsed.has_value()) << text;
    EXPECT_EQ(parsed->access_key_id, "A");
    EXPECT_EQ(parsed->date, "20261123");
    EXPECT_EQ(parsed->scope.region, "r");
    EXPECT_EQ(parsed->scope.service, "s");
    EXPECT_EQ(parsed->signed_headers, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(parsed->signature, signature);
  }
}

TEST(ParseAuthorizationTest, AKeyIdMayHoldSlashes) {
  const auto parsed = ParseAuthorization(
      "AWS4-HMAC-SHA256 Credential=A/B/20261123/r/s/aws4_request, "
      "SignedHeaders=a, Signature=" +
      std::string(64, '0'));
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->access_key_id, "A/B");
}

TEST(ParseAuthorizationTest, WhatIsNoneIsNone) {
  const std::string whole =
      "AWS4-HMAC-SHA256 Credential=A/20261123/r/s/aws4_request, SignedHeaders=a;b, Signature=" +
      std::string(64, 'a');
  ASSERT_TRUE(ParseAuthorization(whole).has_value());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(ParseAuthorization(whole.substr(0, size)).has_value()) << size;
  }
  const std::pair<const char*, const char*> edits[] = {
      {"AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256"},
      {"AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"},
      {"AWS4-HMAC-SHA256", "Bearer"},
      {"Credential=A/", "Credential=/"},
      {"Credential=A/", "Credential="},
      {"/20261123/", "/2026112/"},
      {"/20261123/", "/2026112x/"},
      {"/r/s/", "//s/"},
      {"/r/s/", "/r//"},
      {"aws4_request", "aws5_request"},
      {"a;b", ""},
      {"a;b", "a;"},
      {"a;b", "b;a"},
      {"a;b", "a;a"},
      {"a;b", "A;b"},
      {"SignedHeaders=a;b", "SignedHeaders=a;b, SignedHeaders=a;b"},
      {"SignedHeaders=a;b", "Unknown=1, SignedHeaders=a;b"},
      {"Signature=a", "Signature=A"},
      {"Signature=a", "Signature=aa"},
      {"Signature=a", "Signature=g"},
      {", Signature", " Signature"}};
  for (const auto& [from, to] : edits) {
    std::string edited = whole;
    Replace(edited, from, to);
    EXPECT_FALSE(ParseAuthorization(edited).has_value()) << edited;
    SignedParts request = Request();
    request.headers.emplace_back("Authorization", edited);
    EXPECT_TRUE(Refusal(request).starts_with("IncompleteSignatureException: the Authorization"));
  }
  std::string many = "a00";
  for (int i = 1; i <= 64; ++i) many += fmt::format(";a{:02}", i);
  std::string edited = whole;
  Replace(edited, "a;b", many.substr(0, many.size() - 4));
  EXPECT_TRUE(ParseAuthorization(edited).has_value());
  edited = whole;
  Replace(edited, "a;b", many);
  EXPECT_FALSE(ParseAuthorization(edited).has_value());
  SignedParts twice = Signed(Request());
  twice.headers.push_back(twice.headers.back());
  EXPECT_TRUE(Refusal(twice).starts_with("IncompleteSignatureException: the Authorization"));
}

TEST(SigningKeysTest, BelongToOneSecretDayRegionAndService) {
  SigningKeys keys;
  const SigningScope scope{"eu-west-1", "states"};
  const auto key = keys.For("secret", "20260102", scope);
  EXPECT_NE(keys.For("another", "20260102", scope), key);
  EXPECT_NE(keys.For("secret", "20260103", scope), key);
  EXPECT_NE(keys.For("secret", "20260102", {"eu-west-2", "states"}), key);
  EXPECT_NE(keys.For("secret", "20260102", {"eu-west-1", "sns"}), key);
  EXPECT_EQ(keys.For("secret", "20260102", scope), key);
  for (int day = 10; day < 30; ++day) keys.For("secret", "202601" + std::to_string(day), scope);
  EXPECT_EQ(keys.For("secret", "20260102", scope), key) << "made anew";
}

}  // namespace
}  // namespace ecm
