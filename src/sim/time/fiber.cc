#include "sim/time/fiber.h"

#include <memory>
#include <utility>

#if defined(ECM_SANITIZE)
#include <sanitizer/common_interface_defs.h>
#endif

namespace ecm::sim {
namespace {

namespace context = boost::context;

/// `keep` receives what this stack needs to be continued; nullptr for a stack that is left for
/// good.
void StartSwitch([[maybe_unused]] void** keep, [[maybe_unused]] const void* bottom,
                 [[maybe_unused]] std::size_t size) {
#if defined(ECM_SANITIZE)
  __sanitizer_start_switch_fiber(keep, bottom, size);
#endif
}

/// `bottom` and `size` receive the stack that was left.
void FinishSwitch([[maybe_unused]] void* kept, [[maybe_unused]] const void** bottom,
                  [[maybe_unused]] std::size_t* size) {
#if defined(ECM_SANITIZE)
  __sanitizer_finish_switch_fiber(kept, bottom, size);
#endif
}

const void* Bottom(const context::stack_context& stack) {
  return static_cast<const char*>(stack.sp) - stack.size;
}

/// Boost's view of a stack that the pool owns.
struct PooledStack {
  StackPool* pool;
  context::stack_context stack;
  context::stack_context allocate() { return stack; }
  void deallocate(context::stack_context& used) { pool->GiveBack(used); }
};

}  // namespace

Fiber::Fiber(StackPool& pool, std::move_only_function<void()> body)
    : pool_(pool), body_(std::move(body)) {}

Fiber::~Fiber() {
  if (!self_) return;  // it has ended, or never begun
  void* kept = nullptr;
  StartSwitch(&kept, Bottom(stack_), stack_.size);
  self_ = context::fiber();
  FinishSwitch(kept, nullptr, nullptr);
}

context::fiber Fiber::Run(context::fiber&& caller) {
  FinishSwitch(nullptr, &caller_bottom_, &caller_size_);
  caller_ = std::move(caller);
  try {
    body_();
  } catch (const context::detail::forced_unwind&) {
    StartSwitch(nullptr, caller_bottom_, caller_size_);
    throw;
  }
  ended_ = true;
  StartSwitch(nullptr, caller_bottom_, caller_size_);
  return std::move(caller_);
}

/// Not before the first Resume: a context that is destroyed before its body has begun switches
/// stacks where AddressSanitizer cannot be told, which then takes a fiber's stack for the thread's.
void Fiber::Begin() {
  stack_ = pool_.Take();
  self_ = context::fiber(std::allocator_arg, PooledStack{&pool_, stack_},
                         [this](context::fiber&& caller) { return Run(std::move(caller)); });
}

void Fiber::Resume() {
  if (!self_) Begin();
  void* kept = nullptr;
  StartSwitch(&kept, Bottom(stack_), stack_.size);
  self_ = std::move(self_).resume();
  FinishSwitch(kept, nullptr, nullptr);
}

void Fiber::Yield() {
  void* kept = nullptr;
  StartSwitch(&kept, caller_bottom_, caller_size_);
  try {
    caller_ = std::move(caller_).resume();
  } catch (const context::detail::forced_unwind&) {
    FinishSwitch(kept, &caller_bottom_, &caller_size_);
    throw;
  }
  FinishSwitch(kept, &caller_bottom_, &caller_size_);
}

}  // namespace ecm::sim
