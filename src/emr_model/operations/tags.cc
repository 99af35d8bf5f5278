#include <algorithm>

#include "emr_model/errors.h"
#include "emr_model/operations/operations.h"
#include "emr_model/rules/tag_rules.h"

namespace ecm::emr_model {
namespace {

Result<ClusterRecord*> FindTaggable(World& world, const Region& region, const Json& request) {
  ECM_TRY(ClusterRecord * cluster, FindCluster(world, region, request, "ResourceId"));
  if (IsFinal(cluster->state)) {
    return InvalidRequest("Tags cannot be modified on terminated clusters.");
  }
  return cluster;
}

}  // namespace

Result<Json> AddTags(World& world, const Region& region, const Json& request) {
  ECM_TRY(ClusterRecord * cluster, FindTaggable(world, region, request));
  ECM_TRY(cluster->tags,
          MergeTags(cluster->tags, FindArray(request, "Tags"), "InvalidRequestException"));
  return JsonObject{};
}

/// Keys that are not there are no error.
Result<Json> RemoveTags(World& world, const Region& region, const Json& request) {
  ECM_TRY(ClusterRecord * cluster, FindTaggable(world, region, request));
  for (const Json& key : FindArray(request, "TagKeys")) {
    std::erase_if(cluster->tags, [&](const Tags::value_type& tag) {
      return tag.first == std::string_view(key.get_string());
    });
  }
  return JsonObject{};
}

}  // namespace ecm::emr_model
