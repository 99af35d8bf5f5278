#include "http/proxy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "env/testing/sim_env.h"

namespace ecm::http {
namespace {

using testing::HasSubstr;
using testing::Not;

ProxySettings Read(std::map<std::string, std::string> variables) {
  return ReadProxySettings(MapEnvironment(std::move(variables))).value();
}

/// Whether a request to `url` goes through a proxy with this NO_PROXY.
bool Proxied(const std::string& no_proxy, const std::string& url) {
  const ProxySettings settings = Read({{"HTTP_PROXY", "http://proxy:1"},
                                       {"HTTPS_PROXY", "http://proxy:2"},
                                       {"NO_PROXY", no_proxy}});
  return ProxyFor(ParseHttpUrl(url).value().origin, settings) != nullptr;
}

TEST(ReadProxySettingsTest, ReadsOneForEachScheme) {
  const ProxySettings settings =
      Read({{"HTTPS_PROXY", "http://One.example:3128/"}, {"http_proxy", "two.example"}});
  EXPECT_EQ(settings.https->origin,
            (HttpOrigin{.tls = false, .host = "one.example", .port = 3128}));
  EXPECT_EQ(settings.https->variable, "HTTPS_PROXY");
  EXPECT_EQ(settings.http->origin, (HttpOrigin{.tls = false, .host = "two.example", .port = 80}));
  EXPECT_EQ(settings.http->variable, "http_proxy");
  EXPECT_EQ(ProxyFor({.tls = true, .host = "aws"}, settings), &*settings.https);
  EXPECT_EQ(ProxyFor({.tls = false, .host = "aws"}, settings), &*settings.http);
  EXPECT_EQ(ProxyFor({.tls = true, .host = "aws"}, Read({})), nullptr);
  EXPECT_EQ(Read({{"https_proxy", "https://[::1]"}}).https->origin,
            (HttpOrigin{.tls = true, .host = "::1", .port = 443}));
}

TEST(ReadProxySettingsTest, LowerCaseCountsAndEmptyMeansNone) {
  EXPECT_EQ(Read({{"HTTPS_PROXY", "upper"}, {"https_proxy", "lower"}}).https->origin.host, "lower");
  EXPECT_FALSE(Read({{"HTTPS_PROXY", "upper"}, {"https_proxy", ""}}).https.has_value());
  EXPECT_FALSE(Read({{"HTTPS_PROXY", ""}}).https.has_value());
}

TEST(ReadProxySettingsTest, AVisitorOfACgiProgramSetsNoProxy) {
  EXPECT_FALSE(Read({{"HTTP_PROXY", "evil"}, {"REQUEST_METHOD", "GET"}}).http.has_value());
  EXPECT_TRUE(Read({{"http_proxy", "good"}, {"REQUEST_METHOD", "GET"}}).http.has_value());
  EXPECT_TRUE(Read({{"HTTPS_PROXY", "good"}, {"REQUEST_METHOD", "GET"}}).https.has_value());
}

TEST(ReadProxySettingsTest, MakesAHeaderOfUserAndPassword) {
  const auto authorization = [](const std::string& url) {
    return Read({{"HTTPS_PROXY", url}}).https->authorization;
  };
  EXPECT_EQ(authorization("http://proxy"), "");
  EXPECT_EQ(authorization("http://user:pass@proxy"), "Basic dXNlcjpwYXNz");
  EXPECT_EQ(authorization("user@proxy"), "Basic dXNlcjo=");
  EXPECT_EQ(authorization("http://u%40d:p%3a%2F%zz@proxy"), "Basic dUBkOnA6LyV6eg==");
  EXPECT_EQ(authorization("http://u:p/@x@proxy:1"), "Basic dTpwL0B4");
}

TEST(ReadProxySettingsTest, RefusesWhatIsNoProxyWithoutItsPassword) {
  for (const std::string url :
       {"socks5://u:secret@proxy", "ftp://proxy", "http://", "http://u:secret@", "http://pro xy",
        "u:secret@proxy:port", "://proxy"}) {
    const auto settings = ReadProxySettings(MapEnvironment({{"HTTPS_PROXY", url}}));
    ASSERT_FALSE(settings.has_value()) << url;
    EXPECT_EQ(settings.error().kind, ErrorKind::kInvalidJob);
    EXPECT_THAT(settings.error().message, HasSubstr("HTTPS_PROXY is not the URL"));
    EXPECT_THAT(settings.error().message, Not(HasSubstr("secret")));
  }
  EXPECT_FALSE(ReadProxySettings(MapEnvironment({{"http_proxy", std::string(5000, 'a') + "@p"}})));
}

TEST(ProxyForTest, ThisMachineAndItsCredentialsAreNeverFarAway) {
  for (const std::string host :
       {"localhost", "LOCALHOST", "a.localhost", "localhost.", "127.0.0.1", "127.1.2.3", "[::1]",
        "[::ffff:127.0.0.1]", "169.254.169.254", "169.254.170.2", "[fe80::1]", "[fd00:ec2::254]"}) {
    EXPECT_FALSE(Proxied("", "http://" + host)) << host;
    EXPECT_FALSE(Proxied("", "https://" + host + ":8443")) << host;
  }
  for (const std::string host : {"sts.amazonaws.com", "mylocalhost", "128.0.0.1", "169.253.0.1",
                                 "[fd00:ec3::1]", "127.0.0.1.example"}) {
    EXPECT_TRUE(Proxied("", "http://" + host)) << host;
  }
}

TEST(ProxyForTest, ExceptsNamesAndWhatIsUnderThem) {
  for (const std::string list : {"example.com", ".example.com", "*.example.com", "EXAMPLE.com.",
                                 "a, example.com ,b", "a example.com", ",,example.com,"}) {
    EXPECT_FALSE(Proxied(list, "https://example.com")) << list;
    EXPECT_FALSE(Proxied(list, "https://a.b.Example.COM")) << list;
    EXPECT_TRUE(Proxied(list, "https://notexample.com")) << list;
    EXPECT_TRUE(Proxied(list, "https://example.com.evil")) << list;
    EXPECT_TRUE(Proxied(list, "https://com")) << list;
  }
  EXPECT_FALSE(Proxied("*", "https://anything"));
  EXPECT_FALSE(Proxied("a,*", "http://10.0.0.1"));
  EXPECT_TRUE(Proxied(", . *. :", "https://anything"));
}

TEST(ProxyForTest, ExceptsAPortAlone) {
  EXPECT_FALSE(Proxied("example.com:8443", "https://a.example.com:8443"));
  EXPECT_TRUE(Proxied("example.com:8443", "https://example.com"));
  EXPECT_FALSE(Proxied("example.com:443", "https://example.com"));
  EXPECT_FALSE(Proxied("10.0.0.1:80", "http://10.0.0.1"));
  EXPECT_TRUE(Proxied("10.0.0.1:80", "http://10.0.0.1:81"));
  EXPECT_FALSE(Proxied("[2001:db8::1]:80", "http://[2001:db8::1]"));
  EXPECT_TRUE(Proxied("[2001:db8::1]:81", "http://[2001:db8::1]"));
}

TEST(ProxyForTest, ExceptsAddressesAndNetworks) {
  EXPECT_FALSE(Proxied("10.1.2.3", "http://10.1.2.3"));
  EXPECT_TRUE(Proxied("10.1.2.3", "http://10.1.2.4"));
  EXPECT_TRUE(Proxied("2.3", "http://10.1.2.3"));
  EXPECT_FALSE(Proxied("10.0.0.0/8", "http://10.200.1.1"));
  EXPECT_TRUE(Proxied("10.0.0.0/8", "http://11.0.0.1"));
  EXPECT_FALSE(Proxied("10.0.0.0/9", "http://10.127.1.1"));
  EXPECT_TRUE(Proxied("10.0.0.0/9", "http://10.128.1.1"));
  EXPECT_FALSE(Proxied("0.0.0.0/0", "http://1.2.3.4"));
  EXPECT_TRUE(Proxied("0.0.0.0/0", "http://[2001:db8::1]"));
  EXPECT_TRUE(Proxied("0.0.0.0/0", "http://name"));
  EXPECT_FALSE(Proxied("2001:db8::/32", "http://[2001:db8:1::1]"));
  EXPECT_TRUE(Proxied("2001:db8::/32", "http://[2001:db9::1]"));
  EXPECT_TRUE(Proxied("10.0.0.0/33", "http://10.0.0.1"));
  EXPECT_TRUE(Proxied("10.0.0.0/x", "http://10.0.0.1"));
}

}  // namespace
}  // namespace ecm::http
