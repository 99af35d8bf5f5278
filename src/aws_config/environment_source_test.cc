#include <gtest/gtest.h>

#include "aws_config/credentials.h"
#include "env/testing/sim_env.h"

namespace ecm::aws_config {
namespace {

using Variables = std::map<std::string, std::string>;

Result<ResolvedCredentials> Get(const Variables& variables) {
  const MapEnvironment environment(variables);
  return MakeEnvironmentCredentials(environment)->Get();
}

TEST(EnvironmentCredentialsTest, TakesBothKeysAndTheToken) {
  const auto found = Get({{"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"},
                          {"AWS_SECRET_ACCESS_KEY", "hidden"},
                          {"AWS_SESSION_TOKEN", "token"}});
  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_EQ(found->credentials.access_key_id, "AKIDEXAMPLE");
  EXPECT_EQ(found->credentials.secret_access_key, "hidden");
  EXPECT_EQ(found->credentials.session_token, "token");
  EXPECT_EQ(found->source, "environment");
  EXPECT_FALSE(found->expires.has_value());
}

TEST(EnvironmentCredentialsTest, KnowsTheTokensOlderNameAndAnExpiration) {
  const auto found = Get({{"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"},
                          {"AWS_SECRET_ACCESS_KEY", "hidden"},
                          {"AWS_SESSION_TOKEN", "new"},
                          {"AWS_SECURITY_TOKEN", "old"},
                          {"AWS_CREDENTIAL_EXPIRATION", "2026-01-02T03:04:05Z"}});
  EXPECT_EQ(found->credentials.session_token, "old");
  EXPECT_EQ(ToIso8601(found->expires.value()), "2026-01-02T03:04:05.000Z");
}

TEST(EnvironmentCredentialsTest, ReadsTheVariablesAnewEachTime) {
  struct Changing : Environment {
    std::optional<std::string> Get(const std::string& name) const override {
      if (name == "AWS_ACCESS_KEY_ID") return "AKID" + std::to_string(++asked);
      return name == "AWS_SECRET_ACCESS_KEY" ? std::optional<std::string>("hidden") : std::nullopt;
    }
    mutable int asked = 0;
  } environment;
  const auto provider = MakeEnvironmentCredentials(environment);
  EXPECT_EQ(provider->Get()->credentials.access_key_id, "AKID1");
  EXPECT_EQ(provider->Get()->credentials.access_key_id, "AKID2");
  provider->Forget();
  EXPECT_EQ(provider->Get()->credentials.access_key_id, "AKID3");
}

TEST(EnvironmentCredentialsTest, SaysWhatIsMissing) {
  const auto message = [](const Variables& variables) {
    const auto found = Get(variables);
    EXPECT_FALSE(found.has_value());
    EXPECT_EQ(found.error().kind, ErrorKind::kAccessDenied);
    return found.error().message;
  };
  EXPECT_EQ(message({}), "no AWS credentials in the environment: AWS_ACCESS_KEY_ID is not set");
  EXPECT_EQ(message(Variables{{"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"}}),
            "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not; set both or none");
  EXPECT_EQ(message({{"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"},
                     {"AWS_SECRET_ACCESS_KEY", "hidden"},
                     {"AWS_CREDENTIAL_EXPIRATION", "tomorrow"}}),
            "AWS_CREDENTIAL_EXPIRATION is not a time such as 2026-01-02T03:04:05Z");
}

}  // namespace
}  // namespace ecm::aws_config
