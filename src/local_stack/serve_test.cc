#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "local_stack/testing/stack_world.h"

// Many executions on one stack, and what a second process finds of the first one.

namespace ecm::local_stack {
namespace {

using Script = ScriptedRunner::Script;

const Region kIreland("eu-west-1");
const Region kFrankfurt("eu-central-1");

/// Starts the job in `region`; the execution's ARN.
std::string Start(LocalStack& stack, const Region& region, const std::string& name) {
  const Result<Json> started =
      stack.CallStepFunctions(region, "StartExecution",
                              JsonObject{{"stateMachineArn", stack.StateMachineArn(region)},
                                         {"name", name},
                                         {"input", StackWorld::kJob}});
  EXPECT_TRUE(started.has_value()) << started.error().message;
  return started ? StringOr(*started, "executionArn") : std::string();
}

Json Describe(LocalStack& stack, const Region& region, const std::string& execution) {
  return stack
      .CallStepFunctions(region, "DescribeExecution", JsonObject{{"executionArn", execution}})
      .value_or(JsonObject{});
}

/// Serves until the executions are over.
void ServeUntilOver(LocalStack& stack,
                    const std::vector<std::pair<Region, std::string>>& executions) {
  boost::asio::steady_timer timer(stack.io());
  std::function<void()> look = [&] {
    bool running = false;
    for (const auto& [region, execution] : executions) {
      running = running || StringOr(Describe(stack, region, execution), "status") == "RUNNING";
    }
    if (!running) return stack.Stop();
    timer.expires_after(std::chrono::milliseconds{5});
    timer.async_wait([&](const boost::system::error_code& error) {
      if (!error) look();
    });
  };
  boost::asio::post(stack.io(), look);
  stack.Serve();
}

TEST(ServeTest, RunsExecutionsOfSeveralRegionsAtOnce) {
  StackWorld world;
  const auto stack = world.MakeStack(Script::kSucceed);
  ASSERT_TRUE(stack.has_value()) << stack.error().message;
  std::vector<std::pair<Region, std::string>> executions;
  for (const char* name : {"a", "b", "c"}) {
    executions.emplace_back(kIreland, Start(**stack, kIreland, name));
    executions.emplace_back(kFrankfurt, Start(**stack, kFrankfurt, name));
  }
  ServeUntilOver(**stack, executions);
  for (const auto& [region, execution] : executions) {
    EXPECT_EQ(StringOr(Describe(**stack, region, execution), "status"), "SUCCEEDED") << execution;
  }
  EXPECT_EQ((*stack)->Regions(), (std::vector<Region>{kFrankfurt, kIreland}));
}

TEST(ServeTest, AnExecutionThatIsStoppedLeavesNoCluster) {
  StackWorld world;
  std::string execution;
  const auto stack = world.MakeStack(Script::kHang, [&](LocalStack& running) {
    const Result<Json> stopped = running.CallStepFunctions(kIreland, "StopExecution",
                                                           JsonObject{{"executionArn", execution}});
    EXPECT_TRUE(stopped.has_value());
    running.Stop();
  });
  ASSERT_TRUE(stack.has_value()) << stack.error().message;
  execution = Start(**stack, kIreland, "stopped");
  (*stack)->Serve();
  EXPECT_EQ(StringOr(Describe(**stack, kIreland, execution), "status"), "ABORTED");
  const auto record = world.jobs.Get(ExecutionArn(execution));
  ASSERT_TRUE(record.has_value() && record->has_value());
  EXPECT_TRUE((*record)->aborted);
  const Result<Json> cluster = (*stack)->CallEmr(
      kIreland, "DescribeCluster", JsonObject{{"ClusterId", (*record)->cluster.str()}});
  ASSERT_TRUE(cluster.has_value());
  const Json* state = Find(*cluster, {"Cluster", "Status", "State"});
  ASSERT_NE(state, nullptr);
  EXPECT_TRUE(*state == "TERMINATING" || *state == "TERMINATED") << ToText(*state);
}

TEST(ServeTest, ASecondProcessTellsWhatBecameOfTheFirstOnesJob) {
  StackWorld world;
  std::string execution;
  {
    const auto first = world.MakeStack(Script::kHang, [](LocalStack& running) { running.Stop(); });
    ASSERT_TRUE(first.has_value()) << first.error().message;
    execution = Start(**first, kIreland, "interrupted");
    (*first)->Serve();
    EXPECT_EQ(StringOr(Describe(**first, kIreland, execution), "status"), "RUNNING");
  }
  const auto second = world.MakeStack(Script::kSucceed);
  ASSERT_TRUE(second.has_value()) << second.error().message;
  ServeUntilOver(**second, {{kIreland, execution}});
  const Json description = Describe(**second, kIreland, execution);
  EXPECT_EQ(StringOr(description, "status"), "FAILED") << ToText(description);
  const auto record = world.jobs.Get(ExecutionArn(execution));
  ASSERT_TRUE(record.has_value() && record->has_value());
  const Result<Json> cluster = (*second)->CallEmr(
      kIreland, "DescribeCluster", JsonObject{{"ClusterId", (*record)->cluster.str()}});
  ASSERT_TRUE(cluster.has_value()) << cluster.error().message;
  EXPECT_EQ(*Find(*cluster, {"Cluster", "Status", "State"}), "TERMINATED_WITH_ERRORS");
  EXPECT_EQ(*Find(*cluster, {"Cluster", "Status", "StateChangeReason", "Code"}),
            "INSTANCE_FAILURE");
}

}  // namespace
}  // namespace ecm::local_stack
