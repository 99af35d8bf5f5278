#include "direct_stack/direct_stack.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <thread>

#include "local_stack/emr_host.h"
#include "local_stack/posted_ports.h"
#include "local_stack/testing/stack_world.h"

namespace ecm::direct_stack {
namespace {

using local_stack::Ended;
using local_stack::ScriptedRunner;
using local_stack::StackWorld;

/// Amazon EMR on a thread of its own: what is on the other side of the port, and goes on when the
/// stack is gone.
class AmazonSide : public EmrApi {
 public:
  AmazonSide(StackWorld& world, ScriptedRunner::Script script)
      : host_(io_, Instant(), world.clock, world.random, world.log, documents_,
              [this, script](boost::asio::io_context& io, local_stack::RunnerEvents events) {
                auto runner = std::make_unique<ScriptedRunner>(io, std::move(events), script);
                runner->on_start = [this] { started = true; };
                return runner;
              },
              {.on_event = [](const Json&) {},
               .on_created = [](const ClusterId&, const Json&) {},
               .on_cluster = [](const ClusterId&, const std::string&) {},
               .on_settled = [] {}}),
        work_(boost::asio::make_work_guard(io_)),
        thread_([this] { io_.run(); }) {}
  ~AmazonSide() override {
    io_.stop();
    thread_.join();
  }

  Result<Json> Call(const Region& region, std::string_view operation,
                    const Json& request) override {
    if (const int left = refusals.load(); left > 0 && operation.starts_with("Describe")) {
      refusals = left - 1;
      return Fail(ErrorKind::kThrottled, "Rate exceeded", "ThrottlingException");
    }
    return local_stack::PostedEmr(io_, host_).Call(region, operation, request);
  }
  std::size_t LiveClusters() {
    return local_stack::OnOwner(io_, [this] { return host_.LiveClusters().size(); });
  }

  std::atomic<bool> started = false;  ///< a step that hangs
  std::atomic<int> refusals = 0;

 private:
  static emr_model::Options Instant() {
    emr_model::Options options;
    options.timings = {Duration{1}, Duration{1}, Duration{1}};
    return options;
  }

  boost::asio::io_context io_{1};
  MemoryDocumentStore documents_;
  local_stack::EmrHost host_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::thread thread_;
};

class DirectStackTest : public testing::Test {
 protected:
  std::unique_ptr<DirectStack> Make(AmazonSide& amazon) {
    Options options;
    options.state_dir = world_.folder.path();
    options.stack.stage = "direct";
    options.stack.region = Region("eu-west-1");
    options.patience.look_again = std::chrono::seconds{1};
    options.look_every = Duration{5};
    auto stack = DirectStack::Create(options,
                                     {world_.clock, world_.random, world_.log, amazon, world_.jobs,
                                      world_.objects, world_.documents},
                                     world_.observer);
    EXPECT_TRUE(stack.has_value()) << stack.error().message;
    return *std::move(stack);
  }
  static Json Job() { return ParseJson(StackWorld::kJob).value(); }
  /// Calls `act` on the stack's thread once a step hangs.
  static void WhenStarted(AmazonSide& amazon, DirectStack& stack, std::function<void()> act) {
    boost::asio::post(stack.io(), [&amazon, &stack, act = std::move(act)] {
      if (amazon.started) return act();
      WhenStarted(amazon, stack, act);
    });
  }

  StackWorld world_;
};

TEST_F(DirectStackTest, RunsAJobOnTheClusterOfSomebodyElse) {
  AmazonSide amazon(world_, ScriptedRunner::Script::kSucceed);
  const Ended ended = Make(amazon)->Run("run-1", Job());
  EXPECT_EQ(ended.status, asl::Status::kSucceeded) << ended.cause;
  EXPECT_EQ(StringOr(ended.outcome, "verdict"), "Succeeded");
  EXPECT_TRUE(world_.observer.notices.empty());
  EXPECT_TRUE(std::filesystem::exists(world_.folder.path() / "executions/run-1/outcome.json"));
}

TEST_F(DirectStackTest, AFailureIsToldInANotice) {
  AmazonSide amazon(world_, ScriptedRunner::Script::kFail);
  const Ended ended = Make(amazon)->Run("run-1", Job());
  EXPECT_EQ(ended.error, "JobFailed") << ended.cause;
  EXPECT_EQ(world_.observer.notices.size(), 1U);
  EXPECT_EQ(amazon.LiveClusters(), 0U);
}

TEST_F(DirectStackTest, ThrottledLooksComeLaterAndTheJobGoesOn) {
  AmazonSide amazon(world_, ScriptedRunner::Script::kSucceed);
  amazon.refusals = 4;
  EXPECT_EQ(StringOr(Make(amazon)->Run("run-1", Job()).outcome, "verdict"), "Succeeded");
}

TEST_F(DirectStackTest, CancellingEndsTheClusterAndTheStateMachineSaysSo) {
  AmazonSide amazon(world_, ScriptedRunner::Script::kHang);
  const auto stack = Make(amazon);
  WhenStarted(amazon, *stack, [&] { stack->Cancel(); });
  const Ended ended = stack->Run("run-1", Job());
  EXPECT_EQ(StringOr(ended.outcome, "verdict"), "Cancelled") << ended.cause;
  EXPECT_EQ(ended.status, asl::Status::kFailed);
  EXPECT_EQ(amazon.LiveClusters(), 0U);
}

TEST_F(DirectStackTest, CancellingTwiceDoesNotWaitAndEndsTheClusterAllTheSame) {
  AmazonSide amazon(world_, ScriptedRunner::Script::kHang);
  {
    const auto stack = Make(amazon);
    WhenStarted(amazon, *stack, [&] {
      stack->Cancel();
      stack->Cancel();
    });
    const Ended ended = stack->Run("run-1", Job());
    EXPECT_EQ(ended.status, asl::Status::kAborted);
  }
  for (int look = 0; look < 1000 && amazon.LiveClusters() > 0; ++look) {
    world_.clock.SleepFor(Duration{5});
  }
  EXPECT_EQ(amazon.LiveClusters(), 0U);
}

TEST_F(DirectStackTest, AnExecutionThatIsOverIsToldAgainAndNotRunAgain) {
  AmazonSide amazon(world_, ScriptedRunner::Script::kSucceed);
  const Ended first = Make(amazon)->Run("run-1", Job());
  const auto later = Make(amazon);
  EXPECT_FALSE(later->IsUnfinished("run-1"));
  const Ended again = later->Run("run-1", Job());
  EXPECT_EQ(again.outcome, first.outcome);
  const Json clusters =
      amazon.Call(Region("eu-west-1"), "ListClusters", JsonObject{}).value().at("Clusters");
  EXPECT_EQ(clusters.as_array().size(), 1U);
}

TEST_F(DirectStackTest, AnInvalidJobFailsWithoutACluster) {
  AmazonSide amazon(world_, ScriptedRunner::Script::kSucceed);
  const Ended ended = Make(amazon)->Run("run-1", JsonObject{{"job_name", "x"}});
  EXPECT_EQ(StringOr(ended.outcome, "verdict"), "InvalidJob");
  EXPECT_EQ(amazon.LiveClusters(), 0U);
}

}  // namespace
}  // namespace ecm::direct_stack
