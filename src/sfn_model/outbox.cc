#include "sfn_model/outbox.h"

namespace ecm::sfn_model {

void Outbox::DeliverOne(const Item& item) {
  if (const Json* event = std::get_if<Json>(&item)) {
    if (on_event_) on_event_(*event);
  } else if (const EnteredState* entered = std::get_if<EnteredState>(&item)) {
    if (on_state_) on_state_(entered->execution, entered->state);
  } else if (const TaskOrder* order = std::get_if<TaskOrder>(&item)) {
    runner_.Start(order->execution, order->task);
  } else if (const ExecutionArn* ended = std::get_if<ExecutionArn>(&item)) {
    on_end_told_(*ended);
  }
}

void Outbox::Deliver() {
  queue_.Deliver([this](const Item& item) { DeliverOne(item); });
}

}  // namespace ecm::sfn_model
