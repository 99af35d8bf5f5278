#include "local_stack/local_stack.h"

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <filesystem>
#include <optional>

#include "env/real/real_env.h"
#include "local_stack/state_folder.h"
#include "local_stack/testing/temporary_folder.h"
#include "store/memory_document_store.h"
#include "store/memory_job_store.h"

namespace ecm::local_stack {
namespace {

/// Ends each step as soon as it may, or when it is cancelled.
class ScriptedRunner : public emr_model::StepRunner {
 public:
  enum class Script { kSucceed, kFail, kHang };
  ScriptedRunner(boost::asio::io_context& io, RunnerEvents events, Script script)
      : io_(io), events_(std::move(events)), script_(script) {}
  void Start(const emr_model::StepLaunch& launch) override {
    if (script_ == Script::kHang) {
      if (on_start) boost::asio::post(io_, on_start);
      return;
    }
    End(launch.cluster, launch.step, script_ == Script::kSucceed);
  }
  void Cancel(const ClusterId& cluster, const StepId& step, bool /*force*/) override {
    End(cluster, step, false);
  }
  std::function<void()> on_start;

 private:
  void End(const ClusterId& cluster, const StepId& step, bool succeeded) {
    emr_model::StepExit exit;
    exit.succeeded = succeeded;
    exit.exit_code = succeeded ? 0 : 1;
    boost::asio::post(io_,
                      [this, cluster, step, exit] { events_.on_step_exit(cluster, step, exit); });
  }
  boost::asio::io_context& io_;
  RunnerEvents events_;
  Script script_;
};

class RecordingObserver : public Observer {
 public:
  void OnState(const ExecutionArn& /*execution*/, const std::string& state) override {
    states.push_back(state);
  }
  void OnCluster(const ClusterId& /*cluster*/, const std::string& state) override {
    clusters.push_back(state);
  }
  void OnStep(const ClusterId& /*cluster*/, const std::string& /*name*/,
              const std::string& state) override {
    steps.push_back(state);
  }
  void OnNotice(const std::filesystem::path& file) override { notices.push_back(file); }
  std::vector<std::string> states;
  std::vector<std::string> clusters;
  std::vector<std::string> steps;
  std::vector<std::filesystem::path> notices;
};

class NoObjects : public ObjectStore {
 public:
  Result<std::string> ReadTail(const Region&, const std::string&, const std::string& key,
                               std::size_t) override {
    return Fail(ErrorKind::kNotFound, "no such key: " + key);
  }
  Result<std::vector<std::string>> ListKeys(const Region&, const std::string&, const std::string&,
                                            std::size_t) override {
    return std::vector<std::string>{};
  }
};

/// MemoryJobStore is for one thread; here the pool uses it.
class LockedJobStore : public JobStore {
 public:
  Result<std::optional<JobRecord>> Get(const ExecutionArn& execution) override {
    const std::lock_guard lock(mutex_);
    return jobs_.Get(execution);
  }
  Result<std::optional<JobRecord>> FindByCluster(const ClusterId& cluster) override {
    const std::lock_guard lock(mutex_);
    return jobs_.FindByCluster(cluster);
  }
  Result<JobRecord> Put(const JobRecord& record) override {
    const std::lock_guard lock(mutex_);
    return jobs_.Put(record);
  }

 private:
  std::mutex mutex_;
  MemoryJobStore jobs_;
};

class LocalStackTest : public testing::Test {
 protected:
  Ended Run(ScriptedRunner::Script script, const char* job,
            const std::function<void(LocalStack&)>& when_started = {}) {
    Options options;
    options.state_dir = folder_.path();
    options.stack.stage = "local";
    options.stack.region = Region("eu-west-1");
    options.patience.look_again = std::chrono::seconds{1};
    ScriptedRunner* runner = nullptr;
    auto stack = LocalStack::Create(
        options, {clock_, random_, log_, jobs_, objects_, documents_},
        [&](boost::asio::io_context& io, RunnerEvents events) {
          auto made = std::make_unique<ScriptedRunner>(io, std::move(events), script);
          runner = made.get();
          return made;
        },
        observer_);
    EXPECT_TRUE(stack.has_value()) << stack.error().message;
    if (when_started) runner->on_start = [&] { when_started(**stack); };
    return (*stack)->Run("run-1", ParseJson(job).value());
  }

  static constexpr const char* kJob =
      R"({"job_name": "x", "release": "emr-7.5.0", "code_entrypoint": "s3://code-bucket/x.py"})";

  TemporaryFolder folder_;
  SystemClock clock_;
  SystemRandom random_;
  NullLog log_;
  LockedJobStore jobs_;
  NoObjects objects_;
  MemoryDocumentStore documents_;
  RecordingObserver observer_;
};

TEST_F(LocalStackTest, RunsAJobThroughTheShippedStateMachine) {
  const Ended ended = Run(ScriptedRunner::Script::kSucceed, kJob);
  EXPECT_EQ(ended.status, asl::Status::kSucceeded);
  EXPECT_EQ(StringOr(ended.outcome, "verdict"), "Succeeded");
  EXPECT_EQ(observer_.states.front(), "Prepare");
  EXPECT_EQ(observer_.clusters, (std::vector<std::string>{"STARTING", "BOOTSTRAPPING", "RUNNING",
                                                          "TERMINATING", "TERMINATED"}));
  EXPECT_EQ(observer_.steps, (std::vector<std::string>{"PENDING", "RUNNING", "COMPLETED"}));
  EXPECT_TRUE(observer_.notices.empty());
  const auto records = folder_.path() / "executions" / "run-1";
  EXPECT_TRUE(std::filesystem::exists(records / "history.json"));
  EXPECT_TRUE(std::filesystem::exists(records / "outcome.json"));
}

TEST_F(LocalStackTest, AFailureIsToldInANotice) {
  const Ended ended = Run(ScriptedRunner::Script::kFail, kJob);
  EXPECT_EQ(ended.status, asl::Status::kFailed);
  EXPECT_EQ(ended.error, "JobFailed");
  EXPECT_EQ(StringOr(ended.outcome, "verdict"), "JobFailed");
  ASSERT_EQ(observer_.notices.size(), 1U);
  EXPECT_TRUE(std::filesystem::exists(observer_.notices.front()));
}

TEST_F(LocalStackTest, AnInvalidJobFailsWithoutACluster) {
  const Ended ended = Run(ScriptedRunner::Script::kSucceed, R"({"job_name": "x"})");
  EXPECT_EQ(StringOr(ended.outcome, "verdict"), "InvalidJob");
  EXPECT_TRUE(Find(ended.outcome, "cluster_id")->is_null());
  EXPECT_EQ(observer_.notices.size(), 1U);
  EXPECT_TRUE(observer_.clusters.empty());
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
