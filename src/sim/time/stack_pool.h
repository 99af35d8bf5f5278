#pragma once

#include <boost/context/protected_fixedsize_stack.hpp>
#include <boost/context/stack_context.hpp>
#include <cstddef>
#include <vector>

namespace ecm::sim {

/// Stacks with a guard page below them, used again and again: a simulated invocation costs no
/// system call. One thread. It must outlive its stacks.
class StackPool {
 public:
  StackPool() = default;
  StackPool(const StackPool&) = delete;
  StackPool& operator=(const StackPool&) = delete;
  ~StackPool();

  boost::context::stack_context Take();
  void GiveBack(const boost::context::stack_context& stack);

 private:
  /// Sanitized frames are several times larger.
#if defined(ECM_SANITIZE)
  static constexpr std::size_t kStackBytes = std::size_t{1024} * 1024;
#else
  static constexpr std::size_t kStackBytes = std::size_t{256} * 1024;
#endif

  boost::context::protected_fixedsize_stack system_{kStackBytes};
  std::vector<boost::context::stack_context> free_;
};

}  // namespace ecm::sim
