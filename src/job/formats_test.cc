#include "job/formats.h"

#include <gtest/gtest.h>

#include <string>

namespace ecm {
namespace {

using Predicate = bool (*)(std::string_view);

void Expect(Predicate is, std::initializer_list<std::string_view> good,
            std::initializer_list<std::string_view> bad) {
  for (const std::string_view text : good) EXPECT_TRUE(is(text)) << text;
  for (const std::string_view text : bad) EXPECT_FALSE(is(text)) << text;
}

TEST(FormatsTest, KnowsReleases) {
  Expect(IsRelease, {"emr-7.5.0", "emr-5.27.0", "emr-7.10.12", "emr-10.0.0"},
         {"", "emr-", "7.5.0", "emr-7.5", "emr-7.5.0 ", "emr-7.5.0\n", "emr-07.5.0", "emr-0.5.0",
          "emr-7.05.0", "emr-7..0", "emr-x.5.0", "EMR-7.5.0", "emr-7.5.0.1", "emr-777.5.0"});
}

TEST(FormatsTest, KnowsMemoryFrom512Megabytes) {
  Expect(IsMemory, {"512M", "512m", "999m", "1000M", "999999M", "1G", "16g", "9999G", "1T", "9t"},
         {"", "G", "511M", "0G", "01G", "16", "16GB", "1.5G", "-1G", "10000G", "10T", "1000000M",
          "16 G", "16K", "1G\n", "99999999999999999999999M"});
}

TEST(FormatsTest, KnowsInstanceTypes) {
  Expect(IsInstanceType, {"m5.xlarge", "u-12tb1.112xlarge", "m7i-flex.large", "x2iedn.metal-32xl"},
         {"", "m5", "m5.", ".xlarge", "M5.xlarge", "m5.xlarge ", "5m.xlarge", "m5.x.large", "m5.-x",
          "m5 .xlarge"});
}

TEST(FormatsTest, KnowsRegionsBecauseTheyBecomeHostNames) {
  Expect(IsRegion,
         {"eu-west-1", "us-gov-east-1", "us-iso-east-1", "eusc-de-east-1", "mx-central-1"},
         {"", "eu-west", "eu-1", "eu-west-1.evil.com", "eu-west-1/", "eu-west-111", "EU-west-1",
          "eu--1", "eu-west-1\n", "local", "e-west-1", "abcde-west-1"});
}

TEST(FormatsTest, KnowsBucketNames) {
  Expect(IsBucketName, {"abc", "my-logs", "my.logs.1", "1.2.3", "1.2.3.4.5", "x--table-s3"},
         {"", "ab", "My-logs", "my_logs", "-logs", "logs-", ".logs", "a..b", "10.0.0.1", "a/b",
          std::string_view("a\0b", 3), "abc\n",
          "a123456789012345678901234567890123456789012345678901234567890123"});
}

TEST(FormatsTest, KnowsSubnets) {
  Expect(IsSubnet, {"subnet-0a1b2c3d", "subnet-0a1b2c3d4e5f60718"},
         {"", "subnet-", "subnet-xyz", "subnet-0A1B2C3D", "sg-0a1b2c3d",
          "subnet-0a1b2c3d4e5f607181", "subnet-0a1b2c3d,subnet-0a1b2c3e"});
}

TEST(FormatsTest, KnowsMavenCoordinates) {
  Expect(IsMavenCoordinate, {"org.apache.spark:spark-avro_2.12:3.5.1", "a:b:1", "g:a:1.0+build-2"},
         {"", "a", "a:b", "a:b:", "a:b:c:d", ":b:c", "a::c", "a:b:c,d:e:f", "--a:b:c", "a b:c:d",
          "a:b:[1,2)", "a:b:-1", "a:b:c\n"});
}

TEST(FormatsTest, KnowsNames) {
  Expect(IsJobName, {"a", "word count", "7 days", "a.b_c-d"},
         {"", " a", "a ", "-a", "--a", "a\nb", "a\tb", "a<b", "a$b", "a`b", "ä", "a/b"});
  Expect(IsNamespace, {"n", "word-count", "a.b", "A_1"},
         {"", "1a", ".a", "-a", "a b", "a=b", "a:b"});
  Expect(IsArgumentName, {"a", "1", "input_bucket", "a.b-c"}, {"", "-a", ".a", "a=b", "a b", "ä"});
  Expect(IsSparkKey, {"spark.a", "spark.hadoop.fs.s3a.impl"},
         {"", "spark.", "spark", "Spark.a", "spark.a=b", "spark.a b", "--conf", "hadoop.a"});
  Expect(IsApplication, {"Spark", "JupyterEnterpriseGateway", "spark-defaults"},
         {"", "1a", "Spark ", "Spark,Hive", "a/b"});
}

TEST(FormatsTest, KnowsRolesAndProfiles) {
  Expect(IsRole,
         {"EMR_DefaultRole", "a+b=c,d.e@f-g", "arn:aws:iam::123456789012:role/x/y/Role",
          "arn:aws-us-gov:iam::123456789012:role/Role"},
         {"", "a b", "a/b", "arn:aws:iam::12345:role/Role", "arn:aws:iam::123456789012:user/Role",
          "arn:aws:iam::123456789012:role/", "arn:aws:iam::123456789012:role//x",
          "arn:aws:iam::123456789012:instance-profile/x", "--role x"});
  Expect(IsInstanceProfile, {"P", "arn:aws:iam::123456789012:instance-profile/P"},
         {"arn:aws:iam::123456789012:role/P"});
}

TEST(FormatsTest, KeepsToTheCharactersThatEmrTakes) {
  Expect(IsXmlSafe, {"", "a\tb\nc\r", "ä€😀", "\x7F", "\xC2\x85"},
         {std::string_view("\0", 1), "\x01", "\x1B[2J", "\x0B", "\xEF\xBF\xBE", "\xEF\xBF\xBF",
          "\xED\xA0\x80", "\xC3", "\xFF", "\xC0\x80"});
  Expect(IsPrintable, {"", "a b", "ä€😀"}, {"a\nb", "\t", "\x7F", "\xC2\x85", "\x1B", "\xC2"});
}

TEST(FormatsTest, CountsCharactersAndNotBytes) {
  EXPECT_EQ(CountCharacters(""), 0U);
  EXPECT_EQ(CountCharacters("aä€😀"), 4U);
}

}  // namespace
}  // namespace ecm
