#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "local/process_spec.h"

namespace boost::asio {
class io_context;
}

namespace ecm::local {

/// How a tree's main process ended. By then no other process of the tree is left either.
struct ProcessExit {
  int exit_code = 0;    ///< 128 + signal where a signal ended it, as a shell would say
  int signal = 0;       ///< 0: it exited by itself
  std::string failure;  ///< not empty: it never ran ("cannot start \"spark\": No such file …")
};

/// One program and everything that it starts, under a supervisor of its own (supervisor.h).
/// Lives on the thread of its io_context. The program that uses it must call SupervisorMain first
/// in its main, for it starts itself.
class ProcessTree {
 public:
  using OnExit = std::function<void(const ProcessExit& exit)>;

  /// `on_exit` is called once, from the io_context, and may destroy the tree.
  static Result<std::unique_ptr<ProcessTree>> Start(const ProcessSpec& spec,
                                                    boost::asio::io_context& io, OnExit on_exit);
  /// Kills what still runs and waits until it is gone; `on_exit` is not called any more.
  ~ProcessTree();
  ProcessTree(const ProcessTree&) = delete;
  ProcessTree& operator=(const ProcessTree&) = delete;

  /// SIGTERM to every process of the tree. Who ignores it, stays.
  void Terminate();
  /// SIGKILL until none is left.
  void Kill();
  pid_t supervisor() const;

 private:
  class Impl;
  explicit ProcessTree(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace ecm::local
