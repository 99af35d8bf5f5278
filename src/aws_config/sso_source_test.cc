#include <gtest/gtest.h>

#include "aws_config/testing/scripted_world.h"

namespace ecm::aws_config {
namespace {

// SHA-1 of "corp" and of "https://corp.example/start", as the AWS CLI names its files.
constexpr const char* kTokenOfSession =
    "/h/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";
constexpr const char* kTokenOfUrl =
    "/h/.aws/sso/cache/f7c9b39d0b4c7a7d82c79307585f77e1c5e74378.json";
constexpr const char* kToken =
    R"({"accessToken": "hidden-token", "expiresAt": "2026-01-02T04:04:05Z"})";
constexpr const char* kSession =
    "[sso-session corp]\nsso_start_url = https://corp.example/start\nsso_region = us-east-2\n";
constexpr const char* kProfile =
    "[profile dev]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Ops Team\n";
constexpr const char* kKeys =
    R"({"roleCredentials": {"accessKeyId": "ASIASSO", "secretAccessKey": "hidden",
        "sessionToken": "hidden", "expiration": 1767326645000}})";

void UseSession(ScriptedWorld& world) {
  world.Config(std::string(kSession) + kProfile);
  world.variables["AWS_PROFILE"] = "dev";
  world.files.Put(kTokenOfSession, kToken);
}

std::string MessageOf(ScriptedWorld& world, ErrorKind kind = ErrorKind::kAccessDenied) {
  const auto got = world.Get();
  if (got) return "got " + got->source;
  EXPECT_EQ(got.error().kind, kind);
  EXPECT_EQ(got.error().message.find("hidden"), std::string::npos) << got.error().message;
  return got.error().message;
}

TEST(SsoTest, ChangesTheTokenOfTheLoginForKeys) {
  ScriptedWorld world;
  UseSession(world);
  world.http.Answer(200, kKeys);
  const auto got = world.Get();
  ASSERT_TRUE(got.has_value()) << got.error().message;
  EXPECT_EQ(got->credentials.access_key_id, "ASIASSO");
  EXPECT_EQ(got->credentials.session_token, "hidden");
  EXPECT_EQ(ToIso8601(got->expires.value()), "2026-01-02T04:04:05.000Z");
  EXPECT_EQ(got->source, "profile dev (SSO)");
  const HttpRequest& request = world.http.requests().front();
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.origin.host, "portal.sso.us-east-2.amazonaws.com");
  EXPECT_EQ(request.target, "/federation/credentials?role_name=Ops%20Team&account_id=123456789012");
  EXPECT_EQ(HeaderOf(request, "x-amz-sso_bearer_token"), "hidden-token");
}

TEST(SsoTest, KnowsProfilesWithoutASession) {
  ScriptedWorld world;
  world.Config(
      "[profile dev]\nsso_start_url = https://corp.example/start\nsso_region = us-east-2\n"
      "sso_account_id = 123456789012\nsso_role_name = Ops\n");
  world.variables["AWS_PROFILE"] = "dev";
  world.files.Put(kTokenOfUrl,
                  R"({"accessToken": "hidden", "expiresAt": "2026-01-02T04:04:05UTC"})");
  world.http.Answer(200, kKeys);
  EXPECT_EQ(MessageOf(world), "got profile dev (SSO)");
}

TEST(SsoTest, AsksForALogin) {
  ScriptedWorld world;
  UseSession(world);
  world.files.Remove(kTokenOfSession);
  EXPECT_EQ(MessageOf(world),
            "profile dev (SSO): nobody has logged in; run `aws sso login --profile dev`");
  world.files.Put(kTokenOfSession,
                  R"({"accessToken": "hidden", "expiresAt": "2026-01-02T03:04:05Z"})");
  EXPECT_EQ(MessageOf(world),
            "profile dev (SSO): the login expired at 2026-01-02T03:04:05.000Z; run `aws sso login "
            "--profile dev`");
  for (const char* text : {"", "hidden", "{}", R"({"accessToken": 1})"}) {
    world.files.Put(kTokenOfSession, text);
    EXPECT_EQ(MessageOf(world), "profile dev (SSO): " + std::string(kTokenOfSession) +
                                    " holds no token; run `aws sso login --profile dev`");
  }
  world.files.Put(kTokenOfSession, R"({"accessToken": "hidden"})");
  EXPECT_EQ(MessageOf(world), "profile dev (SSO): " + std::string(kTokenOfSession) +
                                  " does not say when its token expires; run `aws sso login "
                                  "--profile dev`");
  EXPECT_TRUE(world.http.requests().empty());
  world.files.Put(kTokenOfSession, kToken);
  world.http.Answer(401, R"({"message": "Session token not found or invalid"})");
  EXPECT_EQ(MessageOf(world),
            "profile dev (SSO): the SSO portal does not take the login any more; run `aws sso "
            "login --profile dev`");
}

TEST(SsoTest, SaysThatTheTokenMayNotBeRead) {
  ScriptedWorld world;
  UseSession(world);
  world.files.Refuse(kTokenOfSession, {ErrorKind::kAccessDenied, "permission denied", ""});
  EXPECT_EQ(MessageOf(world), "profile dev (SSO): the token cannot be read: permission denied");
}

TEST(SsoTest, SaysWhatIsWrongWithTheProfile) {
  ScriptedWorld world;
  world.variables["AWS_PROFILE"] = "dev";
  world.Config(kProfile);
  EXPECT_EQ(MessageOf(world),
            "profile dev (SSO): there is no section [sso-session corp] in /h/.aws/config");
  world.Config(std::string(kSession) + kProfile + "sso_region = eu-west-1\n");
  EXPECT_EQ(MessageOf(world),
            "profile dev (SSO): its sso_region is another one than that of [sso-session corp]");
  world.Config("[profile dev]\nsso_account_id = 1\n");
  EXPECT_EQ(MessageOf(world),
            "profile dev (SSO): it lacks sso_region, sso_role_name, sso_start_url; run `aws "
            "configure sso`");
  world.Config("[sso-session corp]\nsso_start_url = u\nsso_region = a/b\n" + std::string(kProfile));
  world.files.Put(kTokenOfSession, kToken);
  EXPECT_EQ(MessageOf(world),
            "profile dev (SSO): its sso_region: \"a/b\" cannot be a region; one looks like "
            "eu-west-1");
}

TEST(SsoTest, SaysWhatThePortalRefused) {
  ScriptedWorld world;
  UseSession(world);
  world.http.Answer(403, R"({"message": "hidden"})");
  EXPECT_EQ(MessageOf(world),
            "profile dev (SSO): the SSO portal gives no keys for the role Ops Team in the account "
            "123456789012 (HTTP status 403); `aws sso list-account-roles` names those you may "
            "take");
  world.http.Answer(429, "");
  EXPECT_EQ(MessageOf(world, ErrorKind::kUnavailable),
            "profile dev (SSO): the SSO portal answered with HTTP status 429");
  world.http.Answer(500, "");
  world.http.Answer(503, "");
  EXPECT_EQ(MessageOf(world, ErrorKind::kUnavailable),
            "profile dev (SSO): the SSO portal answered with HTTP status 503");
  world.http.Refuse(ErrorKind::kUnavailable, "no route");
  world.http.Refuse(ErrorKind::kUnavailable, "no route");
  EXPECT_EQ(MessageOf(world, ErrorKind::kUnavailable),
            "profile dev (SSO): the SSO portal did not answer: no route");
  for (const char* body : {"", "{}", "hidden"}) {
    world.http.Answer(200, body);
    EXPECT_EQ(MessageOf(world, ErrorKind::kUnavailable),
              "profile dev (SSO): the SSO portal answered without credentials");
  }
  world.http.Answer(200,
                    R"({"roleCredentials": {"accessKeyId": "A", "secretAccessKey": "hidden"}})");
  EXPECT_EQ(MessageOf(world, ErrorKind::kUnavailable),
            "profile dev (SSO): the SSO portal's keys never expire");
}

}  // namespace
}  // namespace ecm::aws_config
