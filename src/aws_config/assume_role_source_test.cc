#include <gtest/gtest.h>

#include "aws_config/testing/scripted_world.h"

namespace ecm::aws_config {
namespace {

constexpr const char* kBase =
    "[profile base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = hidden\n";
constexpr const char* kRole = "role_arn = arn:aws:iam::123456789012:role/Deploy\n";

/// The profile "dev" of these lines, in eu-west-1.
void UseDev(ScriptedWorld& world, const std::string& lines) {
  world.Config(std::string(kBase) + "[profile dev]\n" + lines);
  world.variables["AWS_PROFILE"] = "dev";
  world.variables["AWS_REGION"] = "eu-west-1";
}

TEST(AssumeRoleTest, SignsWithTheKeysOfTheSourceProfile) {
  ScriptedWorld world;
  UseDev(world, std::string(kRole) +
                    "source_profile = base\nexternal_id = a&b\nrole_session_name = me\n"
                    "duration_seconds = 900\n");
  world.AnswerSts("AssumeRole", "ASIAROLE");
  const auto got = world.Get();
  ASSERT_TRUE(got.has_value()) << got.error().message;
  EXPECT_EQ(got->credentials.access_key_id, "ASIAROLE");
  EXPECT_EQ(got->credentials.secret_access_key, "sts/secret");
  EXPECT_EQ(got->credentials.session_token, "sts+token==");
  EXPECT_EQ(got->expires, world.clock.Wall() + std::chrono::hours{1});
  EXPECT_EQ(got->source, "profile dev (role_arn)");
  ASSERT_EQ(world.http.requests().size(), 1U);
  const HttpRequest& request = world.http.requests().front();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/");
  EXPECT_EQ(request.origin.host, "sts.eu-west-1.amazonaws.com");
  EXPECT_EQ(request.body,
            "Action=AssumeRole&Version=2011-06-15"
            "&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2FDeploy&RoleSessionName=me"
            "&ExternalId=a%26b&DurationSeconds=900");
  EXPECT_EQ(HeaderOf(request, "content-type"), "application/x-www-form-urlencoded; charset=utf-8");
}

TEST(AssumeRoleTest, SendsASignatureThatHolds) {
  ScriptedWorld world;
  UseDev(world, std::string(kRole) + "source_profile = base\n");
  world.AnswerSts("AssumeRole", "ASIAROLE");
  ASSERT_TRUE(world.Get().has_value());
  const HttpRequest& request = world.http.requests().front();
  const auto verified = Verify({.method = request.method,
                                .path = request.target,
                                .query = "",
                                .headers = request.headers,
                                .body = request.body},
                               {{"AKIDBASE", "hidden", ""}}, world.clock.Wall());
  ASSERT_TRUE(verified.has_value()) << verified.error().message;
  EXPECT_EQ(verified->scope.region, "eu-west-1");
  EXPECT_EQ(verified->scope.service, "sts");
  EXPECT_NE(request.body.find("RoleSessionName=emr-cluster-manager-1767323045"), std::string::npos);
}

TEST(AssumeRoleTest, TakesTheRolesOfSourceProfilesFirst) {
  ScriptedWorld world;
  UseDev(world,
         "role_arn = arn:last\nsource_profile = middle\n"
         "[profile middle]\nrole_arn = arn:first\nsource_profile = base\n");
  world.AnswerSts("AssumeRole", "ASIAFIRST");
  world.AnswerSts("AssumeRole", "ASIALAST");
  EXPECT_EQ(world.Get()->credentials.access_key_id, "ASIALAST");
  ASSERT_EQ(world.http.requests().size(), 2U);
  EXPECT_NE(world.http.requests()[0].body.find("arn%3Afirst"), std::string::npos);
  EXPECT_NE(HeaderOf(world.http.requests()[0], "authorization").find("AKIDBASE/"),
            std::string::npos);
  EXPECT_NE(world.http.requests()[1].body.find("arn%3Alast"), std::string::npos);
  EXPECT_NE(HeaderOf(world.http.requests()[1], "authorization").find("ASIAFIRST/"),
            std::string::npos);
  EXPECT_EQ(HeaderOf(world.http.requests()[1], "x-amz-security-token"), "sts+token==");
}

TEST(AssumeRoleTest, LetsAProfileGiveItsOwnKeys) {
  ScriptedWorld world;
  UseDev(world, std::string(kRole) +
                    "source_profile = dev\naws_access_key_id = AKIDOWN\n"
                    "aws_secret_access_key = hidden\n");
  world.AnswerSts("AssumeRole", "ASIAROLE");
  EXPECT_EQ(world.Get()->credentials.access_key_id, "ASIAROLE");
  EXPECT_NE(HeaderOf(world.http.requests()[0], "authorization").find("AKIDOWN/"),
            std::string::npos);
}

TEST(AssumeRoleTest, TakesKeysOfANamedPlace) {
  ScriptedWorld world;
  UseDev(world, std::string(kRole) + "credential_source = Environment\n");
  world.overrides.profile = "dev";
  world.variables["AWS_ACCESS_KEY_ID"] = "AKIDENVIRONMENT";
  world.variables["AWS_SECRET_ACCESS_KEY"] = "hidden";
  world.AnswerSts("AssumeRole", "ASIAROLE");
  EXPECT_EQ(world.Get()->credentials.access_key_id, "ASIAROLE");
  EXPECT_NE(HeaderOf(world.http.requests()[0], "authorization").find("AKIDENVIRONMENT/"),
            std::string::npos);
}

TEST(AssumeRoleTest, GoesToTheConfiguredStsButNotToTheCommandLinesUrl) {
  ScriptedWorld world;
  UseDev(world, std::string(kRole) + "source_profile = base\n");
  world.overrides.endpoint_url = "http://127.0.0.1:1";
  world.AnswerSts("AssumeRole", "ASIAROLE");
  ASSERT_TRUE(world.Get().has_value());
  EXPECT_EQ(world.http.requests()[0].origin.host, "sts.eu-west-1.amazonaws.com");
  world.variables["AWS_ENDPOINT_URL_STS"] = "http://127.0.0.1:2/";
  world.AnswerSts("AssumeRole", "ASIAROLE");
  ASSERT_TRUE(world.Get().has_value());
  EXPECT_EQ(world.http.requests()[1].origin.port, 2);
}

std::string MessageOf(const std::string& lines) {
  ScriptedWorld world;
  UseDev(world, lines);
  const auto got = world.Get();
  if (got) return "got " + got->source;
  EXPECT_EQ(got.error().kind, ErrorKind::kAccessDenied);
  EXPECT_TRUE(world.http.requests().empty());
  return got.error().message;
}

TEST(AssumeRoleTest, SaysWhatIsWrongWithAProfile) {
  const std::string role = kRole;
  EXPECT_EQ(MessageOf(role),
            "profile dev: its role_arn needs source_profile or credential_source: whose keys may "
            "take the role?");
  EXPECT_EQ(MessageOf(role + "source_profile = base\ncredential_source = Environment\n"),
            "profile dev: it has both source_profile and credential_source; keep one");
  EXPECT_EQ(MessageOf(role + "source_profile = gone\n"),
            "profile dev: its source_profile \"gone\" does not exist");
  EXPECT_EQ(MessageOf(role + "source_profile = empty\n[profile empty]\n"),
            "profile dev: its source_profile \"empty\" has no credentials");
  EXPECT_EQ(MessageOf(role + "credential_source = environment\n"),
            "profile dev: its credential_source \"environment\" is none of Environment, "
            "EcsContainer and Ec2InstanceMetadata");
  EXPECT_EQ(MessageOf(role + "credential_source = Environment\n"),
            "profile dev: its credential_source Environment gave nothing: AWS_ACCESS_KEY_ID is not "
            "set");
  EXPECT_EQ(MessageOf(role + "source_profile = base\nduration_seconds = 1h\n"),
            "profile dev: its duration_seconds is no number of seconds");
}

TEST(AssumeRoleTest, SaysThatNobodyCanBeAskedForACode) {
  EXPECT_EQ(MessageOf(std::string(kRole) + "source_profile = base\nmfa_serial = arn:aws:mfa/me\n"),
            "profile dev: its role asks for a code of the MFA device arn:aws:mfa/me, and nobody "
            "can be asked for one here; get temporary keys with `aws sts assume-role "
            "--serial-number … --token-code …` and put them into the environment");
}

TEST(AssumeRoleTest, NoticesACircle) {
  EXPECT_EQ(MessageOf("role_arn = a\nsource_profile = dev\n"),
            "profile dev: source_profile leads in a circle: dev → dev; one of them needs keys");
  EXPECT_EQ(MessageOf("role_arn = a\nsource_profile = x\n[profile x]\nrole_arn = b\n"
                      "source_profile = y\n[profile y]\nrole_arn = c\nsource_profile = x\n"),
            "profile dev: source_profile leads in a circle: dev → x → y → x; one of them needs "
            "keys");
}

TEST(AssumeRoleTest, WantsARegionForSts) {
  ScriptedWorld world;
  UseDev(world, std::string(kRole) + "source_profile = base\n");
  world.variables.erase("AWS_REGION");
  EXPECT_EQ(world.Message(),
            "profile dev (role_arn): AssumeRole needs the endpoint of STS: no region: give "
            "--region, set AWS_REGION, or write region into the profile");
}

TEST(AssumeRoleTest, RepeatsWhatStsSaid) {
  ScriptedWorld world;
  UseDev(world, std::string(kRole) + "source_profile = base\n");
  world.RefuseSts(403, "AccessDenied", "User: arn:aws:iam::1:user/me is not authorized; hidden");
  const auto got = world.Get();
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().kind, ErrorKind::kAccessDenied);
  EXPECT_EQ(got.error().code, "AccessDenied");
  EXPECT_EQ(got.error().message,
            "profile dev (role_arn): STS refused AssumeRole with AccessDenied: User: "
            "arn:aws:iam::1:user/me is not authorized; …");
}

TEST(AssumeRoleTest, TriesOnceMoreWhenStsDoesNotAnswer) {
  ScriptedWorld world;
  UseDev(world, std::string(kRole) + "source_profile = base\n");
  world.http.Refuse(ErrorKind::kUnknownOutcome, "connection reset");
  world.AnswerSts("AssumeRole", "ASIAROLE");
  EXPECT_TRUE(world.Get().has_value());
  world.http.Answer(503, "busy");
  world.AnswerSts("AssumeRole", "ASIAROLE");
  EXPECT_TRUE(world.Get().has_value());
  EXPECT_EQ(world.http.requests().size(), 4U);
}

TEST(AssumeRoleTest, IsUnavailableWithoutAnAnswerOfUse) {
  ScriptedWorld world;
  UseDev(world, std::string(kRole) + "source_profile = base\n");
  const auto message = [&] {
    const auto got = world.Get();
    EXPECT_FALSE(got.has_value());
    EXPECT_EQ(got.error().kind, ErrorKind::kUnavailable);
    return got.error().message;
  };
  world.http.Refuse(ErrorKind::kUnavailable, "no route");
  world.http.Refuse(ErrorKind::kUnavailable, "no route to host");
  EXPECT_EQ(message(), "profile dev (role_arn): STS did not answer AssumeRole: no route to host");
  world.http.Answer(500, "");
  world.http.Answer(502, "<html>");
  EXPECT_EQ(message(),
            "profile dev (role_arn): STS refused AssumeRole with HTTP status 502: it said no more");
  world.RefuseSts(400, "Throttling", "Rate exceeded");
  EXPECT_EQ(message(),
            "profile dev (role_arn): STS refused AssumeRole with Throttling: Rate exceeded");
  for (const std::string& body : {std::string(), std::string("{}"), std::string("<a"),
                                  std::string("<AssumeRoleResponse/>"), std::string(40000, '<')}) {
    world.http.Answer(200, body);
    EXPECT_EQ(message(), "the answer of profile dev (role_arn) has no AccessKeyId");
  }
}

}  // namespace
}  // namespace ecm::aws_config
