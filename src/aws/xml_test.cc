#include "aws/xml.h"

#include <gtest/gtest.h>

#include "env/random.h"

namespace ecm {
namespace {

TEST(XmlTest, ReadsElementsTextAndAttributes) {
  const auto root = ParseXml(
      "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<!-- <not><there> -->\n"
      "<a:Result xmlns='http://x/\">' other = \"</Result>\" >\n"
      "  <Key>one</Key><Key >two</Key\n><Empty/><Empty2 a=\"1\" />\n"
      "</a:Result>\n");
  ASSERT_TRUE(root.has_value()) << root.error().message;
  EXPECT_EQ(root->name, "a:Result");
  ASSERT_EQ(root->children.size(), 4U);
  EXPECT_EQ(root->children[1].text, "two");
  EXPECT_EQ(TextAt(*root, {"Key"}), "one");
  EXPECT_EQ(TextAt(*root, {"Empty"}), "");
  EXPECT_EQ(TextAt(*root, {"Key", "Deeper"}), "");
}

TEST(XmlTest, ReplacesEntities) {
  EXPECT_EQ(ParseXml("<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x42;&#x20AC;&#128512;</a>")->text,
            "<>&\"'AB€😀");
  EXPECT_EQ(ParseXml("<a>x<![CDATA[<b>&amp;</b>]]>y</a>")->text, "x<b>&amp;</b>y");
}

TEST(XmlTest, ReadsThirtyTwoLevelsAndNoMore) {
  std::string open, close;
  for (int level = 0; level < 32; ++level) {
    open += "<a>";
    close += "</a>";
  }
  EXPECT_TRUE(ParseXml(open + close).has_value());
  EXPECT_FALSE(ParseXml(open + "<a/>" + close).has_value());
  std::string bomb;
  for (int level = 0; level < 300'000; ++level) bomb += "<a>";
  EXPECT_FALSE(ParseXml(bomb).has_value());
}

std::size_t DepthOf(const XmlElement& element) {
  std::size_t deepest = 0;
  for (const XmlElement& child : element.children) deepest = std::max(deepest, DepthOf(child));
  return deepest + 1;
}

TEST(XmlTest, StaysWithinItsBoundsWhateverComes) {
  const std::string good =
      "<?xml version='1.0'?><!-- c --><R a=\"1\" b='2'><K>a&amp;&#65;b</K><E/>"
      "<![CDATA[<x>]]><L><M>t</M></L></R>";
  const std::string_view pieces = "<>/!?&;#'\"=-[] aR\xC3\xFF";
  for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
    SeededRandom random(seed);
    std::string text = good;
    for (std::uint64_t change = 0; change < 1 + seed % 6; ++change) {
      const std::size_t at = UniformBelow(random, text.size());
      const char with = pieces[UniformBelow(random, pieces.size())];
      switch (UniformBelow(random, 4)) {
        case 0:
          text[at] = with;
          break;
        case 1:
          text.insert(at, 1, with);
          break;
        case 2:
          text.erase(at, 1 + UniformBelow(random, 4));
          break;
        default:
          text.insert(at, text.substr(UniformBelow(random, text.size()), 20));
      }
      if (text.empty()) text = "<";
    }
    const auto root = ParseXml(text);
    if (root.has_value()) {
      EXPECT_FALSE(root->name.empty()) << "seed " << seed << ": " << text;
      EXPECT_LE(DepthOf(*root), 32U) << "seed " << seed;
    }
  }
}

class BrokenXmlTest : public testing::TestWithParam<const char*> {};

TEST_P(BrokenXmlTest, IsRefused) {
  const auto root = ParseXml(GetParam());
  ASSERT_FALSE(root.has_value());
  EXPECT_EQ(root.error().kind, ErrorKind::kUnknownOutcome);
  EXPECT_TRUE(root.error().message.starts_with("the answer is no XML document: "));
}

INSTANTIATE_TEST_SUITE_P(
    All, BrokenXmlTest,
    testing::Values("", " ", "text", "<", "<>", "< a/>", "<a", "<a>", "<a></b>", "</a>", "<a/><b/>",
                    "<a/>x", "x<a/>", "<a><b></a></b>", "<a b></a>", "<a b=c></a>", "<a b='c></a>",
                    "<a b='1'c='2'/>", "<a\"b=''/>", "<a>&nbsp;</a>", "<a>&amp</a>", "<a>&#0;</a>",
                    "<a>&#xD800;</a>", "<a>&#x110000;</a>", "<a>&#x;</a>", "<a>&#99999999999;</a>",
                    "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "<a><![CDATA[</a>", "<!-- <a/>",
                    "<?xml <a/>", "<![CDATA[x]]>", "<a>\xFF</a>", "<a>\xC0\x80</a>"));

}  // namespace
}  // namespace ecm
