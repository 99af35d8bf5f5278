#include "local_stack/event_rule.h"

#include <gtest/gtest.h>

namespace ecm::local_stack {
namespace {

Json Event(const char* type, const char* name, const char* state) {
  return JsonObject{{"detail-type", type},
                    {"detail", JsonObject{{"name", name}, {"state", state}}}};
}

TEST(EventRuleTest, LetsTerminalStatesOfOurStageThrough) {
  EXPECT_TRUE(WakesJobs(Event("EMR Cluster State Change", "ecm-dev-x", "TERMINATED"), "dev"));
  EXPECT_TRUE(
      WakesJobs(Event("EMR Cluster State Change", "ecm-dev-x", "TERMINATED_WITH_ERRORS"), "dev"));
  EXPECT_TRUE(WakesJobs(Event("EMR Step Status Change", "ecm-dev-x", "FAILED"), "dev"));
}

TEST(EventRuleTest, KeepsEverythingElseOut) {
  EXPECT_FALSE(WakesJobs(Event("EMR Cluster State Change", "ecm-dev-x", "RUNNING"), "dev"));
  EXPECT_FALSE(WakesJobs(Event("EMR Cluster State Change", "ecm-prod-x", "TERMINATED"), "dev"));
  EXPECT_FALSE(WakesJobs(Event("EMR Cluster State Change", "someone", "TERMINATED"), "dev"));
  EXPECT_FALSE(WakesJobs(Event("EMR Instance Group State Change", "ecm-dev-x", "ENDED"), "dev"));
  EXPECT_FALSE(WakesJobs(JsonObject{}, "dev"));
}

}  // namespace
}  // namespace ecm::local_stack
