#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "emr_model/step_runner.h"
#include "env/clock.h"
#include "local/buckets.h"
#include "local/places.h"
#include "local/process_tree.h"

namespace boost::asio {
class io_context;
class thread_pool;
}  // namespace boost::asio

namespace ecm::local {

struct BootstrapOptions {
  std::filesystem::path state_dir;                 ///< DIR
  std::map<std::string, std::string> environment;  ///< of every action, without TMPDIR
};

/// Runs the bootstrap actions of clusters: of each cluster one after the other, each script as a
/// process tree of its own in DIR/work/{cluster}/bootstrap-actions/{n}, as the user who runs this
/// program. The first one that fails ends them. A cluster whose actions run has one place.
/// Lives on the thread of its io_context; logs are packed by `finisher`.
class BootstrapRunner {
 public:
  /// From the io_context, never from inside Start or Cancel; by then the logs are in their bucket.
  using OnExit =
      std::function<void(const ClusterId& cluster, const emr_model::BootstrapExit& exit)>;

  BootstrapRunner(boost::asio::io_context& io, boost::asio::thread_pool& finisher, Places& places,
                  BootstrapOptions options, const Clock& clock, OnExit on_exit);
  ~BootstrapRunner();
  BootstrapRunner(const BootstrapRunner&) = delete;
  BootstrapRunner& operator=(const BootstrapRunner&) = delete;

  void Start(const emr_model::BootstrapLaunch& launch);
  /// SIGKILL to what runs; what has not begun never does.
  void Cancel(const ClusterId& cluster);
  /// SIGKILL to everything; on_exit is not called any more. Waits for nothing: the destructor does.
  void Abandon();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace ecm::local
