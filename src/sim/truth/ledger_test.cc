#include "sim/truth/ledger.h"

#include <gtest/gtest.h>

namespace ecm::sim {
namespace {

TEST(IndexOfRunTest, ReadsNamesArnsClustersAndFunctions) {
  EXPECT_EQ(IndexOfRun("run-1"), 0u);
  EXPECT_EQ(IndexOfRun("run-17 submit#3"), 16u);
  EXPECT_EQ(IndexOfRun("arn:aws:states:eu-west-1:1:execution:ecm-sim:run-10000"), 9999u);
  EXPECT_EQ(IndexOfRun("ecm-sim-nightly-run-2"), 1u);
}

TEST(IndexOfRunTest, OthersHaveNone) {
  for (const char* text : {"", "event sweep#4", "run-", "run-0", "run-x", "ecm-sim-2-nightly-0"}) {
    EXPECT_FALSE(IndexOfRun(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace ecm::sim
