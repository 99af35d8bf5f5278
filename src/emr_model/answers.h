#pragma once

#include <optional>
#include <string_view>

#include "emr_model/cluster.h"

// Records as the shapes of the service model.

namespace ecm::emr_model {

std::string_view Name(ActionOnFailure action);
std::optional<ActionOnFailure> ParseActionOnFailure(std::string_view name);

/// Shape Cluster.
JsonObject RenderCluster(const ClusterRecord& cluster);
/// Shape ClusterSummary.
JsonObject RenderClusterSummary(const ClusterOutline& cluster,
                                const boost::json::storage_ptr& memory = {});
/// Shape StepSummary.
JsonObject RenderStepSummary(const StepRecord& step);
/// Shape Step.
JsonObject RenderStep(const StepRecord& step);
/// The timeline of a group, a fleet and their instances: that of the cluster, or later.
JsonObject RenderTimeline(const ClusterRecord& cluster, const InstanceCollection& collection);
/// Shape InstanceGroup.
JsonObject RenderInstanceGroup(const ClusterRecord& cluster, const InstanceCollection& group);
/// Shape InstanceFleet.
JsonObject RenderInstanceFleet(const ClusterRecord& cluster, const InstanceCollection& fleet);

}  // namespace ecm::emr_model
