#include "local/spark_step_runner.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <fstream>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "local/buckets.h"
#include "local/process_tree.h"
#include "local/spark_command.h"
#include "local/step_finish.h"
#include "local/step_logs.h"

namespace ecm::local {
namespace {

namespace fs = std::filesystem;
using emr_model::StepLaunch;
using StepKey = std::pair<ClusterId, StepId>;

Result<void> WriteText(const fs::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text << std::flush;
  if (out) return {};
  return Fail(ErrorKind::kInternal, "cannot write " + file.string());
}

Result<void> MakeFolders(const fs::path& work_dir) {
  for (const char* name : {"tmp", "conf"}) {
    std::error_code error;
    fs::create_directories(work_dir / name, error);
    if (error) {
      return Fail(ErrorKind::kInternal,
                  "cannot make the folder " + (work_dir / name).string() + ": " + error.message());
    }
  }
  return {};
}

std::vector<std::string> EnvironmentWords(const std::map<std::string, std::string>& environment) {
  std::vector<std::string> words;
  for (const auto& [name, value] : environment) words.push_back(name + "=" + value);
  return words;
}

Result<void> CheckInputs(const std::vector<StepInput>& inputs, const Buckets& buckets) {
  for (const StepInput& input : inputs) {
    const auto uri = ParseS3Uri(input.uri);
    if (!uri) continue;
    const auto object = buckets.OpenObject(uri->bucket, uri->key);
    if (object) continue;
    return Fail(AddContext(object.error(),
                           "the " + input.what + " " + ToOneLine(input.uri) + " cannot be read"));
  }
  return {};
}

}  // namespace

fs::path StepWorkDir(const fs::path& state_dir, const ClusterId& cluster, const StepId& step) {
  return state_dir / "work" / cluster.str() / step.str();
}

class SparkStepRunner::Impl : public std::enable_shared_from_this<SparkStepRunner::Impl> {
 public:
  Impl(boost::asio::io_context& io, SparkStepRunnerOptions options, const Clock& clock,
       OnExit on_exit, OnNote on_note)
      : io_(io),
        options_(std::move(options)),
        buckets_(options_.state_dir / "s3"),
        clock_(clock),
        on_exit_(std::move(on_exit)),
        on_note_(std::move(on_note)) {}

  void Start(const StepLaunch& launch);
  void Cancel(const StepKey& key, bool force);
  void Shutdown();

 private:
  struct Running {
    Running(boost::asio::io_context& io, StepLaunch step_launch, fs::path folder, MonoTime now)
        : launch(std::move(step_launch)),
          work_dir(std::move(folder)),
          controller(work_dir / "controller"),
          started(now),
          escalation(io),
          work(io.get_executor()) {}
    StepLaunch launch;
    fs::path work_dir;
    ControllerLog controller;
    MonoTime started;
    boost::asio::steady_timer escalation;
    /// io_context::run does not return before the end of the step was told.
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work;
    std::unique_ptr<ProcessTree> tree;
  };

  Result<void> Launch(Running& running);
  void Tell(Running& running, const std::string& note);
  void OnEnd(const StepKey& key, const ProcessExit& exit, const std::string& refusal);
  void OnFinished(const StepKey& key, const FinishedStep& finished);

  boost::asio::io_context& io_;
  SparkStepRunnerOptions options_;
  Buckets buckets_;
  const Clock& clock_;
  OnExit on_exit_;
  OnNote on_note_;
  std::map<StepKey, std::unique_ptr<Running>> running_;
  boost::asio::thread_pool finisher_{1};
};

void SparkStepRunner::Impl::Tell(Running& running, const std::string& note) {
  running.controller.Note(clock_.Wall(), "INFO", note);
  if (on_note_) on_note_(running.launch, note);
}

Result<void> SparkStepRunner::Impl::Launch(Running& running) {
  ECM_TRY(const LocalSparkSettings spark, options_.spark);
  const StepPlace place{options_.state_dir, running.work_dir, buckets_.Names(), options_.machine,
                        options_.environment};
  ECM_TRY(const StepCommand command, BuildStepCommand(running.launch, spark, place));
  for (const std::string& note : command.notes) Tell(running, note);
  ECM_TRY_VOID(CheckInputs(command.inputs, buckets_));
  ECM_TRY_VOID(
      WriteText(running.work_dir / "conf" / "spark-defaults.conf", command.spark_defaults));
  const ProcessSpec spec{command.argv, EnvironmentWords(command.environment), running.work_dir,
                         running.work_dir / "stdout", running.work_dir / "stderr"};
  const StepKey key{running.launch.cluster, running.launch.step};
  ECM_TRY(running.tree,
          ProcessTree::Start(spec, io_, [self = weak_from_this(), key](const ProcessExit& exit) {
            if (const auto impl = self.lock()) impl->OnEnd(key, exit, "");
          }));
  return {};
}

void SparkStepRunner::Impl::Start(const StepLaunch& launch) {
  const StepKey key{launch.cluster, launch.step};
  const fs::path work_dir = StepWorkDir(options_.state_dir, launch.cluster, launch.step);
  Result<void> launched = MakeFolders(work_dir);
  auto& running = running_[key];
  running = std::make_unique<Running>(io_, launch, work_dir, clock_.Mono());
  running->controller.Starting(clock_.Wall(), launch.jar, launch.args);
  if (launched) launched = Launch(*running);
  if (launched) return;
  const std::string reason = launched.error().message;
  running->controller.Note(clock_.Wall(), "ERROR", reason);
  // Who reads only stderr finds it, too.
  (void)WriteText(work_dir / "stderr", reason + "\n");
  boost::asio::post(io_, [self = weak_from_this(), key, reason] {
    if (const auto impl = self.lock()) impl->OnEnd(key, ProcessExit{1, 0, {}}, reason);
  });
}

void SparkStepRunner::Impl::Cancel(const StepKey& key, bool force) {
  const auto found = running_.find(key);
  if (found == running_.end() || found->second->tree == nullptr) return;
  Running& running = *found->second;
  if (force) {
    running.tree->Kill();
    return;
  }
  running.tree->Terminate();
  running.escalation.expires_after(options_.cancel_grace);
  running.escalation.async_wait([self = weak_from_this(), key](boost::system::error_code error) {
    if (error) return;
    if (const auto impl = self.lock()) impl->Cancel(key, /*force=*/true);
  });
}

void SparkStepRunner::Impl::OnEnd(const StepKey& key, const ProcessExit& exit,
                                  const std::string& refusal) {
  Running& running = *running_.at(key);
  running.tree.reset();
  running.escalation.cancel();
  const EndedStep ended{running.launch, running.work_dir, exit, refusal};
  if (!exit.failure.empty()) running.controller.Note(clock_.Wall(), "ERROR", exit.failure);
  running.controller.Ended(clock_.Wall(), Succeeded(ended), exit.exit_code,
                           clock_.Mono() - running.started);
  boost::asio::post(finisher_,
                    [self = weak_from_this(), key, ended, buckets = buckets_, &io = io_] {
                      FinishedStep finished = FinishStep(ended, buckets);
                      boost::asio::post(io, [self, key, finished = std::move(finished)] {
                        if (const auto impl = self.lock()) impl->OnFinished(key, finished);
                      });
                    });
}

void SparkStepRunner::Impl::OnFinished(const StepKey& key, const FinishedStep& finished) {
  auto entry = running_.extract(key);
  if (on_note_) {
    for (const std::string& note : finished.notes) on_note_(entry.mapped()->launch, note);
  }
  on_exit_(key.first, key.second, finished.exit);
}

void SparkStepRunner::Impl::Shutdown() {
  for (const auto& [key, running] : running_) {
    if (running->tree != nullptr) running->tree->Kill();
  }
  finisher_.join();
  for (const auto& [key, running] : running_) {
    running->tree.reset();
    std::error_code ignored;
    fs::remove_all(running->work_dir / "tmp", ignored);
  }
  running_.clear();
}

SparkStepRunner::SparkStepRunner(boost::asio::io_context& io, SparkStepRunnerOptions options,
                                 const Clock& clock, OnExit on_exit, OnNote on_note)
    : impl_(std::make_shared<Impl>(io, std::move(options), clock, std::move(on_exit),
                                   std::move(on_note))) {}

SparkStepRunner::~SparkStepRunner() { impl_->Shutdown(); }

void SparkStepRunner::Start(const StepLaunch& launch) { impl_->Start(launch); }

void SparkStepRunner::Cancel(const ClusterId& cluster, const StepId& step, bool force) {
  impl_->Cancel({cluster, step}, force);
}

}  // namespace ecm::local
