#include "emr_model/errors.h"
#include "emr_model/operations/operations.h"

namespace ecm::emr_model {

Result<Json> TerminateJobFlows(World& world, const Region& region, const Json& request) {
  ECM_TRY(const std::vector<ClusterRecord*> clusters, FindJobFlows(world, region, request));
  bool refused = false;
  for (ClusterRecord* cluster : clusters) {
    if (cluster->termination_protected && !IsEnding(cluster->state)) {
      refused = true;
    } else {
      world.life.TerminateByUser(*cluster);
    }
  }
  if (refused) {
    return ValidationError(
        "Could not shut down one or more job flows since they are termination protected.");
  }
  return JsonObject{};
}

}  // namespace ecm::emr_model
