#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "env/clock.h"
#include "env/http_transport.h"
#include "http/stream.h"

namespace ecm::http {

/// Connections that wait for the next request to their origin. Safe to use from several threads.
///
/// How long one rested is told by both clocks: AWS Lambda freezes a process between two
/// invocations, a laptop sleeps, and the monotonic clock may stand still meanwhile.
class ConnectionPool {
 public:
  ConnectionPool(const Clock& clock, Duration idle_timeout, std::size_t most)
      : clock_(clock), idle_timeout_(idle_timeout), most_(most) {}

  /// The one that was used last, if it has not rested for `longest_rest` and its peer has been
  /// quiet; null without one.
  std::unique_ptr<Stream> Take(const HttpOrigin& origin, Duration longest_rest);
  void Keep(const HttpOrigin& origin, std::unique_ptr<Stream> stream);

 private:
  struct Kept {
    HttpOrigin origin;
    std::unique_ptr<Stream> stream;
    MonoTime since;
    WallTime wall_since;
  };

  Duration Rest(const Kept& kept) const;

  const Clock& clock_;
  const Duration idle_timeout_;
  const std::size_t most_;
  std::mutex mutex_;
  std::vector<Kept> kept_;  // the oldest first
};

}  // namespace ecm::http
