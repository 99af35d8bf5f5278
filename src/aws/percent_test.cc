#include "aws/percent.h"

#include <gtest/gtest.h>

namespace ecm {
namespace {

TEST(PercentTest, KeepsWhatIsUnreserved) {
  EXPECT_EQ(PercentEncode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(PercentEncode("a b&c=/+:\u00fc%"), "a%20b%26c%3D%2F%2B%3A%C3%BC%25");
  EXPECT_EQ(PercentEncode("a/b c", "/"), "a/b%20c");
}

TEST(PercentTest, WritesFormsInTheOrderOfTheirParameters) {
  EXPECT_EQ(FormEncode({{"b", "1 2"}, {"a&", ""}}), "b=1%202&a%26=");
  EXPECT_EQ(FormEncode({}), "");
}

}  // namespace
}  // namespace ecm
