#pragma once

namespace ecm::cli {

/// While it lives, the first Ctrl-C (SIGINT, also SIGTERM and SIGHUP) is only remembered; the
/// second one does what it always does. One at a time.
class InterruptGuard {
 public:
  InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  ~InterruptGuard();

  static bool Raised();
};

}  // namespace ecm::cli
