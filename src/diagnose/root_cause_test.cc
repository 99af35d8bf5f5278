#include "diagnose/root_cause.h"

#include <gtest/gtest.h>

namespace ecm {
namespace {

TEST(FindRootCauseTest, TakesTheExceptionOfTheLastTraceback) {
  EXPECT_EQ(FindRootCause("26/11/22 INFO SparkContext: Running\n"
                          "Traceback (most recent call last):\n"
                          "  File \"a.py\", line 1, in <module>\n"
                          "    1/0\n"
                          "ZeroDivisionError: division by zero\n"
                          "\n"
                          "During handling of the above exception, another exception occurred:\n"
                          "\n"
                          "Traceback (most recent call last):\n"
                          "  File \"a.py\", line 3, in <module>\n"
                          "ValueError: bad input\n"
                          "26/11/22 INFO ShutdownHookManager: Shutdown hook called\n"),
            "ValueError: bad input");
}

TEST(FindRootCauseTest, TakesTheDeepestCauseOfAJavaException) {
  EXPECT_EQ(FindRootCause("Exception in thread \"main\" java.lang.RuntimeException: outer\n"
                          "\tat org.apache.Foo.bar(Foo.java:1)\n"
                          "Caused by: java.io.IOException: middle\n"
                          "Caused by: java.net.ConnectException: Connection refused\n"
                          "\t... 12 more\n"),
            "java.net.ConnectException: Connection refused");
  EXPECT_EQ(FindRootCause("Exception in thread \"main\" org.apache.spark.SparkException: no jar\n"
                          "\tat x\n"),
            "org.apache.spark.SparkException: no jar");
}

TEST(FindRootCauseTest, ATracebackThatIsCutOffNamesNothing) {
  EXPECT_EQ(FindRootCause("Traceback (most recent call last):\n  File \"a.py\"\n"), "");
  EXPECT_EQ(FindRootCause(""), "");
  EXPECT_EQ(FindRootCause("all is well\n"), "");
}

TEST(FindRootCauseTest, IsOneTameLine) {
  const std::string cause =
      FindRootCause("Traceback (most recent call last):\nE: \x1b[2J" + std::string(5000, 'x'));
  EXPECT_TRUE(cause.starts_with("E: \\x1b[2J"));
  EXPECT_LE(cause.size(), 1000U);
}

TEST(FindPythonExceptionTest, DoesNotTakeWhatTheJobPrintsForACause) {
  EXPECT_EQ(FindPythonException("checked: no Exception, no Error: fine\n"), "");
  EXPECT_EQ(
      FindPythonException("rows: 3\nTraceback (most recent call last):\n  F\nKeyError: 'a'\n"),
      "KeyError: 'a'");
}

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
