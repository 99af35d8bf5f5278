#pragma once

#include <variant>

#include "base/delivery_queue.h"
#include "emr_model/emr_model.h"
#include "emr_model/step_runner.h"

namespace ecm::emr_model {

/// What the model has to tell others. It is told after the model's own state is consistent, in the
/// order in which it arose, also where the others call the model while they listen.
class Outbox {
 public:
  Outbox(StepRunner& runner, EmrModel::EventSink on_event)
      : runner_(runner), on_event_(std::move(on_event)) {}

  /// Nobody listens to events: they need not be composed.
  bool WantsEvents() const { return static_cast<bool>(on_event_); }

  void Event(Json event) { queue_.Add(std::move(event)); }
  void Start(StepLaunch launch) { queue_.Add(std::move(launch)); }
  void Cancel(const ClusterId& cluster, const StepId& step, bool force) {
    queue_.Add(CancelOrder{cluster, step, force});
  }

  void StartBootstrap(BootstrapLaunch launch) { queue_.Add(std::move(launch)); }
  void CancelBootstrap(const ClusterId& cluster) { queue_.Add(cluster); }

  void Deliver();

 private:
  struct CancelOrder {
    ClusterId cluster;
    StepId step;
    bool force = false;
  };
  /// A cluster alone: its bootstrap actions are to end.
  using Item = std::variant<Json, StepLaunch, CancelOrder, BootstrapLaunch, ClusterId>;

  void DeliverOne(const Item& item);

  StepRunner& runner_;
  EmrModel::EventSink on_event_;
  DeliveryQueue<Item> queue_;
};

}  // namespace ecm::emr_model
