#include "env/http_transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ecm {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ParseHttpUrlTest, ReadsSchemeHostPortAndPath) {
  const HttpUrl plain = ParseHttpUrl("http://127.0.0.1:8080/base").value();
  EXPECT_EQ(plain.origin, (HttpOrigin{.tls = false, .host = "127.0.0.1", .port = 8080}));
  EXPECT_EQ(plain.path, "/base");

  const HttpUrl bare = ParseHttpUrl("HTTPS://Sts.Amazonaws.COM").value();
  EXPECT_EQ(bare.origin, (HttpOrigin{.tls = true, .host = "sts.amazonaws.com", .port = 443}));
  EXPECT_EQ(bare.path, "/");

  EXPECT_EQ(ParseHttpUrl("http://my_host:/").value().origin,
            (HttpOrigin{.tls = false, .host = "my_host", .port = 80}));
}

TEST(ParseHttpUrlTest, TakesAddressesOfVersionSixInBrackets) {
  EXPECT_EQ(ParseHttpUrl("http://[::1]:65535/a%20b").value().origin,
            (HttpOrigin{.tls = false, .host = "::1", .port = 65535}));
  EXPECT_EQ(ParseHttpUrl("https://[FD00:EC2::254]").value().origin.host, "fd00:ec2::254");
}

TEST(ParseHttpUrlTest, RefusesWhatIsNoUrlOfAnOrigin) {
  for (const std::string_view url : {"",
                                     "host",
                                     "ftp://host",
                                     "http:/host",
                                     "http://",
                                     "http:///path",
                                     "http://:80",
                                     "http://host:0",
                                     "http://host:65536",
                                     "http://host:-1",
                                     "http://host:8o",
                                     "http://host: 80",
                                     "http://[::1",
                                     "http://[::1]x",
                                     "http://[127.0.0.1]",
                                     "http://[fe80::1%eth0]",
                                     "http://::1",
                                     "http://a..b",
                                     "http://.a",
                                     "http://h%6fst",
                                     "http://ho st",
                                     "http://host\r\nx",
                                     "http://host/a b",
                                     "http://host/\r\nHost:x",
                                     "http://host/\xc3\xa4",
                                     "http://host?a=b",
                                     "http://host/a?b",
                                     "http://host/#top",
                                     "http://host\\@other",
                                     "http://user@host",
                                     "http://user:secret@host/"}) {
    const Result<HttpUrl> parsed = ParseHttpUrl(url);
    ASSERT_FALSE(parsed.has_value()) << url;
    EXPECT_EQ(parsed.error().kind, ErrorKind::kInvalidJob) << url;
  }
  EXPECT_FALSE(ParseHttpUrl("http://" + std::string(254, 'a')).has_value());
  EXPECT_FALSE(ParseHttpUrl(std::string_view("http://host/\0", 13)).has_value());
}

TEST(ParseHttpUrlTest, SaysWhatToDoAndNoPassword) {
  EXPECT_THAT(ParseHttpUrl("localhost:8080").error().message,
              HasSubstr("\"localhost:8080\" is no http:// or https:// URL: give one like"));
  EXPECT_THAT(ParseHttpUrl("https://user:secret@host").error().message, Not(HasSubstr("secret")));
}

TEST(HostHeaderTest, NamesThePortWhereItIsNotTheUsualOne) {
  EXPECT_EQ(HostHeader({.tls = true, .host = "a.b", .port = 443}), "a.b");
  EXPECT_EQ(HostHeader({.tls = false, .host = "a.b", .port = 80}), "a.b");
  EXPECT_EQ(HostHeader({.tls = false, .host = "a.b", .port = 443}), "a.b:443");
  EXPECT_EQ(HostHeader({.tls = false, .host = "::1", .port = 8080}), "[::1]:8080");
  EXPECT_EQ(HostHeader({.tls = true, .host = "::1", .port = 443}), "[::1]");
}

TEST(HttpResponseTest, FindsTheFirstHeaderOfAName) {
  const HttpResponse response{200, {{"a", "1"}, {"b", "2"}, {"b", "3"}}, ""};
  EXPECT_EQ(response.Header("b"), "2");
  EXPECT_EQ(response.Header("c"), "");
}

}  // namespace
}  // namespace ecm
