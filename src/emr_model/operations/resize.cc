#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "emr_model/errors.h"
#include "emr_model/operations/operations.h"
#include "emr_model/rules/group_rules.h"

namespace ecm::emr_model {
namespace {

struct Resize {
  InstanceCollection* group = nullptr;
  std::int64_t count = 0;
};

InstanceCollection* FindGroup(ClusterRecord& cluster, std::string_view id) {
  return cluster.uses_fleets ? nullptr : FindCollection(cluster, id);
}

/// In the named cluster, or in any that has not ended.
Result<std::pair<ClusterRecord*, InstanceCollection*>> FindGroup(World& world, const Region& region,
                                                                 const Json& request,
                                                                 const std::string& id) {
  if (!StringOr(request, "ClusterId").empty()) {
    ECM_TRY(ClusterRecord * cluster, FindCluster(world, region, request));
    if (InstanceCollection* group = FindGroup(*cluster, id)) return std::pair(cluster, group);
  } else {
    for (const auto& [age, cluster] : world.registry.LiveInRegion(region)) {
      if (InstanceCollection* group = FindGroup(*cluster, id)) return std::pair(cluster, group);
    }
  }
  return ValidationError("Instance group id '" + ToOneLine(id) + "' is not valid.");
}

Result<Resize> ReadResize(World& world, const Region& region, const Json& request,
                          const Json& config) {
  for (const std::string_view member :
       {"EC2InstanceIdsToTerminate", "Configurations", "ReconfigurationType"}) {
    const Json* given = Find(config, member);
    if (given != nullptr && !given->is_null()) {
      return ValidationError(fmt::format(
          "The built-in EMR changes the InstanceCount of a group alone: leave out {}.", member));
    }
  }
  ECM_TRY(const auto found, FindGroup(world, region, request, StringOr(config, "InstanceGroupId")));
  const auto [cluster, group] = found;
  if (IsEnding(cluster->state)) return EndingCluster();
  world.registry.changes().Mark(*cluster);  // it need not have been named
  const std::string role = StringOr(group->description.Unpack(), "InstanceGroupType");
  if (role == "MASTER") return ValidationError("The MASTER group cannot be resized.");
  const std::int64_t count = FindInt(config, "InstanceCount").value_or(group->count);
  ECM_TRY_VOID(CheckGroupCount(role, count));
  return Resize{group, count};
}

}  // namespace

/// TASK groups alone: a cluster is born with its primary and core instances.
Result<Json> AddInstanceGroups(World& world, const Region& region, const Json& request) {
  ECM_TRY(ClusterRecord * cluster,
          world.registry.Find(region, ClusterId(StringOr(request, "JobFlowId"))));
  if (cluster == nullptr) return ValidationError("Specified job flow ID not valid");
  if (IsEnding(cluster->state)) return EndingCluster();
  if (cluster->uses_fleets) {
    return ValidationError("Instance fleets and instance groups are mutually exclusive.");
  }
  ECM_TRY(std::vector<InstanceCollection> groups,
          ReadAddedGroups(FindArray(request, "InstanceGroups"), cluster->instances,
                          {cluster->region, cluster->release, world.random}));
  JsonArray ids;
  for (InstanceCollection& group : groups) {
    group.added = world.clock.Wall();
    ids.emplace_back(group.id);
    cluster->instances.push_back(std::move(group));
  }
  return JsonObject{{"JobFlowId", cluster->id.str()},
                    {"InstanceGroupIds", std::move(ids)},
                    {"ClusterArn", cluster->arn}};
}

/// All of the changes or none.
Result<Json> ModifyInstanceGroups(World& world, const Region& region, const Json& request) {
  std::vector<Resize> resizes;
  for (const Json& config : FindArray(request, "InstanceGroups")) {
    ECM_TRY(const Resize resize, ReadResize(world, region, request, config));
    resizes.push_back(resize);
  }
  for (const Resize& resize : resizes) {
    // Places are not used twice: an instance that comes later has an id of its own.
    resize.group->retired += std::max<std::int64_t>(0, resize.group->count - resize.count);
    resize.group->count = resize.count;
  }
  return JsonObject{};
}

}  // namespace ecm::emr_model
