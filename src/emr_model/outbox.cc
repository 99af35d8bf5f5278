#include "emr_model/outbox.h"

#include <utility>

namespace ecm::emr_model {

void Outbox::DeliverOne(const Item& item) {
  if (const Json* event = std::get_if<Json>(&item)) {
    on_event_(*event);
  } else if (const StepLaunch* launch = std::get_if<StepLaunch>(&item)) {
    runner_.Start(*launch);
  } else if (const CancelOrder* order = std::get_if<CancelOrder>(&item)) {
    runner_.Cancel(order->cluster, order->step, order->force);
  } else if (const BootstrapLaunch* bootstrap = std::get_if<BootstrapLaunch>(&item)) {
    runner_.StartBootstrap(*bootstrap);
  } else if (const ClusterId* cluster = std::get_if<ClusterId>(&item)) {
    runner_.CancelBootstrap(*cluster);
  }
}

void Outbox::Deliver() {
  if (delivering_) return;  // a listener called the model: the loop below goes on with it
  struct Guard {
    bool& flag;
    ~Guard() { flag = false; }  // also where a simulated crash unwinds through a listener
  } guard{delivering_};
  delivering_ = true;
  while (!queue_.empty()) {
    const Item item = std::move(queue_.front());
    queue_.pop_front();
    DeliverOne(item);
  }
}

}  // namespace ecm::emr_model
