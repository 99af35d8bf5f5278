#pragma once

#include <boost/context/fiber.hpp>
#include <functional>

#include "sim/time/stack_pool.h"

namespace ecm::sim {

/// A function that can stop in the middle and go on later, on a stack of its own. To destroy one
/// that has not ended unwinds its stack: destructors run, nothing after the stop does.
///
/// AddressSanitizer is told of every switch (Boost's assembler contexts do not tell it), so that
/// exceptions and stack checks work on fibers too.
class Fiber {
 public:
  Fiber(StackPool& pool, std::move_only_function<void()> body);
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;
  ~Fiber();

  /// Runs it until it yields or ends. Not from inside itself, and not once it has ended.
  void Resume();
  /// From inside: stops until the next Resume.
  void Yield();
  bool ended() const { return ended_; }

 private:
  void Begin();
  boost::context::fiber Run(boost::context::fiber&& caller);

  StackPool& pool_;
  std::move_only_function<void()> body_;
  boost::context::stack_context stack_;
  boost::context::fiber self_;    ///< while it is stopped
  boost::context::fiber caller_;  ///< while it runs
  bool ended_ = false;
  const void* caller_bottom_ = nullptr;
  std::size_t caller_size_ = 0;
};

}  // namespace ecm::sim
