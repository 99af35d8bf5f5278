#include "emr_model/outbox.h"

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
  queue_.Deliver([this](const Item& item) { DeliverOne(item); });
}

}  // namespace ecm::emr_model
