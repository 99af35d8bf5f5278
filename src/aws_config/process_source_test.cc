#include <gtest/gtest.h>

#include "aws_config/testing/scripted_world.h"

namespace ecm::aws_config {
namespace {

constexpr const char* kAnswer =
    R"({"Version": 1, "AccessKeyId": "ASIAPROCESS", "SecretAccessKey": "hidden",
        "SessionToken": "token", "Expiration": "2026-01-02T04:04:05Z"})";

void UseCommand(ScriptedWorld& world, const std::string& command) {
  world.Config("[default]\ncredential_process = " + command + "\n");
}

TEST(CredentialProcessTest, RunsTheCommandWithoutAShell) {
  ScriptedWorld world;
  UseCommand(world, R"("/opt/my tool" --for 'a b' $HOME;x)");
  world.programs.Answer(ProgramOutput{.exit_code = 0, .out = kAnswer, .err = ""});
  const auto got = world.Get();
  ASSERT_TRUE(got.has_value()) << got.error().message;
  EXPECT_EQ(got->credentials.access_key_id, "ASIAPROCESS");
  EXPECT_EQ(got->credentials.secret_access_key, "hidden");
  EXPECT_EQ(got->credentials.session_token, "token");
  EXPECT_EQ(ToIso8601(got->expires.value()), "2026-01-02T04:04:05.000Z");
  EXPECT_EQ(got->source, "profile default (credential_process)");
  EXPECT_EQ(world.programs.runs(),
            (std::vector<std::vector<std::string>>{{"/opt/my tool", "--for", "a b", "$HOME;x"}}));
}

TEST(CredentialProcessTest, TakesKeysThatLast) {
  ScriptedWorld world;
  UseCommand(world, "tool");
  world.programs.Answer(ProgramOutput{
      .exit_code = 0,
      .out = R"({"Version": 1, "AccessKeyId": "AKIDPROCESS", "SecretAccessKey": "hidden"})",
      .err = ""});
  const auto got = world.Get();
  ASSERT_TRUE(got.has_value()) << got.error().message;
  EXPECT_FALSE(got->expires.has_value());
  EXPECT_EQ(got->credentials.session_token, "");
}

TEST(CredentialProcessTest, StandsBetweenTheKeysOfTheTwoFiles) {
  ScriptedWorld world;
  world.Config(
      "[default]\ncredential_process = tool\naws_access_key_id = AKIDCONFIG\n"
      "aws_secret_access_key = hidden\n");
  world.programs.Answer(ProgramOutput{.exit_code = 0, .out = kAnswer, .err = ""});
  EXPECT_EQ(world.Get()->credentials.access_key_id, "ASIAPROCESS");
  world.CredentialsFile(
      "[default]\naws_access_key_id = AKIDFILE\naws_secret_access_key = hidden\n");
  EXPECT_EQ(world.Get()->credentials.access_key_id, "AKIDFILE");
}

TEST(CredentialProcessTest, SaysWhatWentWrongWithoutASecret) {
  const auto message = [](Result<ProgramOutput> output, ErrorKind kind) {
    ScriptedWorld world;
    UseCommand(world, "tool --secret hidden");
    world.programs.Answer(std::move(output));
    const auto got = world.Get();
    EXPECT_FALSE(got.has_value());
    EXPECT_EQ(got.error().kind, kind);
    EXPECT_EQ(got.error().message.find("hidden"), std::string::npos) << got.error().message;
    return got.error().message;
  };
  const std::string begin = "profile default (credential_process): ";
  EXPECT_EQ(
      message(Fail(ErrorKind::kNotFound, "no tool --secret hidden"), ErrorKind::kAccessDenied),
      begin + "there is no program tool");
  EXPECT_EQ(message(Fail(ErrorKind::kUnavailable, "tool ran for 60 s"), ErrorKind::kUnavailable),
            begin + "no answer: tool ran for 60 s");
  EXPECT_EQ(message(Fail(ErrorKind::kInvalidJob, "cannot run tool"), ErrorKind::kAccessDenied),
            begin + "no answer: cannot run tool");
  EXPECT_EQ(message(ProgramOutput{.exit_code = 3,
                                  .out = "hidden",
                                  .err = "hidden\nno session AKIAIOSFODNN7EXAMPLE, log in\n\n"},
                    ErrorKind::kAccessDenied),
            begin + "tool ended with 3: no session …, log in");
  EXPECT_EQ(
      message(ProgramOutput{.exit_code = 137, .out = "", .err = ""}, ErrorKind::kAccessDenied),
      begin + "tool ended with 137");
  for (const char* out : {"", "hidden", "[1]", "{\"a\":"}) {
    EXPECT_EQ(
        message(ProgramOutput{.exit_code = 0, .out = out, .err = ""}, ErrorKind::kAccessDenied),
        begin + "tool did not write one JSON object");
  }
  for (const char* out : {"{}", R"({"Version": 2})", R"({"Version": "1"})"}) {
    EXPECT_EQ(
        message(ProgramOutput{.exit_code = 0, .out = out, .err = ""}, ErrorKind::kAccessDenied),
        begin + "tool did not write \"Version\": 1, the only one there is");
  }
  EXPECT_EQ(message(ProgramOutput{.exit_code = 0,
                                  .out = R"({"Version": 1, "SecretAccessKey": "hidden"})",
                                  .err = ""},
                    ErrorKind::kUnavailable),
            "the answer of profile default (credential_process) has no AccessKeyId");
  EXPECT_EQ(message(ProgramOutput{.exit_code = 0,
                                  .out = R"({"Version": 1, "AccessKeyId": "A",
                                             "SecretAccessKey": "hidden", "Expiration": "soon"})",
                                  .err = ""},
                    ErrorKind::kUnavailable),
            "the Expiration that profile default (credential_process) answered is no time");
}

TEST(CredentialProcessTest, RefusesACommandWithAnOpenQuote) {
  ScriptedWorld world;
  UseCommand(world, "tool 'hidden");
  EXPECT_EQ(world.Message(),
            "profile default (credential_process): a quote in the command is not closed");
  EXPECT_TRUE(world.programs.runs().empty());
}

}  // namespace
}  // namespace ecm::aws_config
