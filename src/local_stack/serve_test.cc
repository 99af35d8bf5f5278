#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fstream>
#include <iterator>

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
  EXPECT_TRUE(state->as_string().starts_with("TERMINAT")) << ToText(*state);
}

TEST(ServeTest, ASecondProcessTellsWhatBecameOfTheFirstOnesJob) {
  StackWorld world;
  std::string execution;
  {
    // As kill -9 does it: nothing is told to anybody any more.
    const auto first =
        world.MakeStack(Script::kHang, [](LocalStack& running) { running.io().stop(); });
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

TEST(ServeTest, ClustersAndTheirExecutionsEndWithTheServer) {
  StackWorld world;
  std::string execution;
  const auto stack = world.MakeStack(Script::kHang, [](LocalStack& running) { running.Stop(); });
  ASSERT_TRUE(stack.has_value()) << stack.error().message;
  execution = Start(**stack, kIreland, "stopped");
  const WallTime before = world.clock.Wall();
  (*stack)->Serve();
  EXPECT_LT(world.clock.Wall() - before, std::chrono::seconds{4}) << "patience was not needed";
  const Json description = Describe(**stack, kIreland, execution);
  EXPECT_EQ(StringOr(description, "status"), "FAILED");
  EXPECT_EQ(StringOr(description, "error"), "JobFailed");
  const Json outcome = ParseJson(StringOr(description, "cause")).value_or(JsonObject{});
  EXPECT_NE(StringOr(*Find(outcome, "cause"), "message").find("INSTANCE_FAILURE"),
            std::string::npos)
      << ToText(outcome);
  EXPECT_FALSE(Find(outcome, {"timings", "cluster_ended"})->is_null());
  EXPECT_EQ(world.observer.clusters.back(), "TERMINATED_WITH_ERRORS");
}

TEST(ServeTest, AStopDoesNotWaitForMinutesOfTerminating) {
  StackWorld world;
  world.timings.terminate = std::chrono::minutes{2};
  const auto stack = world.MakeStack(Script::kHang, [](LocalStack& running) { running.Stop(); });
  ASSERT_TRUE(stack.has_value()) << stack.error().message;
  Start(**stack, kIreland, "stopped");
  const WallTime before = world.clock.Wall();
  (*stack)->Serve();
  EXPECT_LT(world.clock.Wall() - before, std::chrono::seconds{30});
  EXPECT_EQ(world.observer.clusters.back(), "TERMINATED_WITH_ERRORS");
}

TEST(ServeTest, ASecondStopDoesNotWait) {
  StackWorld world;
  world.ends_on_cancel = false;
  const auto stack = world.MakeStack(Script::kHang, [](LocalStack& running) {
    running.Stop();
    running.Stop();
  });
  ASSERT_TRUE(stack.has_value()) << stack.error().message;
  const std::string execution = Start(**stack, kIreland, "stopped");
  const WallTime before = world.clock.Wall();
  (*stack)->Serve();
  EXPECT_LT(world.clock.Wall() - before, std::chrono::seconds{4});
  EXPECT_EQ(StringOr(Describe(**stack, kIreland, execution), "status"), "RUNNING");
}

TEST(ServeTest, ANoticeNamesTheTopicOfItsExecutionsRegion) {
  StackWorld world;
  const auto stack = world.MakeStack(Script::kFail);
  ASSERT_TRUE(stack.has_value()) << stack.error().message;
  const std::string execution = Start(**stack, kFrankfurt, "failed");
  ServeUntilOver(**stack, {{kFrankfurt, execution}});
  ASSERT_EQ(world.observer.notices.size(), 1U);
  std::ifstream file(world.observer.notices.front());
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(StringOr(ParseJson(text).value_or(JsonObject{}), "topic"),
            "arn:aws:sns:eu-central-1:000000000000:ecm-local-failures");
}

/// The clusters in `world` end, are stored, and nobody hears of it.
void EndUnheard(StackWorld& world) {
  class NoRunner : public emr_model::StepRunner {
    void Start(const emr_model::StepLaunch&) override {}
    void Cancel(const ClusterId&, const StepId&, bool) override {}
  } runner;
  emr_model::Options options;
  options.keep_changes = true;
  emr_model::EmrModel model(options, world.clock, world.random, runner, [](const Json&) {});
  ASSERT_TRUE(model.Restore(world.documents).has_value());
  model.Advance();
  ASSERT_TRUE(model.LiveClusters().empty());
  ASSERT_TRUE(world.documents.Commit(model.TakeChanges()).has_value());
}

TEST(ServeTest, AnEndThatWasNotDeliveredIsToldByTheNextProcess) {
  StackWorld world;
  std::string execution;
  {
    const auto first =
        world.MakeStack(Script::kHang, [](LocalStack& running) { running.io().stop(); });
    ASSERT_TRUE(first.has_value()) << first.error().message;
    execution = Start(**first, kIreland, "unheard");
    (*first)->Serve();
  }
  EndUnheard(world);
  const auto second = world.MakeStack(Script::kSucceed);
  ASSERT_TRUE(second.has_value()) << second.error().message;
  ServeUntilOver(**second, {{kIreland, execution}});
  EXPECT_EQ(StringOr(Describe(**second, kIreland, execution), "error"), "JobFailed");
}

}  // namespace
}  // namespace ecm::local_stack
