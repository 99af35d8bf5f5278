#include "endpoint/page/html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace ecm::endpoint::page {
namespace {

using testing::HasSubstr;

std::string Written(const std::function<void(Html&)>& write) {
  Html html;
  write(html);
  return html.Finish();
}

TEST(EscapedTest, LeavesNothingOfMarkup) {
  EXPECT_EQ(Escaped("<script>alert(\"1\" & '2')</script>"),
            "&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;");
  EXPECT_EQ(Escaped("&lt;"), "&amp;lt;");
}

TEST(EscapedTest, MakesWhatCannotBeSeenVisible) {
  EXPECT_EQ(Escaped(std::string_view("a\0b\x1b[31m\x7f\xff", 10)), "a\\x00b\\x1b[31m\\x7f\\xff");
  EXPECT_EQ(Escaped("\xe2\x80\xae"
                    "fdp.exe"),
            "\\xe2\\x80\\xaefdp.exe");
  EXPECT_EQ(Escaped("größer · 日本"), "größer · 日本");
}

TEST(HtmlTest, EscapesTextAndAttributes) {
  const std::string page = Written([](Html& html) {
    html.Open("p", {{"title", "\" onmouseover=\"x"}}).Text("<img src=x onerror=alert(1)>");
  });
  EXPECT_EQ(page,
            "<!doctype html>\n<p title=\"&quot; onmouseover=&quot;x\">"
            "&lt;img src=x onerror=alert(1)&gt;</p>\n\n");
}

TEST(HtmlTest, ClosesWhatWasOpened) {
  EXPECT_THAT(Written([](Html& html) { html.Open("ul").Open("li").Open("em").Text("a").Close(); }),
              HasSubstr("<ul><li><em>a</em></li></ul>"));
}

TEST(HtmlTest, KeepsTheLinesOfALog) {
  EXPECT_THAT(Written([](Html& html) { html.Open("pre").Lines("a\r\nb\t<c>\n\nd\re\n"); }),
              HasSubstr("<pre>a\nb\t&lt;c&gt;\n\nd e\n</pre>"));
}

TEST(HtmlTest, LinksOnlyToItself) {
  for (const std::string_view path :
       {"javascript:alert(1)", "//evil.example/", "http://evil.example/", "", "data:text/html,x"}) {
    const std::string page = Written([&](Html& html) { html.Link(path, "name"); });
    EXPECT_EQ(page.find("<a"), std::string::npos) << path;
    EXPECT_THAT(page, HasSubstr("name"));
  }
  EXPECT_THAT(Written([](Html& html) { html.Link("/a?b=c&d=\"", "x"); }),
              HasSubstr("<a href=\"/a?b=c&amp;d=&quot;\">x</a>"));
}

}  // namespace
}  // namespace ecm::endpoint::page
