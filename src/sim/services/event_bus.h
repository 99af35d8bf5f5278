#pragma once

#include "base/json.h"
#include "sim/services/door.h"
#include "sim/services/functions.h"

namespace ecm::sim {

/// EventBridge with the rules of the product: the ends of steps and clusters with our names go to
/// wake, those of executions that did not succeed to sweep. Delivery is best effort: events get
/// lost, come twice, come late.
class EventBus {
 public:
  EventBus(Core core, Functions& functions) : core_(core), functions_(functions) {}
  void Put(const Json& event);
  /// "Step Functions Execution Status Change".
  void PutExecution(const std::string& arn, std::string_view status);

 private:
  static bool Matches(const Json& event);
  void Send(const std::string& function, const Json& event);
  /// An event of a cluster that nobody here knows.
  static Json OfAnother();
  /// An event that is not as the handlers know it.
  Json Spoilt(Json event);

  Core core_;
  Functions& functions_;
};

}  // namespace ecm::sim
