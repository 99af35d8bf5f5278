#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "env/real/real_env.h"
#include "env/testing/temporary_folder.h"
#include "local_stack/local_stack.h"
#include "store/memory_document_store.h"
#include "store/memory_job_store.h"

namespace ecm::local_stack {

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
    if (ends_on_cancel) End(cluster, step, false);
  }
  std::function<void()> on_start;
  bool ends_on_cancel = true;

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
  Result<std::vector<JobRecord>> ListOpen() override {
    const std::lock_guard lock(mutex_);
    return jobs_.ListOpen();
  }

 private:
  std::mutex mutex_;
  MemoryJobStore jobs_;
};

/// All that lies outside of a stack, and outlives it.
class StackWorld {
 public:
  static constexpr const char* kJob =
      R"({"job_name": "x", "release": "emr-7.5.0", "code_entrypoint": "s3://code-bucket/x.py"})";

  /// `when_started` is called when a step that hangs has been started.
  Result<std::unique_ptr<LocalStack>> MakeStack(
      ScriptedRunner::Script script, const std::function<void(LocalStack&)>& when_started = {}) {
    Options options;
    options.state_dir = folder.path();
    options.stack.stage = "local";
    options.stack.region = Region("eu-west-1");
    options.patience.look_again = std::chrono::seconds{1};
    options.timings = timings;
    ScriptedRunner* runner = nullptr;
    auto stack = LocalStack::Create(
        options, {clock, random, log, jobs, objects, documents},
        [&](boost::asio::io_context& io, RunnerEvents events) {
          auto made = std::make_unique<ScriptedRunner>(io, std::move(events), script);
          made->ends_on_cancel = ends_on_cancel;
          runner = made.get();
          return made;
        },
        observer);
    if (stack && when_started) {
      runner->on_start = [&made = **stack, when_started] { when_started(made); };
    }
    return stack;
  }

  emr_model::Timings timings{Duration{1}, Duration{1}, Duration{1}};
  bool ends_on_cancel = true;  ///< a step that hangs

  TemporaryFolder folder;
  SystemClock clock;
  SystemRandom random;
  NullLog log;
  LockedJobStore jobs;
  NoObjects objects;
  MemoryDocumentStore documents;
  RecordingObserver observer;
};

}  // namespace ecm::local_stack
