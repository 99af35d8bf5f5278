#pragma once

#include <deque>
#include <utility>

namespace ecm {

/// What is told to others after the owner's own state is consistent, in the order in which it
/// arose, also where the others call the owner while they listen.
template <class Item>
class DeliveryQueue {
 public:
  void Add(Item item) { items_.push_back(std::move(item)); }

  /// Gives every item to `tell`. Called again out of `tell` it leaves the rest to the outer call.
  template <class Tell>
  void Deliver(const Tell& tell) {
    if (delivering_) return;
    struct Guard {
      bool& flag;
      ~Guard() { flag = false; }  // also where a simulated crash unwinds through a listener
    } guard{delivering_};
    delivering_ = true;
    while (!items_.empty()) {
      const Item item = std::move(items_.front());
      items_.pop_front();
      tell(item);
    }
  }

 private:
  std::deque<Item> items_;
  bool delivering_ = false;
};

}  // namespace ecm
