#include "diagnose/redact.h"

#include <gtest/gtest.h>

namespace ecm {
namespace {

TEST(RedactSecretsTest, HidesWhatLooksLikeACredential) {
  EXPECT_EQ(RedactSecrets("key AKIAIOSFODNN7EXAMPLE in use"), "key [redacted] in use");
  EXPECT_EQ(RedactSecrets("PASSWORD=hunter2&user=x"), "PASSWORD=[redacted]&user=x");
  EXPECT_EQ(RedactSecrets("aws_secret_access_key: abc/def"), "aws_secret_access_key: [redacted]");
  EXPECT_EQ(RedactSecrets("{\"db.password\": \"s3\"}"), "{\"db.password\": \"[redacted]\"}");
  EXPECT_EQ(RedactSecrets("Authorization: Bearer abc.def"), "Authorization: [redacted]");
  EXPECT_EQ(RedactSecrets("jdbc:x://me:pw@host/db"), "jdbc:x://[redacted]@host/db");
}

TEST(RedactSecretsTest, LeavesOtherTextAlone) {
  for (const char* text : {"no secrets here", "s3://bucket/key@x", "the token was lost",
                           "ValueError: bad", "https://host:80/a@b"}) {
    EXPECT_EQ(RedactSecrets(text), text);
  }
}

}  // namespace
}  // namespace ecm
