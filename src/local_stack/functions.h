#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <string>

#include "lifecycle/ports.h"

namespace ecm::local_stack {

/// Lambda on this machine: runs handlers on a bounded pool. Invocations beyond it wait, as with a
/// reserved concurrency. Everything but the handlers runs on the io_context's thread.
class Functions {
 public:
  /// The ports of one invocation; what they refer to must be fit for the pool's threads, and
  /// outlive it.
  using MakePorts = std::function<lifecycle::Ports(const Region& region)>;
  using Done = std::function<void(Result<Json> answer)>;

  Functions(boost::asio::io_context& io, MakePorts make_ports)
      : io_(io), make_ports_(std::move(make_ports)) {}
  /// Lets what runs come to its end, `done` included. On the io_context's thread, while nobody runs
  /// it; to be called before what the handlers reach is gone.
  void Drain();

  /// Calls the handler `function` ("submit") with `event`, then `done`. kNotFound at once where
  /// there is no such function.
  Result<void> Invoke(const std::string& function, const Region& region, Json event, Done done);
  /// Runs `work` as an invocation.
  void Run(std::function<void()> work, std::function<void()> done);

  /// Invocations that have not been told as done.
  std::size_t in_flight() const { return in_flight_; }

 private:
  /// As many invocations at once.
  static constexpr std::size_t kThreads = 4;

  boost::asio::io_context& io_;
  MakePorts make_ports_;
  std::size_t in_flight_ = 0;
  boost::asio::thread_pool pool_{kThreads};
};

}  // namespace ecm::local_stack
