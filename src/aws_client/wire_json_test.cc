#include "aws_client/wire_json.h"

#include <gtest/gtest.h>

namespace ecm::aws_client {
namespace {

TEST(WireJsonTest, WritesTimesAsPlainNumbers) {
  EXPECT_EQ(ToWireText(1767323045.678), "1767323045.678");
  EXPECT_EQ(ToWireText(1767323045.0), "1767323045");
  EXPECT_EQ(ToWireText(0.0), "0");
  EXPECT_EQ(ToWireText(-0.5), "-0.5");
  EXPECT_EQ(ToWireText(1e-7), "0.0000001");
  EXPECT_EQ(ParseJson(ToWireText(5e-324)).value().to_number<double>(), 5e-324);
}

TEST(WireJsonTest, WritesAllElseAsItIs) {
  const char* const text =
      R"({"a":[],"b":{},"c":[1,-2,18446744073709551615,true,null,"x\n\"ü\u0001"],"d":{"e":[[{}],{}]}})";
  EXPECT_EQ(ToWireText(ParseJson(text).value()), text);
  EXPECT_EQ(ParseJson(ToWireText(1e300)).value().as_double(), 1e300);
}

/// Where an element ends in what another begins with, the comma must still be there.
TEST(WireJsonTest, DividesWhateverTheElementsAre) {
  EXPECT_EQ(ToWireText(ParseJson(R"(["[","{"])").value()), R"(["[","{"])");
  EXPECT_EQ(ToWireText(ParseJson(R"([[],[],{},{}])").value()), "[[],[],{},{}]");
  EXPECT_EQ(ToWireText(ParseJson(R"({"{":1,"[":[2]})").value()), R"({"{":1,"[":[2]})");
}

}  // namespace
}  // namespace ecm::aws_client
