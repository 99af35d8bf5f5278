#pragma once

#include "base/json.h"
#include "sim/door.h"
#include "sim/functions.h"

namespace ecm::sim {

/// EventBridge with the one rule of the product: the ends of steps and clusters with our names go
/// to wake. Delivery is best effort: events get lost, come twice, come late.
class EventBus {
 public:
  EventBus(Core core, Functions& functions) : core_(core), functions_(functions) {}
  void Put(const Json& event);

 private:
  static bool Matches(const Json& event);
  void Deliver(const Json& event, Duration delay);

  Core core_;
  Functions& functions_;
};

}  // namespace ecm::sim
