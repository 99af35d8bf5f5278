#include <gtest/gtest.h>

#include "aws_config/testing/golden.h"
#include "aws_config/testing/scripted_world.h"

namespace ecm::aws_config {
namespace {

constexpr const char* kKeys =
    "[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = hidden\n"
    "[dev]\naws_access_key_id = AKIDDEV\naws_secret_access_key = hidden\naws_session_token = t\n";

void SetEnvironmentKeys(ScriptedWorld& world) {
  world.variables["AWS_ACCESS_KEY_ID"] = "AKIDENVIRONMENT";
  world.variables["AWS_SECRET_ACCESS_KEY"] = "hidden";
}

std::string KeyOf(ScriptedWorld& world) {
  const auto got = world.Get();
  return got ? got->credentials.access_key_id : got.error().message;
}

TEST(CredentialsChainTest, TakesTheEnvironmentBeforeTheProfile) {
  ScriptedWorld world;
  world.CredentialsFile(kKeys);
  EXPECT_EQ(KeyOf(world), "AKIDDEFAULT");
  SetEnvironmentKeys(world);
  EXPECT_EQ(KeyOf(world), "AKIDENVIRONMENT");
  world.variables["AWS_PROFILE"] = "dev";
  EXPECT_EQ(KeyOf(world), "AKIDENVIRONMENT");
  world.overrides.profile = "dev";
  EXPECT_EQ(KeyOf(world), "AKIDDEV");
}

/// botocore's name of the place that gave credentials or the error.
std::string PlaceOf(const Result<ResolvedCredentials>& got) {
  const std::string text = got ? got->source : got.error().message;
  if (text.starts_with("no AWS credentials")) return "nothing";
  for (const auto& [sign, place] : std::map<std::string, std::string>{
           {"environment", "env"},
           {"web identity: the token cannot be read", "assume-role-with-web-identity"},
           {"container", "container-role"}}) {
    if (text.starts_with(sign)) return place;
  }
  for (const auto& [sign, place] : std::map<std::string, std::string>{
           {"(role_arn): STS did not answer", "assume-role"},
           {"(SSO): nobody has logged in", "sso"},
           {"(keys in /h/.aws/credentials)", "shared-credentials-file"},
           {"(credential_process)", "custom-process"},
           {"(keys in /h/.aws/config)", "config-file"}}) {
    if (text.contains(sign)) return place;
  }
  return got ? text : "error";
}

TEST(CredentialsChainTest, TakesThePlaceThatBotocoreTakes) {
  const JsonArray goldens = ReadGolden("places.json");
  EXPECT_EQ(goldens.size(), 300U);
  for (const Json& golden : goldens) {
    ScriptedWorld world;
    world.Config(StringOr(golden, "config"));
    world.CredentialsFile(StringOr(golden, "credentials"));
    for (const auto& [name, value] : Find(golden, "environment")->as_object()) {
      world.variables[name] = value.as_string();
    }
    world.overrides.profile = StringOr(golden, "profile");
    world.programs.Answer(
        ProgramOutput{.exit_code = 0,
                      .out = R"({"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "s"})",
                      .err = ""});
    const auto got = world.Get();
    EXPECT_EQ(PlaceOf(got), StringOr(golden, "place"))
        << ToPrettyText(golden) << (got ? got->source : got.error().message);
  }
}

TEST(CredentialsChainTest, SaysWhereKeysWereFound) {
  ScriptedWorld world;
  world.CredentialsFile(kKeys);
  world.variables["AWS_PROFILE"] = "dev";
  const auto got = world.Get();
  EXPECT_EQ(got->source, "profile dev (keys in /h/.aws/credentials)");
  EXPECT_EQ(got->credentials.session_token, "t");
  EXPECT_FALSE(got->expires.has_value());
}

TEST(CredentialsChainTest, NeverMixesTheKeysOfTwoFiles) {
  ScriptedWorld world;
  world.Config("[default]\naws_access_key_id = AKIDCONFIG\naws_secret_access_key = one\n");
  world.CredentialsFile("[default]\naws_secret_access_key = two\n");
  const auto got = world.Get();
  EXPECT_EQ(got->credentials.access_key_id, "AKIDCONFIG");
  EXPECT_EQ(got->credentials.secret_access_key, "one");
  EXPECT_EQ(got->source, "profile default (keys in /h/.aws/config)");
}

TEST(CredentialsChainTest, SaysThatHalfAPairIsMissing) {
  ScriptedWorld world;
  world.CredentialsFile("[default]\naws_access_key_id = AKIDDEFAULT\n");
  EXPECT_EQ(world.Message(),
            "the profile default of /h/.aws/credentials has only one of aws_access_key_id and "
            "aws_secret_access_key; write both there");
}

TEST(CredentialsChainTest, NamesEveryPlaceThatItTried) {
  ScriptedWorld world;
  EXPECT_EQ(world.Message(),
            "no AWS credentials. Tried: environment (AWS_ACCESS_KEY_ID is not set), web identity "
            "(AWS_WEB_IDENTITY_TOKEN_FILE is not set), profile default (not in /h/.aws/config or "
            "/h/.aws/credentials), container (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and _FULL_URI "
            "are not set), EC2 metadata (169.254.169.254 does not answer). Log in (`aws sso "
            "login`, `aws configure`), name another profile with --profile or AWS_PROFILE, or set "
            "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
  EXPECT_EQ(world.Get().error().kind, ErrorKind::kAccessDenied);
}

TEST(CredentialsChainTest, SaysWhatAProfileLacks) {
  ScriptedWorld world;
  world.variables["AWS_EC2_METADATA_DISABLED"] = "true";
  world.overrides.profile = "dev";
  world.Config("[profile dev]\nregion = eu-west-1\n");
  const std::string message = world.Message();
  EXPECT_EQ(message.substr(0, message.find("), ")),
            "no AWS credentials. Tried: profile dev (no keys, role_arn, web_identity_token_file, "
            "sso_session or credential_process in /h/.aws/config or /h/.aws/credentials");
  world.Config("[profile dev]\nlogin_session = arn:me\n");
  EXPECT_NE(world.Message().find("(its login_session, of `aws login`, is not supported)"),
            std::string::npos);
}

TEST(CredentialsChainTest, StopsAtAPlaceThatIsBroken) {
  ScriptedWorld world;
  world.CredentialsFile(kKeys);
  world.variables["AWS_ACCESS_KEY_ID"] = "AKIDENVIRONMENT";
  EXPECT_EQ(world.Message(),
            "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not; set both or none");
}

TEST(CredentialsChainTest, TakesARoleOfTheProfileBeforeWebIdentity) {
  ScriptedWorld world;
  world.CredentialsFile(kKeys);
  world.Config("[profile role]\nrole_arn = arn:role\nsource_profile = dev\n");
  world.variables["AWS_PROFILE"] = "role";
  world.variables["AWS_REGION"] = "eu-west-1";
  world.variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/var/token";
  world.variables["AWS_ROLE_ARN"] = "arn:web";
  world.AnswerSts("AssumeRole", "ASIAROLE");
  EXPECT_EQ(KeyOf(world), "ASIAROLE");
  world.variables["AWS_PROFILE"] = "dev";
  world.files.Put("/var/token", "token");
  world.AnswerSts("AssumeRoleWithWebIdentity", "ASIAWEB");
  EXPECT_EQ(KeyOf(world), "ASIAWEB");
}

TEST(CredentialsChainTest, TakesKeysBeforeTheContainersAndThoseBeforeTheInstances) {
  ScriptedWorld world;
  world.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/";
  world.http.Answer(200, R"({"AccessKeyId": "ASIACONTAINER", "SecretAccessKey": "s", "Token": "t",
                             "Expiration": "2026-01-02T04:04:05Z"})");
  EXPECT_EQ(KeyOf(world), "ASIACONTAINER");
  world.CredentialsFile(kKeys);
  EXPECT_EQ(KeyOf(world), "AKIDDEFAULT");
  EXPECT_EQ(world.http.requests().size(), 1U);
}

TEST(CredentialsChainTest, FetchesAnewWhatAServiceRefused) {
  ScriptedWorld world;
  world.CredentialsFile(kKeys);
  world.Config("[profile role]\nrole_arn = arn:role\nsource_profile = dev\nregion = eu-west-1\n");
  world.overrides.profile = "role";
  const auto chain = world.Chain();
  world.AnswerSts("AssumeRole", "ASIA1");
  EXPECT_EQ(chain->Get()->credentials.access_key_id, "ASIA1");
  EXPECT_EQ(chain->Get()->credentials.access_key_id, "ASIA1");
  chain->Forget();
  world.AnswerSts("AssumeRole", "ASIA2");
  EXPECT_EQ(chain->Get()->credentials.access_key_id, "ASIA2");
}

TEST(CredentialsChainTest, WritesNoSecretIntoItsLog) {
  ScriptedWorld world;
  world.CredentialsFile("[dev]\naws_access_key_id = AKIDDEV\naws_secret_access_key = hidden\n");
  world.Config("[profile role]\nrole_arn = arn:role\nsource_profile = dev\nregion = eu-west-1\n");
  world.overrides.profile = "role";
  const auto chain = world.Chain();
  world.AnswerSts("AssumeRole", "ASIA1");
  ASSERT_TRUE(chain->Get().has_value());
  world.clock.Advance(std::chrono::minutes{50});
  world.RefuseSts(403, "AccessDenied", "hidden sts/secret sts+token==");
  ASSERT_TRUE(chain->Get().has_value()) << "the old ones still work";
  ASSERT_EQ(world.log.lines().size(), 1U);
  EXPECT_EQ(world.log.lines()[0].find("hidden"), std::string::npos) << world.log.lines()[0];
}

}  // namespace
}  // namespace ecm::aws_config
