#include "sim/time/stack_pool.h"

#if defined(ECM_SANITIZE)
#include <sanitizer/asan_interface.h>
#endif

namespace ecm::sim {

StackPool::~StackPool() {
  for (boost::context::stack_context& stack : free_) system_.deallocate(stack);
}

boost::context::stack_context StackPool::Take() {
  if (free_.empty()) return system_.allocate();
  const boost::context::stack_context stack = free_.back();
  free_.pop_back();
  return stack;
}

void StackPool::GiveBack(const boost::context::stack_context& stack) {
#if defined(ECM_SANITIZE)
  // The last frames of a fiber are left by a jump, not by a return: their red zones are still set.
  char* const bottom = static_cast<char*>(stack.sp) - stack.size;
  const std::size_t guard = boost::context::stack_traits::page_size();
  ASAN_UNPOISON_MEMORY_REGION(bottom + guard, stack.size - guard);
#endif
  free_.push_back(stack);
}

}  // namespace ecm::sim
