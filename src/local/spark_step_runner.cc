#include "local/spark_step_runner.h"

#include <fmt/format.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <csignal>
#include <optional>
#include <system_error>
#include <utility>

#include "local/buckets.h"
#include "local/cluster_mode.h"
#include "local/leftovers.h"
#include "local/places.h"
#include "local/process_tree.h"
#include "local/step_command.h"
#include "local/step_environment.h"
#include "local/step_finish.h"
#include "local/step_folder.h"
#include "local/step_logs.h"

namespace ecm::local {
namespace {

namespace fs = std::filesystem;
using emr_model::StepLaunch;
using StepKey = std::pair<ClusterId, StepId>;

PlaceLimits LimitsOf(const SparkStepRunnerOptions& options) {
  return {options.max_processes,
          options.max_spark > 0 ? options.max_spark : SparkPlaces(options.machine),
          SparkMemoryMib(options.machine)};
}

/// Bootstrap actions find the same programs as steps do: the Python of Spark before others.
std::map<std::string, std::string> BootstrapEnvironment(const SparkStepRunnerOptions& options) {
  std::map<std::string, std::string> environment = PlainEnvironment(options.environment, "");
  if (options.spark) {
    environment["PATH"] = SparkPath(*options.spark, environment["PATH"]);
    environment["JAVA_HOME"] = options.spark->java_home.string();
  }
  return environment;
}

/// The line that DescribeStep shows as long as the step waits.
std::string WaitMessage(const Places& places, Places::Id id, bool jvm) {
  const std::size_t before = places.Before(id);
  return fmt::format(
      "Waiting for a place on this machine, which runs at most {} steps {}at once; before this one "
      "when it came: {}",
      jvm ? places.limits().jvm : places.limits().all, jvm ? "with Spark " : "", before);
}

}  // namespace

fs::path StepWorkDir(const fs::path& state_dir, const ClusterId& cluster, const StepId& step) {
  return state_dir / "work" / cluster.str() / step.str();
}

class SparkStepRunner::Impl : public std::enable_shared_from_this<SparkStepRunner::Impl> {
 public:
  Impl(boost::asio::io_context& io, SparkStepRunnerOptions options, const Clock& clock,
       OnExit on_exit, OnNote on_note, OnWaits on_waits, OnBootstrapExit on_bootstrap_exit)
      : io_(io),
        options_(std::move(options)),
        buckets_(options_.state_dir / "s3"),
        clock_(clock),
        since_(clock.Wall()),
        on_exit_(std::move(on_exit)),
        on_note_(std::move(on_note)),
        on_waits_(std::move(on_waits)),
        places_(LimitsOf(options_)),
        bootstraps_(io, finisher_, places_, {options_.state_dir, BootstrapEnvironment(options_)},
                    clock, std::move(on_bootstrap_exit)) {}

  void SettleLeftovers();

  void Start(const StepLaunch& launch);
  void Cancel(const StepKey& key, bool force);
  BootstrapRunner& bootstraps() { return bootstraps_; }
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
    Places::Id place = 0;  ///< 0: it never asked for one
    bool has_waited = false;
    std::optional<DriverApplication> driver;
    std::unique_ptr<ProcessTree> tree;
  };

  Result<StepCommand> Command(const Running& running) const;
  /// Takes a place or waits for one.
  void Queue(const StepKey& key, Running& running, const PlaceNeed& need);
  /// The step has its place.
  void Go(const StepKey& key);
  Result<void> Launch(Running& running);
  /// It never runs: its end is told soon.
  void Refuse(const StepKey& key, Running& running, int exit_code, const std::string& reason);
  /// For the next process, should this one be killed.
  void KeepPlaces(const Running& running) const;
  /// Its process is gone and its end is told to nobody, but what it has said is kept.
  void Abandon(Running& running);
  void Tell(Running& running, const std::string& note);
  void TellWaits(const StepKey& key, const std::string& message);
  void OnEnd(const StepKey& key, const ProcessExit& exit, const std::string& refusal);
  void OnFinished(const StepKey& key, const FinishedStep& finished);

  boost::asio::io_context& io_;
  SparkStepRunnerOptions options_;
  Buckets buckets_;
  const Clock& clock_;
  const WallTime since_;
  OnExit on_exit_;
  OnNote on_note_;
  OnWaits on_waits_;
  Places places_;
  std::uint64_t applications_ = 0;
  std::map<StepKey, std::unique_ptr<Running>> running_;
  boost::asio::thread_pool finisher_{1};
  BootstrapRunner bootstraps_;
};

void SparkStepRunner::Impl::Tell(Running& running, const std::string& note) {
  running.controller.Note(clock_.Wall(), "INFO", note);
  if (on_note_) on_note_(running.launch, note);
}

void SparkStepRunner::Impl::TellWaits(const StepKey& key, const std::string& message) {
  if (!on_waits_) return;
  boost::asio::post(io_, [self = weak_from_this(), key, message] {
    if (const auto impl = self.lock()) impl->on_waits_(key.first, key.second, message);
  });
}

Result<StepCommand> SparkStepRunner::Impl::Command(const Running& running) const {
  const StepPlace place{options_.state_dir, running.work_dir, buckets_.Names(), options_.machine,
                        options_.environment};
  return BuildStepCommand(running.launch, options_.spark, place);
}

Result<void> SparkStepRunner::Impl::Launch(Running& running) {
  // Built anew: buckets may have been made while the step waited.
  ECM_TRY(const StepCommand command, Command(running));
  for (const std::string& note : command.notes) Tell(running, note);
  ECM_TRY(const ProcessSpec spec, LayOutStep(command, running.work_dir, buckets_));
  const StepKey key{running.launch.cluster, running.launch.step};
  ECM_TRY(running.tree,
          ProcessTree::Start(spec, io_, [self = weak_from_this(), key](const ProcessExit& exit) {
            if (const auto impl = self.lock()) impl->OnEnd(key, exit, "");
          }));
  if (command.cluster_mode) {
    running.driver = NameApplication(since_, ++applications_);
    KeepPlaces(running);
    const auto logs = ContainerLogPrefix(running.launch.log_uri, key.first, *running.driver);
    (void)WriteText(running.work_dir / "stdout", "");
    (void)WriteText(
        running.work_dir / "stderr",
        ClientBegins(clock_.Wall(), *running.driver,
                     logs ? ToText(*logs) : ContainerFolder(running.work_dir).string()));
  }
  return {};
}

void SparkStepRunner::Impl::SettleLeftovers() {
  // They are found before anything new is begun, and packed while other things go on.
  std::vector<fs::path> folders = FindLeftovers(options_.state_dir);
  if (folders.empty()) return;
  boost::asio::post(finisher_, [self = weak_from_this(), folders = std::move(folders),
                                buckets = buckets_, now = clock_.Wall(), &io = io_] {
    for (const fs::path& folder : folders) {
      const std::string note = SettleLeftover(folder, buckets, now);
      if (note.empty()) continue;
      StepLaunch launch;
      const bool is_action = folder.parent_path().filename() == "bootstrap-actions";
      const fs::path cluster =
          is_action ? folder.parent_path().parent_path() : folder.parent_path();
      launch.cluster = ClusterId(cluster.filename().string());
      if (!is_action) launch.step = StepId(folder.filename().string());
      boost::asio::post(io, [self, launch, note] {
        const auto impl = self.lock();
        if (impl && impl->on_note_) impl->on_note_(launch, note);
      });
    }
  });
}

void SparkStepRunner::Impl::KeepPlaces(const Running& running) const {
  const StepLaunch& launch = running.launch;
  const auto logs = StepLogPrefix(launch.log_uri, launch.cluster, launch.step);
  if (!logs) return;
  LogPlaces places{ToText(*logs), ""};
  if (running.driver) {
    const auto container = ContainerLogPrefix(launch.log_uri, launch.cluster, *running.driver);
    if (container) places.container_logs = ToText(*container);
  }
  (void)KeepLogPlaces(running.work_dir, places);  // where it fails, the logs stay in the folder
}

void SparkStepRunner::Impl::Start(const StepLaunch& launch) {
  const StepKey key{launch.cluster, launch.step};
  const fs::path work_dir = StepWorkDir(options_.state_dir, launch.cluster, launch.step);
  const Result<void> made = MakeFolders(work_dir);
  auto& slot = running_[key];
  slot = std::make_unique<Running>(io_, launch, work_dir, clock_.Mono());
  Running& running = *slot;
  running.controller.Starting(clock_.Wall(), launch.jar, launch.args);
  KeepPlaces(running);
  if (!made) return Refuse(key, running, 1, made.error().message);
  const auto command = Command(running);
  if (!command) return Refuse(key, running, 1, command.error().message);
  Queue(key, running, command->need);
}

void SparkStepRunner::Impl::Queue(const StepKey& key, Running& running, const PlaceNeed& need) {
  running.place = places_.Ask(need, [self = weak_from_this(), key] {
    if (const auto impl = self.lock()) impl->Go(key);
  });
  if (!places_.IsWaiting(running.place)) return Go(key);
  running.has_waited = true;
  const std::string message = WaitMessage(places_, running.place, need.jvm);
  running.controller.Note(clock_.Wall(), "INFO", message);
  TellWaits(key, message);
}

void SparkStepRunner::Impl::Go(const StepKey& key) {
  Running& running = *running_.at(key);
  running.started = clock_.Mono();
  if (running.has_waited) {
    running.controller.Note(clock_.Wall(), "INFO", "the step has its place and starts");
    TellWaits(key, "");
  }
  const Result<void> launched = Launch(running);
  if (!launched) Refuse(key, running, 1, launched.error().message);
}

void SparkStepRunner::Impl::Refuse(const StepKey& key, Running& running, int exit_code,
                                   const std::string& reason) {
  running.controller.Note(clock_.Wall(), "ERROR", reason);
  // Who reads only stderr finds it, too.
  (void)WriteText(running.work_dir / "stderr", reason + "\n");
  boost::asio::post(io_, [self = weak_from_this(), key, exit_code, reason] {
    if (const auto impl = self.lock()) impl->OnEnd(key, ProcessExit{exit_code, 0, {}}, reason);
  });
}

void SparkStepRunner::Impl::Cancel(const StepKey& key, bool force) {
  const auto found = running_.find(key);
  if (found == running_.end()) return;
  Running& running = *found->second;
  if (running.place != 0 && places_.IsWaiting(running.place)) {
    places_.Release(std::exchange(running.place, 0));
    return Refuse(key, running, 128 + SIGTERM,
                  "the step was cancelled while it waited for a place on this machine");
  }
  if (running.tree == nullptr) return;
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
  const EndedStep ended{running.launch, running.work_dir, exit,
                        refusal,        running.driver,   clock_.Wall()};
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
  if (running.place != 0) places_.Release(std::exchange(running.place, 0));
}

void SparkStepRunner::Impl::OnFinished(const StepKey& key, const FinishedStep& finished) {
  const auto entry = running_.extract(key);
  ForgetLogPlaces(entry.mapped()->work_dir);
  std::error_code ignored;
  fs::remove(entry.mapped()->work_dir.parent_path(), ignored);  // only where it is empty
  if (on_note_) {
    for (const std::string& note : finished.notes) on_note_(entry.mapped()->launch, note);
  }
  on_exit_(key.first, key.second, finished.exit);
}

void SparkStepRunner::Impl::Abandon(Running& running) {
  std::error_code ignored;
  if (fs::exists(running.work_dir, ignored)) {
    running.controller.Note(clock_.Wall(), "WARN", "the cluster is lost: the step has no end");
    const ProcessExit killed{128 + SIGKILL, SIGKILL, {}};
    (void)FinishStep({running.launch, running.work_dir, killed, "", running.driver, clock_.Wall()},
                     buckets_);
  }
  ForgetLogPlaces(running.work_dir);
  fs::remove(running.work_dir.parent_path(), ignored);  // only where it is empty
}

void SparkStepRunner::Impl::Shutdown() {
  for (const auto& [key, running] : running_) {
    if (running->tree != nullptr) running->tree->Kill();
  }
  bootstraps_.Abandon();
  finisher_.join();
  for (const auto& [key, running] : running_) {
    running->tree.reset();
    Abandon(*running);
  }
  running_.clear();
}

SparkStepRunner::SparkStepRunner(boost::asio::io_context& io, SparkStepRunnerOptions options,
                                 const Clock& clock, OnExit on_exit, OnNote on_note,
                                 OnWaits on_waits, OnBootstrapExit on_bootstrap_exit)
    : impl_(std::make_shared<Impl>(io, std::move(options), clock, std::move(on_exit),
                                   std::move(on_note), std::move(on_waits),
                                   std::move(on_bootstrap_exit))) {
  impl_->SettleLeftovers();
}

SparkStepRunner::~SparkStepRunner() { impl_->Shutdown(); }

void SparkStepRunner::Start(const StepLaunch& launch) { impl_->Start(launch); }

void SparkStepRunner::Cancel(const ClusterId& cluster, const StepId& step, bool force) {
  impl_->Cancel({cluster, step}, force);
}

void SparkStepRunner::StartBootstrap(const emr_model::BootstrapLaunch& launch) {
  impl_->bootstraps().Start(launch);
}

void SparkStepRunner::CancelBootstrap(const ClusterId& cluster) {
  impl_->bootstraps().Cancel(cluster);
}

}  // namespace ecm::local
