#include "sim/services/quotas.h"

#include <gtest/gtest.h>

namespace ecm::sim {
namespace {

using std::chrono::seconds;

constexpr WallTime kBegin{seconds{1'767'323'045}};

/// How many of `calls` at once pass.
int PassAtOnce(EmrQuotas& quotas, std::string_view operation, int calls, WallTime now) {
  int passed = 0;
  for (int i = 0; i < calls; ++i) passed += quotas.Refuse(operation, 0, now) ? 0 : 1;
  return passed;
}

TEST(EmrQuotasTest, AnOperationHasItsBurstAndThenItsRate) {
  EmrQuotas quotas;
  EXPECT_EQ(PassAtOnce(quotas, "RunJobFlow", 20, kBegin), 10);
  EXPECT_EQ(PassAtOnce(quotas, "RunJobFlow", 5, kBegin + seconds{1}), 0);
  EXPECT_EQ(PassAtOnce(quotas, "RunJobFlow", 5, kBegin + seconds{4}), 2);
}

TEST(EmrQuotasTest, AllOperationsShareOneBucket) {
  EmrQuotas quotas;
  int passed = 0;
  for (const char* operation : {"DescribeCluster", "ListSteps", "ListClusters"}) {
    passed += PassAtOnce(quotas, operation, 9, kBegin);
  }
  EXPECT_EQ(passed, 25);
  // Five a second for all, although each has more than one left.
  passed = 0;
  for (const char* operation : {"TerminateJobFlows", "RunJobFlow", "DescribeStep"}) {
    passed += PassAtOnce(quotas, operation, 5, kBegin + seconds{1});
  }
  EXPECT_EQ(passed, 5);
}

TEST(EmrQuotasTest, ARefusalIsWhatEmrAnswers) {
  EmrQuotas quotas;
  PassAtOnce(quotas, "SetTerminationProtection", 5, kBegin);
  const std::optional<Error> error = quotas.Refuse("SetTerminationProtection", 0, kBegin);
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->kind, ErrorKind::kThrottled);
  EXPECT_EQ(error->code, "ThrottlingException");
}

TEST(EmrQuotasTest, TheFiveHundredAndFirstClusterIsRefused) {
  EmrQuotas quotas;
  EXPECT_FALSE(quotas.Refuse("RunJobFlow", 499, kBegin).has_value());
  const std::optional<Error> error = quotas.Refuse("RunJobFlow", 500, kBegin);
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->kind, ErrorKind::kInvalidJob);
  EXPECT_FALSE(quotas.Refuse("DescribeCluster", 500, kBegin).has_value());
}

TEST(EmrQuotasTest, OthersMayLeaveLittleAndNeverNothing) {
  EmrQuotas quotas(0.05);
  EXPECT_EQ(PassAtOnce(quotas, "RunJobFlow", 5, kBegin), 1);
  EXPECT_EQ(PassAtOnce(quotas, "RunJobFlow", 5, kBegin + seconds{39}), 0);
  EXPECT_EQ(PassAtOnce(quotas, "RunJobFlow", 5, kBegin + seconds{400}), 1);
}

}  // namespace
}  // namespace ecm::sim
