#include "base/text.h"

#include <gtest/gtest.h>

namespace ecm {
namespace {

TEST(TextTest, KnowsWellFormedUtf8) {
  EXPECT_TRUE(IsValidUtf8("Zürich 東京 🜁"));
  EXPECT_FALSE(IsValidUtf8("\xC0\x80"));          // overlong
  EXPECT_FALSE(IsValidUtf8("\xED\xA0\x80"));      // surrogate
  EXPECT_FALSE(IsValidUtf8("\xF4\x90\x80\x80"));  // above U+10FFFF
  EXPECT_FALSE(IsValidUtf8("\xE2\x82"));          // cut off
}

TEST(TextTest, TruncatesBetweenCharacters) {
  EXPECT_EQ(TruncateUtf8("Zürich", 7), "Zürich");
  EXPECT_EQ(TruncateUtf8("Zürich", 5), "Z…");
  EXPECT_EQ(TruncateUtf8("Zürich", 6), "Zü…");
  EXPECT_EQ(TruncateUtf8("Zürich", 2), "");
}

TEST(TextTest, OneLineDisarmsTheTerminal) {
  EXPECT_EQ(ToOneLine("a\nb\x1b[31mred\x07"), "a b\\x1b[31mred\\x07");
  EXPECT_EQ(ToOneLine("a\u202Eb\u2069 \u2026"), "a\\xe2\\x80\\xaeb\\xe2\\x81\\xa9 \u2026");
  EXPECT_EQ(ToOneLine("\xC2\x9B"
                      "x\xFFü"),
            "\\xc2\\x9bx\\xffü");
}

TEST(TextTest, SuggestsWhatWasMeant) {
  EXPECT_EQ(Nearest("job_nmae", {"job_name", "namespace"}), "job_name");
  EXPECT_EQ(Nearest("slave_typ", {"slave_type", "master_type"}), "slave_type");
  EXPECT_EQ(Nearest("zzzzzz", {"job_name", "namespace"}), "");
}

}  // namespace
}  // namespace ecm
