#include "aws_config/answers.h"

#include <gtest/gtest.h>

namespace ecm::aws_config {
namespace {

TEST(FitForMessageTest, LeavesOutWhatLooksLikeAKey) {
  EXPECT_EQ(FitForMessageWithoutKeys("login failed for AKIAIOSFODNN7EXAMPLE "
                                     "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY (code 17)\n"),
            "login failed for … … (code 17) ");
  EXPECT_EQ(FitForMessageWithoutKeys("/usr/lib/tool: no session, run /opt/a/b login"),
            "/usr/lib/tool: no session, run /opt/a/b login");
}

TEST(FitForMessageTest, IsShortAndOnOneLine) {
  EXPECT_EQ(FitForMessage("a\nb\x1b[1m"), "a b\\x1b[1m");
  EXPECT_LE(FitForMessage(std::string(1000, 'x')).size(), 310U);
}

TEST(RequestForTest, KeepsTheQuery) {
  const auto request = RequestFor("GET", "http://127.0.0.1:8/a/b?id=1&x=%20");
  ASSERT_TRUE(request.has_value()) << request.error().message;
  EXPECT_EQ(request->target, "/a/b?id=1&x=%20");
  EXPECT_EQ(request->origin.port, 8);
  EXPECT_EQ(request->method, "GET");
}

TEST(RequestForTest, RefusesWhatIsNoUrl) {
  for (const char* url : {"", "127.0.0.1", "http://a/?x y", "http://a/?x\r\nHost: b",
                          "http://a/?x#y", "http://a b/", "http://user@a/"}) {
    EXPECT_FALSE(RequestFor("GET", url).has_value()) << url;
  }
}

TEST(KeysInTest, NamesTheMemberThatIsMissing) {
  const JsonObject whole{{"AccessKeyId", "AKID"},
                         {"SecretAccessKey", "hidden"},
                         {"Token", "token"},
                         {"Expiration", "2026-01-02T03:04:05Z"}};
  EXPECT_TRUE(KeysIn(whole, {}, "test").has_value());
  for (const auto& [name, value] : whole) {
    for (const Json& instead : {Json(), Json(1), Json("")}) {
      JsonObject broken = whole;
      broken[name] = instead;
      const auto found = KeysIn(broken, {}, "test");
      ASSERT_FALSE(found.has_value()) << name << " = " << ToText(instead);
      EXPECT_EQ(found.error().kind, ErrorKind::kUnavailable);
      EXPECT_NE(found.error().message.find(name), std::string::npos);
      EXPECT_EQ(found.error().message.find("hidden"), std::string::npos);
    }
  }
  EXPECT_FALSE(KeysIn(Json("text"), {}, "test").has_value());
  EXPECT_FALSE(KeysIn(Json(), {}, "test").has_value());
}

}  // namespace
}  // namespace ecm::aws_config
