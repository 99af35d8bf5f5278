#include "aws_client/http_date.h"

#include <gtest/gtest.h>

namespace ecm::aws_client {
namespace {

TEST(HttpDateTest, ReadsTheFormOfHttp) {
  EXPECT_EQ(ParseHttpDate("Fri, 02 Jan 2026 03:04:05 GMT"),
            WallTime{std::chrono::seconds{1767323045}});
  EXPECT_EQ(ParseHttpDate("Thu, 29 Feb 2024 23:59:59 GMT"),
            WallTime{std::chrono::seconds{1709251199}});
}

TEST(HttpDateTest, IsNothingForAllElse) {
  for (const char* text :
       {"", "now", "Fri, 02 Jan 2026 03:04:05 UTC", "Fri, 02 Jam 2026 03:04:05 GMT",
        "Fri, 2 Jan 2026 03:04:05 GMT", "Fri, 32 Jan 2026 03:04:05 GMT",
        "Fri, 02 Jan 2026 25:04:05 GMT", "Fri, 30 Feb 2026 03:04:05 GMT",
        "Friday, 02-Jan-26 03:04:05 GMT", "Fri Jan  2 03:04:05 2026",
        "Fri, 02 Jan 2026 03:04:05 GMT ", "Fri, xx Jan 2026 03:04:05 GMT"}) {
    EXPECT_FALSE(ParseHttpDate(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace ecm::aws_client
