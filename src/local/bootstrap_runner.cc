#include "local/bootstrap_runner.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <csignal>
#include <system_error>
#include <utility>

#include "local/leftovers.h"
#include "local/script_fetch.h"
#include "local/step_environment.h"
#include "local/step_folder.h"
#include "local/step_logs.h"

namespace ecm::local {
namespace {

namespace fs = std::filesystem;
using emr_model::BootstrapExit;
using emr_model::BootstrapLaunch;

constexpr const char* kCancelled = "the bootstrap actions were cancelled";

/// Where the logs of an action stay if they cannot be published.
void PublishAction(const BootstrapLaunch& launch, std::size_t number, const fs::path& folder,
                   const Buckets& buckets, WallTime now) {
  std::error_code ignored;
  fs::remove_all(folder / "tmp", ignored);
  if (launch.log_uri.empty()) return;
  const auto prefix = BootstrapLogPrefix(launch.log_uri, launch.cluster, launch.instance, number);
  const auto published =
      prefix ? PublishLogs(buckets, *prefix, folder) : Result<void>(Fail(prefix.error()));
  if (published) {
    fs::remove_all(folder, ignored);
    ForgetLogPlaces(folder);
    fs::remove(folder.parent_path(), ignored);  // only where it is empty
  } else {
    ForgetLogPlaces(folder);
    ControllerLog::At(folder / "controller")
        .Note(now, "WARN", "the logs stay here: " + published.error().message);
  }
}

}  // namespace

class BootstrapRunner::Impl : public std::enable_shared_from_this<BootstrapRunner::Impl> {
 public:
  Impl(boost::asio::io_context& io, boost::asio::thread_pool& finisher, Places& places,
       BootstrapOptions options, const Clock& clock, OnExit on_exit)
      : io_(io),
        finisher_(finisher),
        places_(places),
        options_(std::move(options)),
        buckets_(options_.state_dir / "s3"),
        clock_(clock),
        on_exit_(std::move(on_exit)) {}

  void Start(const BootstrapLaunch& launch);
  void Cancel(const ClusterId& cluster);
  void Abandon();

 private:
  struct Running {
    Running(boost::asio::io_context& io, BootstrapLaunch bootstrap)
        : launch(std::move(bootstrap)), work(io.get_executor()) {}
    BootstrapLaunch launch;
    /// io_context::run does not return before the end was told.
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work;
    std::size_t number = 0;  ///< of the action that runs, from 1
    MonoTime started{};
    bool cancelled = false;
    Places::Id place = 0;
    std::unique_ptr<ProcessTree> tree;
  };

  fs::path Folder(const Running& running) const {
    return options_.state_dir / "work" / running.launch.cluster.str() / "bootstrap-actions" /
           std::to_string(running.number);
  }
  /// The next action, or the end.
  void Next(const ClusterId& cluster);
  Result<void> Launch(Running& running, const BootstrapLaunch::Action& action);
  void OnEnd(const ClusterId& cluster, const ProcessExit& exit);
  void Finish(const ClusterId& cluster, const BootstrapExit& exit);
  void PostFinish(const ClusterId& cluster, BootstrapExit exit);

  boost::asio::io_context& io_;
  boost::asio::thread_pool& finisher_;
  Places& places_;
  const BootstrapOptions options_;
  const Buckets buckets_;
  const Clock& clock_;
  OnExit on_exit_;
  std::map<ClusterId, std::unique_ptr<Running>> running_;
};

void BootstrapRunner::Impl::Start(const BootstrapLaunch& launch) {
  const ClusterId cluster = launch.cluster;
  if (running_.contains(cluster)) return;
  Running& running = *(running_[cluster] = std::make_unique<Running>(io_, launch));
  const auto go = [self = weak_from_this(), cluster] {
    if (const auto impl = self.lock()) impl->Next(cluster);
  };
  running.place = places_.Ask({}, go);
  if (!places_.IsWaiting(running.place)) go();
}

void BootstrapRunner::Impl::Next(const ClusterId& cluster) {
  const auto found = running_.find(cluster);
  if (found == running_.end()) return;
  Running& running = *found->second;
  if (running.number == running.launch.actions.size()) return PostFinish(cluster, {});
  if (running.cancelled) {
    return PostFinish(cluster, {running.number + 1, 128 + SIGKILL, kCancelled});
  }
  const BootstrapLaunch::Action& action = running.launch.actions[running.number++];
  const Result<void> launched = Launch(running, action);
  if (launched) return;
  boost::asio::post(io_, [self = weak_from_this(), cluster, why = launched.error().message] {
    if (const auto impl = self.lock()) impl->OnEnd(cluster, ProcessExit{1, 0, why});
  });
}

Result<void> BootstrapRunner::Impl::Launch(Running& running,
                                           const BootstrapLaunch::Action& action) {
  running.started = clock_.Mono();
  const fs::path folder = Folder(running);
  ECM_TRY_VOID(MakeFolders(folder));
  const auto logs = BootstrapLogPrefix(running.launch.log_uri, running.launch.cluster,
                                       running.launch.instance, running.number);
  if (logs) ECM_TRY_VOID(KeepLogPlaces(folder, {ToText(*logs), ""}));
  std::vector<std::string> words{action.path};
  words.insert(words.end(), action.args.begin(), action.args.end());
  ControllerLog(folder / "controller")
      .Note(clock_.Wall(), "INFO",
            "bootstrap action " + std::to_string(running.number) + " \"" + action.name +
                "\": " + RedactedCommandLine(words));
  const fs::path script = folder / "script";
  ECM_TRY_VOID(FetchFile({"script", action.path, script, /*executable=*/true}, buckets_));
  words.front() = script.string();
  const ProcessSpec spec{words,
                         EnvironmentWords(PlainEnvironment(options_.environment, folder / "tmp")),
                         folder, folder / "stdout", folder / "stderr"};
  ECM_TRY(running.tree,
          ProcessTree::Start(
              spec, io_,
              [self = weak_from_this(), cluster = running.launch.cluster](const ProcessExit& exit) {
                if (const auto impl = self.lock()) {
                  impl->OnEnd(cluster, exit);
                }
              }));
  return {};
}

void BootstrapRunner::Impl::OnEnd(const ClusterId& cluster, const ProcessExit& exit) {
  const auto found = running_.find(cluster);
  if (found == running_.end()) return;
  Running& running = *found->second;
  running.tree.reset();
  const fs::path folder = Folder(running);
  const bool succeeded = exit.exit_code == 0 && exit.failure.empty();
  auto controller = ControllerLog::At(folder / "controller");
  if (!exit.failure.empty()) {
    controller.Note(clock_.Wall(), "ERROR", exit.failure);
    (void)WriteText(folder / "stderr", exit.failure + "\n");
  }
  controller.Note(clock_.Wall(), succeeded ? "INFO" : "WARN",
                  "bootstrap action " + std::to_string(running.number) + " ended with exit code " +
                      std::to_string(exit.exit_code));
  std::string message = running.cancelled && !succeeded ? kCancelled : exit.failure;
  const BootstrapExit failed{running.number, exit.exit_code, std::move(message)};
  boost::asio::post(finisher_, [self = weak_from_this(), cluster, succeeded, failed, folder,
                                number = running.number, now = clock_.Wall(), buckets = buckets_,
                                launch = running.launch, &io = io_] {
    PublishAction(launch, number, folder, buckets, now);
    boost::asio::post(io, [self, cluster, succeeded, failed] {
      const auto impl = self.lock();
      if (!impl) return;
      if (succeeded) {
        impl->Next(cluster);
      } else {
        impl->Finish(cluster, failed);
      }
    });
  });
}

void BootstrapRunner::Impl::PostFinish(const ClusterId& cluster, BootstrapExit exit) {
  boost::asio::post(io_, [self = weak_from_this(), cluster, exit = std::move(exit)] {
    if (const auto impl = self.lock()) impl->Finish(cluster, exit);
  });
}

void BootstrapRunner::Impl::Finish(const ClusterId& cluster, const BootstrapExit& exit) {
  const auto entry = running_.extract(cluster);
  if (entry.empty()) return;
  std::error_code ignored;
  fs::remove(options_.state_dir / "work" / cluster.str(), ignored);  // only where it is empty
  places_.Release(entry.mapped()->place);
  if (on_exit_) on_exit_(cluster, exit);
}

void BootstrapRunner::Impl::Cancel(const ClusterId& cluster) {
  const auto found = running_.find(cluster);
  if (found == running_.end() || found->second->cancelled) return;
  Running& running = *found->second;
  running.cancelled = true;
  if (running.tree != nullptr) running.tree->Kill();
  if (places_.IsWaiting(running.place)) {
    places_.Release(running.place);
    PostFinish(cluster, {1, 128 + SIGKILL, kCancelled});
  }
}

void BootstrapRunner::Impl::Abandon() {
  on_exit_ = nullptr;
  for (const auto& [cluster, running] : running_) {
    running->cancelled = true;
    if (running->tree != nullptr) running->tree->Kill();
  }
}

BootstrapRunner::BootstrapRunner(boost::asio::io_context& io, boost::asio::thread_pool& finisher,
                                 Places& places, BootstrapOptions options, const Clock& clock,
                                 OnExit on_exit)
    : impl_(std::make_shared<Impl>(io, finisher, places, std::move(options), clock,
                                   std::move(on_exit))) {}

BootstrapRunner::~BootstrapRunner() { impl_->Abandon(); }

void BootstrapRunner::Start(const BootstrapLaunch& launch) { impl_->Start(launch); }
void BootstrapRunner::Cancel(const ClusterId& cluster) { impl_->Cancel(cluster); }
void BootstrapRunner::Abandon() { impl_->Abandon(); }

}  // namespace ecm::local
