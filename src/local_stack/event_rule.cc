#include "local_stack/event_rule.h"

#include "aws/emr_types.h"
#include "plan/plan.h"

namespace ecm::local_stack {

bool WakesJobs(const Json& event, const std::string& stage) {
  const Json* detail = Find(event, "detail");
  if (detail == nullptr || !StringOr(*detail, "name").starts_with(NamePrefix(stage))) return false;
  const std::string type = StringOr(event, "detail-type");
  const std::string state = StringOr(*detail, "state");
  if (type == "EMR Cluster State Change") return IsFinal(ParseClusterState(state));
  if (type == "EMR Step Status Change") return IsFinal(ParseStepState(state));
  return false;
}

}  // namespace ecm::local_stack
