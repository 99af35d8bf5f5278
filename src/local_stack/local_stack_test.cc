#include "local_stack/local_stack.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "local_stack/state_folder.h"
#include "local_stack/testing/stack_world.h"

namespace ecm::local_stack {
namespace {

class LocalStackTest : public testing::Test {
 protected:
  Ended Run(ScriptedRunner::Script script, const char* job,
            const std::function<void(LocalStack&)>& when_started = {}) {
    const auto stack = world_.MakeStack(script, when_started);
    EXPECT_TRUE(stack.has_value()) << stack.error().message;
    return (*stack)->Run("run-1", ParseJson(job).value());
  }

  static constexpr const char* kJob = StackWorld::kJob;
  StackWorld world_;
};

TEST_F(LocalStackTest, RunsAJobThroughTheShippedStateMachine) {
  const Ended ended = Run(ScriptedRunner::Script::kSucceed, kJob);
  EXPECT_EQ(ended.status, asl::Status::kSucceeded);
  EXPECT_EQ(StringOr(ended.outcome, "verdict"), "Succeeded");
  EXPECT_EQ(world_.observer.states.front(), "Prepare");
  EXPECT_EQ(world_.observer.clusters,
            (std::vector<std::string>{"STARTING", "BOOTSTRAPPING", "RUNNING", "TERMINATING",
                                      "TERMINATED"}));
  EXPECT_EQ(world_.observer.steps, (std::vector<std::string>{"PENDING", "RUNNING", "COMPLETED"}));
  EXPECT_TRUE(world_.observer.notices.empty());
  const auto records = world_.folder.path() / "executions" / "run-1";
  EXPECT_TRUE(std::filesystem::exists(records / "history.json"));
  EXPECT_TRUE(std::filesystem::exists(records / "outcome.json"));
}

TEST_F(LocalStackTest, AFailureIsToldInANotice) {
  const Ended ended = Run(ScriptedRunner::Script::kFail, kJob);
  EXPECT_EQ(ended.status, asl::Status::kFailed);
  EXPECT_EQ(ended.error, "JobFailed");
  EXPECT_EQ(StringOr(ended.outcome, "verdict"), "JobFailed");
  ASSERT_EQ(world_.observer.notices.size(), 1U);
  EXPECT_TRUE(std::filesystem::exists(world_.observer.notices.front()));
}

TEST_F(LocalStackTest, AnInvalidJobFailsWithoutACluster) {
  const Ended ended = Run(ScriptedRunner::Script::kSucceed, R"({"job_name": "x"})");
  EXPECT_EQ(StringOr(ended.outcome, "verdict"), "InvalidJob");
  EXPECT_TRUE(Find(ended.outcome, "cluster_id")->is_null());
  EXPECT_EQ(world_.observer.notices.size(), 1U);
  EXPECT_TRUE(world_.observer.clusters.empty());
}

TEST_F(LocalStackTest, CancellingEndsTheClusterAndTheStateMachineSaysSo) {
  const Ended ended =
      Run(ScriptedRunner::Script::kHang, kJob, [](LocalStack& stack) { stack.Cancel(); });
  EXPECT_EQ(StringOr(ended.outcome, "verdict"), "Cancelled");
  EXPECT_EQ(ended.status, asl::Status::kFailed);
}

TEST_F(LocalStackTest, CancellingTwiceAbortsAndLeavesNoCluster) {
  const Ended ended = Run(ScriptedRunner::Script::kHang, kJob, [](LocalStack& stack) {
    stack.Cancel();
    stack.Cancel();
  });
  EXPECT_EQ(StringOr(ended.outcome, "verdict"), "Cancelled");
  EXPECT_EQ(ended.status, asl::Status::kAborted);
}

TEST(StateFolderTest, IsHeldByOneAtATime) {
  const TemporaryFolder folder;
  const auto first = StateFolder::Open(folder.path());
  ASSERT_TRUE(first.has_value());
  const auto second = StateFolder::Open(folder.path());
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().kind, ErrorKind::kConflict);
}

TEST(StateFolderTest, ABadPlaceIsNamed) {
  const auto folder = StateFolder::Open("/proc/no/such/place");
  ASSERT_FALSE(folder.has_value());
  EXPECT_NE(folder.error().message.find("--state-dir"), std::string::npos);
}

}  // namespace
}  // namespace ecm::local_stack
