#include "job/uris.h"

#include <gtest/gtest.h>

namespace ecm {
namespace {

TEST(ExplainS3UriTest, AcceptsObjectsOfTheThreeSchemes) {
  for (const char* good : {"s3://code/words.py", "s3a://my.code-1/a/b_c-d.e=f+g@h~i.py",
                           "s3n://abc/x", "s3://123/..x", "s3://code/...", "s3://code/.hidden/x"}) {
    EXPECT_EQ(ExplainS3Uri(good), "") << good;
  }
}

TEST(ExplainS3UriTest, RefusesWhatLeavesTheBucketOrMeansSomethingElse) {
  for (const char* bad : {"",
                          "words.py",
                          "/etc/passwd",
                          "file:///etc/passwd",
                          "http://code/words.py",
                          "S3://code/words.py",
                          "--conf",
                          "-c",
                          "s3://code",
                          "s3://code/",
                          "s3://",
                          "s3:///key",
                          "s3://ab/x",
                          "s3://Code/x",
                          "s3://my_code/x",
                          "s3://a..b/x",
                          "s3://-code/x",
                          "s3://code-/x",
                          "s3://10.0.0.1/x",
                          "s3://code/../x",
                          "s3://code/a/../../x",
                          "s3://code/./x",
                          "s3://code/a/..",
                          "s3://code//x",
                          "s3://code/a//b",
                          "s3://code/a/",
                          "s3://code/a b",
                          "s3://code/a,s3://b/c",
                          "s3://code/a#b",
                          "s3://code/a?b",
                          "s3://code/*.py",
                          "s3://code/{a,b}",
                          "s3://code/a\nb",
                          "s3://code/a%2e",
                          "s3://code/$(id)",
                          "s3://code/`id`",
                          "s3://code/a;b",
                          "s3://code/ä",
                          "s3://user:pw@code/x",
                          "s3://code:80/x",
                          " s3://code/x"}) {
    EXPECT_NE(ExplainS3Uri(bad), "") << bad;
  }
}

TEST(ExplainS3UriTest, SaysThatALeadingDashWouldBeAnOption) {
  EXPECT_EQ(ExplainS3Uri("--class"), "begins with '-': spark-submit would take it for an option");
}

TEST(BucketOfTest, TakesANameOrTheAddressOfABucket) {
  EXPECT_EQ(BucketOf("my-logs"), "my-logs");
  EXPECT_EQ(BucketOf("s3://my-logs"), "my-logs");
  EXPECT_EQ(BucketOf("s3a://my-logs/"), "my-logs");
  for (const char* bad : {"", "my-logs/", "s3://my-logs/path", "s3://", "s3:///", "s3://my-logs//",
                          "My-Logs", "http://my-logs", "my logs", "192.168.0.1"}) {
    EXPECT_EQ(BucketOf(bad), "") << bad;
  }
}

}  // namespace
}  // namespace ecm
