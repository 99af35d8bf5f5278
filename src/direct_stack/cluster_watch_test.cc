#include "direct_stack/cluster_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emr_model/testing/fixture.h"

namespace ecm::direct_stack {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

class ClusterWatchTest : public emr_model::ModelFixture {
 protected:
  Result<Changes> Look(ClusterWatch& watch) {
    return watch.Look(EmrClient(model, Region(std::string(kRegion))));
  }
};

TEST_F(ClusterWatchTest, TellsEachChangeOnce) {
  ClusterWatch watch(Run(Request({Step("one"), Step("two")})));
  const Changes first = Look(watch).value();
  EXPECT_EQ(first.cluster, "STARTING");
  EXPECT_THAT(first.steps, ElementsAre(Pair("one", "PENDING"), Pair("two", "PENDING")));
  EXPECT_FALSE(first.wakes);

  model.Advance();
  const Changes second = Look(watch).value();
  EXPECT_EQ(second.cluster, "RUNNING");
  EXPECT_THAT(second.steps, ElementsAre(Pair("one", "RUNNING")));
  EXPECT_FALSE(second.wakes);

  const Changes third = Look(watch).value();
  EXPECT_EQ(third.cluster, std::nullopt);
  EXPECT_THAT(third.steps, IsEmpty());
}

TEST_F(ClusterWatchTest, TheEndOfAStepWakesAndTheEndOfTheClusterIsTheLast) {
  ClusterWatch watch(RunAndBoot(Request({Step("one"), Step("two")})));
  ASSERT_TRUE(Look(watch).has_value());
  Exit(true);
  const Changes step = Look(watch).value();
  EXPECT_THAT(step.steps, ElementsAre(Pair("one", "COMPLETED"), Pair("two", "RUNNING")));
  EXPECT_TRUE(step.wakes);
  EXPECT_FALSE(watch.is_over());

  Exit(true);
  model.Advance();
  model.Advance();
  const Changes last = Look(watch).value();
  EXPECT_EQ(last.cluster, "TERMINATED");
  EXPECT_TRUE(last.wakes);
  EXPECT_TRUE(watch.is_over());
  EXPECT_FALSE(Look(watch).value().wakes);
}

TEST_F(ClusterWatchTest, AFailedLookHasSeenNothing) {
  ClusterWatch unknown(ClusterId("j-NONE"));
  EXPECT_EQ(Look(unknown).error().kind, ErrorKind::kNotFound);
  EXPECT_FALSE(unknown.is_over());
}

}  // namespace
}  // namespace ecm::direct_stack
