#pragma once

#include <cstdint>
#include <string>

#include "emr_model/cluster.h"

// The instances of a cluster. They are not remembered: each follows from its group or fleet and its
// place there, so that a cluster of a thousand instances is as cheap to create as one of three.

namespace ecm::emr_model {

/// The instances of one kind in one group or fleet.
struct InstancePool {
  const InstanceCollection* collection = nullptr;
  Json description;  ///< of the collection, an object
  bool spot = false;
  std::int64_t count = 0;
  std::int64_t first = 0;  ///< place of its first instance, which no other of the collection has
};

/// How many instances of its first type a fleet of that description has for so many units.
std::int64_t InstancesFor(const Json& fleet, std::int64_t units);

/// On-demand instances before spot instances; a pool may be empty. A fleet has as many of its first
/// instance type as its target capacity takes.
std::vector<InstancePool> InstancePools(const ClusterRecord& cluster);

/// EC2 id of the primary instance, as ListInstances tells it.
std::string PrimaryEc2Id(const ClusterRecord& cluster);

/// InstanceState of every instance of the cluster.
std::string_view InstanceStateOf(const ClusterRecord& cluster);

/// Shape Instance; `place` is below the pool's count.
JsonObject RenderInstance(const ClusterRecord& cluster, const InstancePool& pool,
                          std::int64_t place);

}  // namespace ecm::emr_model
