#include "local_stack/due_timer.h"

#include <algorithm>

namespace ecm::local_stack {

void DueTimer::Arm(std::optional<WallTime> due) {
  if (due == armed_) return;
  armed_ = due;
  if (!due) {
    timer_.cancel();
    return;
  }
  timer_.expires_after(std::max(*due - clock_.Wall(), Duration{0}));
  timer_.async_wait([this, due](const boost::system::error_code& error) {
    if (error || armed_ != due) return;
    armed_.reset();
    advance_();
  });
}

}  // namespace ecm::local_stack
